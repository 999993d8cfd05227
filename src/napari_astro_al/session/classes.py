"""A session's verbs for its classes: add, rename, merge, take apart, remove, and groups of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from napari_astro_al.errors import LabelError, listing
from napari_astro_al.learning import Task
from napari_astro_al.learning.class_changes import (
    grouped,
    has_class,
    merged,
    renamed,
    taken_apart,
    without,
)
from napari_astro_al.learning.class_names import NOT
from napari_astro_al.session.state import State


class Classes(State):
    """Classes of a session.

    Changes go through all tasks that have the class, because tasks share their labels. Labels stay
    in the ledger as they were given; `labels`, scores and models read them under the names of now.
    """

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that annotators choose from, over all tasks, in the order of their keys."""
        return tuple(
            dict.fromkeys(
                name
                for task in self.tasks.values()
                for name in (task.classes if len(task.classes) > 1 else task.names)
            )
        )

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Coarse labels and the classes that each leaves open, over all tasks."""
        found: dict[str, dict[str, None]] = {}
        for task in self.tasks.values():
            for name, members in task.groups.items():
                found.setdefault(name, {}).update(dict.fromkeys(members))
        return {name: tuple(members) for name, members in found.items()}

    def add_class(self, name: str, *, task: str | None = None) -> None:
        """Add a class to a task.

        Raises
        ------
        LabelError
            If the name is empty, taken, or starts with "~".
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        fresh, chosen = str(name).strip(), self._task_name(task)
        self._check_name_is_free(fresh, chosen)
        changed = {**self.tasks, chosen: self.tasks[chosen].with_class(fresh)}
        self._take_classes(changed, {"what": "added", "names": [fresh]})
        self._inherit()

    def _check_name_is_free(self, name: str, task: str) -> None:
        known = self.tasks[task]
        if not known.knows(name):
            return
        meant = known.alias(name)
        if meant != name and name in known.renames:
            raise LabelError(
                f"Labels given as {name!r} mean {meant!r} in the task {task!r}. Choose another "
                f"name, or make it a class of its own again: session.split_class({name!r})."
            )
        raise LabelError(
            f"The task {task!r} has {name!r} already: its classes are "
            f"{listing(known.classes)}. Choose another name."
        )

    def rename_class(self, old: str, new: str) -> None:
        """Call a class, or a group, otherwise, in every task that has it.

        Labels given as `old` mean `new` from now on. Renaming it back brings everything back.

        Parameters
        ----------
        old : str
        new : str
            A name that no task has.

        Raises
        ------
        LabelError
            If no task has `old`, or `new` is taken; to make two classes one, `merge_classes`.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        fresh = str(new).strip()
        self._check_known([old], self._has)
        if any(fresh != old and self._has(name, fresh) for name in self.tasks):
            raise LabelError(
                f"There is {fresh!r} already. To make {old!r} and {fresh!r} one class, "
                f"session.merge_classes([{old!r}], into={fresh!r})."
            )
        self._change_classes(lambda task: renamed(task, old, fresh), "renamed", [old], fresh)

    def merge_classes(self, names: Iterable[str], into: str) -> None:
        """Make several classes one, in every task that has any of them.

        Labels given as one of them mean `into` from now on; `split_class` takes one out again.

        Parameters
        ----------
        names : iterable of str
            Classes.
        into : str
            One of the classes, a new name, or the group that has just these classes.

        Raises
        ------
        LabelError
            If no task has one of the names, `into` means something else, or two tasks would look
            for the same class.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        given = [names] if isinstance(names, str) else list(dict.fromkeys(names))
        one = str(into).strip()
        self._check_known(given, self._has_class)
        if not given or given == [one]:
            raise LabelError("Name the classes that shall be one.")
        self._change_classes(lambda task: merged(task, given, one), "merged", given, one)

    def split_class(self, name: str) -> None:
        """Make a class that was merged into another, or renamed, a class of its own again.

        Labels that were given as it mean it again; it comes last.

        Raises
        ------
        LabelError
            If nothing became of such a class.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        gone = dict.fromkeys(old for task in self.tasks.values() for old in task.renames)
        if name not in gone:
            raise LabelError(
                f"No class {name!r} was merged or renamed. Those that were: {listing(gone)}."
            )
        self._change_classes(lambda task: taken_apart(task, name), "split", [name])

    def remove_class(self, name: str) -> None:
        """Take away a class, or a group, that no source is labelled with.

        Sources whose label in the column is that class are not scored any more.

        Raises
        ------
        LabelError
            If no task has it, sources are labelled with it, or a task looks for it.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        self._check_known([name], self._has)
        given = Counter(self.book.labels.values())
        n_given = given[name] + given[NOT + name]
        if n_given:
            raise LabelError(
                f"{n_given} source{'s are' if n_given > 1 else ' is'} labelled {name!r} or not "
                f"{name!r}. Rename it, or merge it into another class."
            )
        self._change_classes(lambda task: without(task, name), "removed", [name])

    def add_group(self, name: str, classes: Iterable[str]) -> None:
        """Let annotators say "one of these classes, cannot say which".

        Such labels train: each is shared among the classes that it leaves open as the model itself
        finds likely. They are not counted, and do not score.

        Parameters
        ----------
        name : str
            The coarse label.
        classes : iterable of str
            Two or more.

        Raises
        ------
        LabelError
            If the name is taken, or no task has one of the classes.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        members = [classes] if isinstance(classes, str) else list(dict.fromkeys(classes))
        fresh = str(name).strip()
        self._check_known(members, self._has_class)
        if len(members) < 2:
            raise LabelError(f"A group has two classes or more, not {listing(members) or 'none'}.")
        for task in self.tasks:
            if self.tasks[task].groups.get(fresh) is None:
                self._check_name_is_free(fresh, task)
        self._change_classes(lambda task: grouped(task, fresh, members), "grouped", members, fresh)

    def _has(self, task: str, name: str) -> bool:
        return self._has_class(task, name) or name in self.tasks[task].groups

    def _has_class(self, task: str, name: str) -> bool:
        return has_class(self.tasks[task], name)

    def _check_known(self, names: Iterable[str], has: Callable[[str, str], bool]) -> None:
        strangers = [name for name in names if not any(has(task, name) for task in self.tasks)]
        if strangers:
            raise LabelError(
                f"There is no class {listing(strangers)}. The classes are {listing(self.classes)}."
            )

    def _change_classes(
        self, change: Callable[[Task], Task], what: str, names: list[str], into: str | None = None
    ) -> None:
        tasks = {name: change(task) for name, task in self.tasks.items()}
        sought = Counter(task.positive for task in tasks.values() if task.positive is not None)
        before = Counter(task.positive for task in self.tasks.values())
        twice = [one for one, n in sought.items() if n > 1 and n > before[one]]
        if twice:
            names = [name for name, task in tasks.items() if task.positive in twice]
            raise LabelError(
                f"The tasks {listing(names)} would both look for {listing(twice)}. Leave one of "
                "them out first: session.set_tasks(...)."
            )
        if tasks != self.tasks:
            said = {"what": what, "names": names}
            self._take_classes(tasks, said if into is None else {**said, "into": into})
            self._inherit()

    def _take_classes(self, tasks: dict[str, Task], said: Mapping[str, Any]) -> None:
        changed = [name for name, task in tasks.items() if task != self.tasks[name]]
        self._adopt_tasks(said, tasks=tasks)
        for name in changed:
            if name in self.results and self.results[name].classes != tasks[name].names:
                del self.results[name]
        self.book.revision += 1
        self.book.training_revision += 1
        self._tell_classes()
