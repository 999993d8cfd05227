"""What finding and counting sources by place costs, beside libraries that do parts of it.

    python benchmarks/tile_index.py --sizes 10_000_000 100_000_000

Each size is measured in a fresh interpreter. Needs Linux; the peers (datashader, fast-histogram,
matplotlib) are left out where they are not installed. Writes its section of docs/benchmarks.md and
exits with 1 above a limit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
from report import MACHINE, markdown_table, put_section

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.jobs import Job
from napari_astro_al.projection import Axis, Frame, Projection, TileIndex
from napari_astro_al.projection.tile_store import tile_index_job

HEADING = "Tile index and rasters"
SIZES = (10_000_000, 100_000_000)
PEER_LASSO_UP_TO = 20_000_000
SHAPE = (700, 900)
FULL = (0.0, 0.0, 1000.0, 1000.0)
BUDGET = 20_000
ROWS: dict[str, tuple[str, str, float | None]] = {
    "build": ("build the index", "s", 2.5),
    "slice": ("longest time between two chances to cancel", "s", None),
    "peak": ("most memory above the two columns, as a multiple of them", "x", 2.0),
    "steady": ("memory of the index, as a multiple of them", "x", 2.0),
    "store": ("build it, write it to disk and map it", "s", None),
    "load": ("find it on disk", "s", None),
    "density": ("density of everything, 900 x 700 pixels", "ms", 80),
    "datashader": ("– datashader", "ms", None),
    "fast_histogram": ("– fast-histogram", "ms", None),
    "closer": ("density of a 50th of the sources", "ms", None),
    "sums": ("mean of a column, everything", "ms", None),
    "tallies": ("most frequent of four classes, everything", "ms", None),
    "lasso": ("lasso of 300 vertices around most of the sources", "ms", 300),
    "matplotlib": ("– matplotlib.path on all points", "ms", None),
    "equal": ("– sources about which the two differ", "", 0),
    "pick": ("nearest source", "ms", 5),
    "sample": ("sample of 20,000, everything", "ms", None),
    "sample_closer": ("sample of 20,000, a 50th of the sources", "ms", None),
}
LIMITS_AT = 10_000_000
AT_ANY_SIZE = {"peak", "steady", "equal", "pick"}


def points_of(n: int) -> np.ndarray:
    """Three clumps of sources, float32 (n, 2)."""
    rng = np.random.default_rng(0)
    points = np.empty((n, 2), dtype=np.float32)
    for start in range(0, n, 1_000_000):
        chunk = points[start : start + 1_000_000]
        chunk[:] = rng.normal(0, 1, chunk.shape)
        chunk[::3] *= 0.3
        chunk[1::3] += 2
    return points


def lasso(x: float, y: float) -> np.ndarray:
    """A star with 300 corners."""
    angle = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    radius = 160 * (1 + 0.3 * np.sin(9 * angle))
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])


def milliseconds(action: Callable[[], Any], times: int = 5) -> float:
    """Median time of an action that has run once before."""
    action()
    taken = []
    for _ in range(times):
        start = perf_counter()
        action()
        taken.append(perf_counter() - start)
    return 1000 * median(taken)


def resident() -> int:
    """Bytes of memory in use that are not files."""
    said = Path("/proc/self/status").read_text("utf-8")
    return 1024 * int(said.partition("RssAnon:")[2].split()[0])


def driven(job: Job[Any]) -> tuple[Any, float, float, int]:
    """Result, seconds, longest slice, most memory seen between slices."""
    start = last = perf_counter()
    longest, most = 0.0, resident()
    while True:
        try:
            next(job)
        except StopIteration as stop:
            now = perf_counter()
            return stop.value, now - start, max(longest, now - last), max(most, resident())
        now = perf_counter()
        longest, last = max(longest, now - last), now
        most = max(most, resident())


def measure_one(n: int) -> dict[str, float]:
    """All figures for one number of sources."""
    points = points_of(n)
    frame = Frame.of(
        Projection(points, (Axis("x"), Axis("y")), "columns"), np.arange(0, n, max(1, n // 100_000))
    )

    def hashes(start: int, stop: int) -> np.ndarray:
        return id_hashes(np.arange(start, stop), 0)

    # kernels are compiled, and memory used once, before anything is measured
    driven(TileIndex.build_job(points[:10_000], frame, hashes))
    before = resident()
    index, seconds, longest, most = driven(TileIndex.build_job(points, frame, hashes))
    found: dict[str, float] = {"n": n, "build": seconds, "slice": longest}
    found["peak"] = (most - before) / points.nbytes
    found["steady"] = (resident() - before) / points.nbytes
    with TemporaryDirectory() as folder:
        keep = {"folder": Path(folder), "key": "benchmark"}
        _, stored, _, _ = driven(tile_index_job(points, frame, hashes, **keep))
        found["store"] = stored
        _, found["load"], _, _ = driven(tile_index_job(points, frame, hashes, **keep))
    x, y = frame.to_world([[0.0, 0.0]])[0].tolist()
    closer = (x - 12, y - 12, x + 12, y + 12)
    found["density"] = milliseconds(lambda: index.density(FULL, SHAPE))
    found["closer"] = milliseconds(lambda: index.density(closer, SHAPE))
    found["sample"] = milliseconds(lambda: index.sample(FULL, BUDGET))
    found["sample_closer"] = milliseconds(lambda: index.sample(closer, BUDGET))
    found["pick"] = milliseconds(lambda: index.nearest(x + 3, y - 2, (4.0, 3.0)), 50)
    star = lasso(x, y)
    found["lasso"] = milliseconds(lambda: index.inside_polygon(star), 3)
    column = np.random.default_rng(1).normal(size=n).astype(np.float32)
    found["sums"] = milliseconds(lambda: index.sums(FULL, SHAPE, column), 3)
    codes = np.random.default_rng(2).integers(-1, 4, n, dtype=np.int8)
    found["tallies"] = milliseconds(lambda: index.tallies(FULL, SHAPE, codes, 4), 3)
    return found | peers(frame.to_world(points), index, star)


def peers(world: np.ndarray, index: TileIndex, star: np.ndarray) -> dict[str, float]:
    """The same of other libraries, those that are there."""
    found: dict[str, float] = {}
    if find_spec("fast_histogram"):
        from fast_histogram import histogram2d

        x, y = np.ascontiguousarray(world.T)
        extent = ((0.0, 1000.0), (0.0, 1000.0))
        found["fast_histogram"] = milliseconds(lambda: histogram2d(y, x, SHAPE, extent), 3)
    if find_spec("datashader"):
        import datashader
        import pandas as pd

        table = pd.DataFrame({"x": world[:, 0].copy(), "y": world[:, 1].copy()})
        canvas = datashader.Canvas(SHAPE[1], SHAPE[0], (0, 1000), (0, 1000))
        found["datashader"] = milliseconds(lambda: canvas.points(table, "x", "y"), 3)
    if find_spec("matplotlib") and len(world) <= PEER_LASSO_UP_TO:
        from matplotlib.path import Path as Outline

        # a clockwise outline is widened by matplotlib, ever so little, where a radius is given
        start = perf_counter()
        inside = Outline([*star, star[0]], closed=True).contains_points(world, radius=0)
        found["matplotlib"] = 1000 * (perf_counter() - start)
        ours = np.zeros(len(world), dtype=bool)
        ours[index.inside_polygon(star)] = True
        found["equal"] = int(np.count_nonzero(inside != ours))
    return found


def measure(sizes: tuple[int, ...] = SIZES) -> list[dict[str, float]]:
    """The figures of `ROWS` for each number of sources, each in a fresh interpreter."""
    measured = []
    for n in sizes:
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", __file__, "--one", str(n)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        measured.append(json.loads(ended.stdout.strip().splitlines()[-1]))
    return measured


def section(measured: list[dict[str, float]]) -> str:
    """The section as Markdown."""
    header = ["what", *(f"{int(one['n']):,} sources" for one in measured), "limit"]
    rows = []
    for name, (words, unit, limit) in ROWS.items():
        shown = [f"{one[name]:.3g} {unit}".strip() if name in one else "–" for one in measured]
        rows.append([words, *shown, "–" if limit is None else f"{limit:g} {unit}".strip()])
    return (
        f"Written by `benchmarks/tile_index.py`; {MACHINE}. Limits are for {LIMITS_AT:,} sources, "
        "those of memory and picking for any number. Ids are hashed while the index is built. The "
        f"coordinates are two float32 columns of 8 bytes a source together.\n\n"
        f"{markdown_table(header, rows)}\n"
    )


def over_limit(measured: list[dict[str, float]]) -> list[str]:
    """Which figures are above their limits."""
    return [
        f"{ROWS[name][0]} at {int(one['n']):,}"
        for one in measured
        for name, (_, _, limit) in ROWS.items()
        if limit is not None and one.get(name, 0) > limit
        if one["n"] <= LIMITS_AT or name in AT_ANY_SIZE
    ]


def main() -> int:
    """Measure, write the section, and compare with the limits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one is not None:
        print(json.dumps(measure_one(chosen.one)))
        return 0
    measured = measure(tuple(chosen.sizes))
    text = section(measured)
    put_section(HEADING, text)
    print(text)
    for words in over_limit(measured):
        print("above its limit:", words)
    return int(bool(over_limit(measured)))


if __name__ == "__main__":
    sys.exit(main())
