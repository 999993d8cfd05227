"""The Label dock, by mouse and keyboard in a real window."""

from __future__ import annotations

import pandas as pd
import pytest
from napari.utils.notifications import notification_manager
from qtpy.QtCore import QPoint, Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al.learning import MODELS, STRATEGIES
from napari_astro_al.widgets.class_menu import ClassMenu, GroupDialog
from napari_astro_al.widgets.committee_dialog import CommitteeDialog
from napari_astro_al.widgets.learner_choice import COMMITTEE, COST, PARAMETERS
from napari_astro_al.widgets.score_choice import TOGETHER
from napari_astro_al.widgets.setup_form import EACH, _task_of

from .dialogs import click

CLASSES = ["STAR", "GALAXY", "QSO"]
SMALL = (1440, 870)


def choose(box, name):
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())


@pytest.fixture
def survey():
    return aal.samples.simulated_survey(400, seed=1)


@pytest.fixture
def session(survey):
    session = aal.Session(survey, task=aal.Task(CLASSES))
    oracle = aal.ColumnOracle(survey)
    for _ in range(12):
        (source,) = session.query()
        session.annotate(source, oracle.label([source])[0])
    return session


@pytest.fixture
def bench(viewer, settled, session):
    viewer.window.resize(*SMALL)
    aal.open_viewer(session, viewer=viewer)
    return settled(viewer)


class TestMarks:
    def test_a_key_marks_and_takes_away(self, bench, session):
        window, source = bench.dashboard.label.window(), session.current
        QTest.keyClick(window, Qt.Key.Key_M)
        assert dict(session.marked) == {source: True}
        QTest.keyClick(window, Qt.Key.Key_N)
        assert dict(session.marked) == {source: False}
        QTest.keyClick(window, Qt.Key.Key_N)
        assert not session.marked

    def test_a_mark_is_no_answer(self, bench, session, settled, viewer):
        source, n_labels = session.current, len(session.labels)
        click(bench.dashboard.label.examples.like)
        settled(viewer)
        assert session.current == source
        assert len(session.labels) == n_labels
        assert bench.dashboard.label.examples.like.isChecked()

    def test_the_most_alike_are_selected(self, bench, session, qtbot):
        session.mark(session.catalogue.ids[:2])
        bench.dashboard.label.examples.select_alike(7)
        qtbot.waitUntil(lambda: len(session.selected) == 7, timeout=20_000)
        assert session.selected == set(session.search(n=7).index)

    def test_marked_sources_are_listed_and_forgotten(self, bench, session, settled, viewer):
        row = bench.dashboard.label.examples
        assert not row.all.isVisible()
        session.mark(list(session.catalogue.ids[:2]))
        session.mark(session.catalogue.ids[2], like=False)
        settled(viewer)
        assert row.all.text() == "3 marked"
        row.menu.aboutToShow.emit()
        titles = [one.text() for one in row.menu.actions() if one.menu() is not None]
        assert titles[2] == f"☆ not like {session.catalogue.ids[2]}"
        row.menu.actions()[-1].trigger()
        assert not session.marked

    def test_more_like_these_are_asked_for(self, bench, session, settled, viewer):
        row = bench.dashboard.label.examples
        session.mark(session.catalogue.ids[0])
        row.menu.aboutToShow.emit()
        row.menu.actions()[0].trigger()
        settled(viewer)
        assert session.learners["classes"].strategy == "examples"
        assert bench.workspace.conductor.query.strategy == "examples"
        assert bench.dashboard.label.learner.strategy.currentData() == "examples"


class TestLearner:
    def test_every_model_and_strategy_is_offered(self, bench):
        choice = bench.dashboard.label.learner
        models = [choice.model.itemData(i) for i in range(choice.model.count())]
        assert models == ["auto", *MODELS, COMMITTEE, PARAMETERS]
        offered = {choice.strategy.itemData(i) for i in range(choice.strategy.count())}
        assert offered - {None} == {"auto", *STRATEGIES, COST, PARAMETERS}

    def test_strategies_explain_themselves_under_headings(self, bench):
        box = bench.dashboard.label.learner.strategy
        for place in range(box.count()):
            named = box.itemData(place) is not None
            tip = box.itemData(place, Qt.ItemDataRole.ToolTipRole)
            assert bool(tip) == named
            assert bool(box.model().item(place).flags() & Qt.ItemFlag.ItemIsEnabled) == named

    def test_another_model_learns(self, bench, session, settled, viewer):
        choose(bench.dashboard.label.learner.model, "knn")
        settled(viewer)
        assert session.learners["classes"].model == "knn"
        assert session.results["classes"].model == "knn"

    def test_a_committee_is_chosen_by_ticks(self, bench, session, settled, viewer):
        choice = bench.dashboard.label.learner

        def tick():
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, CommitteeDialog)
            ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
            assert not ok.isEnabled()
            for name in ("knn", "decision_tree"):
                box = dialog.members[name]
                QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
            dialog.votes["hard"].click()
            assert ok.isEnabled()
            click(ok)

        QTimer.singleShot(300, tick)
        choose(choice.model, COMMITTEE)
        settled(viewer)
        recipe = session.learners["classes"]
        assert (set(recipe.models), recipe.vote) == ({"knn", "decision_tree"}, "hard")
        assert choice.model.currentData() == recipe.model_label

    def test_what_auto_has_come_to_is_said(self, bench, session):
        shown = bench.dashboard.label.learner.auto
        choice = session.choice()
        assert shown.text() == f"auto: {choice.words}"
        assert choice.members[0].name.replace("_", " ") in shown.toolTip()
        assert choice.why in shown.toolTip()

    def test_a_model_by_name_is_no_choice(self, bench, session, settled, viewer):
        choose(bench.dashboard.label.learner.model, "knn")
        settled(viewer)
        shown = bench.dashboard.label.learner.auto
        assert (shown.text(), shown.toolTip()) == ("", "")


