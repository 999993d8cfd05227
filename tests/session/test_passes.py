"""Passes over partitions: in stages, run elsewhere and taken, by models and by examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.partitioned import as_parquet, shrink_sketch, survey

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, NotEnoughLabels, SessionError
from napari_astro_al.jobs import drain
from napari_astro_al.scale import UnreadablePartitions, holds_partitions
from napari_astro_al.session.bringing import Brought
from napari_astro_al.session.partitioned import PartitionedSession
from napari_astro_al.session.places import session_for

TABLE = survey()
TRUTH = {int(k): v.split()[-1] for k, v in zip(TABLE.source_id, TABLE.truth, strict=True)}
FEATURES = aal.FeatureRecipe(columns=["u", "g"])
MARGIN = aal.LearnerRecipe(model="logistic_regression", strategy="margin", start_limit=0)


@pytest.fixture(autouse=True)
def _small_sketch(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_sketch(monkeypatch)


def begun(tmp_path: Path, n_groups: int = 32, **more: Any) -> Any:
    path = as_parquet(TABLE, tmp_path / f"survey-{n_groups}.parquet", n_groups)
    catalogue = aal.PartitionedCatalogue.open(path, label="kind")
    return aal.Session(catalogue, FEATURES, learner=MARGIN, **more)


def answer(session: Any, n: int, **how: Any) -> list[int]:
    asked = session.query(n, **how)
    for one in asked:
        session.annotate(one, TRUTH[one])
    return asked


def test_the_first_query_comes_after_the_first_partitions(tmp_path: Path) -> None:
    session, whole = begun(tmp_path), begun(tmp_path)
    answer(session, 15)
    answer(whole, 15)
    told: list[tuple[int, int]] = []
    asked: list[list[int]] = []

    def look(found: Brought) -> None:
        told.append((found.done, found.total))
        asked.append(session.query(5))

    drain(session.rank_job(5, so_far=look))

    assert told == [(2, 32), (8, 32)]  # a sixteenth, a quarter
    assert session.query(5) == whole.query(5) != asked[0]
    assert [len(one) for one in asked] == [5, 5]


def test_what_the_first_partitions_brought_stays_where_a_pass_is_stopped(tmp_path: Path) -> None:
    session, whole = begun(tmp_path), begun(tmp_path)
    answer(session, 15)
    answer(whole, 15)
    n_before = len(session.catalogue)
    seen: list[int] = []
    job = session.rank_job(5, so_far=lambda found: seen.append(found.done))
    while not seen:
        next(job)
    job.close()

    assert len(session.catalogue) > n_before
    assert session.query(5) == whole.query(5)  # by a whole pass


def test_a_pass_changes_nothing_until_it_is_taken(tmp_path: Path) -> None:
    session, plain = begun(tmp_path), begun(tmp_path)
    answer(session, 15)
    answer(plain, 15)
    session.train()
    n_before = len(session.catalogue)

    found = drain(session.ranking_job(5))
    assert len(session.catalogue) == n_before
    strangers = [one for one in TRUTH if one not in session.catalogue][:3]
    session.bring(strangers)  # meanwhile

    n_new = session.accept_brought(found)
    assert len(session.catalogue) == n_before + 3 + n_new
    assert len(set(session.catalogue.ids.tolist())) == len(session.catalogue)
    assert session.query(5) == plain.query(5)


def test_without_a_model_there_is_nothing_to_rank_by(tmp_path: Path) -> None:
    session = begun(tmp_path)
    assert not session.ranks_all()
    with pytest.raises(NotEnoughLabels, match="Label sources of two classes first"):
        session.ranking_job(5, strategy="margin")
    with pytest.raises(NotEnoughLabels, match="Label sources of two classes first"):
        session.predicting_job(tmp_path / "predicted")


@pytest.mark.parametrize("n", [1, 6])
def test_examples_are_looked_for_among_all_and_measured_alike(tmp_path: Path, n: int) -> None:
    memory = aal.Session(
        aal.Catalogue.from_table(TABLE[::-1], id="source_id", label="kind"), FEATURES
    )
    quasars = [one for one, kind in TRUTH.items() if kind == "QSO"][:3]

    def like_quasars(session: aal.Session) -> list[int]:
        session.mark(quasars[:2])
        session.mark(quasars[2:], like=False)
        return [*answer(session, n, strategy="examples"), *answer(session, n, strategy="examples")]

    expected = like_quasars(memory)
    for n_groups in (1, 7):
        session = begun(tmp_path, n_groups)
        session.bring(quasars)
        n_before = len(session.catalogue)
        assert like_quasars(session) == expected
        assert len(session.catalogue) > n_before  # without any label


def test_a_session_finds_its_catalogue_again(tmp_path: Path) -> None:
    place = tmp_path / "survey.astroal"
    begun(tmp_path, 4, path=place).close()

    with aal.Session.open(place) as session:
        assert isinstance(session, PartitionedSession)
        assert (len(session.whole), len(session.whole.partitions)) == (8_000, 4)
        assert session.whole.engine.name == "threads"
    (tmp_path / "survey-4.parquet").rename(tmp_path / "moved.parquet")
    with pytest.raises(SessionError, match=r"is not at .*survey-4\.parquet"):
        aal.Session.open(place)


def test_where_a_session_is_kept_when_nobody_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    folder.mkdir()
    as_parquet(TABLE, folder / "part-0.parquet", 2)
    catalogue = aal.PartitionedCatalogue.open(folder, label="kind")
    place = session_for(catalogue)
    assert place == tmp_path / "survey.astroal"

    aal.Session(catalogue, FEATURES, path=place).close()
    assert session_for(catalogue) == place
    aal.Session(aal.samples.simulated_survey(50, seed=0), path=tmp_path / "o.astroal").close()
    (tmp_path / "o.astroal").rename(tmp_path / "other.astroal")
    other = tmp_path / "other"
    folder.rename(other)
    moved = aal.PartitionedCatalogue.open(other, label="kind")
    assert session_for(moved) == tmp_path / "other-2.astroal"


def test_folders_that_hold_partitions(tmp_path: Path) -> None:
    assert not holds_partitions(tmp_path)
    assert not holds_partitions(tmp_path / "nowhere")
    (tmp_path / "deep").mkdir()
    file = as_parquet(TABLE[:10], tmp_path / "deep" / "one.parquet", 1)
    assert holds_partitions(tmp_path)
    assert not holds_partitions(file)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "one.csv").write_text("a,b\n1,2\n")
    assert not holds_partitions(tmp_path / "text")


def test_partitions_left_out_are_left_out_again(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    folder.mkdir()
    as_parquet(TABLE[:4_000], folder / "a.parquet", 2)
    as_parquet(TABLE[4_000:], folder / "b.parquet", 2).write_bytes(b"PAR1 gone")
    with pytest.raises(UnreadablePartitions, match=r"b\.parquet"):
        aal.PartitionedCatalogue.open(folder)
    with pytest.raises(CatalogueError, match="skip_unreadable=True"):
        aal.PartitionedCatalogue.open(folder)

    some = aal.PartitionedCatalogue.open(folder, label="kind", skip_unreadable=True)
    aal.Session(some, FEATURES, path=tmp_path / "s.astroal").close()

    with aal.Session.open(tmp_path / "s.astroal") as session:
        assert isinstance(session, PartitionedSession)
        assert len(session.whole) == 4_000
        assert "b.parquet" in session.whole.left_out[0]
