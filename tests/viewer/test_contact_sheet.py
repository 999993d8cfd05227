"""A contact sheet as an Image layer: geometry, choice, cells, and what the ledger says of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel

import napari_astro_al as aal
from napari_astro_al.cutouts import Cutout
from napari_astro_al.jobs import drain
from napari_astro_al.viewer.contact_sheet import ContactSheet
from napari_astro_al.viewer.palette import CLASS_COLOURS, rgba
from napari_astro_al.viewer.sheet_cells import (
    CURSOR_AWAY,
    GROUND,
    QUIET,
    WAITING,
    CellLook,
    draw_cell,
)
from napari_astro_al.viewer.sheet_choice import Choice
from napari_astro_al.viewer.sheet_grid import GAP, SheetGrid
from napari_astro_al.viewer.sheet_mouse import SheetMouse
from napari_astro_al.viewer.sheet_pictures import pictures_job

GREY = 90


class Plain:
    """Grey pictures of 40 x 40 pixels with a white middle; every fifth source has none."""

    name = "plain"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def cutout(self, catalogue, source, size):
        self.asked.append(source)
        if source % 5 == 4:
            return Cutout.absent("none")
        pixels = np.full((40, 40, 3), GREY, dtype=np.uint8)
        pixels[15:25, 15:25] = 255
        return Cutout(pixels)


@pytest.fixture
def session():
    table = pd.DataFrame({"name": np.arange(30), "x": np.sqrt(np.arange(30.0))})
    session = aal.Session(
        aal.Catalogue.from_table(table, id="name"),
        features=aal.FeatureRecipe(columns=["x"]),
        task=aal.Task(["STAR", "GALAXY"]),
    )
    session.cutouts.add(Plain())
    session.select(range(20))
    return session


@pytest.fixture
def sheet(session):
    model = ViewerModel()
    model.canvas.size = (200, 300)
    return ContactSheet(model, session)


def page_of(session, number=0, rows=3, columns=4):
    return session.sheet("selection").page(number, rows, columns)


def pixels_of(sheet, cell):
    down, across = sheet.grid.box(cell)
    return sheet._layer.data[down, across]


class TestGrid:
    def test_cells_are_square_and_in_the_middle(self):
        grid = SheetGrid.fitted(2, 3, (108, 308))
        assert (grid.pitch, grid.side) == (50, 50 - GAP)
        assert grid.corner == (4, 79)
        assert grid.box(4) == (slice(54, 104), slice(129, 179))

    def test_which_cell_is_at_a_place(self):
        grid = SheetGrid.fitted(2, 3, (108, 308))
        assert grid.at(4, 79) == 0
        assert grid.at(53.4, 128.4) == 0
        assert grid.at(53.6, 128.6) == 4
        assert grid.at(3, 79) is grid.at(60, 230) is None

    def test_cells_that_a_rectangle_touches(self):
        grid = SheetGrid.fitted(2, 3, (108, 308))
        assert grid.between((80, 140), (30, 500)) == (1, 2, 4, 5)


class TestChoice:
    def test_the_cursor_stops_at_the_edges(self):
        choice = Choice(10, 4)
        assert choice.moved(-1, -1).cursor == 0
        assert choice.moved(0, 9).cursor == 3
        assert choice.moved(2, 0).cursor == 8

    def test_it_does_not_fall_into_what_the_last_row_lacks(self):
        assert Choice(10, 4, cursor=7).moved(1, 0).cursor == 7
        assert Choice(10, 4, cursor=9).moved(0, 1).cursor == 9

    def test_shift_extends_a_block_from_where_it_began(self):
        choice = Choice(12, 4).to(5).moved(1, 0, extend=True).moved(0, 1, extend=True)
        assert choice.cells == (5, 6, 9, 10)
        assert choice.moved(-1, -1, extend=True).cells == (5,)
        assert choice.moved(0, 1).cells == (11,)

    def test_control_adds_and_takes_away_one_by_one(self):
        choice = Choice(12, 4).toggled(3).toggled(7)
        assert choice.cells == (0, 3, 7)
        assert choice.toggled(3).cells == (0, 7)

    def test_the_rest_is_the_rest_until_it_is_changed(self):
        choice = Choice(12, 4).choosing([3, 4, 99], rest=True)
        assert choice.rest
        assert choice.cells == (3, 4)
        assert not choice.toggled(3).rest
        assert not choice.choosing([], rest=True).rest


class TestCell:
    def test_an_answer_is_a_frame_and_a_badge(self):
        picture = np.full((40, 40, 3), GREY, dtype=np.uint8)
        cell = draw_cell(picture, CellLook("7", frame=(1, 200, 3), badge="2"), 40, missing=False)
        assert cell.shape == (44, 44, 3)
        assert (cell[0] == GROUND).all()
        assert (cell[2:-2, -3] == (1, 200, 3)).all()
        assert (cell[20, 20] == GREY).all()
        assert (cell[4, 4] == (1, 200, 3)).all()

    def test_without_a_picture_there_is_the_id(self):
        waiting = draw_cell(None, CellLook("123"), 40, missing=False)
        missing = draw_cell(None, CellLook("123"), 40, missing=True)
        assert (waiting[2:-2, 2:-2] == WAITING).all()
        assert missing[2:-2, 2:-2].max() > 80
        crossed = draw_cell(None, CellLook("5" * 30), 20, missing=True)
        assert (crossed[2 + 7, 2 + 7] == QUIET).all()


class TestShowing:
    def test_pictures_lie_side_by_side(self, session, sheet):
        sheet.show(page_of(session))
        assert sheet.grid.side == min(300 // 4, 192 // 3) - GAP
        for cell, source in enumerate(sheet.page.sources):
            middle = pixels_of(sheet, cell)[20:-20, 20:-20]
            assert (middle.max() > 200) == (source % 5 != 4)

    def test_the_frame_is_what_the_ledger_says(self, session, sheet):
        sheet.show(page_of(session))
        orange = np.round(255 * rgba(CLASS_COLOURS[1])[:3])
        session.annotate(sheet.page.sources[6], "GALAXY")
        assert (pixels_of(sheet, 6)[30, -3] == orange).all()
        session.undo()
        assert not (pixels_of(sheet, 6)[30, -3] == orange).all()
        session.unsure(sheet.page.sources[6])
        assert pixels_of(sheet, 6)[30, 30].max() < 200

    def test_the_cursor_begins_at_the_first_open_cell(self, session, sheet):
        page = page_of(session)
        session.annotate(page.sources[:2], "STAR")
        sheet.show(page)
        assert sheet.sources == (page.sources[2],)
        assert (pixels_of(sheet, 2)[0] == CURSOR_AWAY).all()
        assert sheet.open_cells() == list(range(2, 12))

    def test_the_page_after_is_read_ahead(self, session, sheet):
        (provider,) = session.cutouts.providers
        sheet.show(page_of(session), page_of(session, 1))
        seen = {one for one in page_of(session, 1).sources if one % 5 != 4}
        assert seen <= set(provider.asked)
        provider.asked.clear()
        sheet.show(page_of(session, 1))
        assert not seen & set(provider.asked)

    def test_looking_into_the_middle(self, session, sheet):
        sheet.show(page_of(session))
        cell = next(c for c, s in enumerate(sheet.page.sources) if s % 5 != 4 and c)
        before = (pixels_of(sheet, cell) == 255).all(axis=2).sum()
        sheet.zoom_by(2)
        assert sheet.zoom == 2
        assert (pixels_of(sheet, cell) == 255).all(axis=2).sum() > 3 * before
        sheet.zoom_by(-9)
        assert sheet.zoom == 1

    def test_another_canvas_gives_another_grid(self, session, sheet):
        sheet.show(page_of(session))
        sheet.viewer.canvas.size = (400, 600)
        assert sheet.grid.side == min(592 // 4, 392 // 3) - GAP
        assert sheet._layer.data.shape == (400, 600, 3)

    def test_what_is_read_comes_in_slices(self, session):
        read = drain(pictures_job(session.cutouts, [0, 1, 2], 10, seconds=-1))
        assert list(read.pictures) == [0]
        assert read.left == (1, 2)

    def test_without_a_page_there_are_words(self, session, sheet):
        sheet.show(page_of(session))
        sheet.show(None, words="Nothing is selected.\nSelect something.")
        assert sheet._layer.data.max() > 150
        assert (sheet._layer.data[:20] == GROUND).all()
        assert sheet.sources == ()

    def test_closed_it_leaves_nothing_behind(self, session, sheet):
        sheet.close()
        assert not sheet.viewer.layers
        assert len(session.labels_changed) == 0


class Press:
    """A mouse event as napari hands it to callbacks."""

    def __init__(self, sheet, cell, *modifiers, button=1):
        down, across = sheet.grid.box(cell)
        self.position = ((down.start + down.stop) / 2, (across.start + across.stop) / 2)
        self.pos = np.array(self.position[::-1])
        self.type, self.modifiers, self.button = "mouse_press", modifiers, button
        self.handled = False


class TestMouse:
    @pytest.fixture
    def mouse(self, session, sheet):
        sheet.show(page_of(session))
        return SheetMouse(sheet)

    def drag(self, mouse, event, to=None):
        gesture = mouse.on_press(None, event)
        next(gesture, None)
        if to is not None:
            event.position, event.pos, event.type = to.position, to.pos, "mouse_move"
            next(gesture, None)
        event.type = "mouse_release"
        next(gesture, None)

    def test_a_click_moves_the_cursor(self, mouse, sheet):
        self.drag(mouse, Press(sheet, 7))
        assert sheet.choice.cells == (7,)

    def test_shift_and_control(self, mouse, sheet):
        self.drag(mouse, Press(sheet, 1))
        self.drag(mouse, Press(sheet, 6, "Shift"))
        assert sheet.choice.cells == (1, 2, 5, 6)
        self.drag(mouse, Press(sheet, 5, "Control"))
        assert sheet.choice.cells == (1, 2, 6)

    def test_a_drag_chooses_a_block(self, mouse, sheet):
        self.drag(mouse, Press(sheet, 4), to=Press(sheet, 9))
        assert sheet.choice.cells == (4, 5, 8, 9)
        self.drag(mouse, Press(sheet, 3, "Control"), to=Press(sheet, 7))
        assert sheet.choice.cells == (3, 4, 5, 7, 8, 9)

    def test_double_and_right_clicks_say_what_is_wanted(self, mouse, sheet):
        shown, flipped = [], []
        sheet.show_wanted.connect(shown.append)
        sheet.flip_wanted.connect(flipped.append)
        mouse.on_double_click(None, Press(sheet, 2))
        self.drag(mouse, Press(sheet, 3, button=2))
        assert (shown, flipped) == ([sheet.page.sources[2]], [3])
