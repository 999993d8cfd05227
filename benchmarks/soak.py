"""Whether a window that is used for long stays as it was.

    xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX +render" python benchmarks/soak.py
    xvfb-run -a ... python benchmarks/soak.py --quick

A simulated survey in the dashboard: labels by real key events, sessions taken one after the other,
docks closed and opened again, further views opened and closed, themes switched. After each of
several parts of every kind of use, with all work done and the garbage collected, it counts memory,
objects of ours, connections of signals, threads, timers, canvases and objects of OpenGL; meanwhile
a timer notes the stalls of the event loop. What rises from the second part on, which the first
warms up, beyond what is allowed below, is a leak: it is named and the program exits with 1. Writes
its section of docs/benchmarks.md, unless --quick is given.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import numpy as np
from report import MACHINE, markdown_table, put_section

HEADING = "Long use"
FULL = {"labels": 5000, "sessions": 200, "docks": 50, "views": 50, "themes": 50}
QUICK = {"labels": 60, "sessions": 8, "docks": 8, "views": 8, "themes": 8}
PARTS = 5
MEMORY_SLACK = {"labels": 0.03, "sessions": 0.5, "docks": 0.5, "views": 1.0, "themes": 0.5}
"""MiB an action that the memory may rise by: allocators give back in steps."""
COUNTED = ("signal connections", "threads", "timers", "canvases", "OpenGL objects", "widgets")
WORDS = {
    "labels": "labels by key events",
    "sessions": "switches between two sessions",
    "docks": "docks closed and opened again",
    "views": "further views opened and closed",
    "themes": "switches of the theme",
}


class Stalls:
    """How long the event loop was away, by a timer that should fire every 5 ms."""

    def __init__(self) -> None:
        from qtpy.QtCore import QTimer

        self.gaps: list[float] = []
        self._last = perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def _beat(self) -> None:
        now = perf_counter()
        self.gaps.append(now - self._last)
        self._last = now

    def take(self) -> tuple[int, int, float]:
        """How many above 100 and 500 ms since the last call, and the longest in seconds."""
        gaps, self.gaps = self.gaps, []
        return sum(one > 0.1 for one in gaps), sum(one > 0.5 for one in gaps), max(gaps, default=0)


class Soak:
    """One window, and what is done with it."""

    def __init__(self, folder: Path, n_sources: int) -> None:
        import napari_astro_al as aal
        from napari_astro_al.widgets.workbench import workbench_of

        self.folder = folder
        survey = aal.samples.simulated_survey(n_sources)
        learner = aal.LearnerRecipe("logistic_regression", strategy="margin")
        self.sessions = [
            aal.Session(survey, learner=learner, path=folder / f"{name}.astroal") for name in "ab"
        ]
        self.truth = survey.column_labels
        self.survey = survey
        self.viewer = aal.open_viewer(self.sessions[0])
        self.window = self.viewer.window._qt_window
        self.window.resize(1600, 1000)
        self.window.activateWindow()
        self.bench = workbench_of(self.viewer)
        self.stalls = Stalls()
        self.n_closed = 0

    def rest(self, seconds: float = 0.3, most: float = 900.0) -> None:
        """Let the window work until nothing is on its way for some time."""
        from qtpy.QtWidgets import QApplication

        begun = since = perf_counter()
        while perf_counter() - since < seconds:
            QApplication.processEvents()
            if self.bench.workspace.jobs.busy:
                since = perf_counter()
            if perf_counter() - begun > most:
                raise TimeoutError("the window does not come to rest")
            sleep(0.001)

    def labels(self) -> None:
        """Answer the current source by its digit, as it is."""
        from qtpy.QtCore import Qt
        from qtpy.QtTest import QTest
        from qtpy.QtWidgets import QApplication

        session = self.bench.workspace.session
        source, n = session.current, len(session.labels)
        place = session.classes.index(str(self.truth[self.survey.row_of(source)]))
        QTest.keyClick(self.window, getattr(Qt.Key, f"Key_{place + 1}"))
        begun = perf_counter()
        while session.current == source or len(session.labels) == n:
            QApplication.processEvents()
            if perf_counter() - begun > 300:
                raise TimeoutError("no next source")

    def sessions_(self) -> None:
        """Take the other session; a script owns both."""
        workspace = self.bench.workspace
        other = self.sessions[workspace.session is self.sessions[0]]
        workspace.take(other, owned=False)
        self.rest(0.1)

    def docks(self) -> None:
        """Take a dock out of the window, one after the other, and put all back."""
        from napari_astro_al.widgets.docks import open_dashboard

        widgets = [dock.inner_widget() for dock in self.bench.dashboard._docks().values()]
        self.viewer.window.remove_dock_widget(widgets[self.n_closed % len(widgets)])
        self.n_closed += 1
        self.rest(0.05)
        open_dashboard(self.viewer)
        self.rest(0.05)

    def views(self) -> None:
        """Open a further view and close it."""
        view = self.bench.dashboard.add_view()
        self.rest(0.1)
        self.viewer.window.remove_dock_widget(view)
        self.rest(0.05)

    def themes(self) -> None:
        """Dark and light."""
        self.viewer.theme = "light" if self.viewer.theme == "dark" else "dark"
        self.rest(0.05)

    def settle(self) -> None:
        """All work done, what was deleted later deleted, garbage collected."""
        from qtpy.QtCore import QEvent
        from qtpy.QtWidgets import QApplication

        self.rest(1.0)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.rest(0.2)
        for _ in range(3):
            gc.collect()

    def counts(self) -> dict[str, float]:
        """What there is now."""
        from psygnal import SignalInstance
        from qtpy.QtCore import QTimer
        from qtpy.QtWidgets import QApplication
        from vispy.gloo.globject import GLObject
        from vispy.scene import SceneCanvas

        self.settle()
        found = gc.get_objects()
        kinds: Counter[str] = Counter()
        self.types: Counter[str] = Counter(type(one).__name__ for one in found)
        for one in found:
            kind = type(one)
            if issubclass(kind, SignalInstance):
                kinds["signal connections"] += len(one)
            elif issubclass(kind, SceneCanvas):
                kinds["canvases"] += 1
            elif issubclass(kind, GLObject):
                kinds["OpenGL objects"] += 1
        timers = {id(one) for one in self.window.findChildren(QTimer)}
        timers |= {id(one) for one in found if type(one) is QTimer}
        return {
            **{name: float(kinds[name]) for name in COUNTED},
            "threads": float(threading.active_count()),
            "timers": float(len(timers)),
            "widgets": float(len(QApplication.allWidgets())),
            "memory": resident(),
        }


def resident() -> float:
    """MiB of memory in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def use(soak: Soak, kind: str, n: int) -> dict[str, Any]:
    """Do one thing many times, in parts, and count after each."""
    act: Callable[[], None] = getattr(soak, "sessions_" if kind == "sessions" else kind)
    parts, seconds = [], []
    each = max(n // PARTS, 1)
    soak.stalls.take()
    over, far, longest = 0, 0, 0.0
    for _ in range(PARTS):
        soak.stalls.take()
        begun = perf_counter()
        for _ in range(each):
            act()
        seconds.append(perf_counter() - begun)
        more, worse, slowest = soak.stalls.take()
        over, far, longest = over + more, far + worse, max(longest, slowest)
        parts.append(soak.counts())
        if len(parts) == 2:
            early = soak.types
        print(f"{kind} {len(parts)}/{PARTS}: {parts[-1]}", file=sys.stderr, flush=True)
    rising = soak.types - early
    grown = {}
    for name in COUNTED:
        values = [one[name] for one in parts[1:]]
        # rises at every part, and by one for every second action at least: no cache that fills
        if all(b > a for a, b in pairwise(values)) and (values[-1] - values[0] >= each):
            grown[name] = (values[0], values[-1])
    memory = [one["memory"] for one in parts[1:]]
    slope = float(np.polyfit(np.arange(len(memory)) * each, memory, 1)[0])
    if slope > MEMORY_SLACK[kind] and each * PARTS >= FULL[kind] // 10:
        grown["memory"] = (memory[0], memory[-1])
    return {
        "kind": kind,
        "n": each * PARTS,
        "parts": parts,
        "slope": slope,
        "over": over,
        "far": far,
        "longest": longest,
        "pace": sum(seconds) / (each * PARTS),
        "grown": grown,
        "rising": rising.most_common(8),
    }


def section(found: list[dict[str, Any]], n_sources: int) -> str:
    """The section as Markdown."""

    def first_to_last(one: dict[str, Any], name: str) -> str:
        return f"{one['parts'][1][name]:.0f} → {one['parts'][-1][name]:.0f}"

    rows = [
        [
            f"{one['n']:,} {WORDS[one['kind']]}",
            first_to_last(one, "memory"),
            f"{1000 * one['slope']:.0f}",
            *(first_to_last(one, name) for name in COUNTED),
            f"{one['over']:,} / {one['far']:,}",
            f"{one['longest']:.2f}",
            f"{one['pace']:.2f}",
        ]
        for one in found
    ]
    header = ["what", "memory, MiB", "KiB an action", *COUNTED]
    header += ["stalls above 0.1 / 0.5 s", "longest, s", "s an action"]
    asked = ", ".join(f"{n:,} {WORDS[kind]}" for kind, n in FULL.items())
    return (
        f"Written by `benchmarks/soak.py`; {MACHINE}, software OpenGL, {n_sources:,} simulated "
        "sources, logistic regression, the dashboard at 1600 x 1000 with all docks. Each kind of "
        f"use in {PARTS} parts; what there is after the second part → after the last, all work "
        "done and garbage collected. Connections are those of psygnal. A whole run is "
        f"{asked}; the table says what this one did. Stalls are of the event loop, while other "
        f"programs had the machine too.\n\n{markdown_table(header, rows)}\n"
    )


def main() -> int:
    """Use a window for long, write what was counted, and name what grows."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a few of each; writes nothing")
    parser.add_argument("--sources", type=int, default=10_000)
    for kind, n in FULL.items():
        parser.add_argument(f"--{kind}", type=int, help=f"{n} by default")
    given = parser.parse_args()
    sizes = QUICK if given.quick else FULL
    found = []
    with TemporaryDirectory() as home:
        os.environ["NAPARI_ASTRO_AL_HOME"] = home
        soak = Soak(Path(home), given.sources)
        soak.settle()
        for kind, n in sizes.items():
            wanted = getattr(given, kind)
            found.append(use(soak, kind, n if wanted is None else wanted))
        soak.viewer.close()
        for session in soak.sessions:
            session.close()
    text = section(found, given.sources)
    if not given.quick:
        put_section(HEADING, text)
    print(text)
    leaks = [(one, name, ends) for one in found for name, ends in one["grown"].items()]
    for one, name, (first, last) in leaks:
        print(f"grows with {WORDS[one['kind']]}: {name}, {first:.0f} to {last:.0f}")
        print(f"  objects of which there are more: {one['rising']}")
    return int(bool(leaks))


if __name__ == "__main__":
    sys.exit(main())
