"""Nothing keeps the window from closing: neither a job that hangs nor one that goes on."""

from __future__ import annotations

from threading import Event

import napari_astro_al as aal
from napari_astro_al.jobs import Progress


def test_a_window_closes_at_once_though_jobs_are_at_work(viewer, settled, qtbot):
    aal.open_viewer(aal.Session(aal.samples.simulated_survey(100, seed=1)), viewer=viewer)
    bench = settled(viewer)
    window = bench.dashboard.label.window()
    let_go, outcomes = Event(), []

    def hangs():
        yield Progress("A model that does not come back")
        let_go.wait(120)
        return "late"

    def goes_on():
        while not let_go.is_set():
            yield Progress("One step more")
            let_go.wait(0.01)
        return "late"

    begun = [
        bench.workspace.run(job(), title="Long work", done=outcomes.append)
        for job in (hangs, goes_on)
    ]
    qtbot.waitUntil(lambda: all(one.message != "Long work" for one in begun), timeout=20_000)

    viewer.close()

    assert begun[0].at_work  # nobody waited for it
    assert not window.isVisible()
    assert bench.workspace.session is None
    qtbot.waitUntil(lambda: not begun[1].at_work, timeout=20_000)
    let_go.set()
    qtbot.waitUntil(lambda: not begun[0].at_work, timeout=20_000)
    assert outcomes == []
