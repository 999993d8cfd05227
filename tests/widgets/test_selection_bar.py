"""Commands on the selected sources, and asking within them, as the window does it."""

from __future__ import annotations

import pytest
from napari.components import ViewerModel
from qtpy.QtWidgets import QInputDialog, QMessageBox

import napari_astro_al as aal
from napari_astro_al.widgets.labelling import NOTHING_LEFT_WITHIN, Labelling
from napari_astro_al.widgets.selection_bar import SelectionBar
from napari_astro_al.widgets.workspace import Workspace


@pytest.fixture
def session() -> aal.Session:
    return aal.Session(aal.samples.simulated_survey(300, seed=1))


@pytest.fixture
def bar(qtbot, session):
    workspace = Workspace(ViewerModel())
    bar = SelectionBar(workspace)
    qtbot.addWidget(bar)
    workspace.take(session, owned=False)
    bar.labelling = Labelling(workspace)
    bar.labelling._take(session)
    rest(bar, qtbot)
    yield bar
    workspace.release()


def rest(bar, qtbot):
    workspace = bar._workspace
    qtbot.waitUntil(
        lambda: workspace.session.current is not None and not workspace.jobs.busy, timeout=20_000
    )


def actions(menu):
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions()}


def unasked(session, n):
    """Pool sources that are not the current one."""
    return [one for one in session.query(n + 1) if one != session.current][:n]


class TestBar:
    def test_hidden_where_there_is_nothing_to_say(self, bar, session):
        assert bar.isHidden()
        session.select(unasked(session, 2))
        assert not bar.isHidden()
        assert bar.count.text() == "2 selected"
        session.select([])
        assert bar.isHidden()

    def test_named_sets_keep_it_there(self, bar, session):
        session.sets.save("two", unasked(session, 2))
        assert not bar.isHidden()
        assert not bar.sets.isHidden()
        assert bar.ask_within.isHidden()

    def test_saving_and_selecting_again(self, bar, session, qtbot, monkeypatch):
        some = set(unasked(session, 3))
        session.select(some)
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("three & more", True))
        actions(bar.more.menu())["Save as set…"].trigger()
        rest(bar, qtbot)
        session.select([])
        (entry,) = [
            action for text, action in actions(bar.sets.menu()).items() if "three && more" in text
        ]
        actions(entry.menu())["Select"].trigger()
        assert session.selected == some

    def test_a_set_is_not_replaced_unasked(self, bar, session, monkeypatch):
        session.sets.save("one", unasked(session, 1))
        session.select(unasked(session, 2))
        monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
        bar.save("one")
        assert session.sets["one"].count == 1

    def test_renaming_and_removing(self, bar, session, qtbot, monkeypatch):
        session.sets.save("one", unasked(session, 1))
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("uno", True))
        monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
        bar._rename("one")
        rest(bar, qtbot)
        assert session.sets.names == ("uno",)
        bar._remove("uno")
        assert len(session.sets) == 0

    def test_excluding_and_including(self, bar, session, qtbot):
        some = unasked(session, 3)
        session.select(some)
        actions(bar.more.menu())["Exclude 3 from asking and training"].trigger()
        qtbot.waitUntil(lambda: session.excluded.count == 3)
        rest(bar, qtbot)
        assert not set(some) & set(bar._workspace.conductor.queue)
        (entry,) = [a for text, a in actions(bar.sets.menu()).items() if "Excluded" in text]
        actions(entry.menu())["Include all again"].trigger()
        qtbot.waitUntil(lambda: session.excluded.count == 0)

    def test_a_name_that_cannot_be_is_told(self, bar, session, monkeypatch):
        told = []
        monkeypatch.setattr(
            "napari_astro_al.widgets.selection_bar.report", lambda error: told.append(str(error))
        )
        session.select(unasked(session, 1))
        bar.save("  ")
        assert "cannot be called" in told[0]

    def test_to_the_table(self, bar, session, qtbot):
        session.select(unasked(session, 1))
        with qtbot.waitSignal(bar._workspace.table_wanted):
            actions(bar.more.menu())["Show in table"].trigger()


class TestAskingWithin:
    def test_questions_stay_within_until_everything_again(self, bar, session, qtbot):
        some = set(unasked(session, 4))
        session.select(some)
        bar.ask_within.click()
        rest(bar, qtbot)
        assert bar.within.text() == "Asking within 4 selected"
        session.select([])
        for _ in range(4):
            assert session.current in some
            bar.labelling.answer(0)
            rest(bar, qtbot)
        assert set(session.labels.index) == some
        assert bar.within.text() == "Nothing left within 4 selected"
        assert not bar.isHidden()
        bar.everything.click()
        rest(bar, qtbot)
        assert session.current not in some
        assert bar._workspace.conductor.within is None
        assert bar.isHidden()

    def test_the_source_on_show_stays_if_it_is_one_of_them(self, bar, session, qtbot):
        current = session.current
        session.select([current, *unasked(session, 2)])
        bar.ask_within.click()
        rest(bar, qtbot)
        assert session.current == current

    def test_the_last_one_on_show_is_still_asked_for(self, bar, session, qtbot):
        session.select([session.current])
        bar.ask_within.click()
        rest(bar, qtbot)
        assert bar.within.text() == "Asking within 1 selected"
        bar.labelling.answer(0)
        rest(bar, qtbot)
        assert bar.within.text() == "Nothing left within 1 selected"

    def test_within_a_named_set(self, bar, session, qtbot):
        session.sets.save("two", unasked(session, 2))
        bar._ask_within("two")
        rest(bar, qtbot)
        assert session.current in session.sets["two"].ids
        assert bar.within.text() == "Asking within two (2)"

    def test_nothing_left_is_said_as_such(self, bar, session, qtbot, monkeypatch):
        said = []
        monkeypatch.setattr("napari_astro_al.widgets.labelling.show_info", said.append)
        session.select(unasked(session, 1))
        bar.ask_within.click()
        rest(bar, qtbot)
        bar.labelling.answer(0)
        rest(bar, qtbot)
        assert said == [NOTHING_LEFT_WITHIN]
