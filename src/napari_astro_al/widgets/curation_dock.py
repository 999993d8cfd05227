"""The Test set dock: which sources are drawn for testing, and labelling them."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.session.curated import CuratedSet
from napari_astro_al.session.curation import Candidates, Curation
from napari_astro_al.widgets.criteria_form import CriteriaForm
from napari_astro_al.widgets.curated_progress import CuratedProgress
from napari_astro_al.widgets.curator import Curator
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.rest import Rest
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.sampling_form import SamplingForm
from napari_astro_al.widgets.style import EmptyState, caption, one_line, small
from napari_astro_al.widgets.workbench import Workbench
from napari_astro_al.widgets.workspace import report

COUNT_AFTER = 250  # milliseconds
WAY_WIDTH, MODE_WIDTH = 44, 112
NOTHING_DRAWN = (
    "Draw sources, and label them here. They never train; their labels score the classifier."
)
LABEL, LEAVE = "Label the set", "Back to learning"
LABEL_TIP = (
    "Let the sources of the set come one after the other. Answers go by the same keys; space shows "
    "the next one without an answer"
)


class CurationDock(QWidget):
    """Criteria on the left, how to draw in the middle, labels and the way through on the right.

    Parameters
    ----------
    bench : Workbench
        The window's.

    Attributes
    ----------
    curator : Curator
        The labelling mode.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._workspace = bench.workspace
        self._links = Links()
        self._counting: Running | None = None
        self._still = Rest(self, COUNT_AFTER)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._refresh)
        self.curator = Curator(bench.workspace, bench.labelling)
        self.criteria = CriteriaForm()
        self.count = one_line()
        self.sampling = SamplingForm()
        self.progress = CuratedProgress()
        self._title = one_line(caption(""))
        self.drop = self.sampling.drop
        self._nothing = small(NOTHING_DRAWN)
        self._nothing.setWordWrap(True)
        self.mode = QPushButton(LABEL)
        self.mode.setMinimumWidth(MODE_WIDTH)
        self.first = _way("Home  First", "The first source of the set (Home)", self.curator.first)
        self.previous = _way("←", "The source of the set before this one (←)", self.curator.back)
        self.following = _way("→", "The source of the set after this one (→)", self.curator.forward)
        self.new = _way(
            "D  New", "Draw one more source by the same criteria, and show it (D)", self.curator.new
        )
        self.sure = small("")
        self.sure.setWordWrap(True)
        self.really = QPushButton("Dissolve it")
        self.keep = QPushButton("Keep it")
        self._question = QWidget()
        self._body = QScrollArea()  # or a small window would be no wider than this dock
        self._body.setWidgetResizable(True)
        self._body.setFrameShape(QFrame.Shape.NoFrame)
        self._body.setWidget(self._lay_out())
        self._empty = EmptyState(
            "No catalogue is open", "Open one in the Catalogue dock, or drop a file on the canvas."
        )
        self.refused = EmptyState("Not of a catalogue on disk", "")
        self._pages = QStackedLayout()
        for page in (self._body, self._empty, self.refused):
            self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 6, 8, 6)
        whole.addLayout(self._pages)
        self.criteria.changed.connect(self._count_soon)
        self.sampling.changed.connect(self._count_soon)
        self.sampling.part_chosen.connect(self._part_chosen)
        self.sampling.draw_wanted.connect(self._draw)
        self.progress.targets_changed.connect(self._set_targets)
        self.mode.clicked.connect(self._enter_or_leave)
        self.drop.clicked.connect(self._ask)
        self.really.clicked.connect(self._drop)
        self.keep.clicked.connect(lambda: self._question.hide())
        self.curator.changed.connect(self._refresh_soon)
        bench.labelling.changed.connect(self._refresh_soon)
        bench.workspace.session_changed.connect(self._take)
        bench.add_keys(self.curator.keys())
        self._take(bench.workspace.session)

    def _lay_out(self) -> QWidget:
        body = QWidget()
        left, middle, right = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for column in (left, middle, right):
            column.setSpacing(4)
        left.addWidget(self.criteria, 1)
        left.addWidget(self.count)
        middle.addWidget(self.sampling)
        middle.addStretch(1)
        head, way, answers = QHBoxLayout(), QHBoxLayout(), QHBoxLayout(self._question)
        for row in (head, way, answers):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
        answers.addWidget(self.sure, 1)
        answers.addWidget(self.keep)
        answers.addWidget(self.really)
        self._question.hide()
        head.addWidget(self._title, 1)
        head.addWidget(self.mode)
        for button in (self.first, self.previous, self.following, self.new):
            way.addWidget(button, 1)
        right.addLayout(head)
        right.addWidget(self._question)
        right.addWidget(self._nothing)
        right.addWidget(self.progress, 1)
        right.addLayout(way)
        for button in (self.previous, self.following):
            button.setMinimumWidth(WAY_WIDTH)
        for button in (self.mode, self.drop, self.really, self.keep):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        columns = QHBoxLayout(body)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(8)
        columns.addLayout(left, 4)
        columns.addWidget(_line())
        columns.addLayout(middle)
        columns.addWidget(_line())
        columns.addLayout(right, 4)
        return body

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._still.forget()
        self._counting = None
        self._question.hide()
        why_not = "" if session is None else session.why_not("curate")
        self.refused.say(why_not)
        pages = {session is None: self._empty, bool(why_not): self.refused}
        self._pages.setCurrentWidget(pages.get(True, self._body))
        if session is None or why_not:
            return
        for signal in (session.classes_changed, session.curated_changed):
            self._links.tie(signal, self._refresh_soon)
        for signal in (session.exclusions_changed, session.curated_changed):
            self._links.tie(signal, self._count_soon)
        self._links.tie(session.columns_changed, self._fill)
        if not session.curated.get("test") and session.curated.get("validation"):
            self.sampling.part.setCurrentIndex(self.sampling.part.findData("validation"))
        self._fill()

    def _fill(self) -> None:
        """Offer the catalogue's columns, and show the plan of the set."""
        session, known = self._workspace.session, self.curator.set
        if session is None:
            return
        plan = None if known is None else known.plan
        self.criteria.take(session.catalogue, None if plan is None else plan.where)
        self.sampling.take(session.catalogue, None if plan is None else plan.sampling)
        self._count_soon()
        self._refresh()

    def _part_chosen(self) -> None:
        self._question.hide()
        self.curator.choose(self.sampling.part.currentData())
        self._fill()

    def _count_soon(self, *_: object) -> None:
        self.count.setText("Counting…")
        self._still(self._count)

    def _count(self) -> None:
        session = self._workspace.session
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
        if session is None:
            return
        try:
            job = session.candidates_job(
                self.criteria.condition(),
                part=self.curator.part,
                answered=self.sampling.answered.isChecked(),
            )
        except AstroALError as error:
            self._say(str(error))
            return
        self._counting = self._workspace.jobs.run(
            job, title="Counting", done=self._counted, failed=self._not_counted, shown=False
        )

    def _counted(self, found: Candidates) -> None:
        self._counting = None
        n, free = found.matching.count, found.free.count
        verb = "matches" if n == 1 else "match"
        self._say(f"{n:,} {verb}; {free:,} can be drawn")

    def _not_counted(self, error: Exception) -> None:
        self._counting = None
        self._say(str(error))

    def _say(self, words: str) -> None:
        self.count.setText(words)
        self.count.setToolTip(words)

    def _draw(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        self._question.hide()
        self.curator.run(
            lambda: session.curate_job(
                self.sampling.sampling(),
                self.criteria.condition(),
                part=self.curator.part,
                answered=self.sampling.answered.isChecked(),
                targets=self.progress.wanted(),
            ),
            "Drawing sources",
            self._drawn,
        )

    def _drawn(self, ready: Curation) -> None:
        words = f"Drew {len(ready.drawn):,}. {ready.note}".strip()
        self._still.forget()
        self._say(words)

    def _set_targets(self) -> None:
        session = self._workspace.session
        if session is not None and self.curator.set is not None:
            try:
                session.set_targets(self.progress.wanted(), part=self.curator.part)
            except AstroALError as error:
                report(error)

    def _enter_or_leave(self) -> None:
        (self.curator.leave if self.curator.active else self.curator.enter)()

    def _ask(self) -> None:
        known = self.curator.set
        if known is None:
            return
        n_labels = sum(known.counts.values())
        self.sure.setText(
            f"Dissolve the {known.part} set of {len(known):,}? Its {n_labels:,} labels stay."
        )
        self.sure.setToolTip(
            "The split holds out what it held out before. Labels of sources that go back to the "
            "pool train from then on."
        )
        self._question.show()

    def _drop(self) -> None:
        session = self._workspace.session
        self._question.hide()
        if session is not None:
            self.curator.run(
                lambda: session.drop_curated_job(self.curator.part),
                "Dissolving the set",
                lambda _: None,
            )

    def _refresh_soon(self, *_: object) -> None:
        self._soon.start(0)

    def _refresh(self) -> None:
        session, known = self._workspace.session, self.curator.set
        if session is None:
            return
        colours = {k: v for task in session.tasks.values() for k, v in task.colours.items()}
        self.progress.set_classes(session.classes, colours)
        if known is None:
            self.progress.show_counts({}, self.progress.wanted())
        else:
            self.progress.show_counts(known.counts, known.targets)
        words = _title(self.curator.part, known)
        self._title.setText(words)
        self._title.setToolTip(words if known is None else f"{words}, of the {known.part} set")
        self._nothing.setVisible(known is None)
        active, busy = self.curator.active, self.curator.busy
        self.mode.setText(LEAVE if active else LABEL)
        self.mode.setToolTip("Show what the model asks again" if active else LABEL_TIP)
        self.mode.setEnabled(known is not None)
        for button in (self.first, self.previous, self.following):
            button.setEnabled(active)
        self.new.setEnabled(active and not busy)
        self.drop.setEnabled(known is not None and not busy)
        self.sampling.draw.setEnabled(not busy)
        self.sampling.draw.setText("Drawing…" if busy else "Draw")


def _title(part: str, known: CuratedSet | None) -> str:
    if known is None:
        return f"No {part} set yet"
    n_unsure, n_open = len(known.unsure), len(known.open)
    unsure = f", {n_unsure:,} unsure" if n_unsure else ""
    return f"{len(known) - n_open:,} of {len(known):,}{unsure}"


def _way(text: str, tip: str, action: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda: action())
    return button


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine)
    return line
