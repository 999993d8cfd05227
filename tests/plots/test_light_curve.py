"""Light curves from a file a source, and from one table of all sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import PlotError
from napari_astro_al.plots import Figure, Given, draw
from napari_astro_al.plots.plot import complete, plot_named


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "curves").mkdir()
    (tmp_path / "curves" / "7.csv").write_text(
        "jd,fid,magpsf,sigmapsf,diffmaglim\n"
        "2459003.5,1,18.5,0.1,20\n2459001.5,1,18.0,0.2,20\n2459002.0,2,,,19.5\n"
    )
    (tmp_path / "all.csv").write_text(
        "objectId,mjd,flux,flux_err,band\n7,1.0,10,1,r\n8,1.0,20,1,r\n7,3.0,12,1,g\n7,2.0,-1,1,r\n"
    )
    frame = pd.DataFrame({"id": [7, 8], "period": [2.0, None], "other": ["8", "7"]})
    return Catalogue.from_table(frame, id="id", path=tmp_path / "table.csv")


def figure(catalogue: Catalogue, source: int = 7, **said: Any) -> Figure:
    settings = complete(plot_named("light curve"), catalogue, said)
    return draw("light curve", Given(catalogue, source, settings))


class TestAFileASource:
    def test_magnitudes_by_time_and_band_upside_down(self, catalogue: Catalogue) -> None:
        drawn = figure(catalogue, file="curves/{id}.csv")
        green, red = drawn.series

        assert drawn.y.reversed
        assert (drawn.x.title, drawn.y.title) == ("jd [d]", "magpsf [mag]")
        assert (green.name, green.colour) == ("g", "#009E73")
        assert green.x.tolist() == [2459001.5, 2459003.5]
        assert green.y.tolist() == [18.0, 18.5]
        assert green.y_high is not None
        assert green.y_high.tolist() == [18.2, 18.6]

        # where nothing was seen, the limit: fainter, so a larger magnitude
        assert (red.name, red.y.tolist()) == ("r", [19.5])
        assert red.limits is not None
        assert red.limits.tolist() == [1]
        assert drawn.notes == ("2 values over 2", "1 limits")

    def test_a_source_without_one(self, catalogue: Catalogue) -> None:
        assert "is not there" in figure(catalogue, 8, file="curves/{id}.csv").nothing

    def test_a_column_that_the_file_does_not_have(self, catalogue: Catalogue) -> None:
        with pytest.raises(PlotError, match=r"7.csv has no column 'flux'"):
            figure(catalogue, file="curves/{id}.csv", value="flux")


class TestATableOfAllSources:
    def test_only_this_source(self, catalogue: Catalogue) -> None:
        drawn = figure(catalogue, file="all.csv")

        assert not drawn.y.reversed
        assert [(one.name, one.x.tolist(), one.y.tolist()) for one in drawn.series] == [
            ("g", [3.0], [12.0]),
            ("r", [1.0, 2.0], [10.0, -1.0]),
        ]

    def test_by_another_column_of_ids(self, catalogue: Catalogue) -> None:
        assert [
            one.y.tolist() for one in figure(catalogue, file="all.csv", match="other").series
        ] == [[20.0]]

    def test_none_of_this_source(self, catalogue: Catalogue, tmp_path: Path) -> None:
        (tmp_path / "all.csv").write_text("objectId,mjd,flux\n8,1.0,20\n9,2,3\n")

        assert "has no values of this source" in figure(catalogue, file="all.csv").nothing

    def test_a_table_without_times(self, catalogue: Catalogue, tmp_path: Path) -> None:
        (tmp_path / "all.csv").write_text("objectId,x,flux\n8,1.0,20\n9,2,3\n")

        with pytest.raises(PlotError, match=r"of all\.csv holds time\. It has objectId"):
            figure(catalogue, file="all.csv")


class TestFolded:
    def test_twice_over_the_period(self, catalogue: Catalogue) -> None:
        green, red = figure(catalogue, file="all.csv", fold="folded twice").series

        # phase 0 is the first observation, at 1.0; the period is 2
        assert green.x.tolist() == [0.0, 1.0]
        assert red.x.tolist() == [0.0, 0.5, 1.0, 1.5]
        assert red.y.tolist() == [10.0, -1.0, 10.0, -1.0]

    def test_without_a_period(self, catalogue: Catalogue) -> None:
        drawn = figure(catalogue, 8, file="all.csv", fold="folded twice")

        assert drawn.x.title == "mjd [d]"
        assert "no period of this source: not folded" in drawn.notes
