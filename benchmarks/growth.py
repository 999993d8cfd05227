"""How the time of a step grows with sources, features, labels and classes.

    python benchmarks/growth.py

A step is what follows a label: the default model is trained, the whole pool is scored, and the next
source is chosen among all (a script's way), or trained and chosen among 20,000 candidates, with the
pool scored behind (the window's way, where one waits for no more than this). One number is varied,
the others are a million sources, 15 features, 200 labels and 3 classes. Writes its section of
docs/benchmarks.md and docs/images/growth.svg, and exits with 1 above a limit.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from report import MACHINE, markdown_table, put_section

HEADING = "Growth"
FIGURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "growth.svg"
USUAL = {"sources": 1_000_000, "features": 15, "labels": 200, "classes": 3}
VARIED = {
    "sources": (10_000, 100_000, 1_000_000, 10_000_000),
    "features": (5, 15, 66, 200),
    "labels": (20, 200, 2000),
    "classes": (2, 3, 5, 10),
}
WIDE = {"sources": 1_000_000, "features": 66, "labels": 200, "classes": 3}
KINDS = {
    "step": "train, score all, choose among all",
    "next": "train, choose among 20,000",
    "score": "score all",
}
COLOURS = {"step": "#d55e00", "next": "#0072b2", "score": "#7f7f7f"}
TIMES = 5


def measured(sources: int, features: int, labels: int, classes: int) -> dict[str, float]:
    """Seconds of each kind of step, medians over labels."""
    import pandas as pd

    import napari_astro_al as aal
    from napari_astro_al.jobs import drain

    rng = np.random.default_rng(0)
    kind = rng.integers(0, classes, sources)
    middles = rng.normal(scale=1.2, size=(classes, features)).astype(np.float32)
    names = np.array([f"class {k}" for k in range(classes)])
    table = {"source": np.arange(sources)}
    for one in range(features):
        table[f"f{one}"] = middles[kind, one] + rng.normal(size=sources).astype(np.float32)
    columns = [name for name in table if name != "source"]
    catalogue = aal.Catalogue.from_table(pd.DataFrame(table, copy=False), id="source")
    session = aal.Session(
        catalogue,
        features=aal.FeatureRecipe(columns=columns),
        task=aal.Task(names.tolist()),
        split=aal.Split(validation=0.0, test=0.0),
    )

    def answer(rows: np.ndarray) -> None:
        for k in range(classes):
            own = rows[kind[rows] == k]
            if len(own):
                session.annotate(catalogue.ids_at(own), str(names[k]))

    answer(np.arange(labels))
    session.query(1)  # kernels are compiled, codes found, and the models weighed
    found: dict[str, list[float]] = {name: [] for name in KINDS}
    for k in range(TIMES):
        answer(np.array([labels + 2 * k]))
        start = perf_counter()
        session.query(1)
        found["step"].append(perf_counter() - start)
        answer(np.array([labels + 2 * k + 1]))
        start = perf_counter()
        fitted = drain(session.next_job(1)).fitted
        found["next"].append(perf_counter() - start)
        sources_of, usable = session.features.coded, session.features.usable
        start = perf_counter()
        drain(fitted.scorer.votes_job(sources_of, usable, []))
        found["score"].append(perf_counter() - start)
    return {name: median(times) for name, times in found.items()}


def apart(**case: int) -> dict[str, float]:
    """`measured` in a fresh interpreter, so that no case leaves memory to another."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, "--case", json.dumps(case)],
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        raise SystemExit(ended.stderr)
    print(case, ended.stdout.strip(), file=sys.stderr, flush=True)
    told: dict[str, float] = json.loads(ended.stdout.strip().splitlines()[-1])
    return told


