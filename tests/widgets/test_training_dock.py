from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QPointF, QThreadPool
from qtpy.QtGui import QColor

import napari_astro_al as aal
from napari_astro_al.session.curves import Confusion
from napari_astro_al.widgets.cell_text import percent
from napari_astro_al.widgets.chart_colours import ChartColours, readable_on
from napari_astro_al.widgets.confusion_matrix import ConfusionMatrix
from napari_astro_al.widgets.learning_curve import parted
from napari_astro_al.widgets.style import ThemeColours
from napari_astro_al.widgets.training_dock import EACH_CLASS, TrainingDock
from napari_astro_al.widgets.workspace import Workspace

CLASSES = ("STAR", "GALAXY", "QSO")


def sky(n: int = 150) -> aal.Catalogue:
    """Three classes, one after the other, that two colours tell apart nearly always."""
    kind = np.arange(n) % 3
    noise = np.random.default_rng(0).normal(scale=0.8, size=(2, n))
    centres = np.array([[0, 3, 0], [0, 0, 3]])
    u, g = centres[:, kind] + noise
    labels = np.array(CLASSES)[kind]
    table = pd.DataFrame({"source": np.arange(n), "u": u, "g": g, "kind": labels})
    return aal.Catalogue.from_table(table, id="source", label="kind", name="sky")


def label(session: aal.Session, n: int) -> None:
    """Answer n queries with the truth, training as soon as that is possible."""
    oracle = aal.ColumnOracle(session.catalogue)
    for _ in range(n):
        (source,) = session.query()
        session.annotate(source, oracle.label([source])[0])
    session.train()


@pytest.fixture(scope="module")
def catalogue() -> aal.Catalogue:
    return sky()


@pytest.fixture
def workspace(qtbot):
    shared = Workspace(ViewerModel())
    yield shared
    shared.release()
    QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def dock(qtbot, workspace):
    made = TrainingDock(workspace)
    qtbot.addWidget(made)
    made.resize(900, 220)
    made.show()
    return made


def take(workspace: Workspace, session: aal.Session) -> None:
    """Work on a session whose models are trained by the test alone."""
    workspace.take(session)
    workspace.conductor.pause()


def words_on_show(dock: TrainingDock) -> str:
    page = dock._pages.currentWidget()
    return " ".join(str(part.text()) for part in page.children() if hasattr(part, "text"))


def line_ends(dock: TrainingDock) -> list[str]:
    return [end.textItem.toPlainText() for end in dock.curve._ends]


class TestBeforeAModel:
    def test_says_how_to_begin(self, dock):
        assert "No catalogue is open" in words_on_show(dock)

    def test_says_what_a_model_needs(self, dock, workspace, catalogue):
        take(workspace, aal.Session(catalogue))

        assert "No model yet Label sources of two classes" in words_on_show(dock)

    def test_goes_back_when_the_session_is_closed(self, dock, workspace, catalogue):
        session = aal.Session(catalogue)
        label(session, 12)
        take(workspace, session)
        workspace.release()

        assert "No catalogue is open" in words_on_show(dock)


