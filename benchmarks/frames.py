"""How smoothly feature space moves: frames while a person pans and zooms a window of 1600 x 1000.

    xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX +render" python benchmarks/frames.py
    ... python benchmarks/frames.py --sizes 1e6 1e7 1e8

Real mouse and wheel events go to the canvas; a frame lasts from the event until the window has
been painted and control is back. Beside it, in the same run, napari's own Points layer that holds
every source. Each case has a fresh interpreter. Writes its section of docs/benchmarks.md and exits
with 1 above a limit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from report import MACHINE, markdown_table, put_section

HEADING = "Frames of feature space"
SIZES = (1_000_000, 10_000_000)
PEER = 1_000_000
MEDIAN_LIMIT, P95_LIMIT, REST_LIMIT, FASTER = 66.0, 100.0, 500.0, 50.0
COMMON = """
import json, sys
from time import perf_counter, sleep

import napari
import numpy as np
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent, QWheelEvent
from qtpy.QtWidgets import QApplication, QWidget

n = int(sys.argv[1])
rng = np.random.default_rng(0)
places = np.array([[0, 0], [3, 1], [1, 3]], dtype=np.float32)
which = rng.integers(0, 3, n)
points = rng.standard_normal((n, 2), dtype=np.float32) * np.float32(0.8) + places[which]
del which


def wait(condition, seconds=600):
    start = perf_counter()
    while not condition():
        if perf_counter() - start > seconds:
            raise TimeoutError("waited in vain")
        QApplication.processEvents()
        sleep(0.001)


class Canvas:
    def __init__(self, viewer):
        window = viewer.window._qt_window
        widgets = window.centralWidget().findChildren(QWidget)
        self.widget = next(one for one in widgets if one.inherits("QOpenGLWidget"))
        self.painted = 0
        self.widget.frameSwapped.connect(self._paint)

    def _paint(self):
        self.painted += 1

    def frame(self, event):
        before, start = self.painted, perf_counter()
        QApplication.sendEvent(self.widget, event)
        while self.painted == before and perf_counter() - start < 60:
            QApplication.processEvents()
        return (perf_counter() - start) * 1e3

    def mouse(self, kind, at, held=True):
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        place = QPointF(*map(float, at))
        button = none if kind == QEvent.Type.MouseMove else left
        buttons = left if held else none
        where = QPointF(self.widget.mapToGlobal(place.toPoint()))
        return QMouseEvent(
            kind, place, where, button, buttons, Qt.KeyboardModifier.NoModifier
        )

    def pan(self, steps):
        w, h = self.widget.width(), self.widget.height()
        path = [
            (w / 2 + w / 5 * np.sin(k / 9), h / 2 + h / 6 * np.sin(k / 5)) for k in range(steps)
        ]
        QApplication.sendEvent(self.widget, self.mouse(QEvent.Type.MouseButtonPress, path[0]))
        times = [self.frame(self.mouse(QEvent.Type.MouseMove, at)) for at in path[1:]]
        end = self.mouse(QEvent.Type.MouseButtonRelease, path[-1], held=False)
        QApplication.sendEvent(self.widget, end)
        return times

    def zoom(self, steps):
        times = []
        w, h = self.widget.width(), self.widget.height()
        for k in range(steps):
            turn = 120 if k % 40 < 20 else -120
            place = QPointF(w / 2 + w / 9, h / 2)
            where = QPointF(self.widget.mapToGlobal(place.toPoint()))
            event = QWheelEvent(
                place, where, QPoint(0, 0), QPoint(0, turn), Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )
            times.append(self.frame(event))
        return times
"""
OURS = """
import pandas as pd

import napari_astro_al as aal
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.widgets.workbench import workbench_of

