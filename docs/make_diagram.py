"""Draw the rooms of the house and who may import whom, from the import contracts.

Run from the repository's folder, after the contracts in ``pyproject.toml`` have changed::

    .venv/bin/python docs/make_diagram.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FILE = HERE / "images" / "architecture.svg"
WIDTH, ROW, GAP, MARGIN = 760, 34, 14, 20
QT = ("widgets", "viewer")
"""Rooms that may import napari; of these the first alone imports Qt."""


def layers_of(project: dict[str, Any]) -> list[list[str]]:
    """The rooms from top to bottom, those of one layer side by side.

    Parameters
    ----------
    project : dict
        ``pyproject.toml``.
    """
    (contract,) = (
        one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    )
    return [[room.strip(" ()") for room in line.split("|")] for line in contract["layers"]]


def drawn(layers: list[list[str]]) -> str:
    """The diagram as SVG: a row a layer, an arrow from each to the one below.

    Parameters
    ----------
    layers : list of list of str
        Of `layers_of`.
    """
    height = 2 * MARGIN + len(layers) * ROW + (len(layers) - 1) * GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="14" text-anchor="middle">',
        "<title>A room imports from rooms below it, never from one above or beside it</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for place, rooms in enumerate(layers):
        top = MARGIN + place * (ROW + GAP)
        wide = (WIDTH - 2 * MARGIN - (len(rooms) - 1) * GAP) / len(rooms)
        for number, room in enumerate(rooms):
            left = MARGIN + number * (wide + GAP)
            fill = "#cfe3f5" if room in QT else "#eef1f4"
            parts.append(
                f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{ROW}" rx="4" '
                f'fill="{fill}" stroke="#5b6570"/>'
            )
            parts.append(
                f'<text x="{left + wide / 2:.1f}" y="{top + ROW / 2 + 5:.1f}" '
                f'fill="#14181d">{room}</text>'
            )
        if place + 1 < len(layers):
            x, y = WIDTH // 2, top + ROW
            parts.append(
                f'<path d="M{x} {y}v{GAP - 5}m-5 -5l5 5l5 -5" fill="none" stroke="#5b6570" '
                'stroke-width="1.5"/>'
            )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Write the picture."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))
    FILE.write_text(drawn(layers_of(project)), "utf-8")


if __name__ == "__main__":
    main()