class TestRoom:
    def test_nothing_is_cut_or_scrolled_in_a_small_window(self, bench, session):
        label = bench.dashboard.label
        assert label._scroll.verticalScrollBar().maximum() == 0
        assert label._body.minimumSizeHint().width() <= label._scroll.viewport().width()

    def test_nothing_moves_when_advice_and_forecast_come(self, bench, session, settled, viewer):
        buttons = bench.dashboard.label.buttons
        before = buttons.mapToGlobal(QPoint(0, 0))
        for _ in range(4):
            QTest.keyClick(bench.dashboard.label.window(), Qt.Key.Key_1)
            settled(viewer)
        assert buttons.mapToGlobal(QPoint(0, 0)) == before


class TestSeveralTasks:
    @pytest.fixture
    def session(self, survey):
        session = aal.Session(survey, task=_task_of(EACH, CLASSES))
        oracle = aal.ColumnOracle(survey)
        for source in session.query(25):
            session.annotate(source, oracle.label([source])[0])
        return session

    def test_one_is_set_up_for_each_class(self, session):
        assert list(session.tasks) == CLASSES
        assert [task.positive for task in session.tasks.values()] == CLASSES

    def test_the_dock_says_which_asks(self, bench, session):
        asks = session.asked(session.current)["task"]
        label = bench.dashboard.label
        assert label._why.text().startswith(f"{asks} asks because: ")
        assert label._headline.text().startswith(str(asks))

    def test_training_shows_each(self, bench, session):
        training = bench.dashboard.training
        shown = [training.task.itemText(i) for i in range(training.task.count())]
        assert shown == [TOGETHER, *CLASSES]
        assert training.matrix._confusion.classes == tuple(CLASSES)
        training.task.setCurrentIndex(3)
        assert training.matrix._confusion.classes == ("QSO", "not QSO")


def test_ranking_metrics_are_drawn(bench):
    training = bench.dashboard.training
    for name in ("average_precision", "recall_at_purity"):
        training.metric.setCurrentIndex(training.metric.findData(name))
        assert training.curve._lines
        assert pd.notna(training.curve._lines[-1].curve.value[-1])


class TestClasses:
    def menu(self, bench, name):
        return ClassMenu(bench.workspace.session, name, bench.dashboard.label)

    def command(self, menu, words):
        return next(one for one in menu.actions() if one.text().startswith(words))

    def test_a_right_click_offers_what_can_be_done(self, bench):
        label = bench.dashboard.label
        button = label.buttons._buttons["QSO"]
        button.customContextMenuRequested.emit(QPoint(5, 5))
        QApplication.processEvents()
        (menu,) = (one for one in label.findChildren(ClassMenu) if one.isVisible())
        words = [one.text() for one in menu.actions()]
        menu.close()
        assert words == ["QSO", "Rename…", "Merge into", "Group with others…", "Remove"]

    def test_renamed_it_keeps_its_labels_and_place(self, bench, session, settled, viewer):
        count = (session.labels == "QSO").sum()

        def type_name():
            dialog = QApplication.activeModalWidget()
            dialog.setTextValue("quasar")
            dialog.accept()

        QTimer.singleShot(200, type_name)
        self.command(self.menu(bench, "QSO"), "Rename").trigger()
        settled(viewer)
        assert session.classes == ("STAR", "GALAXY", "quasar")
        assert bench.dashboard.label.buttons._buttons["quasar"].text() == f"3  quasar   {count}"

    def test_merged_and_taken_out_again(self, bench, session, settled, viewer):
        into = self.command(self.menu(bench, "QSO"), "Merge into").menu()
        next(one for one in into.actions() if one.text() == "STAR").trigger()
        settled(viewer)
        assert session.classes == ("STAR", "GALAXY")
        self.command(self.menu(bench, "STAR"), "Take QSO out again").trigger()
        settled(viewer)
        assert set(session.classes) == set(CLASSES)

    def test_a_group_is_an_answer(self, bench, session, settled, viewer):
        def fill():
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, GroupDialog)
            QTest.keyClicks(dialog.name, "extended")
            dialog.members["GALAXY"].setChecked(True)
            dialog.accept()

        QTimer.singleShot(200, fill)
        self.command(self.menu(bench, "QSO"), "Group").trigger()
        settled(viewer)
        assert session.groups == {"extended": ("GALAXY", "QSO")}
        source = session.current
        click(bench.dashboard.label.buttons._coarse_buttons["extended"])
        assert session.labels[source] == "extended"

    def test_what_is_refused_is_said(self, bench, session):
        told = []

        def note(notification):
            told.append(notification.message)

        notification_manager.notification_ready.connect(note)
        self.command(self.menu(bench, "STAR"), "Remove").trigger()
        notification_manager.notification_ready.disconnect(note)
        assert "labelled 'STAR'" in told[0]


class TestNot:
    @pytest.fixture
    def session(self, survey):
        session = aal.Session(survey, task=aal.Task.one_vs_rest("QSO", CLASSES))
        session.annotate(session.query(3), "STAR")
        return session

    def test_a_button_says_not(self, bench, session, settled, viewer):
        buttons = bench.dashboard.label.buttons
        assert list(buttons._buttons) == CLASSES
        source = session.current
        button = buttons._coarse_buttons["~QSO"]
        assert button.text() == "not QSO   0"
        click(button)
        settled(viewer)
        assert session.labels[source] == "~QSO"
        assert button.text() == "not QSO   1"
