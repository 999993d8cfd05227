from __future__ import annotations

import pytest

import napari_astro_al as aal
from napari_astro_al.session.audit import Share


@pytest.fixture
def labelled(session, pool):
    """Forty right labels, stars and galaxies in turn, and two wrong ones."""
    for star, galaxy in zip(pool["STAR"][:20], pool["GALAXY"][:20], strict=True):
        session.annotate(star, "STAR")
        session.annotate(galaxy, "GALAXY")
    session.annotate(pool["STAR"][20:22], "GALAXY")
    return session


def shown_again(session):
    """Which of the next questions would be about labelled sources."""
    source = session.due_again()
    if source is not None:
        session.show_again(source)
    return source


class TestShownAgain:
    def test_nothing_is_shown_again_unless_wanted(self, labelled):
        assert labelled.audit_share == 0
        assert labelled.due_again() is None

    def test_about_the_chosen_share_of_questions_is(self, labelled, pool):
        labelled.audit_share = 0.3
        found = []
        for source in pool["STAR"][30:90]:
            found.append(labelled.due_again())
            labelled.annotate(source, "STAR")
        n = sum(one is not None for one in found)
        assert 10 <= n <= 27
        again = [one for one in found if one is not None]
        assert all(labelled.book.state_of(one) == "labelled" for one in again)

    def test_it_is_drawn_by_seed_and_number_of_answers(self, labelled):
        labelled.audit_share = 0.5
        first = [labelled.due_again() for _ in range(3)]
        assert len(set(first)) == 1

    def test_the_last_ten_labels_are_not_shown_again(self, session, pool):
        session.audit_share = 0.5
        last = pool["STAR"][1:11]
        for source in pool["STAR"][:11]:
            session.annotate(source, "STAR")
        for seed in range(40):
            session.seed = seed
            assert session.due_again() not in last

    def test_one_question_is_not_asked_twice(self, labelled, pool):
        labelled.audit_share = 0.5
        source = next(
            one
            for one in (self._after(labelled, s) for s in pool["STAR"][30:60])
            if one is not None
        )
        labelled.answer_again(source, labelled.book.label_of(source))
        assert labelled.due_again() is None

    @staticmethod
    def _after(session, source):
        session.annotate(source, "STAR")
        return shown_again(session)

    def test_label_and_predictions_are_hidden_meanwhile(self, labelled, pool):
        source, told = pool["STAR"][0], []
        labelled.blind_changed.connect(lambda: told.append(labelled.reshown))
        labelled.show_again(source)
        assert labelled.hides_label(source)
        assert labelled.hides_predictions(source)
        labelled.show(pool["STAR"][1])
        assert not labelled.hides_label(source)
        assert labelled.reshown is None
        assert told == [source, None]

    def test_a_source_without_a_label_cannot_be(self, labelled, pool):
        with pytest.raises(aal.AstroALError, match="has no label that could be checked"):
            labelled.show_again(pool["STAR"][50])

    @pytest.mark.parametrize("share", [-0.1, 0.6, True, "half"])
    def test_a_share_that_cannot_be_is_refused(self, labelled, share):
        with pytest.raises(aal.AstroALError, match="audit_share"):
            labelled.audit_share = share
        assert labelled.audit_share == 0

    def test_the_share_is_kept_with_the_session(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            session.audit_share = 0.1
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            assert again.audit_share == 0.1


class TestAnsweredAgain:
    def test_the_label_stays_and_both_answers_are_kept(self, labelled, pool):
        source, before = pool["STAR"][0], labelled.labels
        labelled.show_again(source)
        assert not labelled.answer_again(source, "GALAXY", seconds=1.5)
        assert labelled.labels.equals(before)
        first, second = labelled.book.history_of(source)
        assert (first.kind, first.payload["label"]) == ("label", "STAR")
        assert second.kind == "audit"
        kept = {key: second.payload[key] for key in ("label", "first", "seconds", "blind")}
        assert kept == {"label": "GALAXY", "first": "STAR", "seconds": 1.5, "blind": True}
        assert labelled.contradicted() == {source: "GALAXY"}

    def test_an_id_out_of_a_table_is_as_good_as_a_plain_one(self, labelled):
        source = labelled.labels.index[0]
        labelled.show_again(source)
        assert labelled.answer_again(source, labelled.labels.iloc[0])
        assert labelled.book.history_of(source)[-1].payload["blind"] is True

    def test_nothing_is_trained_anew(self, labelled, pool):
        labelled.train()
        labelled.answer_again(pool["STAR"][0], "GALAXY")
        assert not labelled.is_stale()

    def test_changing_the_label_settles_it(self, labelled, pool):
        source = pool["STAR"][0]
        labelled.answer_again(source, "GALAXY")
        labelled.annotate(source, "GALAXY")
        assert labelled.contradicted() == {}
        assert [e.payload["label"] for e in labelled.book.history_of(source)] == [
            "STAR",
            "GALAXY",
            "GALAXY",
        ]

    def test_it_can_be_taken_back(self, labelled, pool):
        source = pool["STAR"][0]
        labelled.answer_again(source, None)
        assert labelled.contradicted() == {source: None}
        assert labelled.undo() == (source,)
        assert labelled.contradicted() == {}
        assert labelled.book.label_of(source) == "STAR"

    def test_it_survives_closing(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            session.annotate([1001, 1002], "STAR")
            session.show_again(1001)
            session.answer_again(1001, "GALAXY")
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            assert again.contradicted() == {1001: "GALAXY"}
            assert again.book.label_of(1001) == "STAR"

    def test_an_unknown_class_changes_nothing(self, labelled, pool):
        n = len(labelled.book.answers()())
        with pytest.raises(aal.AstroALError, match="knows the class 'PLANET'"):
            labelled.answer_again(pool["STAR"][0], "PLANET")
        assert len(labelled.book.answers()()) == n


class TestAudit:
    def test_wrong_labels_are_the_first_suspects_with_reasons(self, labelled, pool):
        audit = labelled.audit()
        wrong = pool["STAR"][20:22]
        assert set(wrong) & {one.source for one in audit.suspects[:3]}
        worst = next(one for one in audit.suspects if one.source in wrong)
        assert (worst.label, worst.suggested) == ("GALAXY", "STAR")
        assert worst.words.startswith("Labelled GALAXY. ")
        assert "A model without this label says STAR" in worst.words or "nearest" in worst.words
        assert audit.n_checked == 42

    def test_a_label_that_was_contradicted_comes_first(self, labelled, pool):
        source = next(
            one
            for one in pool["STAR"][:20]
            if one not in [suspect.source for suspect in labelled.audit().suspects]
        )
        labelled.show_again(source)
        labelled.answer_again(source, "GALAXY")
        audit = labelled.audit()
        found = next(one for one in audit.suspects if one.source == source)
        assert found.reasons == ("Shown again, you said GALAXY.",)
        assert found.suggested == "GALAXY"
        assert list(audit.consistency.values()) == [Share(0, 1)]

    def test_a_contradiction_that_was_settled_is_no_reason(self, labelled, pool):
        source = pool["STAR"][0]
        labelled.answer_again(source, "GALAXY")
        labelled.annotate(source, "STAR")
        reasons = [
            r for one in labelled.audit().suspects if one.source == source for r in one.reasons
        ]
        assert not any("Shown again" in reason for reason in reasons)

    def test_a_label_given_once_more_is_no_suspect(self, labelled):
        suspect = labelled.audit().suspects[0]
        labelled.answer_again(suspect.source, suspect.label)
        assert suspect.source not in [one.source for one in labelled.audit().suspects]

    def test_drift_is_told_of_twenty_answers_and_more(self, labelled):
        (drift,) = labelled.audit().drift
        assert drift.early.total + drift.late.total == 42

    def test_labels_of_one_class_cannot_be_checked(self, session, pool):
        session.annotate(pool["STAR"][:20], "STAR")
        with pytest.raises(aal.AstroALError, match="at least two classes"):
            session.audit()


class TestBlind:
    def test_it_hides_predictions_until_the_answer(self, labelled, pool):
        source = pool["STAR"][60]
        assert not labelled.hides_predictions(source)
        labelled.blind = True
        assert labelled.hides_predictions(source)
        assert not labelled.hides_label(source)
        labelled.annotate(source, "STAR")
        assert not labelled.hides_predictions(source)

    def test_each_answer_says_whether_it_was_blind(self, labelled, pool):
        one, two, three = pool["STAR"][60:63]
        labelled.show(one)
        labelled.blind = True
        labelled.annotate(one, "STAR")
        labelled.show(two)
        labelled.unsure(two)
        labelled.blind = False
        labelled.annotate(three, "STAR")
        said = [labelled.book.history_of(s)[-1].payload["blind"] for s in (one, two, three)]
        assert said == [False, True, False]

    def test_it_is_kept_with_the_session_and_told(self, catalogue, tmp_path):
        told = []
        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            session.blind_changed.connect(lambda: told.append(session.blind))
            session.blind = True
            session.blind = True
            assert told == [True]
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            assert again.blind

    def test_something_else_is_refused(self, labelled):
        with pytest.raises(aal.AstroALError, match="blind is True or False"):
            labelled.blind = "yes"
