"""What a person does with a contact sheet: choose cells, answer them, take answers back."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALError
from napari_astro_al.learning import Task
from napari_astro_al.session import Session
from napari_astro_al.viewer.contact_sheet import ContactSheet
from napari_astro_al.widgets.sheet_paging import SheetPaging
from napari_astro_al.widgets.workspace import Workspace, report

NOTHING_CHOSEN = "Every cell of this page has an answer. Enter turns the page."


class Triaging(SheetPaging):
    """The verbs of the Triage dock.

    Every answer is written to the ledger at once, before the key press returns; turning the page
    only turns the page. One call is one step: undo takes back what it said of all its cells.
    """

    def __init__(self, workspace: Workspace, session: Session, sheet: ContactSheet) -> None:
        super().__init__(workspace, session, sheet)
        sheet.choice_changed.connect(self._choice_changed)
        sheet.flip_wanted.connect(self.flip)
        sheet.show_wanted.connect(self.show)

    def close(self) -> None:
        """Give up what is being drawn, and listen no more."""
        super().close()
        self.sheet.choice_changed.disconnect(self._choice_changed)
        self.sheet.flip_wanted.disconnect(self.flip)
        self.sheet.show_wanted.disconnect(self.show)

    def answer(self, place: int) -> None:
        """Give the chosen cells, or the one at the cursor, the class at a place, from 0."""
        classes = self.session.classes
        if place >= len(classes):
            n = len(classes)
            self._say(
                f"There is no class {place + 1}: this session has {n}."
                if n
                else "There is no class yet. Add one in the Label dock first."
            )
            return
        label = classes[place]
        self._record(
            lambda sources, said: self.session.annotate(sources, label, **said),
            Task.words(label),
            timed=True,
        )

    def unsure(self) -> None:
        """Say of the chosen cells that one cannot tell."""
        self._record(
            lambda sources, said: self.session.unsure(sources, mosaic=said["mosaic"]), "unsure"
        )

    def skip(self) -> None:
        """Put the chosen cells off."""
        self._record(
            lambda sources, said: self.session.skip(sources, mosaic=said["mosaic"]), "skipped"
        )

    def _record(
        self,
        verb: Callable[[list[SourceId], dict[str, Any]], None],
        words: str,
        *,
        timed: bool = False,
    ) -> None:
        page, choice = self.sheet.page, self.sheet.choice
        sources = list(self.sheet.sources)
        if page is None or not sources:
            return
        how = "rest" if choice.rest else "several" if len(sources) > 1 else "one"
        said: dict[str, Any] = {"mosaic": page.seen_as(how)}
        if timed and how == "one":
            said["seconds"] = round(monotonic() - self._since, 2)
        was_open = set(self.sheet.open_cells())
        with self.sheet.held():
            try:
                verb(sources, said)
            except AstroALError as error:
                report(error)
                return
            self._advance(was_open)
        self._since = monotonic()
        n = len(sources)
        which = str(sources[0]) if n == 1 else f"{n} cells"
        self._say(f"{which}: {words}. Z takes {'it' if n == 1 else 'them'} back.")

    def _advance(self, was_open: set[int]) -> None:
        """After a first answer go to the next open cell; after a correction stay."""
        choice = self.sheet.choice
        if choice.chosen or choice.cursor not in was_open:
            self.sheet.choice = choice.to(choice.cursor)
            return
        left = self.sheet.open_cells()
        later = (cell for cell in left if cell > choice.cursor)
        self.sheet.choice = choice.to(next(later, left[0] if left else choice.cursor))

    def flip(self, cell: int | None = None) -> None:
        """Make the answer of a cell, or of the chosen ones that share one, the next class."""
        page, classes = self.sheet.page, self.session.classes
        if page is None:
            return
        if cell is not None:
            self.sheet.choice = self.sheet.choice.to(cell)
        labels = {self.session.book.label_of(source) for source in self.sheet.sources}
        label = next(iter(labels)) if len(labels) == 1 else None
        if label not in classes:
            self._say("There is one answer to flip where the cells have the same class.")
            return
        self.answer((classes.index(label) + 1) % len(classes))

    def choose_rest(self) -> None:
        """Choose every cell of the page without an answer; the next answer is for all of them."""
        cells = self.sheet.open_cells()
        if not cells:
            self._say(NOTHING_CHOSEN if self.sheet.page is not None else "")
            return
        self.sheet.choice = self.sheet.choice.choosing(cells, rest=True)
        n = len(cells)
        which = "The one cell" if n == 1 else f"All {n} cells"
        self._say(f"{which} without an answer: press the class, or Esc to let go.")

    def choose_all(self) -> None:
        """Choose every cell of the page."""
        self.sheet.choice = self.sheet.choice.choosing(range(self.sheet.choice.n))

    def let_go(self) -> None:
        """Choose nothing beside the cursor."""
        self.sheet.choice = self.sheet.choice.to(self.sheet.choice.cursor)
        self._say("")

    def move(self, down: int, across: int, *, extend: bool = False) -> None:
        """Move the cursor by so many cells."""
        self.sheet.choice = self.sheet.choice.moved(down, across, extend=extend)

    def undo(self) -> None:
        """Take back the last step, whether it was made here or elsewhere."""
        self._step(self.session.undo, "taken back. Shift-Z gives {} again", "Nothing to undo.")

    def redo(self) -> None:
        """Give the step taken back last again."""
        self._step(self.session.redo, "given again. Z takes {} back", "Nothing to redo.")

    def _step(self, verb: Callable[[], tuple[SourceId, ...]], done: str, nothing: str) -> None:
        try:
            sources = verb()
        except AstroALError as error:
            report(error)
            return
        if not sources:
            self._say(nothing)
            return
        n, page = len(sources), self.sheet.page
        here = [] if page is None else [page.cells[one] for one in sources if one in page.cells]
        if here:
            self.sheet.choice = self.sheet.choice.to(min(here))
        elsewhere = "" if len(here) == n else f" ({n - len(here)} not on this page)"
        which = "One answer" if n == 1 else f"{n} answers"
        self._say(f"{which} {done.format('it' if n == 1 else 'them')}{elsewhere}.")

    def show(self, source: SourceId | None = None) -> None:
        """Show a source, by default the one at the cursor, in all views."""
        page, choice = self.sheet.page, self.sheet.choice
        if source is None and page is not None and choice.n:
            source = page.sources[choice.cursor]
        if source is not None:
            self.session.show(source)

    def _choice_changed(self, _: object) -> None:
        self.changed.emit()

    def actions(self) -> dict[str, Callable[[], object]]:
        """What each key does while the sheet has the keyboard."""
        steps = {"Left": (0, -1), "Right": (0, 1), "Up": (-1, 0), "Down": (1, 0)}
        moves = {name: _moving(self, *step) for name, step in steps.items()}
        extends = {f"Shift-{name}": _moving(self, *s, extend=True) for name, s in steps.items()}
        return {
            **{str(place + 1): _answering(self, place) for place in range(9)},
            **moves,
            **extends,
            "Home": lambda: self._to(0),
            "End": lambda: self._to(self.sheet.choice.n - 1),
            "PageUp": self.page_before,
            "PageDown": self.next_page,
            "Enter": self.next_page,
            "Space": self.show,
            "U": self.unsure,
            "S": self.skip,
            "F": self.flip,
            "R": self.choose_rest,
            "Z": self.undo,
            "Shift-Z": self.redo,
            "Escape": self.let_go,
            "Control-A": self.choose_all,
            "+": lambda: self.sheet.zoom_by(1),
            "-": lambda: self.sheet.zoom_by(-1),
            "M": self._refuse_mark,
            "N": self._refuse_mark,
        }

    def _to(self, cell: int) -> None:
        self.sheet.choice = self.sheet.choice.to(cell)

    def _refuse_mark(self) -> None:
        """M and N mean the current source, which need not be the one that is looked at here."""
        self._say("Examples are marked one by one: show the source (Space), then leave the sheet.")


def _answering(triaging: Triaging, place: int) -> Callable[[], None]:
    return lambda: triaging.answer(place)


def _moving(
    triaging: Triaging, down: int, across: int, *, extend: bool = False
) -> Callable[[], None]:
    return lambda: triaging.move(down, across, extend=extend)
