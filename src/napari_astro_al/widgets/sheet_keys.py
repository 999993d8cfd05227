"""The keys of a contact sheet: while it has the keyboard, they are its own and not the window's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtGui import QKeyEvent

_KEY = Qt.Key
_NAMES = {
    _KEY.Key_Left: "Left",
    _KEY.Key_Right: "Right",
    _KEY.Key_Up: "Up",
    _KEY.Key_Down: "Down",
    _KEY.Key_Home: "Home",
    _KEY.Key_End: "End",
    _KEY.Key_PageUp: "PageUp",
    _KEY.Key_PageDown: "PageDown",
    _KEY.Key_Return: "Enter",
    _KEY.Key_Enter: "Enter",
    _KEY.Key_Space: "Space",
    _KEY.Key_Escape: "Escape",
    _KEY.Key_Plus: "+",
    _KEY.Key_Equal: "+",  # where + is typed with Shift
    _KEY.Key_Minus: "-",
}
REPEATED = ("Left", "Right", "Up", "Down")
"""Keys that count again and again while they are held down, alone and with Shift."""


class SheetKeys(QObject):
    """Takes keys from a canvas before the window's shortcuts and napari get them.

    Digits count with Shift too, for on some keyboards they are typed with it.

    Parameters
    ----------
    actions : mapping of str to callable
        By key: ``"1"``, ``"U"``, ``"Shift-Left"``, ``"Control-A"``.
    """

    focused = Signal(bool)
    """Whether the canvas has the keyboard."""

    def __init__(self, actions: Mapping[str, Callable[[], object]], parent: QObject) -> None:
        super().__init__(parent)
        self._actions = dict(actions)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Answer to our keys, and leave the others alone."""
        if event is None:
            return False
        kind, types = event.type(), QEvent.Type
        if kind in (types.FocusIn, types.FocusOut):
            self.focused.emit(kind == types.FocusIn)
        if kind not in (types.ShortcutOverride, types.KeyPress, types.KeyRelease):
            return False
        assert isinstance(event, QKeyEvent)
        name = name_of(event)
        if name not in self._actions:
            return False
        event.accept()
        repeats = name.removeprefix("Shift-") in REPEATED
        if kind == types.KeyPress and (repeats or not event.isAutoRepeat()):
            self._actions[name]()
        return True


def name_of(event: QKeyEvent) -> str:
    """A key in napari's spelling; empty where it has no name here."""
    key, held = event.key(), event.modifiers()
    modifier = Qt.KeyboardModifier
    if held & (modifier.AltModifier | modifier.MetaModifier):
        return ""
    control = bool(held & modifier.ControlModifier)
    if _KEY.Key_1 <= key <= _KEY.Key_9 and not control:
        return str(key - _KEY.Key_0)
    name = _NAMES.get(key, chr(key) if _KEY.Key_A <= key <= _KEY.Key_Z else "")
    if not name:
        return ""
    shift = "Shift-" if held & modifier.ShiftModifier and name not in "+-" else ""
    return f"{'Control-' if control else ''}{shift}{name}"
