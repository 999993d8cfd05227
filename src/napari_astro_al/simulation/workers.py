"""Runs in other processes, each of one thread."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pandas as pd

from napari_astro_al.errors import JobError
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.simulation.runs import Run, play_run_job
from napari_astro_al.simulation.sending import Parcel
from napari_astro_al.simulation.setting import Setting

PATIENCE = 0.1
"""Seconds between two looks at whether the job was cancelled."""


def in_processes_job(
    runs: Sequence[Run], setting: Setting, processes: int
) -> Job[dict[Run, pd.DataFrame]]:
    """Play runs, some at the same time.

    Parameters
    ----------
    runs : sequence of Run
    setting : Setting
    processes : int
        Most at the same time.

    Raises
    ------
    JobError
        If a process ends before its work is done. What is kept by then stays.
    """
    started = multiprocessing.get_context("spawn")
    stop, played = started.Event(), started.Value("q", 0)
    total = sum(run.n_labels for run in runs)
    executor = ProcessPoolExecutor(
        min(processes, len(runs)),
        mp_context=started,
        initializer=_begin,
        initargs=(Parcel.of(setting), stop, played),
    )
    curves: dict[Run, pd.DataFrame] = {}
    try:
        waiting = {executor.submit(_play, run): run for run in runs}
        while waiting:
            message = f"Playing sessions: {len(curves)} of {len(runs)} are finished"
            yield Progress(message, min(played.value, total), total)
            for future in wait(waiting, PATIENCE, FIRST_COMPLETED).done:
                curve = future.result()
                run = waiting.pop(future)
                if curve is not None:
                    curves[run] = curve
    except BrokenProcessPool as error:
        raise JobError(
            "A process that played sessions ended before its work was done: memory ran out, or "
            "the script that compares does so without if __name__ == '__main__':, or it has no "
            "file. Use processes=1 to play here. Curves finished so far stay in the cache."
        ) from error
    finally:
        stop.set()
        executor.shutdown(wait=False, cancel_futures=True)
    return curves


_here: dict[str, Any] = {}
"""What the worker process was started with."""


def _begin(parcel: Parcel, stop: Any, played: Any) -> None:
    from threadpoolctl import threadpool_limits

    # Ctrl-C is for the process that waits: it tells this one to stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here["threads"] = threadpool_limits(limits=1)
    _here["setting"] = parcel.unpacked()
    _here["stop"], _here["played"] = stop, played


def _play(run: Run) -> pd.DataFrame | None:
    """The curve of a run; None where it was cancelled."""
    job, before = play_run_job(run, _here["setting"]), 0
    while not _here["stop"].is_set():
        try:
            done = next(job).done
        except StopIteration as finished:
            _count(run.n_labels - before)
            curve: pd.DataFrame = finished.value
            return curve
        _count(done - before)
        before = done
    job.close()
    return None


def _count(labels: int) -> None:
    if labels > 0:
        with _here["played"].get_lock():
            _here["played"].value += labels
