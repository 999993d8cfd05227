"""Calls of other people's code: known while they last, and not begun without end."""

from __future__ import annotations

import threading

import pytest

from napari_astro_al import calls
from napari_astro_al.calls import calling, given_up_by, on_their_way
from napari_astro_al.errors import JobError
from napari_astro_al.jobs import wanted_while


@pytest.fixture
def hang():
    """Begin calls that last until the test ends, in jobs that can be given up."""
    free, given_up = threading.Event(), threading.Event()
    threads = []

    def begin(what):
        begun = threading.Event()

        def work():
            with wanted_while(lambda: not given_up.is_set()), calling(what):
                begun.set()
                free.wait(60)

        threads.append(threading.Thread(target=work))
        threads[-1].start()
        assert begun.wait(20)

    yield begin, given_up
    free.set()
    for one in threads:
        one.join(20)
        assert not one.is_alive()


def test_a_call_is_known_until_it_comes_back():
    with calling("projection 'mine'"):
        (call,) = on_their_way()
        assert call.what == "projection 'mine'"
        assert call.wanted
        assert not call.can_be_given_up  # nobody would go on without it
    assert on_their_way() == ()


def test_who_began_a_call_hears_that_it_was_given_up():
    told = []
    with given_up_by(told.append), calling("model mine"):
        (call,) = on_their_way()
        call.give_up()
    assert told == ["The model mine was given up after 0 s."]


def test_what_was_given_up_too_often_is_not_begun_again(hang, monkeypatch):
    monkeypatch.setattr(calls, "PATIENCE", 0.3)
    begin, given_up = hang
    for _ in range(calls.MOST_LOST):
        begin("model mine")
    with calling("model mine"):
        assert len(on_their_way()) == calls.MOST_LOST + 1
    given_up.set()
    with pytest.raises(JobError, match="The model mine hangs: 8 calls were given up and go on"):
        calling("model mine").__enter__()
    with calling("model another"):
        pass
