"""How long a long ledger takes to open, and a label afterwards.

    python benchmarks/ledger.py --events 1_000_000

Labels as the window records them, of 0.7 times as many sources, are folded as a session does when
it is opened. Writes its section of docs/benchmarks.md and exits with 1 above a limit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from report import MACHINE, markdown_table, put_section

import napari_astro_al as aal
from napari_astro_al.annotation import Chain, Ledger
from napari_astro_al.session.labelbook import LabelBook

HEADING = "Ledger"
ADA = Chain("ada", "desk")
OPENING = 2.0  # seconds
LABEL = 10.0  # milliseconds
AT_ONCE = 2_000


def written(path: Path, n_events: int, n_sources: int) -> None:
    with Ledger(path, ADA, id_kind="int64") as ledger:
        for first in range(0, n_events, AT_ONCE):
            ledger.append_many([
                ("label", {
                    "source": str(number % n_sources), "label": "QSO", "step": f"{number:032x}",
                    "seconds": 1.5,
                    "asked": {"task": "classes", "strategy": "margin", "rank": 0, "score": 0.3},
                })
                for number in range(first, min(first + AT_ONCE, n_events))
            ])  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--dry", action="store_true", help="leave docs/benchmarks.md as it is")
    given = options.parse_args()
    n_sources = max(1, int(0.7 * given.events))
    table = {"source": np.arange(n_sources), "u": np.arange(n_sources) + 0.5}
    catalogue = aal.Catalogue.from_table(table, id="source", guess=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        written(path, given.events, n_sources)
        begun = perf_counter()
        with Ledger(path, ADA, id_kind="int64") as ledger:
            book = LabelBook(catalogue, ledger)
            opening = perf_counter() - begun
            took = []
            for source in range(200):
                begun = perf_counter()
                book.record("label", [source], [{"label": "STAR"}])
                took.append(1000 * (perf_counter() - begun))
        assert len(book.labels) == n_sources
    rows = [
        [f"open {given.events:,} events", f"{opening:.2f} s", f"{OPENING:g} s"],
        ["a label afterwards, median", f"{median(took):.2f} ms", f"{LABEL:g} ms"],
        ["– the slowest of 200", f"{max(took):.2f} ms", ""],
    ]
    text = f"`benchmarks/ledger.py`; {MACHINE}.\n\n" + markdown_table(["", "took", "limit"], rows)
    print(text)
    if not given.dry:
        put_section(HEADING, text)
    return int(opening > OPENING or median(took) > LABEL)


if __name__ == "__main__":
    sys.exit(main())
