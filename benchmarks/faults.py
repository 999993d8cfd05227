"""What happens to labels when something goes wrong: nothing that was acknowledged may be lost.

    python benchmarks/faults.py --labels 5000

Each fault befalls a process that labels through a real session and reports every answer once
`annotate` has returned. Afterwards the session is opened again and the answers are looked for.
Needs Linux or macOS. Writes its section of docs/benchmarks.md and exits with 1 if anything is lost,
or if somebody was not told.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import patch

import numpy as np
from report import MACHINE, markdown_table, put_section

import napari_astro_al as aal

HEADING = "Faults"
N_SOURCES = 20_000
OURS = "0"
"""The source that the witness labels; the others are not asked about it."""
NOBODY = 65534
PROCESSES = mp.get_context("forkserver")
PROCESSES.set_forkserver_preload(["napari_astro_al.session", "faults"])

Answer = tuple[str, str]
"""A source, as text, and the label it was given."""


@dataclass(frozen=True)
class Outcome:
    """What became of the answers.

    Attributes
    ----------
    times : int
        How often it befell.
    acknowledged, lost : int
        Answers that `annotate` returned for, and those of them that were not found again.
    opening : float
        Seconds to open the session again, the longest.
    told : str
        What the person was told; empty where there is nobody left to tell.
    """

    times: int
    acknowledged: int
    lost: int
    opening: float
    told: str


def catalogue() -> aal.Catalogue:
    table = {"source": np.arange(N_SOURCES), "u": np.arange(N_SOURCES) + 0.5}
    return aal.Catalogue.from_table(table, id="source", guess=False)


def new_session(path: Path) -> None:
    aal.Session(catalogue(), aal.FeatureRecipe(["u"]), aal.Task(["STAR", "QSO"]), path=path).close()


def answers(seed: int) -> Iterator[list[Answer]]:
    """What a person says, for ever: mostly one source at a time, now and then several."""
    rng = random.Random(seed)
    while True:
        several = 5 if rng.random() < 0.1 else 1
        label = rng.choice(["STAR", "QSO"])
        yield [(str(source), label) for source in rng.sample(range(1, N_SOURCES), several)]


def say(session: aal.Session, step: list[Answer]) -> None:
    session.annotate([int(source) for source, _ in step], step[0][1])


@dataclass
class Witness:
    """Looks for acknowledged answers in a session, again and again.

    They must be there as they were given and in order. One step more may be there, which nobody
    was told of.
    """

    path: Path
    seen: int = 0
    acknowledged: int = 0
    lost: int = 0
    opening: float = 0.0

    def look(self, steps: list[list[Answer]]) -> None:
        """Open the session, look for the answers since the last look, and go on with it."""
        given = [answer for step in steps for answer in step]
        whole = catalogue()
        begun = time.perf_counter()
        with aal.Session.open(self.path, whole) as session:
            self.opening = max(self.opening, time.perf_counter() - begun)
            broken = session.ledger.verify()
            if broken is not None:
                raise SystemExit(f"The ledger is broken: {broken}")
            said = [one.payload for one in session.ledger.events() if one.kind == "label"]
            kept = [(one["source"], one["label"]) for one in said if one["source"] != OURS]
            if {str(one): label for one, label in session.labels.items()} != dict(kept):
                raise SystemExit("The labels are not what the events say.")
            session.annotate(int(OURS), "STAR")
            session.undo()
        new = kept[self.seen :]
        self.lost += sum(mine != theirs for mine, theirs in zip(given, new, strict=False))
        self.lost += max(0, len(given) - len(new))
        self.seen = len(kept)
        self.acknowledged += len(given)

    def outcome(self, times: int, told: str) -> Outcome:
        return Outcome(times, self.acknowledged, self.lost, self.opening, told)


# --- the process that labels --------------------------------------------------------------------


def labeller(path: Path, seed: int, tell: Connection) -> None:
    """Label until killed."""
    with aal.Session.open(path, catalogue()) as session:
        for step in answers(seed):
            say(session, step)
            tell.send(step)


def limited(path: Path, seed: int, room: int, n: int, tell: Connection) -> None:
    """Label while the disk has that much room, ask again, find room, and go on."""
    with aal.Session.open(path, catalogue()) as session:
        files = [path / "ledger.sqlite", path / "ledger.sqlite-wal"]
        largest = max(one.stat().st_size for one in files if one.exists())
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest + room, hard))
        refused = 0
        for step in answers(seed):
            before = len(session.labels)
            try:
                say(session, step)
            except aal.AstroALError as error:
                tell.send(str(error))
                refused += 1
                assert len(session.labels) == before
                if refused == 3:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
                continue
            tell.send(step)
            n -= 1
            if n <= 0 and refused >= 3:
                break


def holder(path: Path, seed: int, n: int, tell: Connection, go: Connection) -> None:
    """Hold the session, and label while somebody else looks."""
    with aal.Session.open(path, catalogue()) as session:
        for done, step in enumerate(answers(seed)):
            say(session, step)
            tell.send(step)
            if done == n // 2:
                go.recv()
            if done >= n:
                break


def not_as_root(target: Callable[..., None], folder: Path, *given: object) -> None:
    """Run something in a process for which the mode of files counts."""
    if os.geteuid() == 0:
        for one in (folder.parent, folder, *folder.rglob("*")):
            os.chown(one, NOBODY, -1)
        os.seteuid(NOBODY)
    target(folder, *given)


def reader_of_read_only(path: Path, tell: Connection) -> None:
    os.environ["NAPARI_ASTRO_AL_HOME"] = str(path.parent / "home")
    (path / "ledger.sqlite").chmod(0o444)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session = aal.Session.open(path, catalogue())
    tell.send(" ".join(str(one.message) for one in caught))
    with closing(session):
        try:
            session.annotate(1, "QSO")
        except aal.AstroALError as error:
            tell.send(str(error))
    (path / "ledger.sqlite").chmod(0o644)


@contextmanager
def running(target: Callable[..., None], *given: object) -> Iterator[tuple[mp.Process, Connection]]:
    heard, tell = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=target, args=(*given, tell))
    process.start()
    tell.close()
    try:
        yield process, heard
    finally:
        process.join()
        heard.close()


def everything(heard: Connection) -> Iterator[list[Answer] | str]:
    """What a process still has to say, until it has ended."""
    while True:
        try:
            yield heard.recv()
        except (EOFError, ConnectionResetError):
            return


def sorted_out(said: Iterator[list[Answer] | str]) -> tuple[list[list[Answer]], list[str]]:
    steps: list[list[Answer]] = []
    words: list[str] = []
    for one in said:
        if isinstance(one, str):
            words.append(one)
        else:
            steps.append(one)
    return steps, words


def counted(steps: list[list[Answer]]) -> int:
    return sum(map(len, steps))


# --- the faults ---------------------------------------------------------------------------------


def killed(path: Path, n: int) -> Outcome:
    """SIGKILL at random moments, again and again."""
    rng, witness, times = random.Random(7), Witness(path), 0
    while witness.acknowledged < n:
        with running(labeller, path, times) as (process, heard):
            first = heard.recv()
            time.sleep(rng.uniform(0, 0.25))
            process.kill()
            others, _ = sorted_out(everything(heard))
        witness.look([first, *others])
        times += 1
    return witness.outcome(times, "")


def power_cut(path: Path, n: int) -> Outcome:
    """The process is gone; of what it wrote after its last promise a torn part is there."""
    rng, witness, times = random.Random(8), Witness(path), 0
    while witness.acknowledged < n:
        with running(promises, path, times) as (process, heard):
            said = [heard.recv() for _ in range(rng.randint(1, 40))]
            process.kill()
            said += everything(heard)
        log = path / "ledger.sqlite-wal"
        promised = said[-1][1]
        written = log.stat().st_size
        os.truncate(log, rng.randint(min(promised, written), written))
        with log.open("ab") as torn:
            torn.write(rng.randbytes(rng.randint(0, 9_000)))
        (path / "ledger.sqlite-shm").unlink(missing_ok=True)
        witness.look([step for step, _ in said])
        times += 1
    return witness.outcome(times, "")


def promises(path: Path, seed: int, tell: Connection) -> None:
    """Label until killed, and say how long the log was when each answer was promised."""
    with aal.Session.open(path, catalogue()) as session:
        for step in answers(seed):
            say(session, step)
            tell.send((step, (path / "ledger.sqlite-wal").stat().st_size))


def disk_full(path: Path, n: int) -> Outcome:
    """No room for a while: answers are refused, and taken once there is room again."""
    witness = Witness(path)
    with running(limited, path, 1, 40_000, n) as (_, heard):
        steps, words = sorted_out(everything(heard))
    witness.look(steps)
    return witness.outcome(len(words), words[0])


def made_read_only(path: Path, n: int) -> Outcome:
    """The ledger may not be written to any more when the session is opened."""
    witness = Witness(path)
    witness.look(labelled_here(path, n, lambda session: None))
    with running(partly, not_as_root, reader_of_read_only, path) as (_, heard):
        _, words = sorted_out(everything(heard))
    witness.look([])
    return witness.outcome(1, " / ".join(words) if len(words) == 2 else "")


def partly(run: Callable[..., None], target: Callable[..., None], path: Path, tell: object) -> None:
    run(target, path, tell)


def taken_away(path: Path, n: int) -> Outcome:
    """The ledger is moved away while the session is open, and comes back."""
    told: list[str] = []
    ledger, away = path / "ledger.sqlite", path / "away"

    def move(session: aal.Session) -> None:
        ledger.rename(away)
        told.append(refused(session))
        away.rename(ledger)

    witness = Witness(path)
    witness.look(labelled_here(path, n, move))
    return witness.outcome(1, told[0])


def replaced(path: Path, n: int) -> Outcome:
    """Another file is put in the ledger's place while the session is open; then the right one."""
    told: list[str] = []
    ledger, away = path / "ledger.sqlite", path / "away"

    def exchange(session: aal.Session) -> None:
        ledger.rename(away)
        shutil.copyfile(away, ledger)
        told.append(refused(session))
        away.replace(ledger)

    witness = Witness(path)
    witness.look(labelled_here(path, n, exchange))
    return witness.outcome(1, told[0])


