"""Which key does what: as it comes, or as a file of the person says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from napari_astro_al.errors import SessionError, listing
from napari_astro_al.home import configuration_folder

FILE = "keys.json"
COMMANDS = {
    **{f"class {n}": (str(n), f"label it with class {n}, and go on") for n in range(1, 10)},
    "unsure": ("U", "unsure: not asked again, not trained on"),
    "skip": ("S", "skip: asked again when the others are done"),
    "like": ("M", "mark it as an example, more like this"),
    "unlike": ("N", "mark it as an example, not like this"),
    **{f"interest {n}": (f"Alt-{n}", f"how interesting it is: {n} of 5") for n in range(6)},
    "group": ("G", "make a class of the selected sources, or of this one"),
    "undo": ("Z", "take back the last answer"),
    "redo": ("Shift-Z", "give it again"),
    "next": ("Space", "the next source, without an answer"),
    "back": ("Left", "the source that was on show before"),
    "forward": ("Right", "the source that you went back from"),
    "compare": ("P", "hold: the previous source, until you let go"),
    "comment": ("C", "write a comment that goes with the answer"),
    "why": ("W", "why this source was asked for"),
    "blind": ("B", "blind mode: predictions are hidden until you answer"),
    "triage": ("T", "the contact sheet, and back"),
    "keys": ("?", "this list"),
}
"""By name: the key, in napari's spelling, and what it does."""


def keys_file() -> Path:
    """Where the person may say otherwise: a JSON object of names of commands and keys."""
    return configuration_folder() / FILE


def load_keys(report: Callable[[Exception], None]) -> dict[str, str]:
    """The key of each command.

    Parameters
    ----------
    report : callable
        Told what is wrong with the file; the keys are as they come then.

    Returns
    -------
    dict of str to str
        By name of the command.
    """
    defaults = {name: key for name, (key, _) in COMMANDS.items()}
    file = keys_file()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return defaults
    except OSError as error:
        report(SessionError(f"The keys in {file} cannot be read ({error}); they are as they come."))
        return defaults
    try:
        return {**defaults, **_checked(json.loads(text), defaults)}
    except (ValueError, SessionError) as error:
        report(SessionError(f"The keys in {file} are not used: {error}"))
        return defaults


def _checked(stored: object, defaults: dict[str, str]) -> dict[str, str]:
    if not isinstance(stored, dict) or not all(isinstance(key, str) for key in stored.values()):
        raise SessionError('It must hold an object of texts, such as {"unsure": "X"}.')
    strangers = [name for name in stored if name not in defaults]
    if strangers:
        raise SessionError(
            f"There is no command {listing(strangers)}. The commands are {listing(defaults)}."
        )
    wrong = [key for key in stored.values() if not is_key(key)]
    if wrong:
        raise SessionError(
            f"{listing(wrong)} cannot be a key. Give one letter, digit or sign, Space, Left, "
            'Right, Up, Down, F1 to F12, or one of these with "Shift-", "Control-" or "Alt-".'
        )
    chosen = {**defaults, **stored}
    keys = [key.upper() for key in chosen.values()]
    twice = [name for name, key in chosen.items() if keys.count(key.upper()) > 1]
    if twice:
        raise SessionError(f"The commands {listing(twice)} would share a key.")
    return stored


def is_key(key: str) -> bool:
    """Whether a text is the name of a key, in napari's spelling."""
    *modifiers, last = key.split("-") if len(key) > 1 else [key]
    named = last in ("Space", "Left", "Right", "Up", "Down") or last in _FUNCTION_KEYS
    plain = len(last) == 1 and last.isprintable() and not last.isspace()
    return (named or plain) and set(modifiers) <= {"Shift", "Control", "Alt"}


_FUNCTION_KEYS = frozenset(f"F{n}" for n in range(1, 13))
