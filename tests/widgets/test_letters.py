"""Letters are drawn while a person chooses a catalogue, so that its axes need not wait for them."""

from __future__ import annotations

from napari._vispy.utils.qt_font import QtTextureFont

import napari_astro_al as aal
from napari_astro_al.widgets.dashboard import dashboard_of
from napari_astro_al.widgets.letters import LETTERS, LettersAhead


def test_the_first_picture_draws_none(viewer, settled, qtbot, monkeypatch):
    drawn = []
    load = QtTextureFont._load_char

    def noted(font, char):
        drawn.append(char)
        load(font, char)

    monkeypatch.setattr(QtTextureFont, "_load_char", noted)
    bench = dashboard_of(viewer).bench
    (ahead,) = bench.findChildren(LettersAhead)
    qtbot.waitUntil(lambda: not ahead.isActive(), timeout=60_000)
    assert set(drawn) >= set(LETTERS)

    canvas = viewer.window._qt_viewer.canvas
    font = canvas.font_info().font_manager.get_font(canvas.font_info().face)
    known = set(font._glyphs)
    aal.open_viewer(aal.samples.simulated_survey(300, seed=1), viewer=viewer)
    settled(viewer)
    viewer.window._qt_viewer.screenshot(flash=False)
    assert set(font._glyphs) == known


def test_one_that_is_opened_at_once_does_not_wait_for_them(viewer, settled):
    aal.open_viewer(aal.samples.simulated_survey(300, seed=1), viewer=viewer)
    bench = settled(viewer)
    assert not any(one.isActive() for one in bench.findChildren(LettersAhead))
