"""What stands in a plot's way, what it is told, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import PlotError
from napari_astro_al.plots import SOURCE_PLOTS, Figure, Given, PlotAxis, Series, draw
from napari_astro_al.plots.limits import limits_of
from napari_astro_al.plots.plot import complete, plot_named


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    frame = pd.DataFrame(
        {
            "name": ["a", "b"],
            "plate": [266, 7],
            "file": ["spectra/a.csv", "../secret.csv"],
            "n": [1.5, np.nan],
        }
    )
    return Catalogue.from_table(frame, id="name", path=tmp_path / "table.csv")


class TestSettings:
    def test_what_is_no_field_is_refused(self, catalogue: Catalogue) -> None:
        with pytest.raises(PlotError, match=r"The plot has no 'colour'\. It takes 'bands'"):
            complete(plot_named("sed"), catalogue, {"colour": "red"})

    def test_a_choice_is_one_of_a_few(self, catalogue: Catalogue) -> None:
        with pytest.raises(PlotError, match="quantity='flux' is not one of 'Fν'"):
            complete(plot_named("sed"), catalogue, {"quantity": "flux"})

    def test_no_such_plot(self) -> None:
        with pytest.raises(PlotError, match=r"There is no source plot 'graph'\. Known: 'sed'"):
            plot_named("graph")

    def test_what_nobody_has_said_is_asked_for(self, catalogue: Catalogue) -> None:
        settings = complete(plot_named("sed"), catalogue, {})

        assert "Say where it is: Bands" in draw("sed", Given(catalogue, "a", settings)).nothing


@pytest.fixture
def _own_plots(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it."""
    monkeypatch.setattr(SOURCE_PLOTS, "_entries", dict(SOURCE_PLOTS._entries))


@pytest.mark.usefixtures("_own_plots")
class TestOwnPlots:
    class Twice:
        title = "Twice"
        requires = ("n",)

        def draw(self, given: Given) -> Figure:
            value = np.array([2 * given.number("n")])
            return Figure("Twice", PlotAxis("x"), PlotAxis("n"), (Series("", value, value),))

    def test_a_column_that_is_there(self, catalogue: Catalogue) -> None:
        SOURCE_PLOTS("twice")(self.Twice())

        assert draw("twice", Given(catalogue, "a")).series[0].y.tolist() == [3.0]

    def test_a_column_that_is_not(self, catalogue: Catalogue) -> None:
        SOURCE_PLOTS("twice")(self.Twice())
        other = Catalogue.from_table(pd.DataFrame({"name": ["a"], "m": [1.0]}), id="name")

        assert "needs the column 'n'" in draw("twice", Given(other, "a")).nothing

    def test_something_else_than_a_figure(self, catalogue: Catalogue) -> None:
        class Nothing(self.Twice):  # type: ignore[name-defined, misc]
            def draw(self, given: Given) -> None:
                return None

        SOURCE_PLOTS("twice")(Nothing())

        with pytest.raises(PlotError, match=r"gave NoneType; its draw\(\) is to give"):
            draw("twice", Given(catalogue, "a"))


class TestFiles:
    def test_a_column_of_paths(self, catalogue: Catalogue, tmp_path: Path) -> None:
        path = Given(catalogue, "a").file("file", None)

        assert path == tmp_path.resolve() / "spectra" / "a.csv"

    def test_columns_in_braces(self, catalogue: Catalogue, tmp_path: Path) -> None:
        path = Given(catalogue, "b").file("{id}/spec-{plate:04}.fits", str(tmp_path / "data"))

        assert path == tmp_path.resolve() / "data" / "b" / "spec-0007.fits"

    def test_a_missing_cell_gives_no_path(self, catalogue: Catalogue) -> None:
        assert Given(catalogue, "b").file("{n}.fits", None) is None

    def test_a_file_that_the_person_names_may_be_anywhere(self, catalogue: Catalogue) -> None:
        assert Given(catalogue, "a").file("/data/all.csv", None) == Path("/data/all.csv")

    def test_a_pattern_counts_from_where_its_columns_begin(self, catalogue: Catalogue) -> None:
        given = Given(catalogue, "b")

        assert given.file("/data/spec-{plate}.fits", None) == Path("/data/spec-7.fits")
        with pytest.raises(PlotError, match="leads out of the folder /data/spectra"):
            given.file("/data/spectra/{file}", None)

    def test_a_path_out_of_the_folder_is_refused(self, catalogue: Catalogue) -> None:
        with pytest.raises(PlotError, match="leads out of the folder"):
            Given(catalogue, "b").file("file", None)


class TestTable:
    def test_every_point_with_its_errors(self) -> None:
        one = np.array([1.0, 2.0])
        series = Series("s", one, one, y_low=one - 0.5, y_high=one + 0.5,
                        limits=np.array([0, -1], np.int8), words=("u", "g"))  # fmt: skip
        table = Figure("t", PlotAxis("x", "µm"), PlotAxis("y", "mJy"), (series,)).table()

        assert table["point"].tolist() == ["u", "g"]
        assert table["y [mJy] low"].tolist() == [0.5, 1.5]
        assert table["limit"].tolist() == ["", "<"]

    def test_of_nothing(self) -> None:
        assert len(Figure.empty("t", "why").table()) == 0


class TestLimits:
    def test_a_margin_around_everything(self) -> None:
        ends = np.array([0.0, 10.0])
        x, _ = limits_of(Figure("", PlotAxis(""), PlotAxis(""), (Series("", ends, ends),)))

        assert x == pytest.approx((-0.6, 10.6))

    def test_logarithms_on_a_logarithmic_axis(self) -> None:
        ends = np.array([0.0, 1.0, 100.0])
        axis = PlotAxis("", scale="log")
        x, _ = limits_of(Figure("", axis, PlotAxis(""), (Series("", ends, ends),)))

        assert x == pytest.approx((-0.12, 2.12))

    def test_a_cosmic_ray_does_not_flatten_a_spectrum_and_a_line_is_no_cosmic_ray(self) -> None:
        y = np.ones(2000)
        y[7], y[1000:1010] = 1e6, 3.0
        spectrum = Series("", np.arange(2000.0), y, "line")
        _, range_ = limits_of(Figure("", PlotAxis(""), PlotAxis(""), (spectrum,)))

        assert range_ == pytest.approx((0.88, 3.12))

    def test_wild_detections_do_not_flatten_a_light_curve(self) -> None:
        y = np.ones(2000)
        y[::2], y[7] = 2.0, 1e6
        curve = Series("", np.arange(2000.0), y)
        _, range_ = limits_of(Figure("", PlotAxis(""), PlotAxis(""), (curve,)))

        assert range_ == pytest.approx((0.94, 2.06))
