"""What a person prefers on this machine, as napari's own preferences keep it.

napari shows the page "AstroAL" of its Preferences from the manifest, which has titles, limits and
defaults. What is kept elsewhere, and why: which hosts may be called and whether Python files of
one's own may be run are permissions, which neither a variable of the environment nor "Restore
defaults" may give; keys, because napari 0.9 has no place for those of plugins; who one is, because
scripts without napari sign labels too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from napari.settings import get_plugin_settings

from napari_astro_al.session import Session
from napari_astro_al.session.blindness import BLIND

PLUGIN = "napari-astro-al"


@dataclass(frozen=True)
class Preferences:
    """As the page of napari's preferences has them; the defaults where there is no such page.

    Attributes
    ----------
    look_ahead, blind : bool
        Whether new sessions look ahead, and begin in blind mode.
    flash : bool
        Whether sources light up whose predicted class the newest model has changed.
    colour : str
        What the colours of the canvas mean in new sessions, as in `Appearance`.
    sheet : int
        Cells a side of contact sheets of new sessions.
    read_ahead : int
        Sources whose pictures are read before they are asked for.
    crosshair, scale, rings : bool
        What is drawn over the cutouts of new sessions.
    """

    look_ahead: bool = True
    blind: bool = False
    flash: bool = True
    colour: str = "label"
    sheet: int = 8
    read_ahead: int = 4
    crosshair: bool = True
    scale: bool = True
    rings: bool = True


GROUPS = {
    "labelling": ("look_ahead", "blind", "flash"),
    "canvas": ("colour", "sheet"),
    "pictures": ("read_ahead", "crosshair", "scale", "rings"),
}
"""The parts of the page, and what is in them."""


def preferences() -> Preferences:
    """What the person prefers now."""
    try:
        stored = get_plugin_settings(PLUGIN)
    except KeyError:  # napari does not know the plugin, as where a script shows the docks alone
        return Preferences()
    return Preferences(
        **{name: getattr(getattr(stored, part), name) for part in GROUPS for name in GROUPS[part]}
    )


def begin_as_preferred(session: Session) -> None:
    """Let a session that nobody has answered in be shown as the person prefers.

    Only what differs from the defaults is written into it, and only where the session says
    nothing itself.
    """
    if session.book.annotators:
        return
    wanted, plain = preferences(), Preferences()
    drawn = {"crosshair": wanted.crosshair, "scale": wanted.scale, "sources": wanted.rings}
    stored: dict[str, tuple[bool, Any]] = {
        "looking ahead": (wanted.look_ahead != plain.look_ahead, wanted.look_ahead),
        BLIND: (wanted.blind != plain.blind, wanted.blind),
        "appearance": (wanted.colour != plain.colour, {"colour": wanted.colour}),
        "triage": (wanted.sheet != plain.sheet, {"size": wanted.sheet}),
        "cutouts": (not all(drawn.values()), drawn),
    }
    for name, (differs, value) in stored.items():
        if differs:
            session.window.setdefault(name, value)
