"""Marks on the current source, and the list of all marked ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QInputDialog, QMenu, QPushButton, QWidget

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.workspace import Workspace, report

if TYPE_CHECKING:
    import pandas as pd

MOST_LISTED = 20
MOST_ALIKE = 50
FIND_TIP = (
    "Those most like the marked sources, among all. Then “Label all…” gives them one class, and "
    "“More”, “Save as set…” keeps them."
)
EXAMPLES = "examples"
"""The strategy that asks for sources like those marked."""


class ExamplesRow(QWidget):
    """Two buttons that mark the current source, and a menu of those that are marked.

    Parameters
    ----------
    workspace : Workspace
    labelling : Labelling
        What the buttons do.
    """

    def __init__(self, workspace: Workspace, labelling: Labelling) -> None:
        super().__init__()
        self._workspace = workspace
        like, unlike = labelling.keys["like"], labelling.keys["unlike"]
        self.like = _button(
            "★", f"More like this: mark it as an example of what to look for ({like})"
        )
        self.unlike = _button(
            "☆", f"Not like this: mark it as an example of what not to ask for ({unlike})"
        )
        self.like.clicked.connect(lambda: labelling.mark(like=True))
        self.unlike.clicked.connect(lambda: labelling.mark(like=False))
        self.all = QPushButton()
        self.all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu = QMenu(self.all)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)
        self.all.setMenu(self.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.like)
        row.addWidget(self.unlike)
        row.addWidget(self.all)

    def show_state(self, session: Session, current: SourceId | None) -> None:
        """Show how the current source is marked, and how many are."""
        mark = None if current is None else session.marked.get(current)
        for button, kind in ((self.like, True), (self.unlike, False)):
            button.setChecked(mark is kind)
            button.setEnabled(current is not None)
        n = len(session.marked)
        self.all.setText(f"{n} marked")
        self.all.setToolTip(f"{n} marked source{'' if n == 1 else 's'}: show, forget, ask for more")
        self.all.setVisible(n > 0)

    def _fill(self) -> None:
        self.menu.clear()
        session = self._workspace.session
        if session is None:
            return
        asks = self.menu.addAction("Ask for sources like these")
        asks.setCheckable(True)
        asks.setChecked(all(one.strategy == EXAMPLES for one in session.learners.values()))
        asks.toggled.connect(self._ask)
        find = self.menu.addAction("Select the most alike…")
        find.setToolTip(FIND_TIP)
        find.triggered.connect(self.ask_how_many)
        self.menu.addSeparator()
        for source, like in list(session.marked.items())[-MOST_LISTED:]:
            title = f"{'★ more like' if like else '☆ not like'} {source}"
            one = self.menu.addMenu(title.replace("&", "&&"))
            one.addAction("Show it").triggered.connect(_bound(session.show, source))
            one.addAction("Forget this mark").triggered.connect(_bound(self._forget, source))
        self.menu.addSeparator()
        self.menu.addAction("Forget all marks").triggered.connect(lambda: self._forget())

    def _ask(self, by_example: bool) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            for task, recipe in session.learners.items():
                chosen = EXAMPLES if by_example else "auto"
                session.set_learner(replace(recipe, strategy=chosen), task=task)
        except AstroALError as error:
            report(error)

    def ask_how_many(self) -> None:
        """Ask how many sources to select, and select those most like the marked ones."""
        n, given = QInputDialog.getInt(
            self, "Select the most alike", "How many sources", MOST_ALIKE, 1, 1_000_000
        )
        if given:
            self.select_alike(n)

    def select_alike(self, n: int) -> None:
        """Select the sources most like the marked ones, of all that there are."""
        session = self._workspace.session
        if session is None:
            return

        marks = session.marked.items()
        found_by = {
            "by": "search",
            "like": [str(one) for one, like in marks if like],
            "unlike": [str(one) for one, like in marks if not like],
        }

        def found(likeness: pd.Series[float]) -> None:
            if self._workspace.session is session:
                session.select(likeness.index, found_by=found_by)

        try:
            job = session.search_job(n=n)
        except AstroALError as error:
            report(error)
            return
        self._workspace.jobs.run(job, title="Searching by example", done=found, failed=report)

    def _forget(self, *sources: SourceId) -> None:
        session = self._workspace.session
        if session is not None:
            try:
                session.mark(sources or tuple(session.marked), like=None)
            except AstroALError as error:
                report(error)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setFixedWidth(34)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _bound(action: object, source: SourceId) -> object:
    return lambda: action(source)  # type: ignore[operator]
