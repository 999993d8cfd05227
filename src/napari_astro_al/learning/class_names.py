"""Names of classes: what they may be, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from napari_astro_al.errors import LabelError, listing

REST = "rest"
"""The name of everything else."""
NOT = "~"
"""What stands before the name of a class for "anything but it"."""
MOST_CLASSES = 10_000
"""Names of a task: far more than people can tell apart, and few enough to be looked through."""


def followed(name: str, renames: Mapping[str, str]) -> str:
    """What became of a class."""
    while name in renames:
        name = renames[name]
    return name


def called_now(label: str, names: Mapping[str, str]) -> str:
    """A label under its name of now; "~QSO" follows QSO."""
    if label.startswith(NOT):
        return NOT + names.get(label[1:], label[1:])
    return names.get(label, label)


def check_names(every: list[str], listed: list[str], others: str) -> None:
    """Raise a `LabelError` where names of classes are too many, empty, repeated or reserved."""
    if len(listed) > MOST_CLASSES:
        raise LabelError(
            f"The task names {len(listed):,} classes; at most {MOST_CLASSES:,} can be told apart. "
            "Name those that are to be learnt, or choose another column of labels."
        )
    repeated = sorted(name for name, n in Counter(listed).items() if n > 1)
    if repeated:
        raise LabelError(f"The task names {listing(repeated)} more than once.")
    if any(not name.strip() for name in every):
        raise LabelError("A class name is empty. Give every class a name.")
    negated = [name for name in every if name.startswith(NOT)]
    if negated:
        raise LabelError(
            f"A class name cannot start with '~', which means 'not': {listing(negated)}."
        )
    if others == "rest" and REST in every:
        raise LabelError(
            "'rest' is the name of everything else with others='rest'. Name that class otherwise."
        )


def ends_of(renames: Mapping[str, str]) -> dict[str, str]:
    """What became of every class that was renamed, looking at each rename once.

    Raises
    ------
    LabelError
        Where they lead in a circle.
    """
    ends: dict[str, str] = {}
    for name in renames:
        path: dict[str, None] = {}
        while name in renames and name not in ends:
            path[name] = None
            name = renames[name]
            if name in path:
                raise LabelError(f"The renames of {listing(sorted(path))} lead in a circle.")
        ends.update(dict.fromkeys(path, ends.get(name, name)))
    return ends


def checked_groups(
    groups: Mapping[str, Sequence[str]], listed: list[str], positive: str | None
) -> dict[str, tuple[str, ...]]:
    """Groups as tuples; a `LabelError` for a name that is taken or a class that there is not.

    Where no classes are listed yet, members may be any.
    """
    known = {*listed, positive}
    within: dict[str, tuple[str, ...]] = {}
    for group, members in groups.items():
        name = str(group)
        if isinstance(members, str):
            raise LabelError(
                f"The classes of the group {name!r} must be a list of names, not the text "
                f"{members!r}."
            )
        if not name.strip() or name.startswith(NOT) or name in known or name == REST:
            raise LabelError(
                f"A group cannot be called {name!r}: it needs a name of its own, which is no "
                "class, is not empty, does not start with '~' and is not 'rest'."
            )
        strangers = [one for one in members if one not in known] if listed else []
        if strangers or not members:
            raise LabelError(
                f"The group {name!r} has {listing(strangers) if strangers else 'no classes'}; "
                f"its members are some of {listing(listed)}."
            )
        within[name] = tuple(dict.fromkeys(str(one) for one in members))
    return within
