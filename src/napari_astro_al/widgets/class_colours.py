"""The classes of a chart, and the colours that they and tasks have in every view."""

from __future__ import annotations

from qtpy.QtGui import QColor

from napari_astro_al.session import Session
from napari_astro_al.session.combining import COMBINED
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.palette import as_hex


def classes_of(session: Session, task: str) -> tuple[str, ...]:
    """The classes that a task, or all together, tell apart."""
    if task != COMBINED:
        return session.tasks[task].names
    return tuple(str(one.positive) for one in session.tasks.values())


def task_colours(session: Session) -> dict[str, QColor]:
    """Of the class that a task looks for, or one after the other."""
    styles = styles_of(session)
    rest = [QColor(as_hex(one.colour)) for one in styles.values()]
    return {
        name: QColor(as_hex(styles[task.positive].colour))
        if task.positive in styles
        else rest[place % len(rest)]
        for place, (name, task) in enumerate(session.tasks.items())
    }


def class_colours(session: Session, classes: tuple[str, ...]) -> dict[str, QColor]:
    """The colours that classes have in every view."""
    styles = styles_of(session)
    return {name: QColor(as_hex(styles[name].colour)) for name in classes}