def opened_twice(path: Path, n: int) -> Outcome:
    """A second program opens the session: it may look, and is told that it may not write."""
    wait, go = PROCESSES.Pipe(duplex=False)
    with running(partly_held, path, 2, n, wait) as (_, heard):
        steps = [heard.recv() for _ in range(n // 2 + 1)]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            reader = aal.Session.open(path, catalogue())
        told = " ".join(str(one.message) for one in caught)
        with closing(reader):
            refusal = refused(reader)
            assert len(reader.labels) == len({one for step in steps for one, _ in step})
        go.send("on")
        steps += sorted_out(everything(heard))[0]
    witness = Witness(path)
    witness.look(steps)
    return witness.outcome(1, told if refusal else "")


def partly_held(path: Path, seed: int, n: int, wait: Connection, tell: Connection) -> None:
    holder(path, seed, n, tell, wait)


def clock_back(path: Path, n: int) -> Outcome:
    """The computer's clock is set back by a day between two answers."""
    told: list[str] = []
    yesterday = patch.multiple("napari_astro_al.annotation.ledger", utc_now=a_day_ago)
    at_the_check = patch.multiple("napari_astro_al.annotation.clock", utc_now=a_day_ago)

    def set_back(session: aal.Session) -> None:
        yesterday.start()
        at_the_check.start()

    witness = Witness(path)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            steps = labelled_here(path, n, set_back)
        told += [str(one.message) for one in caught]
    finally:
        yesterday.stop()
        at_the_check.stop()
    witness.look(steps)
    return witness.outcome(1, " ".join(told))


def a_day_ago() -> str:
    then = datetime.now(UTC) - timedelta(days=1)
    return then.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def labelled_here(
    path: Path, n: int, in_the_middle: Callable[[aal.Session], None]
) -> list[list[Answer]]:
    """Label in this process, with something happening in the middle."""
    steps: list[list[Answer]] = []
    with aal.Session.open(path, catalogue()) as session:
        for step in answers(3):
            if len(steps) == n // 2:
                in_the_middle(session)
            say(session, step)
            steps.append(step)
            if len(steps) >= n:
                break
    return steps


def refused(session: aal.Session) -> str:
    """What a person is told who tries to label; empty if the answer was taken."""
    before = len(session.labels)
    try:
        session.annotate(int(OURS), "QSO")
    except aal.AstroALError as error:
        return str(error) if len(session.labels) == before else ""
    return ""


def flushed_first(path: Path) -> str:
    """Whether the log reaches the disk before an answer is acknowledged, as strace sees it."""
    if shutil.which("strace") is None:
        return "strace is not here to see it"
    trace = path.with_suffix(".trace")
    script = (
        "import sys, os; sys.path.insert(0, sys.argv[1]); import faults, pathlib;"
        "import napari_astro_al as aal; s = aal.Session.open(sys.argv[2], faults.catalogue())\n"
        "for n in range(1, 21):\n    s.annotate(n, 'QSO'); os.write(1, b'acknowledged')\n"
    )
    command = ["strace", "-f", "-y", "-o", str(trace), "-e", "trace=pwrite64,write,fdatasync,fsync"]
    command += [sys.executable, "-c", script, str(Path(__file__).parent), str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    waiting, promised = False, 0
    for line in trace.read_text(errors="replace").splitlines():
        if "ledger.sqlite-wal" in line:
            waiting = "pwrite64" in line or (waiting and "sync(" not in line)
        elif "acknowledged" in line and "write(" in line:
            promised += 1
            if waiting:
                raise SystemExit("An answer was acknowledged before its log was flushed.")
    return f"{promised} of 20 acknowledged after the log was flushed"


FAULTS: dict[str, tuple[str, Callable[[Path, int], Outcome]]] = {
    "killed": ("killed at a random moment (SIGKILL)", killed),
    "power cut": ("power cut, the end of the log torn", power_cut),
    "disk full": ("disk full, then room again", disk_full),
    "read-only": ("file made read-only", made_read_only),
    "taken away": ("file moved away, then back", taken_away),
    "replaced": ("file replaced, then put back", replaced),
    "opened twice": ("opened in two programs", opened_twice),
    "clock": ("clock set back a day", clock_back),
}
SILENT = {"killed", "power cut"}
"""Faults that leave nobody to be told."""


def suffer(name: str, n: int) -> Outcome:
    """Let a fault befall a new session in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "faults.astroal"
        new_session(path)
        return FAULTS[name][1](path, n)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--labels", type=int, default=5_000, help="for kills (5,000)")
    options.add_argument("--dry", action="store_true", help="leave docs/benchmarks.md as it is")
    given = options.parse_args()
    rows, failed = [], False
    for name, (words, _) in FAULTS.items():
        n = given.labels if name in SILENT else max(100, given.labels // 10)
        one = suffer(name, n)
        failed |= one.lost > 0 or (name not in SILENT and not one.told)
        told = "–" if name in SILENT else "yes" if one.told else "NO"
        row = [words, str(one.times), str(one.acknowledged), str(one.lost), f"{one.opening:.2f}"]
        rows.append([*row, told])
        print(*rows[-1], one.told, sep=" | ", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faults.astroal"
        new_session(path)
        order = flushed_first(path)
    print(order)
    header = ["fault", "times", "acknowledged", "lost", "opened again in s, at most", "told"]
    text = f"""\
What became of answers that `annotate` had returned for, on {N_SOURCES:,} sources
(`benchmarks/faults.py`; {MACHINE}).

{markdown_table(header, rows)}

Order of flushing: {order}.
"""
    if not given.dry:
        put_section(HEADING, text)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
