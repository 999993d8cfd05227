from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LabelError, NotEnoughLabels, SessionError
from napari_astro_al.session.planner import UNLIKE

from .conftest import blobs

pytestmark = pytest.mark.filterwarnings("ignore:.*left training for the survey sample")


@pytest.fixture(scope="module")
def trained():
    """Sixteen labels of 800 sources, a fifth of which validate."""
    session = aal.Session(aal.Catalogue.from_table(blobs(800), id="source", label="kind"))
    truth = aal.ColumnOracle(session.catalogue)
    sources = session.query(16)
    for source, label in zip(sources, truth.label(sources), strict=True):
        session.annotate(source, label)
    session.train()
    return session


class TestThreshold:
    def test_for_a_purity(self, trained):
        found = trained.threshold("GALAXY", purity=0.95)
        said = trained.predictions()["p_GALAXY"].to_numpy()

        assert found.cut.found
        assert found.cut.purity[0] >= 0.95
        assert found.n_sources == np.count_nonzero(said >= np.float32(found.cut.threshold))
        assert found.selection.count == found.n_sources
        assert found.words.startswith("GALAXY at a probability of 0.")
        assert "validation sources" in found.basis

    def test_for_a_completeness(self, trained):
        found = trained.threshold("GALAXY", completeness=0.9)

        assert found.cut.completeness[0] >= 0.9
        assert found.cut.threshold <= trained.threshold("GALAXY", purity=0.999).cut.purity[2]

    def test_what_cannot_be_had_is_said(self, trained):
        task = trained.tasks["classes"]
        noise = aal.Session(
            trained.catalogue, task=task, features=aal.FeatureRecipe(columns=["source"])
        )
        truth = aal.ColumnOracle(noise.catalogue)
        sources = noise.query(12)
        for source, label in zip(sources, truth.label(sources), strict=True):
            noise.annotate(source, label)
        found = noise.threshold("GALAXY", purity=0.99)

        assert found.n_sources == 0
        assert found.words.startswith("No threshold gives GALAXY a purity of 99 %. The best has")

    def test_rests_on_the_survey_sample_once_it_has_answers(self, catalogue, pool):
        session = aal.Session(catalogue)
        truth = aal.ColumnOracle(catalogue)
        session.draw_survey(60, how="proportional", by="kind")
        for name in pool:
            session.annotate([one for one in pool[name] if not session.surveyed(one)][:5], name)
        assert "validation" in session.threshold("STAR", purity=0.9).basis
        for source in session.survey.sources:
            session.annotate(source, truth.label([source])[0])

        found = session.threshold("STAR", purity=0.9)
        assert found.basis == "60 answers to the survey sample"
        assert found.cut.purity[0] >= 0.9

    def test_says_what_makes_no_sense(self, trained, session):
        with pytest.raises(SessionError, match="and not both"):
            trained.threshold("GALAXY")
        with pytest.raises(SessionError, match="purity is above 0 and below 1"):
            trained.threshold("GALAXY", purity=95)
        with pytest.raises(LabelError, match="No task tells 'QSO' apart"):
            trained.threshold("QSO", purity=0.9)
        with pytest.raises(NotEnoughLabels, match="at least two classes"):
            session.threshold("STAR", purity=0.9)


class TestLabelSets:
    def test_hold_the_right_label_as_often_as_promised(self, trained):
        sets = trained.label_sets(0.1)
        truth = trained.catalogue.column_labels
        test = trained.partition.part == 2
        held = [
            label in words.split(" or ")
            for label, words in zip(truth[test], sets["labels"].astype(str)[test], strict=True)
        ]

        assert list(sets.index) == list(trained.catalogue.ids)
        assert np.mean(held) == pytest.approx(0.9, abs=0.07)

    def test_a_generous_error_leaves_sources_without_a_label(self, trained):
        sets = trained.label_sets(0.5)

        assert UNLIKE in sets["labels"].unique().tolist()
        assert (sets["size"][sets["labels"] == UNLIKE] == 0).all()

    def test_error_is_a_share(self, trained):
        with pytest.raises(SessionError, match="error is above 0 and below 1"):
            trained.label_sets(0)


class TestShift:
    def test_labels_of_one_corner_are_not_like_the_rest(self, session):
        u = session.catalogue.column("u").to_numpy()
        rows = [row for row in np.argsort(-u) if session.partition.part[row] == 0][:12]
        truth = session.catalogue.column_labels
        for row in rows:
            session.annotate(session.catalogue.ids_at([row])[0], str(truth[row]))
        found = session.shift()

        assert found.table()["column"][0] == "u"
        assert found.warning.startswith(
            "The 12 labelled sources are not like the others. u: higher"
        )

    def test_labels_at_random_are(self, session, pool):
        rng = np.random.default_rng(0)
        for name, n in (("STAR", 30), ("GALAXY", 10)):
            for source in rng.choice(pool[name], n, replace=False).tolist():
                session.annotate(source, name)

        assert session.shift().warning == ""
        assert len(session.shift().table()) == 2

    def test_needs_labels(self, session):
        with pytest.raises(NotEnoughLabels, match="Eight labels or more"):
            session.shift()