catalogue = aal.Catalogue.from_table(
    pd.DataFrame({"alpha": points[:, 0], "beta": points[:, 1]}), id=aal.ROWS
)
del points
session = aal.Session(
    catalogue,
    features=aal.FeatureRecipe(columns=["alpha", "beta"]),
    task=aal.Task(["a", "b"]),
)
session.project(x="alpha", y="beta")
viewer = napari.Viewer(show=True)
viewer.window.resize(1600, 1000)
start = perf_counter()
aal.open_viewer(session, viewer=viewer)
bench = workbench_of(viewer)
wait(lambda: bench.feature_space is not None and bench.feature_space._stage.scene is not None)
indexed = perf_counter()
wait(lambda: bench.feature_space.layers.get("density").visible or n < 20_001)
canvas = Canvas(viewer)
QApplication.processEvents()
pictured = perf_counter()
wait(lambda: not bench.workspace.jobs.busy)
bench.feature_space.set_appearance(Appearance(colour="column:alpha"))
wait(lambda: bench.feature_space.appearance.colour != "label" and not bench.workspace.jobs.busy)
detail = bench.feature_space._detail
canvas.pan(12)
wait(lambda: not detail.moving and not bench.workspace.jobs.busy)
result = {"wide pan": canvas.pan(100)}
stopped = perf_counter()
wait(lambda: not detail.moving)
QApplication.processEvents()
result["rest"] = (perf_counter() - stopped) * 1e3
result["drawn at rest"] = detail.n_drawn
wait(lambda: not bench.workspace.jobs.busy)
result["zoom"] = canvas.zoom(80)
wait(lambda: not detail.moving and not bench.workspace.jobs.busy)
viewer.scene.camera.zoom *= 12
wait(lambda: not detail.moving and not bench.workspace.jobs.busy)
result["close pan"] = canvas.pan(100)
result["scene"] = indexed - start
result["picture"] = pictured - indexed
result["moving"] = detail.budget.moving
viewer.close()
print(json.dumps(result))
"""
NAPARI = """
viewer = napari.Viewer(show=True)
viewer.window.resize(1600, 1000)
viewer.add_points(points, size=0.06)
viewer.layers.selection.clear()
canvas = Canvas(viewer)
QApplication.processEvents()
canvas.pan(2)
print(json.dumps({"wide pan": canvas.pan(6)}))
"""


def once(script: str, n: int) -> dict:
    """Run a case in a fresh interpreter and read what it prints last."""
    with TemporaryDirectory() as home:
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", COMMON + script, str(n)],
            capture_output=True,
            text=True,
            env={**os.environ, "NAPARI_ASTRO_AL_HOME": home},
        )
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return json.loads(ended.stdout.strip().splitlines()[-1])


def median(times: list[float]) -> float:
    """The middle one."""
    return sorted(times)[len(times) // 2]


def p95(times: list[float]) -> float:
    """Slower than 95 in a hundred."""
    return sorted(times)[int(0.95 * len(times))]


def section(ours: dict[int, dict], peer: dict) -> str:
    """The section as Markdown."""
    floor = median(peer["wide pan"])
    rows = []
    for n, measured in ours.items():
        for words, name in (
            ("pan, everything in view", "wide pan"),
            ("wheel, in and out", "zoom"),
            ("pan, close up", "close pan"),
        ):
            times = measured[name]
            faster = f"{floor / median(times):.0f}"
            rows.append([f"{n:,}", words, f"{median(times):.0f}", f"{p95(times):.0f}", faster])
    rows.append([f"{PEER:,}", "napari's Points layer: pan", f"{floor:.0f}", "–", "1"])
    frames = markdown_table(["sources", "what", "median", "95 %", "times faster than Points"], rows)
    waits = markdown_table(
        ["sources", "index and all else until the first picture", "picture after the index",
         "all points after a stop", "points at rest", "points while moving"],
        [
            [f"{n:,}", f"{m['scene'] + m['picture']:.1f} s", f"{m['picture']:.2f} s",
             f"{m['rest']:.0f} ms", f"{m['drawn at rest']:,}", f"{m['moving']:,}"]
            for n, m in ours.items()
        ],
    )  # fmt: skip
    return (
        f"Written by `benchmarks/frames.py`. Milliseconds a frame in the dashboard, 1600 x 1000, "
        f"points coloured by a column over the image of their density; real mouse events; "
        f"{MACHINE}, software OpenGL. Limits: median {MEDIAN_LIMIT:.0f}, 95 % {P95_LIMIT:.0f} "
        f"at ten million.\n\n{frames}\n\n{waits}\n"
    )


def main() -> int:
    """Measure, write the section, and compare with the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="*", type=float, default=list(SIZES))
    sizes = [int(one) for one in parser.parse_args().sizes]
    ours = {n: once(OURS, n) for n in sizes}
    peer = once(NAPARI, PEER)
    text = section(ours, peer)
    put_section(HEADING, text)
    print(text)
    judged = ours.get(10_000_000, ours[max(sizes)])
    moves = [judged[name] for name in ("wide pan", "zoom", "close pan")]
    over = [
        any(median(times) > MEDIAN_LIMIT or p95(times) > P95_LIMIT for times in moves),
        judged["rest"] > REST_LIMIT,
        median(peer["wide pan"]) < FASTER * median(judged["wide pan"]),
    ]
    return int(any(over))


if __name__ == "__main__":
    sys.exit(main())
