"""Why, blind mode, checks of labels, comments and comparing, by mouse and keys in a real window."""

from __future__ import annotations

import json

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.key_choice import keys_file


@pytest.fixture
def session():
    survey = aal.samples.simulated_survey(300, seed=1)
    session = aal.Session(
        survey,
        task=aal.Task(["STAR", "GALAXY", "QSO"]),
        learner=aal.LearnerRecipe(model="knn", strategy="margin"),
    )
    oracle = aal.ColumnOracle(survey)
    for source in survey.ids_at(range(40)):
        label = oracle.label([source])[0]
        if session.partition.part_name(survey.row_of(source)) == "pool" and label:
            session.annotate(source, label)
    return session


@pytest.fixture
def bench(viewer, settled, session):
    aal.open_viewer(session, viewer=viewer)
    return settled(viewer)


def key(bench, name):
    QTest.keyClick(bench.dashboard.label.window(), name)
    QApplication.processEvents()


def test_the_card_tells_why_and_hides_it_in_blind_mode(bench, session, settled, viewer, qtbot):
    why = bench.dashboard.why
    training = dock_of(bench.dashboard.training)
    assert dock_of(why) in bench.dashboard.label.window().tabifiedDockWidgets(training)
    key(bench, Qt.Key.Key_W)
    assert why.isVisible()
    qtbot.waitUntil(lambda: why.explanation is not None, timeout=10_000)
    assert why.explanation == session.explain(session.current)
    assert [bar.name for bar in why.shares.bars] == list(why.explanation.probabilities)
    assert len(why.deciding.bars) == len(why.explanation.deciding)

    near = next(iter(why.near.buttons))
    asked = session.current
    QTest.mouseClick(why.near.buttons[near], Qt.MouseButton.LeftButton)
    assert session.current == near
    qtbot.waitUntil(lambda: why.explanation.source == near, timeout=10_000)
    key(bench, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: why.explanation.source == asked, timeout=10_000)

    QTest.mouseClick(bench.dashboard.label.tools.blind, Qt.MouseButton.LeftButton)
    assert session.blind
    qtbot.waitUntil(lambda: not why.shares.bars, timeout=10_000)
    assert not why.near.buttons
    settled(viewer)
    assert "The model says" not in bench.dashboard.label._why.text()
    covered = bench.feature_space.layers.points("query")
    assert len(covered.data) == 3
    key(bench, Qt.Key.Key_1)
    event = session.book.history_of(asked)[-1]
    assert event.payload["blind"] is False  # its prediction had been on show
    settled(viewer)
    blindly = session.current
    key(bench, Qt.Key.Key_2)
    assert session.book.history_of(blindly)[-1].payload["blind"] is True
    session.show(blindly)
    qtbot.waitUntil(lambda: bool(why.shares.bars), timeout=10_000)


def test_a_comment_goes_with_the_answer_and_the_source_before_is_compared(
    bench, session, settled, viewer
):
    comment_goes_with_the_answer(bench, session, settled, viewer)
    holding_the_key_shows_the_source_before_and_labels_nothing(bench, session, settled, viewer)


def comment_goes_with_the_answer(bench, session, settled, viewer):
    tools, source = bench.dashboard.label.tools, session.current
    key(bench, Qt.Key.Key_C)
    assert tools.currentWidget() is tools.comment
    QTest.keyClicks(tools.comment, "z 1u")
    QTest.keyClick(tools.comment, Qt.Key.Key_Escape)
    assert tools.currentWidget() is not tools.comment
    key(bench, Qt.Key.Key_C)
    QTest.keyClicks(tools.comment, "tail 2")
    QTest.keyClick(tools.comment, Qt.Key.Key_Return)
    assert session.book.state_of(source) is None
    assert tools.pace.text() == "✎ tail 2"
    key(bench, Qt.Key.Key_1)
    assert session.book.history_of(source)[-1].payload["comment"] == "tail 2"
    settled(viewer)
    following = session.current
    key(bench, Qt.Key.Key_U)
    assert "comment" not in session.book.history_of(following)[-1].payload
    settled(viewer)


def holding_the_key_shows_the_source_before_and_labels_nothing(bench, session, settled, viewer):
    window, before = bench.dashboard.label.window(), session.current
    key(bench, Qt.Key.Key_1)
    settled(viewer)
    source, n_labels = session.current, len(session.labels)
    QTest.keyPress(window, Qt.Key.Key_P)
    assert session.current == before
    settled(viewer)
    for name in (Qt.Key.Key_2, Qt.Key.Key_Z, Qt.Key.Key_Left, Qt.Key.Key_Space, Qt.Key.Key_M):
        key(bench, name)
    assert session.current == before
    QTest.keyRelease(window, Qt.Key.Key_P)
    assert session.current == source
    assert len(session.labels) == n_labels
    assert session.book.label_of(before) == "STAR"
    assert not session.marked
    settled(viewer)
    key(bench, Qt.Key.Key_2)
    assert session.book.label_of(source) == "GALAXY"


