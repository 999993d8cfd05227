"""Jobs in threads: what they say reaches the main thread, and nobody who is gone."""

from __future__ import annotations

from threading import Event
from time import perf_counter, sleep

import pytest
from qtpy.QtCore import QCoreApplication, QEvent, QObject

from napari_astro_al.jobs import Progress
from napari_astro_al.widgets.runner import WORDS_EVERY, JobRunner


def counting(n):
    for place in range(n):
        yield Progress("Counting", place, n)
    return n


@pytest.mark.usefixtures("qapp")
class TestRunner:
    def test_a_result_is_handed_over(self, qtbot):
        runner, results = JobRunner(), []
        runner.run(counting(5), title="Counting", done=results.append, shown=False)

        qtbot.waitUntil(lambda: results == [5], timeout=20_000)
        assert not runner.busy

    def test_words_come_now_and_then_however_often_a_job_says_them(self, qtbot):
        runner, told, go_on = JobRunner(), [], Event()

        def talking():
            for place in range(200):
                yield Progress("Talking", place, 200)
                sleep(0.001)
            yield Progress("Nearly there")
            go_on.wait(20)

        begun = perf_counter()
        runner.run(talking(), title="Talking", done=told.append, shown=False)
        runner.changed.connect(lambda: told.append(runner.message))
        qtbot.waitUntil(lambda: "Nearly there" in told, timeout=20_000)
        assert len(told) <= 2 + (perf_counter() - begun) / (WORDS_EVERY / 1e3)
        go_on.set()
        qtbot.waitUntil(lambda: not runner.busy, timeout=20_000)

    def test_an_owner_may_be_destroyed_while_its_jobs_say_how_far_they_are(self):
        told = []
        for _ in range(60):
            owner = QObject()
            runner = JobRunner(owner)
            for _ in range(3):
                runner.run(counting(400), title="Counting", done=told.append, shown=False)
            QCoreApplication.processEvents()
            owner.deleteLater()
            QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
            del runner, owner

        # who was told lived; those that are gone are told nothing, and nothing crashes
        assert set(told) <= {400}
