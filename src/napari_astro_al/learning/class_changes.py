"""Classes of a task renamed, merged, taken apart and removed, so that no label is lost.

Labels stay as they were given. A task knows what became of its classes (`Task.renames`), reads
every label by it, and can go back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from napari_astro_al.errors import LabelError, listing
from napari_astro_al.learning.class_names import followed
from napari_astro_al.learning.task import Task


def renamed(task: Task, old: str, new: str) -> Task:
    """The task with a class or a group called otherwise; itself where it has neither.

    Parameters
    ----------
    task : Task
    old : str
        A class or a group. Labels that were given as it mean `new` from now on, and so do raw
        values that stand for it. Its place and its colour stay.
    new : str
        Renaming it back later brings everything back.

    Raises
    ------
    LabelError
        If the new name is taken, or labels given as it stand for something else.
    """
    if old == new or not _has(task, old):
        return task
    if _has(task, new):
        raise LabelError(
            f"The task has {new!r} already. To make {old!r} and {new!r} one class, merge them."
        )
    return _redirected(task, (old,), new)


def merged(task: Task, names: Sequence[str], into: str) -> Task:
    """The task with several classes as one; itself where it has none of them.

    Parameters
    ----------
    task : Task
    names : sequence of str
        Classes. Labels that were given as one of them mean `into` from now on.
    into : str
        One of the task's classes, or a new name, or the group of all of them. The merged class
        comes where the first of them was.

    Raises
    ------
    LabelError
        If `into` is a group of other classes, or labels given as it stand for something else.
    """
    there = [name for name in dict.fromkeys(names) if has_class(task, name)]
    if not [name for name in there if name != into]:
        return task
    if into in task.groups and not set(task.groups[into]) <= set(names):
        raise LabelError(
            f"{into!r} is the group of {listing(task.groups[into])}. Merge all of them, or choose "
            "another name."
        )
    return _redirected(task, tuple(dict.fromkeys(names)), into)


def taken_apart(task: Task, name: str) -> Task:
    """The task with a class that was merged or renamed as a class of its own again, at the end.

    Labels that were given as it mean it again. The task itself where nothing became of the name.

    Raises
    ------
    LabelError
        If the task has a class of the name by now.
    """
    if name not in task.renames:
        return task
    renames = {old: new for old, new in task.renames.items() if old != name}
    return task.with_changes(classes=(*task.classes, name), renames=renames)


def without(task: Task, name: str) -> Task:
    """The task without a class or a group; itself where it has neither.

    Raises
    ------
    LabelError
        If it is the class that the task looks for.
    """
    if name == task.positive:
        raise LabelError(f"The task looks for {name!r}. Replace the task: session.set_tasks(...).")
    if not _has(task, name):
        return task
    groups = {
        group: tuple(one for one in members if one != name)
        for group, members in task.groups.items()
        if group != name
    }
    return task.with_changes(
        classes=tuple(one for one in task.classes if one != name),
        colours={one: colour for one, colour in task.colours.items() if one != name},
        groups={group: members for group, members in groups.items() if members},
    )


def grouped(task: Task, name: str, classes: Sequence[str]) -> Task:
    """The task with a coarse label for those of the classes that it has; itself without any.

    Raises
    ------
    LabelError
        If the name is taken.
    """
    members = [one for one in classes if has_class(task, one)]
    if not members:
        return task
    taken = task.alias(name)
    if taken != name:
        raise LabelError(f"Labels given as {name!r} mean {taken!r}. Choose another name.")
    return task.with_changes(groups={**task.groups, name: tuple(members)})


def shared_renames(tasks: Collection[Task]) -> dict[str, str]:
    """What labels are called now, where all tasks agree about it.

    Parameters
    ----------
    tasks : collection of Task

    Returns
    -------
    dict of {str: str}
        Label as given to its name now. Not in it: names that are a class of one task and became
        something else in another, which each task reads in its own way.
    """
    found: dict[str, set[str]] = {}
    for task in tasks:
        for old in task.renames:
            found.setdefault(old, set()).add(followed(old, task.renames))
    return {
        old: new.pop()
        for old, new in found.items()
        if len(new) == 1 and not any(_has(task, old) for task in tasks)
    }


def has_class(task: Task, name: str) -> bool:
    """Whether a task has a class, which it may look for."""
    return name in task.classes or name == task.positive


def _has(task: Task, name: str) -> bool:
    return has_class(task, name) or name in task.groups


def _redirected(task: Task, olds: tuple[str, ...], new: str) -> Task:
    standing = task.alias(new)
    if standing != new and standing not in olds:
        raise LabelError(
            f"Labels given as {new!r} mean {standing!r}. Choose another name, or take them apart "
            f"first: session.split_class({new!r})."
        )
    told = {old: new for old in olds if old != new}

    def named(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(told.get(name, name) for name in names))

    colours = {name: one for name, one in task.colours.items() if name not in told}
    own = [task.colours[name] for name in (new, *olds) if name in task.colours]
    return task.with_changes(
        classes=named(task.classes),
        positive=None if task.positive is None else told.get(task.positive, task.positive),
        colours={**colours, **({new: own[0]} if own else {})},
        groups={
            told.get(group, group): named(members)
            for group, members in task.groups.items()
            if group != new
        },
        renames={
            **{old: name for old, name in task.renames.items() if old != new},
            **told,
        },
    )
