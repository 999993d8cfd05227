"""Looking back: labels as they were after any step, and nothing recorded meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.session.conftest import blobs

import napari_astro_al as aal


@pytest.fixture
def told(session: aal.Session) -> aal.Session:
    """1000 a galaxy, 1001 unsure, 1002 skipped, 1000 a star after all, that taken back."""
    session.annotate(1000, "GALAXY")
    session.unsure(1001)
    session.skip(1002)
    session.annotate(1000, "STAR")
    session.undo()
    return session


class TestTimeline:
    def test_has_a_moment_a_step(self, told: aal.Session) -> None:
        timeline = told.timeline()
        assert [one.words for one in timeline.moments] == [
            "You: 1000 is GALAXY",
            "You: unsure of 1001",
            "You: skipped 1002",
            "You: 1000 is STAR",
            "You: took back 1000",
        ]
        assert [one.n_labels for one in timeline.moments] == [1, 1, 1, 1, 1]

    def test_sources_labelled_together_are_one_moment(self, session: aal.Session) -> None:
        session.annotate([1000, 1001, 1002], "STAR", annotator="Bob")
        [moment] = session.timeline().moments
        assert moment.words == "Bob: 3 sources are STAR"
        assert sorted(moment.rows.tolist()) == [0, 1, 2]


class TestLookingBack:
    def test_shows_what_was_so(self, told: aal.Session) -> None:
        told.look_back(4)
        shown = told.shown_labels
        assert shown.label_of(1000) == "STAR"
        assert shown.state_of(1001) == "unsure"
        told.look_back(1)
        assert told.shown_labels.label_of(1000) == "GALAXY"
        assert told.shown_labels.state_of(1001) is None
        assert dict(told.shown_labels.labels) == {0: "GALAXY"}
        assert told.shown_labels.taken.sum() == 1
        told.look_back(0)
        assert told.shown_labels.labelled()[1] == []
        told.return_to_present()
        assert told.shown_labels is told.book

    def test_tells_which_sources_look_otherwise(self, told: aal.Session) -> None:
        news: list[tuple[object, ...]] = []
        told.past_changed.connect(news.append)
        told.look_back(2)
        told.return_to_present()
        assert sorted(news[0], key=str) == [1000, 1002]
        assert sorted(news[1], key=str) == [1000, 1002]

    @pytest.mark.parametrize(
        "verb",
        [
            lambda session: session.annotate(1003, "STAR"),
            lambda session: session.unsure(1003),
            lambda session: session.skip(1003),
            lambda session: session.undo(),
            lambda session: session.redo(),
            lambda session: session.answer_again(1000, "STAR"),
            lambda session: session.checkpoint("then"),
        ],
    )
    def test_nothing_is_recorded_meanwhile(self, told: aal.Session, verb: object) -> None:
        n = told.ledger.head
        told.look_back(2)
        with pytest.raises(aal.AstroALError, match="Return to the present first"):
            verb(told)  # type: ignore[operator]
        assert told.ledger.head == n
        told.return_to_present()
        told.annotate(1003, "STAR")

    def test_an_old_history_is_not_looked_at(self, told: aal.Session) -> None:
        timeline = told.timeline()
        told.annotate(1003, "STAR")
        with pytest.raises(aal.AstroALError, match="read the history anew"):
            told.look_back(1, timeline)


STEP = st.tuples(
    st.sampled_from(["STAR", "GALAXY", "unsure", "skip", "undo", "redo"]),
    st.integers(1000, 1005),
    st.sampled_from([None, "Bob"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(STEP, max_size=14), st.data())
def test_every_moment_is_what_a_session_of_so_many_events_shows(
    steps: list[tuple[str, int, str | None]], data: st.DataObject
) -> None:
    catalogue = aal.Catalogue.from_table(blobs(12), id="source", label="kind", name="few")
    session = aal.Session(catalogue, features=aal.FeatureRecipe(columns=["u"]))
    seen: list[dict[int, object]] = []

    def shown(one: aal.Session) -> dict[int, object]:
        labels = one.shown_labels
        sources = range(1000, 1006)
        return {i: (labels.state_of(i), labels.label_of(i)) for i in sources}

    positions = [0]
    seen.append(shown(session))
    for what, source, who in steps:
        if what in ("undo", "redo"):
            getattr(session, what)()
        elif what == "skip":
            session.skip(source)
        elif what == "unsure":
            session.unsure(source, annotator=who)
        else:
            session.annotate(source, what, annotator=who)
        positions.append(session.position)
        seen.append(shown(session))
    timeline = session.timeline()
    for _ in range(3):
        which = data.draw(st.integers(0, len(positions) - 1))
        session.look_back(timeline.at(positions[which]), timeline)
        assert shown(session) == seen[which]
    session.return_to_present()
    assert shown(session) == seen[-1]