class TestWithAModel:
    @pytest.fixture
    def session(self, catalogue, workspace, dock):
        made = aal.Session(catalogue)
        take(workspace, made)
        label(made, 12)
        return made

    def test_the_newest_value_is_written_at_the_end_of_the_line(self, dock, session):
        assert line_ends(dock) == [f"{session.scores['f1'].iloc[-1]:.2f}"]

    def test_follows_the_next_model(self, dock, session):
        label(session, 1)

        assert dock.title.text().startswith("13 labels: ")
        assert line_ends(dock) == [f"{session.scores['f1'].iloc[-1]:.2f}"]

    def test_any_metric(self, dock, session):
        for place in range(dock.metric.count()):
            dock.metric.setCurrentIndex(place)
            value = session.scores[dock.metric.currentData()].iloc[-1]
            assert line_ends(dock) == [f"{value:.2f}"]

    def test_each_class_by_its_name(self, dock, session):
        dock.scope.setCurrentText(EACH_CLASS)

        newest = session.scores.iloc[-1]
        assert line_ends(dock) == [
            f"● {name} {newest[f'f1_{name}']:.2f}" for name in session.classes
        ]

    def test_accuracy_has_no_value_for_a_class(self, dock, session):
        dock.scope.setCurrentText(EACH_CLASS)
        dock.metric.setCurrentText("Accuracy")

        assert not dock.scope.isEnabled()
        assert line_ends(dock) == [f"{session.scores['accuracy'].iloc[-1]:.2f}"]

    def test_the_matrix_is_that_of_the_newest_model(self, dock, session):
        counts = np.array(session.history.rows[-1]["confusion"])
        one = session.classes[1]

        assert dock.matrix.text_of(1, 1) == (
            f"{counts[1, 1]} of {counts[1].sum()} {one} "
            f"({percent(counts[1, 1], counts[1].sum())}) rightly taken for {one}"
        )

    def test_pointing_at_a_model_tells_of_it(self, dock, session):
        row = session.scores.iloc[-1]

        assert dock.curve.told_at(1000).splitlines() == [
            f"12 labels, {row['model']}",
            f"F1: {row['f1']:.3f} ({row['f1_low']:.3f} to {row['f1_high']:.3f})",
        ]

    def test_other_recipes_leave_the_curve_and_other_classes_the_empty_dock(self, dock, session):
        session.set_learner(aal.LearnerRecipe(model="knn"))
        assert dock.title.text().startswith("12 labels")

        session.set_tasks(aal.Task(["spiral", "elliptical"]))
        assert "No model yet" in words_on_show(dock)

    def test_whole_numbers_of_labels_from_zero(self, dock, session):
        ((step, ticks),) = dock.curve._x_axis.tickValues(0, 12.6, 400)

        assert ticks[0] == 0
        assert all(tick == int(tick) for tick in ticks)
        assert dock.curve._x_axis.tickStrings([0.0, 5.0, 10.0], 1, step) == [
            "0",
            "5",
            "10 labels",
        ]

    def test_follows_the_theme(self, dock, session, workspace):
        dark = dock.curve.backgroundBrush().color().lightness()
        workspace.viewer.theme = "light"

        assert dark < 128 < dock.curve.backgroundBrush().color().lightness()
        assert dock.matrix._colours.ink.lightness() < 128


class TestCrossValidated:
    def test_says_so_in_words(self, dock, workspace, catalogue):
        session = aal.Session(catalogue, split=aal.Split(validation=0, test=0))
        take(workspace, session)
        label(session, 12)

        assert dock.note.isVisibleTo(dock)
        assert dock.note.text() == "Cross-validated: nothing is held out"
        assert dock.title.text() == "12 labels: cross-validated"

    def test_does_not_where_sources_are_held_out(self, dock, workspace, catalogue):
        session = aal.Session(catalogue)
        take(workspace, session)
        label(session, 12)

        assert not dock.note.isVisibleTo(dock)
        assert "validation sources" in dock.title.text()


class TestSeveralTasks:
    def test_one_is_chosen(self, dock, workspace, catalogue):
        session = aal.Session(
            catalogue,
            task={"all": aal.Task(CLASSES), "quasars": aal.Task.one_vs_rest("QSO", CLASSES)},
        )
        take(workspace, session)
        label(session, 14)

        assert dock.task.isVisibleTo(dock)
        dock.task.setCurrentText("quasars")
        dock.scope.setCurrentText(EACH_CLASS)
        assert [end.split(maxsplit=1)[1].rsplit(maxsplit=1)[0] for end in line_ends(dock)] == [
            "QSO",
            "not QSO",
        ]

    def test_a_single_one_is_not_asked_about(self, dock, workspace, catalogue):
        take(workspace, aal.Session(catalogue))

        assert not dock.task.isVisibleTo(dock)


