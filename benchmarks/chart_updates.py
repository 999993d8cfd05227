"""What updating all charts takes of the window's own thread after a label, at a million sources.

The Training, Estimates and Planner docks are in sight at once, which in the dashboard they are not.
Models, charts and estimates are made in workers; counted is what the thread that draws spends on
asking for them, taking them and painting them, as processor time, so that other programs on the
machine do not count. Run it under Xvfb::

    xvfb-run -a python benchmarks/chart_updates.py
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from napari.components import ViewerModel
from qtpy.QtWidgets import QApplication, QWidget
from report import MACHINE, markdown_table, put_section

import napari_astro_al as aal
from napari_astro_al.jobs import drain
from napari_astro_al.widgets.estimate_dock import EstimateDock
from napari_astro_al.widgets.model_chart import ModelChart
from napari_astro_al.widgets.planner_dock import PlannerDock
from napari_astro_al.widgets.training_dock import TrainingDock
from napari_astro_al.widgets.workspace import Workspace

LIMIT = 30.0
COUNTED = {
    TrainingDock: ("_refresh",),
    ModelChart: ("_ask", "_take"),
    EstimateDock: ("_ask_soon", "_ask", "_take_estimate"),
    PlannerDock: ("_ask", "_take_threshold", "_take_sets", "_take_shift"),
}
PARTS = {
    TrainingDock: "learning curve, confusion matrix",
    ModelChart: "chart of the newest model",
    EstimateDock: "estimates",
    PlannerDock: "planner",
}
PATIENCE = 120.0


class Meter:
    """Milliseconds that methods took since it was reset, by part of the window."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def watch(self) -> None:
        """Time the methods of all docks made from now on."""
        for kind, names in COUNTED.items():
            for name in names:
                setattr(kind, name, self._timed(getattr(kind, name), PARTS[kind]))

    def _timed(self, method: Callable[..., Any], part: str) -> Callable[..., Any]:
        def timed(*args: Any) -> Any:
            began = time.thread_time()
            try:
                return method(*args)
            finally:
                self.spent[part] += 1e3 * (time.thread_time() - began)

        return timed


def catalogue(n: int) -> aal.Catalogue:
    """Three classes that overlap, in five columns."""
    rng = np.random.default_rng(0)
    kind = rng.choice(3, size=n, p=[0.6, 0.3, 0.1])
    centres = rng.normal(scale=1.2, size=(3, 5))
    values = centres[kind] + rng.normal(size=(n, 5))
    names = np.array(["A", "B", "C"], dtype=object)[kind]
    table = pd.DataFrame(values.astype(np.float32), columns=list("ugriz"))
    table["id"] = np.arange(n)
    table["class"] = names
    return aal.Catalogue.from_table(table, id="id", label="class")


def measured(n_sources: int, n_labels: int) -> list[dict[str, float]]:
    """Milliseconds by part, for each label."""
    app = QApplication.instance() or QApplication([])
    meter = Meter()
    meter.watch()
    session = aal.Session(catalogue(n_sources), features=aal.FeatureRecipe(columns=list("ugriz")))
    oracle = aal.ColumnOracle(session.catalogue)

    def answer(sources: list[Any]) -> None:
        for source, label in zip(sources, oracle.label(sources), strict=True):
            session.annotate(source, label)

    answer(session.query(30))
    session.draw_survey(200, rate=0.5)
    answer(session.survey.sources[:120])
    session.train()
    workspace = Workspace(ViewerModel())
    workspace.take(session, owned=False)
    workspace.conductor.stop()
    docks: list[QWidget] = [
        TrainingDock(workspace),
        EstimateDock(workspace),
        PlannerDock(workspace),
    ]
    training, estimates, planner = docks
    training.kind.setCurrentIndex(1)
    for dock in docks:
        dock.resize(860, 230)
        dock.show()
    _settle(app, training, estimates, planner)
    found = []
    for _ in range(n_labels):
        before = training.chart.view.chart
        meter.spent.clear()
        answer(session.query(1))
        session.accept(drain(session.train_job()))
        _settle(app, training, estimates, planner, before)
        for dock in docks:
            began = time.thread_time()
            dock.repaint()
            app.processEvents()
            meter.spent["painting, all of them"] += 1e3 * (time.thread_time() - began)
        found.append(dict(meter.spent))
    workspace.release()
    return found


def _settle(app: Any, training: Any, estimates: Any, planner: Any, before: Any = None) -> None:
    """Until everything that was asked for has come."""
    end, still = time.monotonic() + PATIENCE, 0
    while time.monotonic() < end and still < 40:
        app.processEvents()
        time.sleep(0.02)
        waits = (training.chart, estimates, planner)
        busy = any(one._runner.busy or one._soon.isActive() for one in waits)
        new = training.chart.view.chart is not before
        still = 0 if busy or not new else still + 1


def report(n_sources: int, n_labels: int) -> str:
    """The section of the page."""
    found = measured(n_sources, n_labels)
    names = [*PARTS.values(), "painting, all of them"]
    rows = [[name, *_numbers([one.get(name, 0.0) for one in found])] for name in names]
    total = [sum(one.values()) for one in found]
    rows.append(["together", *_numbers(total)])
    header = ["what", "median", "slowest"]
    return (
        f"Written by `benchmarks/chart_updates.py`; {MACHINE}, software rendering. Milliseconds "
        f"of processor time of the window's own thread after a label, {n_sources:,} sources, over "
        f"{n_labels} labels, with three docks in sight at once. Limit: {LIMIT:.0f} together.\n\n"
        f"{markdown_table(header, rows)}"
    )


def _numbers(values: list[float]) -> list[str]:
    return [f"{statistics.median(values):.1f}", f"{max(values):.1f}"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=1_000_000)
    parser.add_argument("--labels", type=int, default=10)
    options = parser.parse_args()
    put_section("Charts after a label", report(options.sources, options.labels))
