"""What of a file of another program was taken over, and what has no equal here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_astro_al.session.state import State

STORED = "imported"
"""Where a session's window keeps what it was imported from."""
_LONGEST = 200


@dataclass(frozen=True)
class NoEqual:
    """Something that one program says and the other cannot.

    Attributes
    ----------
    key : str
        Where it stands, such as ``classifiers.2.query``.
    value : str
        What stands there, shortened.
    why : str
        What is done instead, as a sentence.
    """

    key: str
    value: str
    why: str

    def __str__(self) -> str:
        said = f" ({self.value})" if self.value else ""
        return f"{self.key}{said}: {self.why}"


@dataclass(frozen=True)
class Comparison:
    """What was taken over, and what has no equal.

    Attributes
    ----------
    source : str
        The file's name.
    taken : tuple of str
        A line for each thing that was taken over.
    no_equal : tuple of NoEqual
        The rest; nothing is left out of both lists.
    leftover : dict
        What was read and is not used here, as JSON, so that it can be written back.
    """

    source: str
    taken: tuple[str, ...] = ()
    no_equal: tuple[NoEqual, ...] = ()
    leftover: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        lines = [f"{self.source}:", *(f"  {one}" for one in self.taken)]
        if self.no_equal:
            lines += ["Without an equal:", *(f"  {one}" for one in self.no_equal)]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return {
            "source": self.source,
            "taken": list(self.taken),
            "no_equal": [[one.key, one.value, one.why] for one in self.no_equal],
            "leftover": dict(self.leftover),
        }


class Notes:
    """Collects both lists while a file is read."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.no_equal: list[NoEqual] = []

    def take(self, line: str) -> None:
        """Note what was taken over."""
        self.taken.append(line)

    def miss(self, key: str, value: object, why: str) -> None:
        """Note what has no equal."""
        self.no_equal.append(NoEqual(key, shortened(value), why))

    def comparison(self, source: str, leftover: Mapping[str, Any]) -> Comparison:
        """The lists as a value."""
        return Comparison(source, tuple(self.taken), tuple(self.no_equal), leftover)


def shortened(value: object) -> str:
    """A value as text of one line."""
    if value is None:
        return ""
    if isinstance(value, Iterable) and not isinstance(value, (str, Mapping)):
        value = ", ".join(str(one) for one in value)
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def comparison_of(session: State) -> Comparison | None:
    """What of its configuration an imported session took over; None for one that was not."""
    stored = session.window.get(STORED)
    if not isinstance(stored, Mapping):
        return None
    try:
        missed = tuple(NoEqual(*map(str, one)) for one in stored["no_equal"])
        leftover = dict(stored["leftover"])
        return Comparison(str(stored["source"]), tuple(map(str, stored["taken"])), missed, leftover)
    except (KeyError, TypeError, ValueError):  # the file may hold anything
        return None
