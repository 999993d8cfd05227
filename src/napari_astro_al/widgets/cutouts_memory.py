"""How cutouts are shown, kept in a session's window and found again."""

from __future__ import annotations

from typing import Any

from napari_astro_al.cutouts import Stretch
from napari_astro_al.errors import AstroALError, CutoutError
from napari_astro_al.session import Session
from napari_astro_al.viewer.cutout_canvas import CutoutCanvas
from napari_astro_al.viewer.cutout_settings import Arrangement
from napari_astro_al.widgets.workspace import report

STORED = "cutouts"
"""Where a session's window keeps it."""


def noted_of(canvas: CutoutCanvas) -> dict[str, Any]:
    """What is to be kept, as values of JSON; stretches of pictures that are not there now stay."""
    session = canvas.session
    kept = _stored(session).get("stretches", {})
    there = {panel.name: session.cutouts.stretch_of(panel.name) for panel in canvas.panels}
    stretches = {
        **{name: how for name, how in kept.items() if name not in there},
        **{name: how.to_json() for name, how in there.items() if how is not None},
    }
    return {**canvas.arrangement.to_json(), "stretches": stretches}


def restored(session: Session) -> Arrangement:
    """How the pictures were shown last; what cannot be read is told, and is as at first."""
    stored = dict(_stored(session))
    try:
        stretches = dict(stored.pop("stretches", {}))
        for name, how in stretches.items():
            session.cutouts.restretch(name, Stretch.from_json(how))
        return Arrangement.from_json(stored)
    except (AstroALError, TypeError, ValueError, KeyError, AttributeError) as error:
        report(CutoutError(f"Pictures are shown as at first: {error}"))
        return Arrangement()


def _stored(session: Session) -> dict[str, Any]:
    stored = session.window.get(STORED, {})
    return stored if isinstance(stored, dict) else {}
