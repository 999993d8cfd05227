"""What is to be told apart: several classes at once, or one class from the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from napari_astro_al.errors import LabelError, listing
from napari_astro_al.learning.class_names import (
    NOT,
    REST,
    check_names,
    checked_groups,
    ends_of,
    followed,
)
from napari_astro_al.learning.questions import QuestionTree


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
    groups : dict of {str: sequence of str}
        Coarse labels: "one of these classes, cannot say which".
    renames : dict of {str: str}
        What became of classes that are called otherwise now (see `class_changes`).
    questions : QuestionTree or sequence of dict, optional
        Questions that are asked one after another. The ways to answer them are the classes, and
        what is answered half-way is coarse; `classes` may be a dict that says which raw values
        stand for which way.

    Attributes
    ----------
    classes : tuple of str
    aliases : dict of {str: str}
        Raw value as text to class name, before any renaming.
    colours : dict of {str: str}
    groups : dict of {str: tuple of str}
    renames : dict of {str: str}
    others, positive, questions
        As given.

    Raises
    ------
    LabelError
        For a name that is empty, repeated, reserved, or starts with "~"; for a group of classes
        that the task does not have.
    """

    classes: tuple[str, ...]
    aliases: Mapping[str, str] = field(hash=False)
    colours: Mapping[str, str] = field(hash=False)
    others: Literal["drop", "rest"]
    positive: str | None
    groups: Mapping[str, tuple[str, ...]] = field(hash=False)
    renames: Mapping[str, str] = field(hash=False)
    questions: QuestionTree | None
    _said: dict[str, frozenset[str] | None] = field(compare=False, repr=False)

    def __init__(
        self,
        classes: Sequence[str] | Mapping[Any, str] = (),
        *,
        colours: Mapping[str, str] | None = None,
        others: Literal["drop", "rest"] = "drop",
        positive: str | None = None,
        groups: Mapping[str, Sequence[str]] | None = None,
        renames: Mapping[str, str] | None = None,
        questions: QuestionTree | Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        tree = questions
        if tree is not None and not isinstance(tree, QuestionTree):
            tree = QuestionTree(tree)
        if isinstance(classes, str):
            raise LabelError(
                f"classes must be a list of names, not the text {classes!r}: "
                f"write Task(classes=[{classes!r}, ...])."
            )
        ends = ends_of(renames or {})
        if isinstance(classes, Mapping):
            aliases = {str(raw): str(name) for raw, name in classes.items()}
            names = list(dict.fromkeys(ends.get(name, name) for name in aliases.values()))
        else:
            aliases = {}
            names = [str(name) for name in classes]
        if tree is not None:
            names, groups = _answered(tree, names, groups or {}, positive, others), tree.partial
        if positive is not None and names and positive not in names:
            names.insert(0, positive)
        if others not in ("drop", "rest"):
            raise LabelError(f"others must be 'drop' or 'rest', not {others!r}.")
        check_names(names if positive is None else [*names, positive], names, others)
        within = checked_groups(groups or {}, names, positive)
        known = {*names, positive, REST, *within}
        strangers = [name for name in colours or {} if name not in known]
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
        object.__setattr__(self, "groups", within)
        object.__setattr__(self, "renames", {str(o): str(n) for o, n in (renames or {}).items()})
        object.__setattr__(self, "questions", tree)
        object.__setattr__(self, "_said", {})

    @classmethod
    def one_vs_rest(
        cls,
        positive: str,
        classes: Sequence[str] | Mapping[Any, str] = (),
        *,
        colours: Mapping[str, str] | None = None,
        others: Literal["drop", "rest"] = "drop",
        groups: Mapping[str, Sequence[str]] | None = None,
    ) -> Task:
        """One class against all others.

        Parameters
        ----------
        positive : str
            The class to be found.
        classes : sequence of str or dict, optional
            Every class that annotators may give; `positive` is added where it is missing. Left
            empty, any definite label other than `positive` means "not `positive`".
        colours, others, groups
            As for `Task`.

        Returns
        -------
        Task
            Modelled classes: ``(positive, "~" + positive)``.
        """
        return cls(classes, colours=colours, others=others, positive=positive, groups=groups)

    @property
    def names(self) -> tuple[str, ...]:
        """Class names as they are modelled, in order."""
        if self.positive is not None:
            return (self.positive, NOT + self.positive)
        return (*self.classes, REST) if self.others == "rest" else self.classes

    def alias(self, raw: object) -> str:
        """The class name that a label stands for now.

        Raw values stand for their class, and classes of old for what they became; "~QSO" follows
        QSO. Any other label is its own.
        """
        text = str(raw)
        if text.startswith(NOT) and text not in self.aliases:
            return NOT + self.alias(text[1:])
        return followed(self.aliases.get(text, text), self.renames)

    @staticmethod
    def words(name: str) -> str:
        """A class name for a person: "~QSO" is "not QSO"."""
        return f"not {name[1:]}" if name.startswith(NOT) else name

    def knows(self, label: object) -> bool:
        """Whether a label is one of the task's own.

        A class, a group, what stands for one, or "~" and any of these.
        """
        name = self.alias(label)
        known = {*self.classes, *self.names, *self.groups}
        return name in known or (name.startswith(NOT) and name[1:] in known)

    def accepts(self, label: object) -> bool:
        """Whether an annotator may give this label.

        One that the task knows; with ``others="rest"`` any other name too, for it says "rest".
        """
        if self.knows(label):
            return True
        return self.others == "rest" and bool(str(label).strip()) and self.target(label) is not None

    def target(self, label: object) -> str | None:
        """What a label says for certain about the modelled classes.

        Parameters
        ----------
        label : str
            An annotation (a class, or a coarse label such as "~QSO") or a raw column value.

        Returns
        -------
        str or None
            One of `names`, or None where the label leaves several open or carries no information
            for this task: a class that is left out, a group, or "not X" where more than one
            other class remains.
        """
        left = self._left(label)
        return next(iter(left)) if left is not None and len(left) == 1 else None

    def allowed(self, label: object) -> frozenset[str]:
        """The modelled classes that a source can be, given its label.

        Parameters
        ----------
        label : str
            As for `target`.

        Returns
        -------
        frozenset of str
            One for a definite label; several for a coarse one; all of `names` for one that says
            nothing; none for one that says that the source is outside the task.
        """
        left = self._left(label)
        return frozenset(self.names) if left is None else left

    def _left(self, label: object) -> frozenset[str] | None:
        """The classes that a label leaves open; None where it says nothing."""
        text = str(label)
        if text not in self._said:
            name = self.alias(text)
            bare = name.removeprefix(NOT)
            single = bare in self.classes or bare in (self.positive, REST)
            members = self.groups.get(bare, (bare,) if single else None)
            decide = self._left_of_several if self.positive is None else self._left_of_two
            self._said[text] = decide(name.startswith(NOT), members)
        return self._said[text]

    def _left_of_several(
        self, negated: bool, members: tuple[str, ...] | None
    ) -> frozenset[str] | None:
        if members is None:
            if negated:
                return None
            return frozenset({REST}) if self.others == "rest" else frozenset()
        named = frozenset(members) & frozenset(self.names)
        return frozenset(self.names) - named if negated else named

    def _left_of_two(self, negated: bool, members: tuple[str, ...] | None) -> frozenset[str] | None:
        positive, negative = self.names
        sought = members is not None and positive in members
        if negated:
            return frozenset({negative}) if sought else None
        if sought:
            return frozenset({positive}) if members == (positive,) else None
        counts = members is not None or not self.classes or self.others == "rest"
        return frozenset({negative}) if counts else frozenset()

    def with_class(self, name: str) -> Task:
        """The same task with one class more, at the end; itself where it has the class."""
        if name in self.classes or name == self.positive:
            return self
        renames = {old: new for old, new in self.renames.items() if old != name}
        return self.with_changes(classes=(*self.classes, name), renames=renames)

    def with_changes(self, **changes: Any) -> Task:
        """The same task but for some of its attributes, which are checked."""
        fresh = Task(
            changes.get("classes", self.classes),
            colours=changes.get("colours", self.colours),
            others=self.others,
            positive=changes.get("positive", self.positive),
            groups=changes.get("groups", self.groups),
            renames=changes.get("renames", self.renames),
            questions=self.questions,
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
            "groups": {name: list(members) for name, members in self.groups.items()},
            "renames": dict(self.renames),
            **({"questions": self.questions.to_json()} if self.questions else {}),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Task:
        """The task that `to_json` wrote."""
        task = cls(
            content.get("classes", ()),
            colours=content.get("colours"),
            others=content.get("others", "drop"),
            positive=content.get("positive"),
            groups=content.get("groups"),
            renames=content.get("renames"),
            questions=content.get("questions"),
        )
        return task.with_changes(aliases=content.get("aliases", {}))


def _answered(
    tree: QuestionTree,
    names: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    positive: str | None,
    others: str,
) -> list[str]:
    """The classes of a tree of questions, which no other way of telling classes goes with."""
    strangers = [name for name in names if name not in tree.paths]
    strangers += [name for name in groups if name not in tree.partial]
    if strangers:
        raise LabelError(
            f"{listing(strangers)} is no way to answer the questions of this task, which are its "
            f"classes: {listing(tree.paths, most=20)}. To ask otherwise, set another tree: "
            "session.set_tasks(aal.Task(questions=...))."
        )
    if names and set(names) != set(tree.paths) and groups:
        missing = [name for name in tree.paths if name not in names]
        raise LabelError(
            f"{listing(missing)} is a way to answer the questions of this task, and stays one. To "
            "ask otherwise, set another tree: session.set_tasks(aal.Task(questions=...))."
        )
    if positive is not None or others != "drop":
        raise LabelError(
            "A task with questions tells all ways to answer them apart: leave out positive and "
            "others."
        )
    return list(tree.paths)
