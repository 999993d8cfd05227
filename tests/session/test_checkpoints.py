"""Checkpoints: kept, compared, gone back to, with nothing taken out of the ledger."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import napari_astro_al as aal

LEARNER = aal.LearnerRecipe(model="logistic_regression", strategy="margin")


@pytest.fixture
def kept(catalogue: aal.Catalogue, tmp_path: Path) -> aal.Session:
    """Two labels of each class, a model, and a checkpoint "four"."""
    session = aal.Session(catalogue, learner=LEARNER, path=tmp_path / "s.astroal", annotator="Ada")
    pool = session.catalogue.ids[session.partition.part == 0].tolist()
    truth = session.catalogue.column_labels
    stars = [one for one in pool if truth[one - 1000] == "STAR"]
    galaxies = [one for one in pool if truth[one - 1000] == "GALAXY"]
    for source in (*stars[:2], *galaxies[:2]):
        session.annotate(source, truth[source - 1000])
    session.train()
    session.checkpoint("four")
    return session


def free(session: aal.Session) -> int:
    """A pool source without an answer."""
    taken = session.book.taken | (session.partition.part != 0)
    return int(session.catalogue.ids[np.flatnonzero(~taken)[0]])


class TestKeeping:
    def test_says_where_things_stood(self, kept: aal.Session) -> None:
        one = kept.checkpoints["four"]
        assert one.n_labels == 4
        assert one.position == kept.ledger.head - 1
        assert one.score()["n_labels"] == 4  # type: ignore[index]
        assert one.recipes["learners"] == {"classes": LEARNER.to_json()}

    def test_the_model_is_the_one_of_then(self, kept: aal.Session) -> None:
        values = kept.features.values[:20]
        then = kept.results["classes"].learner.predict_proba(values)
        kept.annotate(free(kept), "GALAXY")
        kept.train()
        again = kept.checkpoint_model("four").predict_proba(values)
        assert np.array_equal(again, then)

    def test_is_there_after_opening(self, kept: aal.Session, catalogue: aal.Catalogue) -> None:
        kept.close()
        assert kept.path is not None
        with aal.Session.open(kept.path, catalogue) as again:
            assert list(again.checkpoints) == ["four"]
            assert again.checkpoint_model("four") is not None

    @pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101, 7])
    def test_names_are_text_on_one_line(self, kept: aal.Session, name: object) -> None:
        with pytest.raises(aal.AstroALError, match="cannot be called"):
            kept.checkpoint(name)  # type: ignore[arg-type]

    def test_a_name_is_used_once(self, kept: aal.Session) -> None:
        with pytest.raises(aal.AstroALError, match="There is a checkpoint 'four' already"):
            kept.checkpoint("four")

    def test_one_that_is_not_there(self, kept: aal.Session) -> None:
        with pytest.raises(aal.AstroALError, match="The checkpoints are 'four'"):
            kept.go_back("five")


class TestComparing:
    def test_with_now(self, kept: aal.Session) -> None:
        first = kept.labels.index[0]
        new = free(kept)
        kept.annotate(new, "STAR")
        kept.annotate(first, "GALAXY")
        kept.set_learner(aal.LearnerRecipe(model="knn"))
        found = kept.compare_checkpoints("four")
        assert (found.gained, found.lost, found.changed) == ((new,), (), (first,))
        assert found.recipes == ("learners",)
        assert str(found) == (
            "From 'four' to 'now': labels: 1 more labelled, 1 other; other learners."
        )
        assert ("four", "f1") in found.scores.columns


class TestGoingBack:
    def test_own_answers_since_are_taken_back(self, kept: aal.Session) -> None:
        before, n = kept.labels, kept.ledger.head
        changed = kept.labels.index[0]
        kept.annotate(free(kept), "STAR")
        kept.annotate(changed, "GALAXY")
        kept.unsure(free(kept))
        kept.set_learner(aal.LearnerRecipe(model="knn"))
        assert kept.go_back("four") == 0
        assert kept.labels.equals(before)
        assert kept.learners["classes"] == LEARNER
        assert kept.ledger.head > n + 4  # appended, nothing removed
        assert kept.ledger.verify() is None

    def test_what_was_taken_back_comes_again(self, kept: aal.Session) -> None:
        before = kept.labels
        kept.undo()
        kept.undo()
        kept.annotate(free(kept), "STAR")  # ends every chance of redo
        kept.go_back("four")
        assert kept.labels.to_dict() == before.to_dict()

    def test_and_forth_again(self, kept: aal.Session) -> None:
        kept.annotate(free(kept), "STAR")
        after = kept.labels
        kept.go_back("four")
        assert list(kept.checkpoints) == ["four", "before going back to four"]
        kept.go_back("before going back to four")
        assert kept.labels.to_dict() == after.to_dict()

    def test_answers_of_others_stay(self, kept: aal.Session) -> None:
        source = free(kept)
        kept.annotate(source, "STAR", annotator="Bob")
        assert kept.go_back("four") == 1
        assert kept.labels[source] == "STAR"

    def test_the_same_model_follows(self, kept: aal.Session) -> None:
        asked, scores = kept.query(3), kept.scores.iloc[-1]
        for _ in range(3):
            kept.annotate(kept.query(), "GALAXY")
        kept.go_back("four")
        assert kept.query(3) == asked
        assert kept.scores.iloc[-1].equals(scores)

    def test_features_that_do_not_fit_any_more_change_nothing(
        self, kept: aal.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept.set_features(aal.FeatureRecipe(columns=["u"]))
        kept.annotate(free(kept), "STAR")
        before, features = kept.labels, kept.features
        monkeypatch.setattr(kept, "catalogue", kept.catalogue.with_roles(info=()))
        del kept.catalogue.table["g"]
        with pytest.raises(aal.AstroALError, match="'g'"):
            kept.go_back("four")
        assert kept.labels.equals(before)
        assert kept.features is features
