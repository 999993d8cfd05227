"""Charts on arrays: what is drawn, pixel by pixel, and what is told and saved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import QPointF
from qtpy.QtGui import QColor, QImage
from qtpy.QtWidgets import QFileDialog, QLabel, QVBoxLayout, QWidget

from napari_astro_al.errors import SessionError
from napari_astro_al.learning.diagrams import (
    importance_chart,
    precision_recall_chart,
    probability_chart,
    reliability_chart,
)
from napari_astro_al.widgets.chart_colours import ChartColours
from napari_astro_al.widgets.chart_saving import FILTERS, save_chart
from napari_astro_al.widgets.chart_view import ChartView
from napari_astro_al.widgets.save_button import SaveButton

CLASSES = ("STAR", "QSO")
COLOURS = {"STAR": QColor("#0000ff"), "QSO": QColor("#ff0000")}
TRUE = np.array([0, 0, 0, 1, 1])
STARS = np.array([0.95, 0.92, 0.35, 0.91, 0.05])
NUMBERS = pd.DataFrame({"x": [1.5]})
SAID = np.stack([STARS, 1 - STARS], axis=1)
WHITE = ChartColours(
    paper=QColor("#ffffff"),
    ink=QColor("#000000"),
    quiet=QColor("#404040"),
    grid=QColor("#f4f4f4"),
    right=QColor("#00a000"),
    wrong=QColor("#c08000"),
)
DARK = ChartColours(
    paper=QColor("#000000"),
    ink=QColor("#ffffff"),
    quiet=QColor("#c0c0c0"),
    grid=QColor("#202020"),
    right=QColor("#00a000"),
    wrong=QColor("#c08000"),
)


@pytest.fixture
def view(qtbot) -> ChartView:
    made = ChartView(WHITE)
    qtbot.addWidget(made)
    made.resize(420, 260)
    made.show()
    return made


def pixels(view: ChartView) -> np.ndarray:
    """(height, width, 3) of the widget as it is on screen."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    bits = image.constBits()
    if hasattr(bits, "setsize"):  # PyQt's pointer does not know how much it points to
        bits.setsize(image.sizeInBytes())
    raw = np.frombuffer(bits, np.uint8).copy()
    return raw.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()].reshape(
        image.height(), image.width(), 3
    )


def near(found: np.ndarray, colour: str, within: int = 40) -> np.ndarray:
    wanted = np.array(QColor(colour).getRgb()[:3])
    return (np.abs(found.astype(int) - wanted) <= within).all(axis=2)


def at(view: ChartView, x: float, y: float) -> tuple[int, int]:
    """Row and column of the pixel where a value is drawn."""
    scene = view.plotItem.vb.mapViewToScene(QPointF(x, y))
    point = view.mapFromScene(scene)
    return point.y(), point.x()


def is_at(found: np.ndarray, view: ChartView, colour: str, x: float, y: float) -> bool:
    """Whether a colour is within three pixels of where a value is drawn."""
    row, column = at(view, x, y)
    around = found[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4]
    return bool(near(around, colour).any())


