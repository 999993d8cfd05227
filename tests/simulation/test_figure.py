from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.simulation import Panel, figure
from napari_astro_al.simulation.figure import COLOURS, HEIGHT, LEGEND, WIDTH, nice_ticks

SVG = "{http://www.w3.org/2000/svg}"


def panel(title: str, *arms: str, seeds: int = 3, target: float | None = None) -> Panel:
    n = np.arange(1, 21)
    parts = [
        pd.DataFrame(
            {
                "arm": arm,
                "n_labels": n,
                "mean": n / 25,
                "mean_low": n / 25 - 0.02 if seeds > 1 else np.nan,
                "mean_high": n / 25 + 0.02 if seeds > 1 else np.nan,
            }
        )
        for arm in arms
    ]
    return Panel(title, pd.concat(parts), target)


def drawn(*panels: Panel, **given: int) -> ElementTree.Element:
    return ElementTree.fromstring(figure(panels, **given))


def texts(root: ElementTree.Element) -> list[str]:
    return [str(one.text) for one in root.iter(f"{SVG}text")]


class TestFigure:
    def test_an_arm_has_one_colour_in_every_panel_and_the_legend(self) -> None:
        root = drawn(panel("one", "auto", "random"), panel("two", "random"))

        lines = [one.get("stroke") for one in root.iter(f"{SVG}polyline")]
        assert lines == [COLOURS[0], COLOURS[1], COLOURS[1]]
        assert {"auto", "random", "one", "two", "labels", "macro-F1"} <= set(texts(root))

    def test_one_seed_has_no_interval(self) -> None:
        assert not list(drawn(panel("one", "auto", seeds=1)).iter(f"{SVG}polygon"))
        assert len(list(drawn(panel("one", "auto")).iter(f"{SVG}polygon"))) == 1

    def test_the_target_is_dashed(self) -> None:
        (dashed,) = (
            one
            for one in drawn(panel("one", "auto", target=0.6)).iter(f"{SVG}line")
            if one.get("stroke-dasharray")
        )
        assert dashed.get("y1") == dashed.get("y2")

    @pytest.mark.parametrize(("n", "size"), [(1, (1, 1)), (3, (3, 1)), (4, (3, 2))])
    def test_panels_stand_in_rows(self, n, size) -> None:
        root = drawn(*[panel(str(place), "auto") for place in range(n)])

        columns, rows = size
        assert (root.get("width"), root.get("height")) == (
            str(WIDTH * columns),
            str(HEIGHT * rows + LEGEND),
        )

    def test_names_are_text_whatever_they_hold(self) -> None:
        assert "<b> & co" in texts(drawn(panel("<b> & co", "auto")))


class TestNiceTicks:
    def test_of_scores(self) -> None:
        assert nice_ticks(0.62, 0.93, 5) == [0.6, 0.7, 0.8, 0.9, 1.0]
        assert nice_ticks(0, 200, 5) == [0, 50, 100, 150, 200]

    def test_of_one_number_and_of_hardly_more(self) -> None:
        assert nice_ticks(0.5, 0.5, 2) == nice_ticks(0.5, 0.5 + 1e-12, 2)
        assert nice_ticks(0.0, 5e-324, 2) == [0.0, 0.05]

    @given(st.floats(0, 1), st.floats(0, 1), st.integers(2, 8))
    def test_cover_the_range(self, one: float, other: float, most: int) -> None:
        low, high = sorted((one, other))
        ticks = nice_ticks(low, high, most)

        assert ticks[0] <= low + 1e-6
        assert ticks[-1] >= high - 1e-6
        assert 2 <= len(ticks) <= most + 3
