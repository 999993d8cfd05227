"""What is selected in feature space, and the commands on it."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtWidgets import QHBoxLayout, QLabel, QMenu, QMessageBox, QPushButton, QWidget

from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Selection, Session
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.workspace import Workspace, report


class SelectionBar(QWidget):
    """How many sources are selected; label them all, or select none. Hidden without any.

    Parameters
    ----------
    workspace : Workspace
        Whose selection it is.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._links = Links()
        self.count = QLabel("")
        self.label_all = QPushButton("Label all…")
        self.label_all.setToolTip("Give every selected source the same label, as one step")
        self.clear = QPushButton("Select none")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.count, 1)
        row.addWidget(self.label_all)
        row.addWidget(self.clear)
        self.label_all.clicked.connect(self._offer_classes)
        self.clear.clicked.connect(self._select_none)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self.hide()
        if session is not None:
            self._links.tie(session.selection_changed, self._show)
            self._show(session.selection)

    def _show(self, selection: Selection) -> None:
        self.count.setText(f"{selection.count:,} selected")
        self.setVisible(selection.count > 0)

    def _select_none(self) -> None:
        if self._workspace.session is not None:
            self._workspace.session.select([])

    def _offer_classes(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        menu = QMenu(self)
        for name in session.classes:
            menu.addAction(name).triggered.connect(_chosen(self.label_selected, name))
        menu.exec(self.label_all.mapToGlobal(self.label_all.rect().bottomLeft()))

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
        try:
            session.annotate(session.catalogue.ids_at(session.selection.rows), label)
        except AstroALError as error:
            report(error)
            return
        session.select([])


def _chosen(action: Callable[[str], None], name: str) -> Callable[[], None]:
    return lambda: action(name)