class TestPictures:
    def test_points_are_where_their_values_are(self, view):
        chart = reliability_chart(TRUE, SAID, CLASSES, "")
        view.show_chart(chart, COLOURS)
        found = pixels(view)

        for series in chart.series:
            for x, y in zip(series.x, series.y, strict=True):
                assert is_at(found, view, COLOURS[series.name].name(), x, y)
        assert not is_at(found, view, "#0000ff", 0.2, 0.05)

    def test_lines_go_through_their_points(self, view):
        chart = precision_recall_chart(TRUE, SAID, CLASSES, "")
        stars = chart.series[0]
        view.show_chart(replace(chart, series=(stars,)), COLOURS)
        found = pixels(view)

        for x, y in zip(stars.x, stars.y, strict=True):
            assert is_at(found, view, "#0000ff", x, y)
        assert is_at(found, view, "#0000ff", (stars.x[0] + stars.x[1]) / 2, 1.0)

    def test_steps_have_their_heights(self, view):
        view.show_chart(probability_chart(TRUE, SAID, CLASSES, ""), COLOURS)
        found = pixels(view)

        # two of three stars between 0.92 and 0.96, one between 0.32 and 0.36
        assert is_at(found, view, "#0000ff", 0.94, 2 / 3)
        assert is_at(found, view, "#0000ff", 0.34, 1 / 3)
        assert not is_at(found, view, "#0000ff", 0.6, 0.3)

    def test_bars_are_as_long_as_their_values(self, view):
        falls = np.array([[0.1, 0.1], [0.4, 0.4]])
        view.show_chart(importance_chart(("u", "g"), falls, ""), {})
        found = pixels(view)

        assert is_at(found, view, "#00a000", 0.35, 0.2)
        assert not is_at(found, view, "#00a000", 0.35, 1)
        assert is_at(found, view, "#00a000", 0.05, 1)

    def test_it_follows_the_theme(self, view):
        view.show_chart(reliability_chart(TRUE, SAID, CLASSES, ""), COLOURS)
        view.set_colours(DARK)
        found = pixels(view)

        assert near(found, "#000000", 10).mean() > 0.7
        assert near(found, "#ffffff", 10).any()


class TestTold:
    def test_the_nearest_point_exactly(self, view):
        view.show_chart(reliability_chart(TRUE, SAID, CLASSES, ""), COLOURS)

        assert view.told_at(0.352, 0.99) == (
            "STAR:\nprobability given 0.350\nshare that is so 1.000 (0.025 to 1.000)\n"
            "1 of 1 sources"
        )
        assert view.told_at(0.6, 0.2) == ""

    def test_a_bar(self, view):
        view.show_chart(importance_chart(("u", "g"), np.array([[0.1, 0.1], [0.4, 0.4]]), ""), {})

        assert view.told_at(0.2, 0.1) == "g: fall of macro-F1 0.4000 (0.400 to 0.400)"

    def test_nothing_without_a_chart(self, view):
        view.show_chart(None, {})

        assert view.told_at(0.5, 0.5) == ""


