"""Charts of one source, looked at as arrays of pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QPointF
from qtpy.QtGui import QColor, QImage

from napari_astro_al.plots import Figure, Mark, PlotAxis, Series, Span
from napari_astro_al.widgets.chart_colours import ChartColours
from napari_astro_al.widgets.chart_saving import save_chart
from napari_astro_al.widgets.source_chart import SourceChart
from napari_astro_al.widgets.style import ThemeColours

RED, BLUE = "#ff0000", "#0000ff"
X, Y = PlotAxis("Wavelength", "µm", "log"), PlotAxis("Fν", "mJy", "log")


def colours(theme: str) -> ChartColours:
    viewer = ViewerModel()
    viewer.theme = theme
    return ChartColours.of(ThemeColours(viewer))


@pytest.fixture
def chart(qtbot) -> SourceChart:
    chart = SourceChart(colours("dark"))
    qtbot.addWidget(chart)
    chart.resize(400, 300)
    chart.show()
    qtbot.waitExposed(chart)
    return chart


def pixels(chart: SourceChart) -> npt.NDArray[np.uint8]:
    """(ny, nx, 3) uint8, what the chart looks like."""
    image = chart.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    whole = np.frombuffer(bits, np.uint8).reshape(image.height(), image.bytesPerLine())
    return whole[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def where(picture: npt.NDArray[np.uint8], colour: str) -> npt.NDArray[np.bool_]:
    """Pixels of about one colour."""
    wanted = np.array(QColor(colour).getRgb()[:3])
    return np.abs(picture.astype(int) - wanted).sum(axis=2) < 60


def blobs(mask: npt.NDArray[np.bool_]) -> int:
    from scipy.ndimage import label

    return int(label(mask, np.ones((3, 3)))[1])


def figure(**changes) -> Figure:
    one = np.array([1.0, 10.0, 100.0])
    series = Series("s", one, one, colour=RED, **changes)
    return Figure("t", X, Y, (series,))


class TestPixels:
    def test_three_points_rise_to_the_right_at_even_distances(self, chart) -> None:
        chart.show_figure(figure(), {})
        rows, columns = np.nonzero(where(pixels(chart), RED))
        left = columns < columns.mean() - 50
        right = columns > columns.mean() + 50

        assert blobs(where(pixels(chart), RED)) == 3
        # a line through the outer points goes through the middle one: both axes are logarithmic
        middle = ~left & ~right
        assert rows[middle].mean() == pytest.approx(
            (rows[left].mean() + rows[right].mean()) / 2, abs=2
        )
        assert rows[left].mean() > rows[right].mean() + 100

    def test_magnitudes_fall_to_the_right(self, chart) -> None:
        one = np.array([1.0, 10.0, 100.0])
        drawn = Series("s", one, np.array([17.0, 18.0, 19.0]), colour=RED)
        chart.show_figure(Figure("t", X, PlotAxis("AB", "mag", reversed=True), (drawn,)), {})
        rows, columns = np.nonzero(where(pixels(chart), RED))

        assert rows[columns < 150].mean() < rows[columns > 300].mean() - 100

    def test_an_upper_limit_is_a_hollow_triangle_that_points_down(self, chart) -> None:
        limits = np.array([0, -1, 0], np.int8)
        chart.show_figure(figure(limits=limits), {})
        red = where(pixels(chart), RED)
        rows, columns = np.nonzero(red)
        middle = np.abs(columns - np.median(columns)) < 20
        heights = np.unique(rows[middle])
        widths = [np.ptp(columns[middle & (rows == row)]) for row in heights]

        assert widths[0] > widths[-1] + 3

    def test_error_bars_reach_their_ends(self, chart) -> None:
        one = np.array([1.0, 10.0, 100.0])
        chart.show_figure(figure(), {})
        plain = np.ptp(np.nonzero(where(pixels(chart), RED))[0])
        drawn = Series("s", one, one, colour=RED, y_low=one / 10, y_high=one * 10)
        chart.show_figure(Figure("t", X, Y, (drawn,)), {})
        whole = pixels(chart).astype(int)
        reddish = whole[..., 0] > whole[..., 1] + 60
        column = int(np.median(np.nonzero(where(pixels(chart), RED))[1]))
        tall = np.nonzero(reddish[:, column - 3 : column + 4].any(axis=1))[0]

        # of four decades in view, the middle bar covers two
        assert np.ptp(tall) == pytest.approx(plain / 2, rel=0.35)

    def test_a_class_has_its_colour_and_a_theme_its_paper(self, chart) -> None:
        one = np.array([1.0, 10.0])
        chart.show_figure(Figure("t", X, Y, (Series("A 1", one, one, label="A"),)), {"A": BLUE})

        assert blobs(where(pixels(chart), BLUE)) == 2
        dark = pixels(chart).mean()
        chart.set_colours(colours("light"))
        assert pixels(chart).mean() > dark + 100

    def test_a_span_is_shaded_and_a_mark_is_drawn(self, chart) -> None:
        one = np.array([1.0, 100.0])
        plain = Figure("t", PlotAxis("z"), PlotAxis("p(z)"), (Series("", one, one, "line"),))
        chart.show_figure(plain, {})
        before = pixels(chart).astype(int)
        marked = Figure(
            plain.title, plain.x, plain.y, plain.series, (Mark("zspec", 20.0),),
            (Span("68 %", 40.0, 80.0),),
        )  # fmt: skip
        chart.show_figure(marked, {})
        changed = np.abs(pixels(chart).astype(int) - before).sum(axis=2) > 10

        # about two fifths of the columns for the span, and one thin line left of it
        wide = changed.mean(axis=0) > 0.5
        assert 0.25 < wide.mean() < 0.45


class TestPointing:
    def test_exact_values_at_a_point(self, chart) -> None:
        one = np.array([1.0, 10.0, 100.0])
        drawn = Series("this source", one, one * 1.2345678, words=("u", "g", "r"),
                       y_low=one, y_high=one * 2, limits=np.array([0, -1, 0], np.int8))  # fmt: skip
        chart.show_figure(Figure("t", X, Y, (drawn,)), {})
        view = chart.plotItem.vb
        at = view.mapViewToScene(QPointF(1.0, np.log10(12.345678)))

        assert chart.told_at(at).splitlines() == [
            "this source · g",
            "Wavelength: 10 µm",
            "Fν: 12.34568 (10 to 20) mJy",
            "a limit: the true value lies below",
        ]
        assert chart.told_at(at + QPointF(60, 60)) == ""

    def test_a_line_across_the_plot(self, chart) -> None:
        one = np.array([1.0, 100.0])
        drawn = Figure("t", X, Y, (Series("", one, one),), (Mark("Hα", 10.0, "Hα at 6564.61 Å"),))
        chart.show_figure(drawn, {})
        view = chart.plotItem.vb

        assert chart.told_at(view.mapViewToScene(QPointF(1.0, 0.2))) == "Hα at 6564.61 Å"
        assert chart.told_at(view.mapViewToScene(QPointF(1.3, 0.2))) == ""


class TestLegend:
    def test_names_only_where_there_are_several(self, chart) -> None:
        one = np.array([1.0, 10.0])
        both = (Series("near", one, one, tone="faint", label="A"), Series("this source", one, one))
        chart.show_figure(Figure("t", X, Y, both[1:]), {})
        assert chart.legend() == ""
        chart.show_figure(Figure("t", X, Y, both), {})

        assert chart.legend().index("this&nbsp;source") < chart.legend().index("near")


class TestSaved:
    def test_a_picture_three_times_as_sharp(self, chart, tmp_path) -> None:
        chart.show_figure(figure(), {})
        image = QImage(str(save_chart(chart, chart.figure.table(), tmp_path / "c.png")))

        assert (image.width(), image.height()) == (
            3 * chart.viewport().width(),
            3 * chart.viewport().height(),
        )

    def test_a_drawing_with_its_writing(self, chart, tmp_path) -> None:
        chart.show_figure(figure(), {})
        text = save_chart(chart, chart.figure.table(), tmp_path / "c.svg").read_text()

        assert text.startswith("<?xml")
        assert "Wavelength [µm]" in text
        assert "#ff0000" in text

    def test_the_numbers(self, chart, tmp_path) -> None:
        chart.show_figure(figure(), {})
        lines = save_chart(chart, chart.figure.table(), tmp_path / "c.csv").read_text().splitlines()

        assert lines[0].startswith("series,point,Wavelength [µm],Fν [mJy],")
        assert lines[1].startswith("s,,1.0,1.0,")
