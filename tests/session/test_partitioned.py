"""A session on a catalogue that stays on disk asks as one in memory does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.dataset
import pytest
from tests.partitioned import SMALL_SKETCH, as_parquet, shrink_sketch, survey

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, SessionError
from napari_astro_al.jobs import drain
from napari_astro_al.scale.ranking import Ranking
from napari_astro_al.session.partitioned import PartitionedSession

TABLE = survey()
TRUTH = {int(k): v.split()[-1] for k, v in zip(TABLE.source_id, TABLE.truth, strict=True)}
FEATURES = aal.FeatureRecipe(columns=["u", "g"])
LOGISTIC = aal.LearnerRecipe(model="logistic_regression", strategy="margin", start_limit=0)


@pytest.fixture(autouse=True)
def _small_sketch(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_sketch(monkeypatch)


@pytest.fixture
def partitioned(tmp_path: Path) -> aal.PartitionedCatalogue:
    path = as_parquet(TABLE, tmp_path / "survey.parquet", 7)
    return aal.PartitionedCatalogue.open(path, label="kind")


def begun(catalogue: Any, learner: aal.LearnerRecipe = LOGISTIC, **more: Any) -> Any:
    return aal.Session(catalogue, FEATURES, learner=learner, **more)


def asked(session: aal.Session, n: int, times: int, **how: Any) -> list[int]:
    """Who is asked for when all answers are true, n at a time."""
    everyone: list[int] = []
    for _ in range(times):
        some = session.query(n, **how)
        everyone += some
        for one in some:
            session.annotate(one, TRUTH[one])
    return everyone


def in_memory() -> aal.Catalogue:
    return aal.Catalogue.from_table(TABLE, id="source_id", label="kind")


def test_51_queries_are_those_in_memory_whatever_the_partitions(tmp_path: Path) -> None:
    # the pool has 6,400 sources, of which the sketch has 3,500
    expected = asked(begun(in_memory()), 17, 3)

    for n_groups, engine in ((1, "serial"), (7, "threads"), (64, "serial")):
        path = as_parquet(TABLE, tmp_path / f"{n_groups}.parquet", n_groups)
        session = begun(aal.PartitionedCatalogue.open(path, label="kind", engine=engine))
        assert asked(session, 17, 3) == expected
        sketch = session.partition.sketch_rows()
        beyond = set(expected) - set(session.catalogue.ids_at(sketch))
        assert len(beyond) > 10  # passes have brought what the sketch does not have


@pytest.mark.parametrize("strategy", ["entropy", "information_density"])
def test_single_queries_are_those_in_memory(
    partitioned: aal.PartitionedCatalogue, strategy: str
) -> None:
    learner = aal.LearnerRecipe(model="logistic_regression", strategy=strategy, start_limit=0)

    expected = asked(begun(in_memory(), learner), 1, 8)

    assert asked(begun(partitioned, learner), 1, 8) == expected


def test_a_committee_ranks_all_partitions(partitioned: aal.PartitionedCatalogue) -> None:
    learner = aal.LearnerRecipe(
        models=["decision_tree", "logistic_regression"], strategy="vote_entropy", start_limit=0
    )

    expected = asked(begun(in_memory(), learner), 4, 3)

    assert asked(begun(partitioned, learner), 4, 3) == expected


def test_one_pass_serves_every_query_of_a_model(
    partitioned: aal.PartitionedCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begun(partitioned)
    asked(session, 10, 1)
    n_before = len(session.catalogue)
    assert drain(session.rank_job(5)) == len(session.catalogue) - n_before > 0
    monkeypatch.setattr(Ranking, "__call__", None)  # another pass would fail

    first = session.query(5)

    assert session.query(5) == first


def test_the_automatic_strategy_looks_at_the_sketch_and_makes_no_pass(
    partitioned: aal.PartitionedCatalogue,
) -> None:
    learner = aal.LearnerRecipe(model="logistic_regression")
    memory, session = begun(in_memory(), learner), begun(partitioned, learner)
    sketch = memory.catalogue.ids_at(memory.partition.sketch_rows())

    expected = asked(memory, 1, 20, within=sketch)

    n_at_hand = len(session.catalogue)
    assert asked(session, 1, 20) == expected
    assert len(session.catalogue) == n_at_hand


def test_features_scores_and_classes_are_those_in_memory(
    partitioned: aal.PartitionedCatalogue,
) -> None:
    memory, session = begun(in_memory()), begun(partitioned)
    assert isinstance(session, PartitionedSession)
    assert session.tasks["classes"].classes == memory.tasks["classes"].classes
    assert session.features.names == ("u", "g", "missing(g)")  # the gap is beyond the sample
    assert session.features.fit == memory.features.fit

    for one in (memory, session):
        asked(one, 10, 2)
        one.train()

    pd.testing.assert_frame_equal(session.scores, memory.scores)


def test_any_source_can_be_labelled_shown_and_asked_among(
    partitioned: aal.PartitionedCatalogue,
) -> None:
    session = begun(partitioned)
    strangers = [one for one in TRUTH if one not in session.catalogue][:5]
    n_at_hand = len(session.catalogue)

    session.annotate(strangers[:2], "QSO")
    session.show(strangers[2])
    assert session.query(3, within=strangers) == session.query(3, within=strangers)

    assert set(session.query(3, within=strangers)) == set(strangers[2:])
    assert session.labels.to_dict() == dict.fromkeys(strangers[:2], "QSO")
    assert len(session.catalogue) == n_at_hand + 5
    assert f"{n_at_hand + 5:,} of 8,000 sources" in session.catalogue.note
    session.undo()
    assert session.labels.empty
    with pytest.raises(CatalogueError, match="has no source '1'"):
        session.annotate(1, "QSO")


def test_rows_brought_later_are_like_those_from_the_start(
    partitioned: aal.PartitionedCatalogue,
) -> None:
    session = begun(partitioned)
    session.exclude(session.catalogue.ids_at([0, 5]))
    session.select(session.catalogue.ids_at([3]))
    selected, excluded = session.selected, session.kept_out.ids
    asked(session, 10, 3)

    table = session.catalogue.table
    expected = TABLE.set_index("source_id").loc[session.catalogue.ids]
    np.testing.assert_array_equal(table["u"], expected["u"])
    again = aal.Catalogue.from_table(table, id="source_id", label="kind")
    fitted = session.features
    from napari_astro_al.features import apply_features

    same = apply_features(fitted.recipe, fitted.fit, again)
    np.testing.assert_array_equal(fitted.values, same.values)
    said = session.results["classes"].probabilities
    assert len(said) == len(session.catalogue)
    assert np.isfinite(said[fitted.usable]).all()
    assert (session.selected, session.kept_out.ids) == (selected, excluded)
    assert not set(session.query(50)) & excluded


def test_predictions_are_written_for_all_and_are_those_in_memory(
    partitioned: aal.PartitionedCatalogue, tmp_path: Path
) -> None:
    memory, session = begun(in_memory()), begun(partitioned)
    for one in (memory, session):
        asked(one, 10, 2)

    told = session.predict_to(tmp_path / "predicted")

    assert (told.n_sources, told.n_without) == (8_000, 0)
    written = pyarrow.dataset.dataset(told.path).to_table().to_pandas().set_index("source_id")
    expected = memory.predictions()
    assert len(list(told.path.glob("*.parquet"))) == 7
    assert written.index.is_unique
    written = written.loc[expected.index]
    assert written["predicted"].tolist() == expected["predicted"].tolist()
    for name in ("confidence", "p_STAR", "p_QSO", "uncertainty"):
        np.testing.assert_allclose(written[name], expected[name], atol=1e-6)
    assert told.classes == expected["predicted"].value_counts().to_dict()
    with pytest.raises(SessionError, match="exists already"):
        session.predict_to(tmp_path / "predicted")


def test_a_session_goes_on_where_it_was_left(
    partitioned: aal.PartitionedCatalogue, tmp_path: Path
) -> None:
    with begun(partitioned, path=tmp_path / "s.astroal") as session:
        first = asked(session, 10, 3)
        following = session.query(5)
        names = session.labels.to_dict()

    with aal.Session.open(tmp_path / "s.astroal", partitioned) as again:
        assert isinstance(again, PartitionedSession)
        assert again.labels.to_dict() == names
        assert list(names) == first
        assert again.query(5) == following


def test_another_catalogue_is_refused(
    partitioned: aal.PartitionedCatalogue, tmp_path: Path
) -> None:
    begun(partitioned, path=tmp_path / "s.astroal").close()
    fewer = as_parquet(TABLE[:-1], tmp_path / "fewer.parquet", 2)
    other = TABLE.assign(source_id=TABLE.source_id + 1)
    others = as_parquet(other, tmp_path / "others.parquet", 2)

    with pytest.raises(SessionError, match=r"8,000 sources.* has 7,999"):
        aal.Session.open(tmp_path / "s.astroal", aal.PartitionedCatalogue.open(fewer, label="kind"))
    with pytest.raises(SessionError, match="as many sources, but other ids"):
        aal.Session.open(
            tmp_path / "s.astroal", aal.PartitionedCatalogue.open(others, label="kind")
        )


def test_what_would_be_said_of_a_part_alone_is_refused(
    partitioned: aal.PartitionedCatalogue, tmp_path: Path
) -> None:
    session = begun(partitioned)
    for call in (
        session.predictions,
        lambda: session.export(tmp_path / "all.csv", rows="all"),
        lambda: session.draw_survey(10),
        lambda: session.set_split(aal.Split(seed=4)),
        lambda: session.add_columns(pd.DataFrame({"x": [1.0]}, index=[1])),
        lambda: session.export_config(tmp_path / "share.json"),
    ):
        with pytest.raises(SessionError, match="sources in memory, not of all 8,000"):
            call()
    with pytest.raises(SessionError, match="is not weighed over the partitions"):
        session.query(cost="g")
    with pytest.raises(SessionError, match="cannot be excluded"):
        session.exclude_labels(["STAR"])


def test_held_out_sources_may_be_named(tmp_path: Path) -> None:
    path = as_parquet(TABLE, tmp_path / "survey.parquet", 7)
    named = [int(one) for one in TABLE.source_id[:30]]
    session = begun(
        aal.PartitionedCatalogue.open(path, label="kind"), split=aal.Split(ids={"test": named})
    )

    held_out = session.catalogue.ids_at(np.flatnonzero(session.partition.part == 2))

    assert sorted(held_out) == sorted(named)
    assert not set(asked(session, 10, 3)) & set(named)
    assert len(session.partition.sketch_rows()) == SMALL_SKETCH
