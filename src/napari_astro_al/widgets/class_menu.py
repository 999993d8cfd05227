"""What may be done to a class: rename, merge, take apart, group, remove."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QInputDialog,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.widgets.style import escaped, small
from napari_astro_al.widgets.workspace import report


class ClassMenu(QMenu):
    """The commands on one class or group of a session.

    Parameters
    ----------
    session : Session
    name : str
        A class or a group.
    """

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._name = session, name
        self.setToolTipsVisible(True)
        title = self.addAction(escaped(name))
        title.setEnabled(False)
        self._offer("Rename…", self._rename, "Labels given so far go with it")
        if name not in session.groups:
            self._offer_merging()
            self._offer("Group with others…", self._group, "A coarse answer for several classes")
        for old in _merged_into(session, name):
            self._offer(f"Take {old} out again", _bound(session.split_class, old))
        self._offer("Remove", _bound(session.remove_class, name), "Only without labels")

    def _offer_merging(self) -> None:
        others = [one for one in self._session.classes if one != self._name]
        if not others:
            return
        into = self.addMenu("Merge into")
        for other in others:
            merge = _bound(self._session.merge_classes, [self._name, other], other)
            into.addAction(escaped(other)).triggered.connect(_reporting(merge))

    def _offer(self, words: str, action: Callable[[], object], tip: str = "") -> None:
        command = self.addAction(words)
        command.setToolTip(tip)
        command.triggered.connect(_reporting(action))

    def _rename(self) -> None:
        fresh, given = QInputDialog.getText(
            self.parentWidget(),
            "Rename",
            f"New name of {self._name}",
            QLineEdit.EchoMode.Normal,
            self._name,
        )
        if given and fresh.strip() != self._name:
            self._session.rename_class(self._name, fresh.strip())

    def _group(self) -> None:
        dialog = GroupDialog(self._session.classes, self._name, self.parentWidget())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._session.add_group(dialog.name.text().strip(), dialog.chosen)


class GroupDialog(QDialog):
    """A name and the classes that a coarse label leaves open.

    Parameters
    ----------
    classes : tuple of str
    first : str
        Ticked to begin with.
    """

    def __init__(self, classes: tuple[str, ...], first: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A coarse label")
        words = small(
            "For sources that are one of these, and nobody can say which. They train too."
        )
        words.setWordWrap(True)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name")
        self.members = {one: QCheckBox(one) for one in classes}
        self.members[first].setChecked(True)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        for widget in (words, self.name, *self.members.values(), self.buttons):
            rows.addWidget(widget)
        for box in self.members.values():
            box.toggled.connect(self._check)
        self.name.textChanged.connect(self._check)
        self._check()

    @property
    def chosen(self) -> list[str]:
        """The classes that are ticked."""
        return [name for name, box in self.members.items() if box.isChecked()]

    def _check(self, *_: object) -> None:
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if button is not None:
            button.setEnabled(len(self.chosen) > 1 and bool(self.name.text().strip()))


def _merged_into(session: Session, name: str) -> list[str]:
    """Names of old whose labels mean this class now."""
    every = {old: task for task in session.tasks.values() for old in task.renames}
    return [old for old, task in every.items() if task.alias(old) == name]


def _bound(verb: Callable[..., object], *given: object) -> Callable[[], object]:
    return lambda: verb(*given)


def _reporting(action: Callable[[], object]) -> Callable[[bool], None]:
    """A command whose refusal is told in words."""

    def act(_: bool = False) -> None:
        try:
            action()
        except AstroALError as error:
            report(error)

    return act
