"""What becomes of broken and harmful files.

    python benchmarks/hostile_files.py [--each N]

Every file of shared/data/malformed and shared/data/formats as it is; those of formats cut short,
with bits the other way, and under wrong suffixes; and files made to do harm: bombs, headers that
declare exabytes, pickles. Each is read as a person would read it, in a process that may take 4 GiB
and 60 seconds. It may give a table, or be refused in our words. Writes docs/hostile_files.md, and
exits with 1 after anything else.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from report import MACHINE, markdown_table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.catalogue import hostile

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "hostile_files.md"
MEMORY, SECONDS = 4 * 2**30, 60.0

Result = tuple[str, str, str, float]


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def read_all(make: Callable[[Path], Iterator[Path]]) -> list[Result]:
    """Read files one after another; each is made when it is its turn."""
    found = []
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        for path in make(Path(folder)):
            begun = perf_counter()
            outcome = hostile.read(path)
            took = perf_counter() - begun
            kind, words = outcome.kind, outcome.words
            if Path(hostile.EXECUTED).exists():
                kind, words = "failed", "it ran code"
            elif took > SECONDS:
                kind, words = "failed", f"it took {took:.0f} s"
            found.append((path.name, kind, words, took))
            if path.is_relative_to(folder):
                path.unlink()
        os.chdir(ROOT)
    return found


def as_they_are(folder: Path, _: Path) -> Iterator[Path]:
    yield from sorted(one for one in folder.rglob("*") if one.is_file())


def apart(make: Callable[[Path], Iterator[Path]]) -> list[Result]:
    """`read_all` in a process of its own, whose end counts as a failure."""
    try:
        with ProcessPoolExecutor(1, get_context("spawn"), initializer=limited) as pool:
            return pool.submit(read_all, make).result(timeout=1_800)
    except (BrokenProcessPool, TimeoutError):
        return [("?", "failed", "the process ended or did not come back", 0.0)]


def main() -> int:
    """Read them, write the page, and say what failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=40, help="cuts, and changes, of each file")
    each = parser.parse_args().each
    originals = sorted(one for one in (DATA / "formats").iterdir() if one.is_file())
    jobs = {
        "malformed files of other projects": [partial(as_they_are, DATA / "malformed")],
        "good files of every format": [partial(as_they_are, DATA / "formats")],
        "cut short": [partial(hostile.truncated, one, each) for one in originals],
        "bits the other way": [partial(hostile.flipped, one, each) for one in originals],
        "wrong suffixes": [partial(hostile.misnamed, one) for one in originals],
        "made to do harm": [hostile.made_to_harm],
    }
    rows, harm, failures = [], [], []
    for title, makers in jobs.items():
        found = [one for make in makers for one in apart(make)]
        counts = Counter(kind for _, kind, _, _ in found)
        slowest = max(took for *_, took in found)
        rows.append(
            [
                title,
                len(found),
                counts["read"],
                counts["refused"],
                counts["failed"],
                f"{slowest:.1f} s",
            ]
        )
        failures += [
            f"{title}: {name}: {words}" for name, kind, words, _ in found if kind == "failed"
        ]
        if makers == [hostile.made_to_harm]:
            harm = [[f"`{name}`", kind, _short(words)] for name, kind, words, _ in found]
        print(rows[-1], file=sys.stderr, flush=True)
    PAGE.write_text(page(rows, harm), encoding="utf-8")
    print("\n".join(failures) or "no failure")
    return int(bool(failures))


def page(rows: list[list[object]], harm: list[list[str]]) -> str:
    """The page as Markdown."""
    told = [[str(cell) for cell in row] for row in rows]
    counts = markdown_table(["files", "tried", "read", "refused", "failed", "slowest"], told)
    return (
        "# Broken and harmful files\n\n"
        f"Written by `benchmarks/hostile_files.py`; {MACHINE}. Each file is read in a process "
        f"that may take {MEMORY >> 30} GiB. It must give a table, or be refused in words that say "
        "what is wrong; another exception, a warning of a library, the end of the process, or more "
        f"than {SECONDS:.0f} seconds counts as failed.\n\n"
        f"{counts}\n\n"
        "A table cut short, or with a bit the other way in a value, may still be a table: text "
        "files hold nothing that would tell. Rows that lack cells are refused, so that a last row "
        "is never cut silently.\n\n"
        "## Made to do harm\n\n"
        f"{markdown_table(['file', 'outcome', 'said'], harm)}\n"
    )


def _short(words: str) -> str:
    first = words.replace("|", "\\|").replace("\n", " ")
    return first if len(first) < 130 else f"{first[:127]}…"


if __name__ == "__main__":
    sys.exit(main())