def drawn(found: dict[str, list[dict[str, float]]]) -> str:
    """Panels with logarithmic axes, as SVG."""
    width, height, left, top, bottom = 260, 220, 52, 26, 34
    times = [one[name] for cases in found.values() for one in cases for name in KINDS]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    parts = []
    for place, (varied, cases) in enumerate(found.items()):
        values = VARIED[varied]
        first, last = math.log10(values[0]), math.log10(values[-1])

        def x(value: float, first: float = first, last: float = last) -> float:
            return left + (width - left - 16) * (math.log10(value) - first) / (last - first)

        def y(seconds: float) -> float:
            share = (math.log10(seconds) - low) / (high - low)
            return height - bottom - (height - top - bottom) * share

        lines = [f'<text x="{left}" y="{top - 9}" font-weight="bold">{varied}</text>']
        for power in range(low, high + 1):
            level = y(10.0**power)
            label = f"{10.0**power:g} s"
            lines.append(
                f'<line x1="{left}" x2="{width - 16}" y1="{level:.1f}" y2="{level:.1f}" '
                f'stroke="#e6e6e6"/><text x="{left - 6}" y="{level + 4:.1f}" '
                f'text-anchor="end">{label}</text>'
            )
        lines.extend(
            f'<text x="{x(value):.1f}" y="{height - bottom + 15}" '
            f'text-anchor="middle">{_short(value)}</text>'
            for value in values
        )
        for name, colour in COLOURS.items():
            points = [(x(v), y(one[name])) for v, one in zip(values, cases, strict=True)]
            told = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
            lines.append(
                f'<polyline points="{told}" fill="none" stroke="{colour}" stroke-width="1.8"/>'
                + "".join(
                    f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{colour}"/>'
                    for a, b in points
                )
            )
        parts.append(f'<g transform="translate({width * place} 28)">{"".join(lines)}</g>')
    legend, at = [], left
    for name, words in KINDS.items():
        legend.append(
            f'<line x1="{at}" x2="{at + 18}" y1="15" y2="15" stroke="{COLOURS[name]}" '
            f'stroke-width="2.5"/><text x="{at + 23}" y="19">{words}</text>'
        )
        at += 50 + 6 * len(words)
    total = width * len(found)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{height + 28}" '
        f'viewBox="0 0 {total} {height + 28}" font-family="Helvetica, Arial, sans-serif" '
        f'font-size="11"><rect width="100%" height="100%" fill="white"/>{"".join(legend)}'
        f"{''.join(parts)}</svg>\n"
    )


def _short(value: int) -> str:
    return f"{value // 10**6} M" if value >= 10**6 else f"{value:,}"


def main() -> int:
    """Measure, write the section and the figure, and compare with the limits."""
    if sys.argv[1:2] == ["--case"]:
        print(json.dumps(measured(**json.loads(sys.argv[2]))))
        return 0
    usual = apart(**USUAL)
    found = {
        varied: [
            usual if value == USUAL[varied] else apart(**{**USUAL, varied: value})
            for value in values
        ]
        for varied, values in VARIED.items()
    }
    wide = found["features"][VARIED["features"].index(WIDE["features"])]
    FIGURE.write_text(drawn(found), encoding="utf-8")
    rows = [
        [f"{value:,} {varied}", *(f"{1e3 * one[name]:.0f} ms" for name in KINDS)]
        for varied, values in VARIED.items()
        for value, one in zip(values, found[varied], strict=True)
    ]
    put_section(
        HEADING,
        f"Written by `benchmarks/growth.py`; {MACHINE}. What follows a label, with the default "
        f"model and queries; medians of {TIMES}. Where nothing else is said, a million sources, 15 "
        "features, 200 labels, 3 classes. Models are weighed anew at 6, 9, 14, ... labels, which "
        "is not in these times.\n\n![Seconds against sources, features, labels and classes]"
        f"(images/growth.svg)\n\n{markdown_table(['', *KINDS.values()], rows)}\n",
    )
    print(markdown_table(["", *KINDS.values()], rows))
    slow = wide["step"] > 0.25 or found["sources"][-1]["score"] > 1.0
    if slow:
        print("above a limit: 0.25 s a step of a million x 66, 1 s to score 10 million")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
