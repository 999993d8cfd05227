"""The checkpoints of a session in its dock: keep one, compare, go back."""

from __future__ import annotations

from datetime import UTC, datetime

from napari.utils.notifications import show_info
from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMessageBox,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.session.checkpoint import Checkpoint, Comparison
from napari_astro_al.session.checkpoints import WayBack
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.section import Section, button
from napari_astro_al.widgets.style import small
from napari_astro_al.widgets.workspace import Workspace, report

LOWEST = 72  # pixels: the header and two checkpoints
COLUMNS = ("Name", "Labels", "F1", "Kept")
NOTHING_KEPT = (
    "Keep how things stand now under a name: labels, settings, scores and models. You can compare "
    "with it later, and go back to it."
)
CHOOSE = "Choose one to compare it with now or go back to it; two (Ctrl) to compare them."
BACK_TIP = (
    "Make your labels and the settings what they were then. Nothing is lost: this adds to the "
    "history, and how things stand now is kept as a checkpoint first"
)


class CheckpointList(Section):
    """A table of checkpoints, the newest on top, and what can be done with them.

    Parameters
    ----------
    workspace : Workspace
        Whose session has them.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Checkpoints")
        self._workspace = workspace
        self._session: Session | None = None
        self._links = Links()
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name of a checkpoint")
        self.name.setAccessibleName("Name of a checkpoint")
        self.name.setMaxLength(100)
        self.name.returnPressed.connect(self.keep)
        self.keeps = button("Keep", "Keep how things stand now under this name", self.keep)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setAccessibleName("Checkpoints")
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table.verticalHeader().setDefaultSectionSize(22)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.says = small("")
        self.says.setWordWrap(True)
        self.compares = button(
            "Compare", "What is different between two, or between one and now", self.compare
        )
        self.goes_back = button("Go back…", BACK_TIP, self.ask)
        self.table.setMinimumHeight(LOWEST)
        policy = QSizePolicy.Policy
        self.table.setSizePolicy(policy.Expanding, policy.Ignored)
        for one in (self.compares, self.goes_back):
            self.head.addWidget(one)
        line = QHBoxLayout()
        line.addWidget(self.name, 1)
        line.addWidget(self.keeps)
        self.rows.addLayout(line)
        self.rows.addWidget(self.table, 1)
        self.rows.addWidget(self.says)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._session = session
        if session is not None:
            self._links.tie(session.checkpoints_changed, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what there is."""
        session = self._session
        known = [] if session is None else list(session.checkpoints.values())[::-1]
        self.table.setRowCount(len(known))
        for row, one in enumerate(known):
            for column, words in enumerate(_cells(one)):
                item = QTableWidgetItem(words)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                item.setToolTip(_tip(one))
                self.table.setItem(row, column, item)
        writable = session is not None and session.writable
        self.name.setEnabled(writable)
        self.keeps.setEnabled(writable)
        self.table.clearSelection()
        self._chosen()

    @property
    def chosen(self) -> list[str]:
        """The names of the chosen ones, the oldest first."""
        model = self.table.selectionModel()
        rows = sorted((index.row() for index in model.selectedRows()), reverse=True)
        items = [self.table.item(row, 0) for row in rows]
        return [item.text() for item in items if item is not None]

    def _chosen(self) -> None:
        n = len(self.chosen)
        self.compares.setEnabled(n in (1, 2))
        writable = self._session is not None and self._session.writable
        self.goes_back.setEnabled(n == 1 and writable)
        self.says.setText(CHOOSE if self.table.rowCount() else NOTHING_KEPT)

    def keep(self) -> None:
        """Keep how things stand under the name that was written."""
        session = self._session
        if session is None:
            return
        try:
            job = session.checkpoint_job(self.name.text())
        except AstroALError as error:
            report(error)
            return

        def done(said: dict[str, object]) -> None:
            try:
                session.accept_checkpoint(said)
            except AstroALError as error:
                report(error)
                return
            self.name.clear()

        self._workspace.run(job, title="Keeping a checkpoint", done=done)

    def compare(self) -> None:
        """Say what is different between the chosen ones, or the chosen one and now."""
        session, chosen = self._session, self.chosen
        if session is None or len(chosen) not in (1, 2):
            return
        job = session.comparison_job(*chosen)
        self._workspace.run(job, title="Comparing", done=self._tell)

    def _tell(self, found: Comparison) -> None:
        self.says.setText(f"{found} {_scores_in_words(found)}".strip())

    def ask(self) -> None:
        """Go back to the chosen one, once the person has confirmed it."""
        if len(self.chosen) != 1:
            return
        [name] = self.chosen
        asked = QMessageBox.question(
            self,
            "Go back",
            f"Make your labels and the settings what they were at “{name}”?\n\nHow things stand "
            "now is kept as a checkpoint first, so that you can return to it.",
        )
        if asked == QMessageBox.StandardButton.Yes:
            self.go_back(name)

    def go_back(self, name: str) -> None:
        """Go back to a checkpoint."""
        session = self._session
        if session is None:
            return

        def done(way: WayBack) -> None:
            try:
                n_others = session.accept_way_back(way)
            except AstroALError as error:
                report(error)
                return
            stay = f" {n_others:,} answers of others since then stay." if n_others else ""
            show_info(f"Labels and settings are those of “{name}”.{stay}")

        try:
            job = session.way_back_job(name)
        except AstroALError as error:
            report(error)
            return
        self._workspace.run(job, title=f"Going back to {name}", done=done)


def _cells(one: Checkpoint) -> tuple[str, str, str, str]:
    score = one.score()
    f1 = "–" if score is None or score.get("f1") is None else f"{score['f1']:.3f}"
    return one.name, f"{one.n_labels:,}", f1, short_time(one.utc)


def _tip(one: Checkpoint) -> str:
    score = one.score()
    told = f"{one.name}: {one.n_labels:,} labels, kept {local_time(one.utc)}"
    if score is not None and score.get("f1") is not None:
        told += f"\nF1 {score['f1']:.3f} on {score['split']}, by {score['model']}"
        if score.get("f1_low") is not None:
            told += f" (95 % interval {score['f1_low']:.3f} to {score['f1_high']:.3f})"
    return told


def _scores_in_words(found: Comparison) -> str:
    table, (first, second) = found.scores, found.names
    told = []
    for (_, split), row in table.iterrows():
        before, after = row.get((first, "f1")), row.get((second, "f1"))
        if before == before and after == after and before is not None and after is not None:
            told.append(f"F1 on {split} {before:.3f} → {after:.3f}.")
    return " ".join(told[:2])


def short_time(utc: str) -> str:
    """As `local_time`: the minutes of today, the date of any other day."""
    whole = local_time(utc)
    day, _, minutes = whole.partition(" ")
    return minutes if day == f"{datetime.now():%Y-%m-%d}" else day


def local_time(utc: str) -> str:
    """A time of the ledger as a person reads it: date and minutes, in the computer's time zone."""
    try:
        when = datetime.strptime(utc, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        return utc
    return f"{when.astimezone():%Y-%m-%d %H:%M}"
