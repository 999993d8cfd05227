from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import NotEnoughLabels, SessionError
from napari_astro_al.session.charting import CHARTS

from .conftest import blobs


@pytest.fixture(scope="module")
def trained():
    """Twenty labels; the third feature is noise."""
    table = blobs(300)
    table["noise"] = np.random.default_rng(5).normal(size=len(table))
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind")
    features = aal.FeatureRecipe(columns=["u", "g", "noise"])
    session = aal.Session(catalogue, features=features)
    truth = aal.ColumnOracle(catalogue)
    sources = session.query(20)
    for source, label in zip(sources, truth.label(sources), strict=True):
        session.annotate(source, label)
    session.train()
    return session


@pytest.mark.parametrize("kind", CHARTS)
def test_charts_are_made_of_what_is_held_out(trained, kind):
    chart = trained.chart(kind)

    assert chart.kind == kind
    assert chart.title == f"{len(trained.held_out().rows)} validation sources"
    assert np.isfinite(chart.table()["y"]).all()


def test_noise_is_the_least_important(trained):
    bars = trained.chart("importance").series[0]

    assert bars.labels[-1] == "noise"
    assert bars.y[0] > 0.05
    assert bars.y[-1] < bars.y[0] / 2


def test_the_same_chart_comes_again(trained):
    first, second = (trained.chart("importance").table() for _ in range(2))

    assert first.equals(second)


def test_without_held_out_sources_labels_are_cross_validated():
    table = blobs(60).assign(kind=None)
    session = aal.Session(
        aal.Catalogue.from_table(table, id="source"), task=aal.Task(["STAR", "GALAXY"])
    )
    with pytest.raises(NotEnoughLabels, match="at least two classes"):
        session.chart("reliability")
    session.annotate(list(range(1000, 1040, 4)), "GALAXY")
    session.annotate(list(range(1001, 1041, 4)), "STAR")

    chart = session.chart("precision-recall")
    assert chart.title.startswith("cross-validated on 20 labels")


def test_what_there_is_not_is_said(trained):
    with pytest.raises(SessionError, match=r"There is no chart 'pie'\. There are 'reliability'"):
        trained.chart("pie")


class TestRandomBaseline:
    def test_is_estimated_from_labels_that_are_like_the_catalogue(self, trained):
        table = trained.random_baseline()

        assert (table["split"] == "random").all()
        assert table["n_labels"].is_monotonic_increasing
        assert table["n_labels"].max() <= len(trained.labels)
        assert table["f1"].between(0, 1).all()
        assert "random" not in trained.scores["split"].tolist()

    def test_a_survey_sample_is_a_random_draw(self):
        session = aal.Session(aal.Catalogue.from_table(blobs(300), id="source", label="kind"))
        truth = aal.ColumnOracle(session.catalogue)
        survey = session.draw_survey(80)
        sources = [*survey.sources, *session.query(4)]
        for source in dict.fromkeys(sources):
            session.annotate(source, truth.label([source])[0])
        if not session.can_train():
            for source in session.query(20):
                session.annotate(source, truth.label([source])[0])
        table = session.random_baseline()
        in_pool = int((session.partition.part[survey.rows] == 0).sum())

        assert table["n_labels"].max() == in_pool
        assert len(table) > 3

    def test_needs_something_to_score_on(self):
        table = blobs(60).assign(kind=None)
        session = aal.Session(
            aal.Catalogue.from_table(table, id="source"), task=aal.Task(["STAR", "GALAXY"])
        )
        session.annotate(list(range(1000, 1040, 4)), "GALAXY")
        session.annotate(list(range(1001, 1041, 4)), "STAR")

        with pytest.raises(SessionError, match="held out for validation, and there are none"):
            session.random_baseline()
