"""Pictures that have to be fetched first."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_astro_al.cutouts import Cutout
from napari_astro_al.jobs import drain
from napari_astro_al.viewer import CutoutCanvas
from napari_astro_al.viewer.late_pictures import LatePictures, ahead_job, thumbnails_job
from napari_astro_al.viewer.sheet_pictures import SheetPictures

FIRST, SECOND, THIRD = "s00000", "s00001", "s00002"


class Far:
    """A survey over a network; what it has sent stays at hand."""

    def __init__(self, name="far", fails=()):
        self.name, self.fails = name, fails
        self.sent, self.failed, self.asked = set(), set(), []
        self.most_at_once = self.at_once = 0
        self.lock = threading.Lock()

    def at_hand(self, catalogue, source, size):
        if source in self.failed:
            return Cutout.absent("does not answer", name=self.name)
        return self.picture(source) if source in self.sent else None

    def fetch(self, catalogue, source, size, *, wanted, urgent):
        with self.lock:
            if not wanted():
                return Cutout(None, missing="not waited for", coming=True)
            self.asked.append((source, urgent))
        if source in self.fails:
            self.failed.add(source)
            return Cutout.absent("does not answer")
        self.sent.add(source)
        return self.picture(source)

    def picture(self, source):
        return Cutout(np.full((8, 8), int(source[-1]) + 40, dtype=np.uint8), name=self.name)

    def cutout(self, catalogue, source, size):
        raise AssertionError("the window must not wait for the network")

    def retry(self):
        self.failed.clear()


class Later:
    """Jobs that run when they are told to."""

    def __init__(self):
        self.jobs = []

    def __call__(self, job, done):
        self.jobs.append((job, done))

    def run(self):
        while self.jobs:
            job, done = self.jobs.pop(0)
            done(drain(job))


@pytest.fixture
def far(session):
    far = Far(fails=(THIRD,))
    session.cutouts.add(far)
    return far


def test_a_late_picture_takes_the_place_of_its_placeholder(session, far):
    viewer, later = ViewerModel(), Later()
    canvas = CutoutCanvas(viewer, session)
    late = LatePictures(session.cutouts, run=later, arrived=canvas.refresh)
    for source, words in [(FIRST, ""), (THIRD, "No picture: does not answer")]:
        session.show(source)
        assert shown(canvas) == "coming…"
        late.follow(source, session.cutouts.at_hand(source))
        later.run()
        assert shown(canvas) == words
    session.show(FIRST)
    assert far_panel(canvas).picture.value_at(0, 0) == 40
    assert far.asked == [(FIRST, True), (THIRD, True)]
    canvas.close()


def far_panel(canvas):
    return next(one for one in canvas.panels if one.name == "far")


def shown(canvas):
    """What stands in the picture's place, below its name."""
    return " ".join(far_panel(canvas).overlay.texts[1:])


def test_a_source_that_is_not_on_show_any_more_is_not_fetched(session, far):
    later, arrived = Later(), []
    late = LatePictures(session.cutouts, run=later, arrived=lambda: arrived.append(1))
    late.follow(FIRST, session.cutouts.at_hand(FIRST))
    late.follow(SECOND, session.cutouts.at_hand(SECOND))
    later.run()
    assert far.asked == [(SECOND, True)]
    assert len(arrived) == 1
    late.follow(FIRST, session.cutouts.at_hand(FIRST))
    late.close()
    later.run()
    assert far.asked == [(SECOND, True)]


def test_a_source_that_one_comes_back_to_in_time_is_fetched_once(session, far):
    later, arrived = Later(), []
    late = LatePictures(session.cutouts, run=later, arrived=lambda: arrived.append(1))
    for source in (FIRST, SECOND, FIRST, FIRST):
        late.follow(source, session.cutouts.at_hand(source))
    later.run()
    assert far.asked == [(FIRST, True)]
    assert len(arrived) == 1


def test_what_no_provider_has_is_left_to_whoever_makes_it(session, far):
    later = Later()
    late = LatePictures(session.cutouts, run=later, arrived=lambda: None)
    late.follow(FIRST, [Cutout(None, missing="far: on its way", name="colour", coming=True)])
    assert later.jobs == []


def test_given_up_and_wanted_again_before_that_was_noticed(session, far):
    later, arrived = Later(), []
    late = LatePictures(session.cutouts, run=later, arrived=lambda: arrived.append(1))
    late.follow(FIRST, session.cutouts.at_hand(FIRST))
    late.close()
    job, done = later.jobs.pop()
    given_up = drain(job)
    late.follow(FIRST, session.cutouts.at_hand(FIRST))
    done(given_up)
    later.run()
    assert (far.asked, len(arrived)) == ([(FIRST, True)], 1)


def test_what_is_read_ahead_is_at_hand_when_its_time_comes(session, far):
    drain(ahead_job(session.cutouts, [FIRST, SECOND]))
    assert sorted(far.asked) == [(FIRST, False), (SECOND, False)]
    assert not session.cutouts.is_coming(SECOND)


def test_reading_ahead_that_is_overtaken_asks_for_nothing_more(session, far):
    job = ahead_job(session.cutouts, [FIRST, SECOND])
    next(job)
    job.close()
    assert far.asked == []


def test_thumbnails_fetch_from_one_survey_only(session, far):
    rest = Far("rest")
    session.cutouts.add(rest)
    drain(thumbnails_job(session.cutouts, [FIRST, SECOND]))
    assert far.asked == []  # their own column has a picture already
    session.cutouts.remove("picture")
    drain(thumbnails_job(session.cutouts, [FIRST, THIRD]))
    assert sorted(far.asked) == [(FIRST, False), (THIRD, False)]
    assert rest.asked == [(THIRD, False)]


def test_a_contact_sheet_fetches_what_is_late_and_then_the_page_after_it(session, far):
    later, taken = Later(), {}
    session.cutouts.remove("picture")
    far.sent.add(SECOND)
    sheet = SheetPictures(session.cutouts, later)
    sheet.read([FIRST, SECOND, THIRD], 4, taken.update, ahead=["s00003"])
    while far.asked == []:
        job, done = later.jobs.pop(0)
        done(drain(job))
    assert taken[FIRST] is None  # drawn without its picture, meanwhile
    assert taken[SECOND] is not None
    assert not sheet.reading
    later.run()
    assert taken[FIRST][0, 0, 0] == 40
    assert taken[THIRD] is None
    assert sorted(far.asked) == [(FIRST, False), (THIRD, False), ("s00003", False)]
