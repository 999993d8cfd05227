"""The page of the matrix: a row an entry, replaced when the entry is tried again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from entries import ENTRIES

if TYPE_CHECKING:
    from matrix import Outcome

PAGE = Path(__file__).resolve().parents[2] / "docs" / "install_matrix.md"
HEADER = "| entry | installed | versions | installing, s | tours | tours, s | result |"


def row_of(outcome: Outcome) -> str:
    """The row of one entry."""
    entry = outcome.entry
    what = entry.source + (", lowest versions" if entry.lowest else "")
    versions = ", ".join(f"{name} {number}" for name, number in outcome.versions.items())
    cells = [
        f"`{entry.name}`",
        what,
        versions or f"Python {entry.python}",
        f"{outcome.install_seconds:.0f}",
        ", ".join(entry.tours),
        f"{outcome.tour_seconds:.0f}" if outcome.tour_seconds else "–",
        outcome.failure.replace("|", "/") or "passed",
    ]
    return f"| {' | '.join(cells)} |"


def put_rows(outcomes: Sequence[Outcome], page: Path = PAGE) -> None:
    """Replace or add the rows of some entries, in the order of the entries."""
    text = page.read_text("utf-8")
    before, _, after = text.partition(HEADER)
    kept = dict(re.findall(r"^(\| `([^`]+)` \|.*)$", after, re.MULTILINE))
    rows = {name: line for line, name in kept.items()}
    rows |= {one.entry.name: row_of(one) for one in outcomes}
    rest = re.sub(r"\A(\n\|.*)+", "", after)
    ruler = "|" + " --- |" * HEADER.count(" | ") + " --- |"
    lines = [HEADER, ruler, *(rows[one.name] for one in ENTRIES if one.name in rows)]
    page.write_text(before + "\n".join(lines) + rest, encoding="utf-8")
