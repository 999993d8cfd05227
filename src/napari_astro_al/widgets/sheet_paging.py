"""The pages of a contact sheet: drawn in a job, turned one by one."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic

from qtpy.QtCore import QObject, Signal

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.learning import Task
from napari_astro_al.session import Session
from napari_astro_al.session.sheet_draws import MOST
from napari_astro_al.session.sheets import BATCH, Draw, Page, Sheet
from napari_astro_al.viewer.contact_sheet import ContactSheet
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.workspace import Workspace

BATCH_PAGES = 2
"""Pages of a batch. While the last one is on show, the newest model chooses those that follow."""


class SheetPaging(QObject):
    """Which sources a contact sheet shows.

    Parameters
    ----------
    workspace : Workspace
    session : Session
    sheet : ContactSheet
        Shows the pages.

    Attributes
    ----------
    drawn : Sheet or None
        The sources that are paged through.
    number : int
        The page on show, from 0.
    size : int
        Cells a side.
    message : str
        What was done last, or is to be done now.
    empty : str
        Why there is no picture; empty where there are some.
    """

    changed = Signal()
    """Page, choice, answers or words are others."""

    def __init__(self, workspace: Workspace, session: Session, sheet: ContactSheet) -> None:
        super().__init__()
        self.session = session
        self.sheet = sheet
        self.drawn: Sheet | None = None
        self.number = 0
        self.size = 8
        self.draw = Draw("random")
        self.message = ""
        self.empty = ""
        self._workspace = workspace
        self._drawing: Running | None = None
        self._drawing_ahead: Running | None = None
        self._following: Sheet | None = None
        self._since = monotonic()
        session.trained.connect(self._draw_ahead)

    def close(self) -> None:
        """Give up what is being drawn."""
        self.session.trained.disconnect(self._draw_ahead)
        self._stop()

    @property
    def drawing(self) -> bool:
        """Whether a sheet is being drawn."""
        return self._drawing is not None

    @property
    def n_pages(self) -> int:
        """Pages of the sheet."""
        return 0 if self.drawn is None else self.drawn.n_pages(self.size, self.size)

    def draw_anew(self, draw: Draw | None = None, size: int | None = None) -> None:
        """Draw a sheet, with the models as they are, and show its first page."""
        self.draw = self.draw if draw is None else draw
        self.size = self.size if size is None else size
        self._stop()
        try:
            job = self._job(BATCH_PAGES)
        except AstroALError as error:
            self._failed(error)
            return
        self.empty = ""
        self._drawing = self._workspace.jobs.run(
            job, title="Drawing a contact sheet", done=self._take, failed=self._failed, shown=False
        )
        self.changed.emit()

    def _job(self, n_pages: int) -> Job[Sheet]:
        """The work of drawing, of a batch so many pages."""
        conductor = self._workspace.conductor
        within = None if conductor is None else conductor.within
        most = n_pages * self.size**2 if self.draw.kind == BATCH else MOST
        return self.session.sheet_job(self.draw, within, most)

    def _draw_ahead(self, _: object = None) -> None:
        """While the last page is on show, draw the sheet after it, and read its first page.

        A newer model draws it anew. What is on show now is not in it, answered or not: that is
        drawn again with the sheet after the next.
        """
        page = self.sheet.page
        if self.drawn is None or page is None or self.number + 1 < self.n_pages:
            return
        self._stop_ahead()
        with suppress(AstroALError):  # where nothing can be drawn, turning the page says why
            self._drawing_ahead = self._workspace.jobs.run(
                self._job(BATCH_PAGES + 1),
                title="Drawing a contact sheet",
                done=lambda sheet: self._take_ahead(sheet.without(page.sources)),
                failed=lambda _: self._stop_ahead(),
                shown=False,
            )

    def _take_ahead(self, sheet: Sheet) -> None:
        self._drawing_ahead = None
        if len(sheet):
            self._following = sheet
            self.sheet.follow_with(sheet.page(0, self.size, self.size))

    def _stop_ahead(self) -> None:
        self._following = None
        if self._drawing_ahead is not None:
            self._drawing_ahead.cancel()
            self._drawing_ahead = None

    def forget(self) -> None:
        """Let what is shown be out of date: it is drawn anew when it is looked at again."""
        self._stop()
        self.drawn, self.empty = None, ""

    def resize(self, size: int) -> None:
        """Show pages of another size, with the first cell of this one on the first."""
        first = self.number * self.size**2
        self.size = size
        if self.draw.kind == BATCH:
            self.draw_anew()
        elif self.drawn is not None:
            self._show_page(first // size**2)

    def _stop(self) -> None:
        self._stop_ahead()
        if self._drawing is not None:
            self._drawing.cancel()
            self._drawing = None

    def _failed(self, error: Exception) -> None:
        self._drawing = None
        if not isinstance(error, AstroALError):
            raise error
        self.show_nothing(str(error))

    def _take(self, sheet: Sheet) -> None:
        self._drawing = None
        self.drawn = self.session.accept_sheet(sheet)
        if not len(sheet):
            self.show_nothing(why_empty(self.session, self.draw))
            return
        self.empty = ""
        self._say("")
        self._show_page(0)

    def show_nothing(self, why: str) -> None:
        """Show no picture, and why."""
        self._stop()
        self.drawn, self.number, self.empty = None, 0, why
        self.sheet.show(None, words=why)
        self._say("")

    def _page(self, number: int) -> Page | None:
        if self.drawn is None or not 0 <= number < self.n_pages:
            return None
        return self.drawn.page(number, self.size, self.size)

    def _show_page(self, number: int) -> None:
        self._stop_ahead()
        self.number = number
        self._since = monotonic()
        self.sheet.show(self._page(number), self._page(number + 1))
        self._draw_ahead()
        self.changed.emit()

    def next_page(self) -> None:
        """Show the next page; after the last, the first of the next sheet."""
        if self.drawing:
            return
        self._say("")
        if self.number + 1 < self.n_pages:
            self._show_page(self.number + 1)
        elif self._following is not None:
            self._take(self._following)
        else:
            self.draw_anew()

    def page_before(self) -> None:
        """Show the page before."""
        if self.number > 0 and not self.drawing:
            self._say("")
            self._show_page(self.number - 1)

    def _say(self, words: str) -> None:
        self.message = words
        self.changed.emit()


def why_empty(session: Session, draw: Draw) -> str:
    """Why a sheet has no source, and what to do about it."""
    if draw.kind == "selection" and not session.selection.count:
        return (
            "No source is selected.\n"
            "Select some in feature space (Shift and drag), or in the table."
        )
    found = {
        "batch": "Nothing is left to ask for.",
        "confident": f"The model says {Task.words(draw.of)} of no open source.",
        "doubtful": "The model doubts no open source.",
        "random": "Every source has an answer.",
    }.get(draw.kind, f"All {_count(session, draw):,} of them have an answer, or play no part.")
    can_widen = draw.kind != BATCH and not (draw.answered and draw.held_out)
    return f"{found}\nAnswered and held-out ones can be shown too." if can_widen else found


def _count(session: Session, draw: Draw) -> int:
    some = session.sets[draw.of] if draw.kind == "set" else session.selection
    return some.count