class TestConfusionMatrix:
    @pytest.fixture
    def matrix(self, qtbot):
        made = ConfusionMatrix(ChartColours.of(ThemeColours(ViewerModel())))
        qtbot.addWidget(made)
        made.resize(340, 190)
        return made

    @pytest.mark.parametrize("size", range(2, 11))
    def test_every_cell_can_be_pointed_at(self, matrix, size):
        names = tuple(f"a class with a long name {place}" for place in range(size))
        counts = np.arange(size * size).reshape(size, size)
        matrix.show_confusion(Confusion(counts, names, "validation", 60, "knn"))
        assert not matrix.grab().isNull()

        cells = matrix._grid(size)
        for row, column in np.ndindex(size, size):
            middle = QPointF(
                cells.left() + (column + 0.5) * cells.width() / size,
                cells.top() + (row + 0.5) * cells.height() / size,
            )
            assert matrix.cell_at(middle) == (row, column)
            assert names[column] in matrix.text_of(row, column)

    def test_a_shortened_name_can_be_pointed_at(self, matrix):
        counts = np.array([[5, 1], [0, 3]])
        matrix.show_confusion(Confusion(counts, ("one", "two"), "validation", 60, "knn"))

        assert matrix.cell_at(QPointF(3, matrix._grid(2).top() + 5)) == (0, 0)
        assert matrix.cell_at(QPointF(matrix._grid(2).right() - 5, 3)) == (1, 1)
        assert matrix.cell_at(QPointF(2, 2)) is None

    def test_a_class_without_sources(self, matrix):
        counts = np.array([[5, 1], [0, 0]])
        matrix.show_confusion(Confusion(counts, ("one", "two"), "validation", 60, "knn"))

        assert matrix.text_of(1, 0) == "No source that is two"
        assert not matrix.grab().isNull()

    def test_the_sure_and_the_mistaken_have_colours_of_their_own(self, matrix):
        counts = np.array([[60, 40], [0, 100]])
        matrix.show_confusion(Confusion(counts, ("one", "two"), "validation", 60, "knn"))
        picture = matrix.grab().toImage()
        cells = matrix._grid(2)

        def colour(row: int, column: int) -> QColor:
            x = cells.left() + column * cells.width() / 2 + 6
            y = cells.top() + row * cells.height() / 2 + 6
            return picture.pixelColor(int(x), int(y))

        assert colour(1, 1).blue() > colour(1, 1).red()
        assert colour(0, 1).red() > colour(0, 1).blue()
        assert colour(1, 0).saturation() < 60


class TestWriting:
    @pytest.mark.parametrize(
        ("count", "of", "words"),
        [
            (0, 5, "0 %"),
            (1, 1000, "<1 %"),
            (1, 3, "33 %"),
            (999, 1000, ">99 %"),
            (7, 7, "100 %"),
            (0, 0, "–"),
        ],
    )
    def test_a_share_says_none_and_all_only_where_that_is_so(self, count, of, words):
        assert percent(count, of).replace("\N{NARROW NO-BREAK SPACE}", " ") == words

    @pytest.mark.parametrize(
        ("wished", "places"),
        [
            ([50.0], [50.0]),
            ([50.0, 20.0], [50.0, 20.0]),
            ([50.0, 52.0], [50.0, 60.0]),
            ([99.0, 98.0], [95.0, 85.0]),
            ([-5.0], [5.0]),
            ([], []),
        ],
        ids=["alone", "apart", "close", "at the bottom", "above the top", "nothing"],
    )
    def test_ends_are_parted(self, wished, places):
        assert parted(wished, gap=10, height=100) == places

    @pytest.mark.parametrize(
        ("paper", "ink"), [("#FFFFFF", "#101418"), ("#1F6FB2", "#FFFFFF"), ("#5AA9E0", "#101418")]
    )
    def test_ink_stands_out(self, paper, ink):
        assert readable_on(QColor(paper)) == QColor(ink)


class TestLookingAtTheTestScores:
    @pytest.fixture
    def session(self, catalogue, workspace, dock):
        made = aal.Session(catalogue)
        take(workspace, made)
        label(made, 12)
        return made

    def test_comes_after_a_caution_and_a_reason_and_is_written_down(
        self, dock, session, workspace, qtbot
    ):
        dock.test.click()
        assert dock._right.currentWidget() is dock.look
        assert "Nobody has looked" in dock.look._before.text()
        assert not dock.look.look.isEnabled()

        qtbot.keyClicks(dock.look.reason, "the last table")
        dock.look.look.click()
        qtbot.waitUntil(lambda: not workspace.jobs.busy, timeout=20_000)
        assert session.looks["reason"].tolist() == ["the last table"]
        n_test = int((session.partition.part == 2).sum())
        assert dock._right.currentWidget() is dock.matrix
        assert dock.title.text().startswith("Test: F1 ")
        assert dock.title.text().endswith(f", {n_test} sources")

        dock.test.click()
        assert dock.title.text().startswith("12 labels: ")
        dock.test.click()
        assert "looked at once" in dock.look._before.text()

    def test_does_not_come_at_a_single_click(self, dock, session):
        dock.test.click()
        dock.look.decline.click()
        assert dock._right.currentWidget() is dock.matrix
        assert session.looks.empty

    def test_is_of_no_use_where_nothing_is_held_out_for_it(self, dock, workspace, catalogue):
        session = aal.Session(catalogue, split=aal.Split(test=0))
        take(workspace, session)
        label(session, 12)
        assert not dock.test.isEnabled()
        assert "Draw a test set" in dock.test.toolTip()
