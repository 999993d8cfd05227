"""What is selected, and the commands on it; named sets; what questions are restricted to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.session import Selection, Session
from napari_astro_al.widgets.footprint_menu import FootprintMenu
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.style import escaped
from napari_astro_al.widgets.workspace import Workspace, report


class SelectionBar(QWidget):
    """How many sources are selected, and what can be done with them all.

    Hidden where there is nothing to say: no selection, no named set, nothing excluded, and
    questions about everything.

    Parameters
    ----------
    workspace : Workspace
        Whose selection it is.
    """

    restricted = Signal()
    """Questions are restricted, or not any more: the bar is taller, or lower."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._links = Links()
        self._running: Running | None = None
        self.count = QElidingLabel("")
        self.label_all = QPushButton("Label all…")
        self.label_all.setToolTip("Give every selected source the same label, as one step")
        self.ask_within = QPushButton("Ask within")
        self.ask_within.setToolTip("Ask for selected sources only, until you ask for all again")
        self.more = _menu_button("More", "Further commands on the selected sources")
        self.sets = _menu_button("Sets", "Named sets of sources, and the excluded ones")
        self.within = QElidingLabel("")
        self.everything = QPushButton("Everything again")
        self.everything.setToolTip("Ask for all sources again")
        self._restriction = QWidget()
        self._restriction.hide()
        self._lay_out()
        self.label_all.clicked.connect(self._offer_classes)
        self.ask_within.clicked.connect(lambda: self._ask_within())
        self.everything.clicked.connect(self._ask_for_all)
        self.more.menu().aboutToShow.connect(self._fill_more)
        self.sets.menu().aboutToShow.connect(self._fill_sets)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        commands, restriction = QHBoxLayout(), QHBoxLayout(self._restriction)
        for row in (commands, restriction):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
        restriction.addWidget(self.within, 1)
        restriction.addWidget(self.everything)
        commands.addWidget(self.count, 1)
        for button in (self.label_all, self.ask_within, self.more, self.sets):
            commands.addWidget(button)
        for text in (self.count, self.within):
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        rows.addWidget(self._restriction)
        rows.addLayout(commands)

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._running = None
        self.hide()
        if session is None:
            return
        for signal in (
            session.selection_changed,
            session.sets_changed,
            session.exclusions_changed,
        ):
            self._links.tie(signal, self._show)
        if self._workspace.conductor is not None:
            self._workspace.conductor.changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        session, conductor = self._workspace.session, self._workspace.conductor
        if session is None or conductor is None:
            return
        n = session.selection.count
        self.count.setText(f"{n:,} selected" if n else "None selected")
        self.count.setEnabled(n > 0)
        for button in (self.label_all, self.ask_within, self.more):
            button.setVisible(n > 0)
            button.setEnabled(self._running is None)
        self.sets.setVisible(len(session.sets) > 0 or session.excluded.count > 0)
        self.sets.setEnabled(self._running is None)
        was_restricted = not self._restriction.isHidden()
        self._restriction.setVisible(conductor.within is not None)
        if conductor.within is not None:
            self.within.setText(_restriction_words(conductor))
            self.within.setToolTip(self.within.text())
        self.setVisible(n > 0 or not self.sets.isHidden() or conductor.within is not None)
        if was_restricted != (conductor.within is not None):
            self.restricted.emit()

    def _offer_classes(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        menu = QMenu(self)
        for name in session.classes:
            menu.addAction(escaped(name)).triggered.connect(_bound(self.label_selected, name))
        menu.addSeparator()
        menu.addAction("New class…").triggered.connect(self._workspace.group_wanted)
        menu.exec(self.label_all.mapToGlobal(self.label_all.rect().bottomLeft()))

    def _fill_more(self) -> None:
        session, menu = self._workspace.session, self.more.menu()
        menu.clear()
        if session is None:
            return
        n = session.selection.count
        menu.addAction("Save as set…").triggered.connect(self.ask_for_name)
        menu.addAction("Show in table").triggered.connect(self._workspace.table_wanted)
        menu.addMenu(FootprintMenu(self._workspace, menu))
        menu.addSeparator()
        exclude = menu.addAction(f"Exclude {n:,} from asking and training")
        exclude.triggered.connect(lambda: self.exclude(session.selection))
        menu.addSeparator()
        menu.addAction("Select none").triggered.connect(self._select_none)

    def _fill_sets(self) -> None:
        session, menu = self._workspace.session, self.sets.menu()
        menu.clear()
        if session is None:
            return
        for name in session.sets.names:
            part = menu.addMenu(escaped(f"{name}  ({session.sets[name].count:,})"))
            part.addAction("Select").triggered.connect(_bound(self._select_set, name))
            part.addAction("Ask within").triggered.connect(_bound(self._ask_within, name))
            part.addAction("Exclude from asking and training").triggered.connect(
                _bound(self.exclude, session.sets[name])
            )
            part.addSeparator()
            part.addAction("Rename…").triggered.connect(_bound(self._rename, name))
            part.addAction("Remove the set").triggered.connect(_bound(self._remove, name))
        if session.excluded.count:
            menu.addSeparator()
            part = menu.addMenu(f"Excluded  ({session.excluded.count:,})")
            part.addAction("Select").triggered.connect(lambda: session.select(session.excluded))
            part.addAction("Include all again").triggered.connect(
                lambda: self.include(session.excluded)
            )
            if session.selection.count:
                part.addAction("Include the selected ones").triggered.connect(
                    lambda: self.include(session.selection)
                )

    def _select_none(self) -> None:
        if self._workspace.session is not None:
            self._workspace.session.select([])

    def _select_set(self, name: str) -> None:
        if self._workspace.session is not None:
            self._workspace.session.select(name)

    def _ask_within(self, name: str = "") -> None:
        session, conductor = self._workspace.session, self._workspace.conductor
        if session is not None and conductor is not None:
            conductor.ask_within(session.sets[name] if name else session.selection, name)

    def _ask_for_all(self) -> None:
        if self._workspace.conductor is not None:
            self._workspace.conductor.ask_within(None)

    def exclude(self, sources: Selection) -> None:
        """Never ask for sources, nor train on them, from now on."""
        self._change_exclusions(sources, "add", f"Excluding {sources.count:,} sources")

    def include(self, sources: Selection) -> None:
        """Take excluded sources back."""
        self._change_exclusions(sources, "subtract", "Including sources")

    def _change_exclusions(self, sources: Selection, how: Any, title: str) -> None:
        session = self._workspace.session
        if session is not None:
            self._run(lambda: session.exclusion_job(sources, how), session.accept_exclusion, title)

    def ask_for_name(self) -> None:
        """Let the person name the selected sources."""
        name, given = QInputDialog.getText(self, "Save as set", "Name of the set")
        if given:
            self.save(name)

    def save(self, name: str) -> None:
        """Keep the selected sources under a name, after asking where there is one of that name."""
        session = self._workspace.session
        if session is None:
            return
        if name.strip() in session.sets:
            count = session.sets[name.strip()].count
            asked = QMessageBox.question(
                self, "Save as set", f"Replace the set {name.strip()} of {count:,} sources?"
            )
            if asked != QMessageBox.StandardButton.Yes:
                return
        self._keep(session, name, session.selection)

    def _keep(
        self,
        session: Session,
        name: str,
        sources: Selection,
        then: Callable[[], None] | None = None,
    ) -> None:
        def done(saved: Any) -> None:
            session.sets.accept(saved)
            if then is not None:
                then()

        self._run(lambda: session.sets.save_job(name, sources), done, f"Saving {name}")

    def _rename(self, name: str) -> None:
        session = self._workspace.session
        if session is None:
            return
        fresh, given = QInputDialog.getText(self, "Rename the set", "New name", text=name)
        fresh = fresh.strip()
        if not given or fresh == name:
            return
        if fresh in session.sets:
            QMessageBox.information(self, "Rename the set", f"There is a set {fresh} already.")
            return
        self._keep(session, fresh, session.sets[name], lambda: session.sets.remove(name))

    def _remove(self, name: str) -> None:
        session = self._workspace.session
        if session is None:
            return
        count = session.sets[name].count
        asked = QMessageBox.question(
            self, "Remove the set", f"Forget the set {name} of {count:,} sources?"
        )
        if asked == QMessageBox.StandardButton.Yes:
            _reporting(lambda: session.sets.remove(name))

    def _run(
        self, begin: Callable[[], Job[Any]], accept: Callable[[Any], object], title: str
    ) -> None:
        """Do one thing at a time with sets, out of the way of the window."""

        def done(result: Any) -> None:
            self._running = None
            _reporting(lambda: accept(result))
            self._show()

        def failed(error: Exception) -> None:
            self._running = None
            self._show()
            report(error)

        def start() -> None:
            self._running = self._workspace.jobs.run(
                begin(), title=title, done=done, failed=failed, discard=lambda late: late.drop()
            )
            self._show()

        if self._running is None:
            _reporting(start)

    def label_selected(self, label: str) -> None:
        """Label the selected sources, after asking with their number."""
        session = self._workspace.session
        if session is None or session.selection.count == 0:
            return
        count = session.selection.count
        asked = QMessageBox.question(
            self, "Label the selection", f"Label {count:,} selected sources {label}?"
        )
        if asked != QMessageBox.StandardButton.Yes:
            return
        sources = session.catalogue.ids_at(session.selection.rows)
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            session.annotate(sources, label)
        except AstroALError as error:
            report(error)
            return
        finally:
            QApplication.restoreOverrideCursor()
        session.select([])


def _restriction_words(conductor: Any) -> str:
    count = f"{conductor.within.count:,}"
    some = f"{conductor.within_name} ({count})" if conductor.within_name else f"{count} selected"
    over = conductor.exhausted and not conductor.asks_for_current
    return f"Nothing left within {some}" if over else f"Asking within {some}"


def _menu_button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setMenu(QMenu(button))
    return button


def _reporting(action: Callable[[], object]) -> None:
    try:
        action()
    except AstroALError as error:
        report(error)


def _bound(action: Callable[[Any], None], value: Any) -> Callable[[], None]:
    return lambda: action(value)