class TestSaved:
    @pytest.fixture
    def chart(self, view):
        made = reliability_chart(TRUE, SAID, CLASSES, "")
        view.show_chart(made, COLOURS)
        return made

    def test_as_a_picture_three_times_as_sharp(self, view, chart, tmp_path):
        saved = QImage(str(save_chart(view, chart.table(), tmp_path / "a.png")))

        assert (saved.width(), saved.height()) == (1260, 780)
        row, column = at(view, chart.series[0].x[1], chart.series[0].y[1])
        assert saved.pixelColor(3 * column, 3 * row).blue() > 200
        assert saved.pixelColor(3 * column, 3 * row).red() < 100
        # a dot of 8 pixels on screen reaches 12 from its middle, and no further
        above = [saved.pixelColor(3 * column, 3 * row - far) for far in (9, 15)]
        assert [one == QColor("#0000ff") for one in above] == [True, False]

    def test_as_a_drawing(self, view, chart, tmp_path):
        text = save_chart(view, chart.table(), tmp_path / "a.svg").read_text("utf-8")

        assert "<svg" in text
        assert 'viewBox="0 0 420 260"' in text
        assert "#0000ff" in text

    @pytest.mark.parametrize("suffix", [".csv", ".parquet"])
    def test_as_its_numbers(self, view, chart, tmp_path, suffix):
        path = save_chart(view, chart.table(), tmp_path / f"a{suffix}")
        read = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)

        assert read["x"].to_numpy() == pytest.approx(chart.table()["x"].to_numpy())
        assert read["series"].tolist() == ["STAR"] * 3 + ["QSO"] * 3

    @pytest.mark.parametrize("suffix", [".png", ".svg"])
    def test_with_the_legend_that_is_beside_it(self, qtbot, view, chart, tmp_path, suffix):
        whole, legend = QWidget(), QLabel("which is which")
        legend.setStyleSheet("background: #00ff00")
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        for widget in (legend, view):
            rows.addWidget(widget)
        qtbot.addWidget(whole)
        whole.resize(420, 300)
        whole.show()
        qtbot.waitExposed(whole)
        path = save_chart(whole, chart.table(), tmp_path / f"a{suffix}")
        row, column = at(view, chart.series[0].x[1], chart.series[0].y[1])
        centre = 3 * (row + view.y())
        view.setParent(None)  # which is closed by itself

        if suffix == ".svg":
            text = path.read_text("utf-8")
            assert "which is which" in text
            assert "share that is so" in text
            return
        saved = QImage(str(path))
        assert (saved.width(), saved.height()) == (1260, 900)
        assert saved.pixelColor(1250, 4) == QColor("#00ff00")
        above = [saved.pixelColor(3 * column, centre - far) for far in (9, 15)]
        assert [one == QColor("#0000ff") for one in above] == [True, False]

    def test_a_plain_widget_too(self, qtbot, tmp_path):
        widget = QWidget()
        qtbot.addWidget(widget)
        widget.resize(30, 20)

        assert QImage(str(save_chart(widget, NUMBERS, tmp_path / "b.png"))).width() == 90

    def test_says_why_not(self, view, chart, tmp_path):
        with pytest.raises(SessionError, match=r"as .png, .svg, .csv, .parquet, not as 'a.pdf'"):
            save_chart(view, chart.table(), tmp_path / "a.pdf")
        with pytest.raises(SessionError, match="nothing on the chart"):
            save_chart(view, pd.DataFrame(), tmp_path / "a.csv")

    @pytest.mark.parametrize("suffix", [".png", ".svg", ".csv", ".parquet"])
    def test_as_a_whole_or_not_at_all(self, view, chart, tmp_path, monkeypatch, suffix):
        with pytest.raises(SessionError, match=f"Could not write a{suffix} in .*missing"):
            save_chart(view, chart.table(), tmp_path / "missing" / f"a{suffix}")

        old = tmp_path / f"a{suffix}"
        old.write_bytes(b"as it was")

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(SessionError, match="No space left"):
            save_chart(view, chart.table(), old)
        assert old.read_bytes() == b"as it was"
        assert list(tmp_path.iterdir()) == [old]


class TestAsked:
    """Where to, by the button."""

    @pytest.fixture
    def button(self, qtbot, view):
        other = QWidget()
        button = SaveButton(lambda: charts)
        charts = [("label-noise of 3/4", view, NUMBERS), ("b", other, NUMBERS)]
        for widget in (other, button):
            qtbot.addWidget(widget)
        button.charts = charts
        return button

    @staticmethod
    def answer(monkeypatch, path, chosen):
        asked = []

        def dialog(_, title, start, __):
            asked.append((title, start))
            return str(path), chosen

        monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
        return asked

    def test_one_chart_is_asked_for_at_once(self, button, tmp_path, monkeypatch):
        del button.charts[1]
        asked = self.answer(monkeypatch, tmp_path / "a", FILTERS[".csv"])
        button.click()

        assert asked == [("Save label noise of 3/4", "label noise of 3-4.png")]
        assert (tmp_path / "a.csv").read_text("utf-8") == "x\n1.5\n"

    def test_of_several_one_is_chosen(self, button, tmp_path, monkeypatch):
        self.answer(monkeypatch, tmp_path / "b.parquet", FILTERS[".png"])
        button.click()
        entries = button.choice.actions()
        assert [one.text() for one in entries] == ["Label noise of 3/4…", "B…"]
        button.choice.close()

        entries[1].trigger()
        assert pd.read_parquet(tmp_path / "b.parquet")["x"].tolist() == [1.5]

    def test_nothing_is_written_where_the_dialog_is_left(self, button, tmp_path, monkeypatch):
        del button.charts[1]
        self.answer(monkeypatch, "", "")
        button.click()
        assert not list(tmp_path.iterdir())