def test_doubtful_labels_are_gone_through_and_settled(bench, session, settled, viewer):
    label, checking = bench.dashboard.label, bench.dashboard.label.checking
    wrong = next(one for one in session.labels.index if session.labels[one] == "STAR")
    session.annotate(wrong, "QSO")
    settled(viewer)
    label.tools.menu.aboutToShow.emit()
    label.tools.menu.actions()[0].trigger()
    settled(viewer)
    assert checking.active
    n = len(checking.audit.suspects)
    first = session.current
    assert label._why.text() == checking.audit.suspects[0].words
    assert label.tools.place.text() == f"Doubtful label 1 of {n}"
    given = session.book.label_of(first)
    QTest.mouseClick(label.tools.keep, Qt.MouseButton.LeftButton)
    settled(viewer)
    assert session.book.history_of(first)[-1].kind == "audit"
    assert session.book.label_of(first) == given
    if checking.active:
        session.show(wrong)
        settled(viewer)
        key(bench, Qt.Key.Key_1)
        assert session.book.label_of(wrong) == "STAR"
        settled(viewer)
        QTest.mouseClick(label.tools.done, Qt.MouseButton.LeftButton)
    assert not checking.active
    settled(viewer)
    asked = session.current
    key(bench, Qt.Key.Key_2)
    assert session.book.label_of(asked) == "GALAXY" or session.book.state_of(asked) is not None


def test_a_labelled_source_comes_again_like_any_question(bench, session, settled, viewer):
    label = bench.dashboard.label
    label.tools.menu.aboutToShow.emit()
    shares = {one.text(): one.menu() for one in label.tools.menu.actions() if one.menu()}
    assert not shares["Answer what others have answered"].isEnabled()  # there are no others
    again = shares["Show labelled sources again"].actions()
    next(one for one in again if one.text() == "One of five").trigger()
    assert session.audit_share == 0.2
    for _ in range(30):
        if session.reshown is not None:
            break
        key(bench, Qt.Key.Key_1)
        settled(viewer)
    source = session.reshown
    before = session.book.label_of(source)
    assert session.current == source
    assert not label._state.isVisible()
    assert before not in label._state.text()
    texts = [bench.dashboard.source.table.item(row, 1).text() for row in range(2)]
    assert texts == [str(source), "–"]
    marked = bench.feature_space.layers.points("labelled").features["id"]
    assert source not in set(marked)
    key(bench, Qt.Key.Key_3)
    settled(viewer)
    event = session.book.history_of(source)[-1]
    assert (event.kind, event.payload["label"], event.payload["blind"]) == ("audit", "QSO", True)
    assert session.book.label_of(source) == before
    assert session.current != source
    assert session.reshown is None


@pytest.fixture
def other_keys(monkeypatch, tmp_path):
    monkeypatch.setenv("NAPARI_ASTRO_AL_HOME", str(tmp_path))
    keys_file().write_text(json.dumps({"unsure": "X", "keys": "F1"}))


def test_keys_of_ones_own_work_and_are_listed(other_keys, bench, session, settled, viewer):
    source, shown = session.current, bench.dashboard.label.tools.keys_list
    assert bench.dashboard.label.buttons.unsure.text() == "X  Unsure"
    key(bench, Qt.Key.Key_U)
    assert session.book.state_of(source) is None
    key(bench, Qt.Key.Key_F1)
    assert shown.isVisible()
    QTest.keyClick(shown, Qt.Key.Key_A)
    assert not shown.isVisible()
    key(bench, Qt.Key.Key_X)
    assert session.book.state_of(source) == "unsure"


def test_answers_of_others_are_taken_in_and_disagreements_settled(
    bench, session, settled, viewer, qtbot, tmp_path
):
    survey, tools = session.catalogue, bench.dashboard.label.tools
    first, second = session.book.series().index[:2]
    theirs = aal.Session(survey, task=aal.Task(["STAR", "GALAXY", "QSO"]), annotator="bo")
    for source in (first, second):
        other = next(name for name in session.classes if name != session.labels[source])
        theirs.annotate(source, other)
    theirs.export_ledger(tmp_path / "bo.sqlite")

    tools.team.take_in([str(tmp_path / "bo.sqlite")])
    qtbot.waitUntil(lambda: session.book.annotators >= {"bo"}, timeout=20_000)
    assert len(session.labels) == len(session.book.votes()) - 2  # two ties
    settled(viewer)
    tools.menu.aboutToShow.emit()
    settle = next(one for one in tools.menu.actions() if one.text() == "Settle disagreements")
    settle.trigger()
    qtbot.waitUntil(lambda: bench.dashboard.label.checking.active, timeout=20_000)
    settled(viewer)
    assert session.current == first
    why = bench.dashboard.label._why.text()
    assert why.startswith("Disputed: 1 says ")
    assert tools.place.text() == "Disagreement 1 of 2"

    vote = session.book.votes()[first]["bo"]
    key(bench, getattr(Qt.Key, f"Key_{1 + session.classes.index(vote)}"))
    assert session.labels[first] == vote  # both say so now
    qtbot.waitUntil(lambda: session.current == second, timeout=10_000)

    tools.team.give(tmp_path / "all.sqlite")
    qtbot.waitUntil((tmp_path / "all.sqlite").exists, timeout=20_000)
    third = aal.Session(survey, task=aal.Task(["STAR", "GALAXY", "QSO"]), annotator="cy")
    third.merge(tmp_path / "all.sqlite")
    assert third.disagreements() == [second]
