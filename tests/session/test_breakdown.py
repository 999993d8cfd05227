from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, NotEnoughLabels, SessionError
from napari_astro_al.session.breakdown import TRAINED

from .conftest import blobs


@pytest.fixture
def trained():
    """Sixteen labels of a catalogue with a magnitude and a text column."""
    table = blobs(240)
    table["mag"] = np.linspace(15, 21, len(table))
    table["field"] = np.where(np.arange(len(table)) % 2, "north", "south")
    session = aal.Session(
        aal.Catalogue.from_table(table, id="source", label="kind"),
        features=aal.FeatureRecipe(columns=["u", "g"]),
    )
    truth = aal.ColumnOracle(session.catalogue)
    sources = session.query(16)
    for source, label in zip(sources, truth.label(sources), strict=True):
        session.annotate(source, label)
    session.train()
    return session


class TestScoresBy:
    def test_bins_are_scored_one_by_one(self, trained):
        table = trained.scores_by("field")
        rows, labels = trained.partition.held_out(trained.tasks["classes"], 1, {})
        predicted = trained.predictions()["predicted"].to_numpy()[rows]
        north = trained.catalogue.column("field").to_numpy()[rows] == "north"

        assert table["bin"].tolist() == ["north", "south", "all"]
        assert table["n"].tolist() == [north.sum(), (~north).sum(), len(rows)]
        right = np.asarray(predicted) == np.asarray(labels)
        assert table["accuracy"].tolist() == pytest.approx(
            [right[north].mean(), right[~north].mean(), right.mean()]
        )
        assert {"precision_STAR_low", "roc_auc", "brier_high", "log_loss"} <= set(table.columns)

    def test_numbers_are_put_into_bins(self, trained):
        table = trained.scores_by("mag", bins=3)

        assert len(table) == 4
        assert table["bin"][0].startswith("15")
        assert table["n"][:3].sum() == table["n"][3]
        assert (table["split"] == "validation").all()

    def test_each_bin_tells_the_median_of_its_numbers(self, trained):
        rows = trained.held_out().rows
        table = trained.scores_by("mag", bins=2)
        middle = trained.catalogue.column("mag").iloc[rows]

        assert table["median"][0] == middle.sort_values().iloc[: table["n"][0]].median()
        assert np.isnan(table["median"].iloc[-1])
        assert trained.scores_by("field")["median"].isna().all()

    def test_all_is_what_scores_say(self, trained):
        assert trained.scores_by("mag")["f1"].iloc[-1] == trained.scores["f1"].iloc[-1]

    def test_corrected_labels_count(self, trained):
        (source,) = trained.catalogue.ids_at(trained.held_out().rows[:1])
        trained.unsure(source)

        assert trained.scores_by("field")["n"].iloc[-1] == len(trained.held_out().rows)
        assert source not in trained.catalogue.ids_at(trained.held_out().rows)

    def test_as_a_chart(self, trained):
        table = trained.scores_by("mag", bins=3)
        chart = trained.scores_chart("mag", metric="recall", each_class=True, bins=3)

        told = chart.table().set_index("series").loc["STAR"]
        assert told["y"].tolist() == table["recall_STAR"][:3].tolist()
        assert told["low"].tolist() == table["recall_STAR_low"][:3].tolist()
        assert told["x"].tolist() == table["median"][:3].tolist()
        assert chart.title == f"{table['n'][3]} sources for validation"
        with pytest.raises(SessionError, match="no metric 'speed'"):
            trained.scores_chart("mag", metric="speed")

    def test_a_look_at_the_test_set_is_recorded(self, trained):
        table = trained.scores_by("field", split="test", reason="numbers for the paper")

        assert (table["split"] == "test").all()
        assert trained.looks["reason"].tolist() == ["numbers for the paper"]

    def test_the_test_set_is_not_looked_at_without_a_reason(self, trained):
        with pytest.raises(SessionError, match="recorded with its reason"):
            trained.scores_by("field", split="test")

    def test_says_what_is_missing(self, trained, session):
        with pytest.raises(CatalogueError, match="has no column 'magnitude'"):
            trained.scores_by("magnitude")
        with pytest.raises(SessionError, match="not for 'train'"):
            trained.scores_by("mag", split="train")
        with pytest.raises(NotEnoughLabels, match="at least two classes"):
            session.scores_by("u")

    def test_nothing_held_out(self):
        table = blobs(40).assign(kind=None)
        session = aal.Session(
            aal.Catalogue.from_table(table, id="source"), task=aal.Task(["STAR", "GALAXY"])
        )
        session.annotate([1000, 1004], "GALAXY")
        session.annotate([1001, 1002], "STAR")

        with pytest.raises(SessionError, match="No source with a known class is held out"):
            session.scores_by("u")


def test_train_scores_are_marked(trained):
    table = trained.train_scores()

    assert table["split"].tolist() == [TRAINED]
    assert table["n"].tolist() == table["n_labels"].tolist() == [16]
    assert TRAINED not in trained.scores["split"].tolist()
