"""Whether anything that somebody could send us does more than to be refused.

    python benchmarks/fuzzing.py [N]

Real files, changed at random: a configuration of AstronomicAL's, its test set, ``session.json``,
the ledger, models as skops and as ONNX. Each is read as a person would read it. What may happen: it
loads, or an `AstroALError` says why not. Anything else is a failure: another exception, a process
that ends or does not come back, a file elsewhere than in the session's folder, a folder left
behind, a session that was changed though it was refused, more than 3 GiB. Reading runs in processes
of their own, whose crash counts as a failure. Prints the kinds of outcomes, and exits with 1 after
a failure. An input is made anew from its kind and number, which are printed.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
from collections import Counter
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.session.fuzz import KINDS, SHARES, Outcome, make_originals, play

BATCH = 250


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("n", nargs="?", type=int, default=10_000, help="inputs in all")
    options = parser.parse_args()
    memory = Path("/dev/shm")
    folder = Path(mkdtemp(prefix="fuzz-", dir=memory if memory.is_dir() else None))
    originals = make_originals(folder / "originals")
    counts: Counter[tuple[str, str]] = Counter()
    failures: list[str] = []
    for kind in KINDS:
        done, each = 0, math.ceil(options.n * SHARES[kind])
        while done < each:
            seeds = range(done, min(done + BATCH, each))
            for outcome in batch(kind, seeds, originals, folder):
                counts[kind, outcome.kind] += 1
                if outcome.failed:
                    failures.append(f"{kind} {outcome.seed}: {outcome.words}")
                    print(failures[-1], flush=True)
            done = seeds.stop
        told = {what: n for (own, what), n in sorted(counts.items()) if own == kind}
        print(f"{kind}: {sum(told.values()):,} inputs, {told}", flush=True)
    print(f"{sum(counts.values()):,} inputs, {len(failures)} failures")
    shutil.rmtree(folder)
    return int(bool(failures))


def batch(kind: str, seeds: range, originals: Path, folder: Path) -> list[Outcome]:
    """Read some inputs in a process of their own; one by one where that process ends."""
    try:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            return pool.submit(play_all, kind, list(seeds), originals, folder).result(timeout=900)
    except (BrokenProcessPool, TimeoutError):
        if len(seeds) == 1:
            words = "the process ended or did not come back"
            return [Outcome(seeds[0], "crash", words, failed=True)]
        return [
            one for seed in seeds for one in batch(kind, range(seed, seed + 1), originals, folder)
        ]


def play_all(kind: str, seeds: list[int], originals: Path, folder: Path) -> list[Outcome]:
    return [play(kind, seed, originals, folder / "work") for seed in seeds]


if __name__ == "__main__":
    sys.exit(main())
