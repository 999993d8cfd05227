"""A group of sources becomes a class: one key asks for its name, Enter makes it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from napari.utils.notifications import show_info
from qtpy.QtCore import QObject, Qt
from qtpy.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.session.founding import Group
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workspace import Workspace, report

NOTHING = "Nothing to make a class of: select sources first, or show one without an answer."


class FoundingDialog(QDialog):
    """Asks for the name of a new class, and says what it is made of.

    Parameters
    ----------
    group : Group
    name : str
        What it is called if nothing else is typed.
    key : str
        That the class will have; empty where there is none left.
    parent : QWidget

    Attributes
    ----------
    name : QLineEdit
    """

    def __init__(self, group: Group, name: str, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("A new class")
        self.setMinimumWidth(360)
        self.name = QLineEdit(name)
        self.name.selectAll()
        self.name.setToolTip("You can rename it later: right click on its button")
        self.told = small(_told(group, key))
        self.told.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow("Name", self.name)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(self._allow)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        n = group.free.count
        column.addWidget(caption(f"Make a class of {n:,} source{'' if n == 1 else 's'}"))
        column.addLayout(form)
        column.addWidget(self.told)
        column.addWidget(self.buttons)

    def _allow(self, text: str) -> None:
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        assert ok is not None
        ok.setEnabled(bool(text.strip()))


class Founder(QObject):
    """Makes classes of the selected sources, or of the current one where none is selected.

    Parameters
    ----------
    workspace : Workspace
        Whose `group_wanted` asks for it.
    labelling : Labelling
        Has the keys, and shows the next source after the current one got its class.
    parent : QWidget
        Over which the dialog opens.

    Attributes
    ----------
    key : str
        That asks for it.
    dialog : FoundingDialog or None
        The last one.
    """

    def __init__(self, workspace: Workspace, labelling: Labelling, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._labelling, self._parent = workspace, labelling, parent
        self.key = labelling.keys["group"]
        self.dialog: FoundingDialog | None = None
        workspace.group_wanted.connect(self.ask)

    def ask(self, *, current: bool = False) -> None:
        """Ask for a name, and make the class.

        Parameters
        ----------
        current : bool
            Of the current source alone, whatever is selected.
        """
        session = self._workspace.session
        if session is None or (self.dialog is not None and self.dialog.isVisible()):
            return
        selected = session.selection.count > 0 and not current
        if not selected and session.current is None:
            show_info(NOTHING)
            return
        group = session.group(None if selected else [session.current])
        if not group.free.count:
            stay = _staying(group)
            show_info(f"{stay} {NOTHING}" if selected else NOTHING)
            return
        dialog = FoundingDialog(group, _free_name(session), self._key(session), self._parent)
        dialog.accepted.connect(lambda: self._found(session, dialog.name.text(), selected))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        self.dialog = dialog
        dialog.open()

    def _key(self, session: Session) -> str:
        return self._labelling.keys.get(f"class {len(session.classes) + 1}", "")

    def _found(self, session: Session, name: str, selected: bool) -> None:
        if self._workspace.session is not session:
            return
        if not selected:
            self._labelling.found(name)
            return
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            made = session.found_class(name)
        except AstroALError as error:
            report(error)
            return
        finally:
            QApplication.restoreOverrideCursor()
        session.select([])
        current = session.current
        if current is not None and made.contains(np.array([session.catalogue.row_of(current)]))[0]:
            self._labelling.next()


def _free_name(session: Session) -> str:
    """A name that no class has: "Group 1", or the next number."""
    taken: Iterable[str] = {*session.classes, *session.groups}
    number = 1
    while f"Group {number}" in taken:
        number += 1
    return f"Group {number}"


def _told(group: Group, key: str) -> str:
    does = f"Its key is {key}. " if key else "It has a button and no key. "
    back = f"{does}Undo takes back the class and its labels, as one step."
    return "\n".join(filter(None, (_staying(group), back)))


def _staying(group: Group) -> str:
    told = []
    if group.n_answered:
        have = "has" if group.n_answered == 1 else "have"
        told.append(f"{group.n_answered:,} {have} an answer already")
    if group.n_apart:
        are = "is" if group.n_apart == 1 else "are"
        told.append(f"{group.n_apart:,} {are} held out or excluded")
    one = group.n_answered + group.n_apart == 1
    stay = "it stays as it is" if one else "they stay as they are"
    return f"{', '.join(told)}: {stay}." if told else ""
