"""What is to be told apart: several classes at once, or one class from the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from napari_astro_al.errors import LabelError, listing

REST = "rest"
NOT = "~"


@dataclass(frozen=True, init=False)
class Task:
    """A classification task over annotations that all tasks share.

    Parameters
    ----------
    classes : sequence of str or dict of {raw value: class name}
        The classes that annotators may give, in the order of their keys. A dict also says what
        the values in the label column mean; several raw values may have one name. Left empty,
        classes are added as they turn up (`with_class`).
    colours : dict of {class name: colour}
        Any colour that matplotlib understands; classes left out get one from the palette.
    others : {"drop", "rest"}
        What a label outside `classes` says: nothing, or that the source belongs to "rest".
    positive : str, optional
        Tell this class from all others (see `one_vs_rest`).

    Attributes
    ----------
    classes : tuple of str
    aliases : dict of {str: str}
        Raw value as text to class name.
    colours : dict of {str: str}
    others, positive
        As given.

    Raises
    ------
    LabelError
        For a name that is empty, repeated, reserved, or starts with "~".
    """

    classes: tuple[str, ...]
    aliases: Mapping[str, str] = field(hash=False)
    colours: Mapping[str, str] = field(hash=False)
    others: Literal["drop", "rest"]
    positive: str | None
    _said: dict[str, str | None] = field(compare=False, repr=False)

    def __init__(
        self,
        classes: Sequence[str] | Mapping[Any, str] = (),
        *,
        colours: Mapping[str, str] | None = None,
        others: Literal["drop", "rest"] = "drop",
        positive: str | None = None,
    ) -> None:
        if isinstance(classes, str):
            raise LabelError(
                f"classes must be a list of names, not the text {classes!r}: "
                f"write Task(classes=[{classes!r}, ...])."
            )
        if isinstance(classes, Mapping):
            aliases = {str(raw): str(name) for raw, name in classes.items()}
            names = list(dict.fromkeys(aliases.values()))
        else:
            aliases = {}
            names = [str(name) for name in classes]
        if positive is not None and names and positive not in names:
            names.insert(0, positive)
        if others not in ("drop", "rest"):
            raise LabelError(f"others must be 'drop' or 'rest', not {others!r}.")
        _check_names(names if positive is None else [*names, positive], names, others)
        strangers = [name for name in colours or {} if name not in {*names, positive, REST}]
        if strangers:
            raise LabelError(
                f"Colours are given for {listing(strangers)}, which the task does not have. "
                f"Its classes: {listing(names)}."
            )
        object.__setattr__(self, "classes", tuple(names))
        object.__setattr__(self, "aliases", aliases)
        object.__setattr__(self, "colours", dict(colours or {}))
        object.__setattr__(self, "others", others)
        object.__setattr__(self, "positive", positive)
        object.__setattr__(self, "_said", {})

    @classmethod
    def one_vs_rest(
        cls,
        positive: str,
        classes: Sequence[str] | Mapping[Any, str] = (),
        *,
        colours: Mapping[str, str] | None = None,
        others: Literal["drop", "rest"] = "drop",
    ) -> Task:
        """One class against all others.

        Parameters
        ----------
        positive : str
            The class to be found.
        classes : sequence of str or dict, optional
            Every class that annotators may give; `positive` is added where it is missing. Left
            empty, any definite label other than `positive` means "not `positive`".
        colours, others
            As for `Task`.

        Returns
        -------
        Task
            Modelled classes: ``(positive, "~" + positive)``.
        """
        return cls(classes, colours=colours, others=others, positive=positive)

    @property
    def names(self) -> tuple[str, ...]:
        """Class names as they are modelled, in order."""
        if self.positive is not None:
            return (self.positive, NOT + self.positive)
        return (*self.classes, REST) if self.others == "rest" else self.classes

    def alias(self, raw: object) -> str:
        """The class name that a raw label stands for; a label without an alias is its own."""
        text = str(raw)
        return self.aliases.get(text, text)

    def knows(self, label: object) -> bool:
        """Whether a label is one of the task's own: a class, its raw value, or "~" and a class."""
        name = self.alias(label)
        known = {*self.classes, *self.names}
        return name in known or (name.startswith(NOT) and name[1:] in known)

    def accepts(self, label: object) -> bool:
        """Whether an annotator may give this label.

        One that the task knows; with ``others="rest"`` any other name too, for it says "rest".
        """
        if self.knows(label):
            return True
        return self.others == "rest" and bool(str(label).strip()) and self.target(label) is not None

    def target(self, label: object) -> str | None:
        """What a label says about the modelled classes.

        Parameters
        ----------
        label : str
            An annotation (a class, or a coarse label such as "~QSO") or a raw column value.

        Returns
        -------
        str or None
            One of `names`, or None where the label carries no information for this task: a class
            that is left out, or "not X" where more than one other class remains.
        """
        text = str(label)
        if text not in self._said:
            self._said[text] = self._target(self.alias(text))
        return self._said[text]

    def _target(self, name: str) -> str | None:
        if self.positive is not None:
            return self._target_one_vs_rest(name)
        if name in self.classes:
            return name
        if name.startswith(NOT):
            left = [one for one in self.names if one != name[1:]]
            certain = self.others == "rest" and name[1:] in self.names and len(left) == 1
            return left[0] if certain else None
        return REST if self.others == "rest" else None

    def _target_one_vs_rest(self, name: str) -> str | None:
        negative = NOT + str(self.positive)
        if name in (self.positive, negative):
            return name
        if name.startswith(NOT):
            return None
        counts = name in self.classes or not self.classes or self.others == "rest"
        return negative if counts else None

    def with_class(self, name: str) -> Task:
        """The same task with one class more, at the end; itself where it has the class."""
        if name in self.classes or name == self.positive:
            return self
        return self._with(classes=(*self.classes, name))

    def _with(self, **changes: Any) -> Task:
        fresh = Task(
            changes.get("classes", self.classes),
            colours=changes.get("colours", self.colours),
            others=self.others,
            positive=self.positive,
        )
        aliases = changes.get("aliases", self.aliases)
        object.__setattr__(fresh, "aliases", {str(k): str(v) for k, v in aliases.items()})
        return fresh

    def to_json(self) -> dict[str, Any]:
        """The task as JSON values."""
        return {
            "classes": list(self.classes),
            "aliases": dict(self.aliases),
            "colours": dict(self.colours),
            "others": self.others,
            "positive": self.positive,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Task:
        """The task that `to_json` wrote."""
        task = cls(
            content.get("classes", ()),
            colours=content.get("colours"),
            others=content.get("others", "drop"),
            positive=content.get("positive"),
        )
        return task._with(aliases=content.get("aliases", {}))


def _check_names(every: list[str], listed: list[str], others: str) -> None:
    repeated = sorted({name for name in listed if listed.count(name) > 1})
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
