"""Jobs of several kinds, of which the latest counts."""

from __future__ import annotations

from napari_astro_al.viewer.stage import Jobs, run_now


def job(result):
    return result
    yield


def test_the_job_asked_for_last_counts():
    waiting, done = [], []
    jobs = Jobs(lambda one, finished: waiting.append((one, finished)))
    jobs.start("scene", job(1), done.append)
    jobs.start("scene", job(2), done.append)
    jobs.start("raster", job(3), done.append)
    for number, (_, finished) in enumerate(waiting, 1):
        finished(number)
    assert done == [2, 3]


def test_results_are_kept_back_while_their_place_is_made():
    done = []
    jobs = Jobs(run_now)
    jobs.hold()
    jobs.start("scene", job(1), done.append)
    jobs.start("scene", job(2), done.append)
    jobs.start("raster", job(3), done.append)
    assert done == []
    jobs.let_go()
    assert done == [2, 3]
    jobs.start("scene", job(4), done.append)
    assert done == [2, 3, 4]


def test_what_was_dropped_does_not_come_when_results_are_let_go():
    done = []
    jobs = Jobs(run_now)
    jobs.hold()
    jobs.start("scene", job(1), done.append)
    jobs.drop_all()
    jobs.let_go()
    assert done == []
