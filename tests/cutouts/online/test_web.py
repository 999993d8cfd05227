"""The one door to the network, against real servers that misbehave."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.loopback import drip, endless, in_turn, jpeg, send

from napari_astro_al.cutouts.online import allow, allowed_hosts, as_picture, withdraw
from napari_astro_al.cutouts.online.flights import Waiter
from napari_astro_al.cutouts.online.pace import Limits, Unwanted
from napari_astro_al.cutouts.online.request import Patience
from napari_astro_al.cutouts.online.store import Store
from napari_astro_al.cutouts.online.web import Web
from napari_astro_al.errors import CutoutError, NetworkError, NotAllowedError

FAST = Limits(at_once=8, per_second=1000.0)
picture = as_picture("the survey")


def get(web, url, **options):
    return web.get(url, picture, limits=options.pop("limits", FAST), **options)


def test_a_picture_is_fetched_once_and_then_kept(web, server):
    server.answers["/a"] = send(jpeg(20))
    allow(server.host)
    first = get(web, server.url("/a"))
    again = get(web, server.url("/a"))
    assert first.pixels.shape == again.pixels.shape == (20, 20, 3)
    assert server.paths == ["/a"]


def test_nothing_is_asked_until_the_host_is_allowed(web, server):
    server.answers["/a"] = send(jpeg())
    with pytest.raises(NotAllowedError, match="off until you allow") as refusal:
        get(web, server.url("/a"), hosts=["mirror.example"])
    assert refusal.value.hosts == (server.host, "mirror.example")
    assert server.paths == []
    allow(server.host)
    get(web, server.url("/a"))
    withdraw(server.host)
    assert allowed_hosts() == frozenset()
    get(web, server.url("/a"))  # kept, so that no request is needed
    with pytest.raises(NotAllowedError):
        get(web, server.url("/b"))
    assert server.paths == ["/a"]


@pytest.mark.parametrize("name", ["https://a.example/", "a.example/path", "", "user@a.example"])
def test_what_is_allowed_is_a_host_alone(name):
    with pytest.raises(CutoutError, match="not the name of a host"):
        allow("good.example", name)
    assert allowed_hosts() == frozenset()


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"<!DOCTYPE html><html>Sorry</html>", "image/jpeg", "sent a web page instead"),
        (b"  <HTML>", "text/html", "sent a web page instead"),
        (b"", "image/jpeg", "sent nothing"),
        (b"%PDF-1.4 nothing to see", "image/jpeg", "is no picture"),
        (jpeg(64)[:1000], "image/jpeg", "damaged"),
        (b"SIMPLE  =                    T" + b" " * 100, "image/fits", "damaged FITS|no image"),
    ],
)
def test_what_is_no_picture_is_told_and_not_kept(web, server, body, kind, reason):
    server.answers["/a"] = send(body, kind=kind)
    allow(server.host)
    with pytest.raises(NetworkError, match=reason):
        get(web, server.url("/a"))
    assert len(web.store) == 0


def test_a_failure_is_not_asked_for_again_at_once(web, server):
    allow(server.host)
    for _ in range(3):
        with pytest.raises(NetworkError, match="404"):
            get(web, server.url("/a"))
    assert server.paths == ["/a"]
    web.forget_failures()
    server.answers["/a"] = send(jpeg())
    assert get(web, server.url("/a")).pixels is not None


def test_what_failed_is_remembered_without_what_was_read(web, server, monkeypatch):
    monkeypatch.setattr("napari_astro_al.cutouts.online.web.MOST_REMEMBERED", 3)
    monkeypatch.setattr("napari_astro_al.cutouts.online.web.REMEMBERED", -1.0)
    allow(server.host)
    for number in range(9):
        with pytest.raises(NetworkError, match="404"):
            get(web, server.url(f"/{number}"))
    assert len(web._failed) <= 3
    assert all(error.__traceback__ is None for _, error in web._failed.values())


def test_half_a_file_is_asked_for_again_and_never_kept(web, server):
    body = jpeg(64)
    half = send(body[: len(body) // 2], announced=len(body))
    server.answers["/a"] = in_turn(half, send(body))
    allow(server.host)
    assert get(web, server.url("/a")).pixels.shape == (64, 64, 3)
    server.answers["/b"] = half
    with pytest.raises(NetworkError, match="broke off"):
        get(web, server.url("/b"))
    assert server.paths == ["/a", "/a", "/b", "/b", "/b"]
    assert len(web.store) == 1


def test_a_body_of_2_gb_is_not_read(web, server):
    server.answers["/announced"] = send(b"\xff\xd8", announced=2 * 2**30)
    server.answers["/endless"] = endless
    allow(server.host)
    for path in ("/announced", "/endless"):
        with pytest.raises(NetworkError, match="too much for a cutout"):
            get(web, server.url(path))
    assert server.paths == ["/announced", "/endless"]


def test_a_host_that_says_when_is_asked_again_then(web, server):
    server.answers["/a"] = in_turn(send(status=429, Retry_After="1"), send(jpeg()))
    server.answers["/b"] = send(jpeg())
    allow(server.host)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(get, web, server.url("/a"))
        while not server.paths:
            time.sleep(0.01)
        time.sleep(0.2)
        second = pool.submit(get, web, server.url("/b"))
        assert first.result().pixels is not None
        assert second.result().pixels is not None
    assert all(later - server.times[0] >= 0.95 for later in server.times[1:])


def test_a_pause_longer_than_anyone_waits_is_told_and_kept_to(web, server):
    server.answers["/a"] = send(status=503, Retry_After="3600")
    allow(server.host)
    with pytest.raises(NetworkError, match="503"):
        get(web, server.url("/a"))
    with pytest.raises(NetworkError, match=r"asks for a pause of 3,[56]\d\d s"):
        get(web, server.url("/b"))
    assert server.paths == ["/a"]


def test_a_server_that_says_nothing_or_refuses_is_given_up(web, server):
    server.answers["/silent"] = send(jpeg(), after=3)
    allow(server.host, "127.0.0.1:9")
    with pytest.raises(NetworkError, match="does not answer in time"):
        get(web, server.url("/silent"))
    with pytest.raises(NetworkError, match="refuses connections"):
        get(web, "http://127.0.0.1:9/a")


def test_a_server_that_drips_is_given_up(server, tmp_path):
    server.answers["/a"] = drip(jpeg(), 0.2)
    allow(server.host)
    web = Web(Store(tmp_path / "store.sqlite"), patience=Patience(connect=1, read=1, whole=0.5))
    with pytest.raises(NetworkError, match="too slow"):
        get(web, server.url("/a"))
    web.close()
    assert len(web.store) == 0


def test_no_more_than_allowed_are_on_their_way_and_none_twice(web, server):
    server.answers["/a"] = send(jpeg(), after=0.05)
    allow(server.host)
    urls = [server.url(f"/a?{number % 30}") for number in range(90)]
    with ThreadPoolExecutor(24) as pool:
        found = list(pool.map(lambda url: get(web, url, limits=Limits(3, per_second=1000.0)), urls))
    assert all(one.pixels is not None for one in found)
    assert server.most_at_once == 3
    assert sorted(server.paths) == sorted({f"/a?{number}" for number in range(30)})


def test_requests_to_a_host_begin_at_its_pace(web, server):
    server.answers["/a"] = send(jpeg())
    allow(server.host)
    urls = [server.url(f"/a?{number}") for number in range(5)]
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda url: get(web, url, limits=Limits(5, per_second=10.0)), urls))
    assert server.times[-1] - server.times[0] >= 0.35


def test_what_a_person_looks_at_goes_before_what_is_read_ahead(web, server):
    server.answers["/a"] = send(jpeg(), after=0.1)
    allow(server.host)
    one = Limits(1, per_second=1000.0)

    def ask(name, urgent):
        return get(web, server.url(f"/a?{name}"), limits=one, waiter=Waiter(urgent=urgent))

    with ThreadPoolExecutor(5) as pool:
        waiting = []
        for name, urgent in [("0", False), ("1", False), ("2", False), ("now", True)]:
            waiting.append(pool.submit(ask, name, urgent))
            time.sleep(0.02)
        for each in waiting:
            each.result()
    assert server.paths == ["/a?0", "/a?now", "/a?1", "/a?2"]


def test_what_nobody_waits_for_any_more_is_not_asked(web, server):
    server.answers["/a"] = send(jpeg(), after=0.3)
    allow(server.host)
    still = threading.Event()
    still.set()
    one = Limits(1, per_second=1000.0)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(get, web, server.url("/a?1"), limits=one)
        time.sleep(0.05)
        second = pool.submit(
            get, web, server.url("/a?2"), limits=one, waiter=Waiter(wanted=still.is_set)
        )
        time.sleep(0.05)
        still.clear()
        with pytest.raises(Unwanted):
            second.result()
        first.result()
    assert server.paths == ["/a?1"]


def test_redirects_on_the_same_host_are_followed(web, server):
    server.answers["/a"] = send(status=302, Location="/b")
    server.answers["/b"] = send(jpeg())
    allow(server.host)
    assert get(web, server.url("/a")).pixels is not None


def test_redirects_without_an_end_are_left(web, server):
    server.answers["/a"] = send(status=301, Location="/a")
    allow(server.host)
    with pytest.raises(NetworkError, match="without an end"):
        get(web, server.url("/a"))


@pytest.mark.parametrize("allowed", [False, True])
def test_redirects_to_private_addresses_are_not_followed(web, server, other_server, allowed):
    other_server.answers["/secret"] = send(jpeg())
    server.answers["/a"] = send(status=302, Location=other_server.url("/secret"))
    allow(server.host, *([other_server.host] if allowed else []))
    with pytest.raises(NetworkError, match="not on the public internet"):
        get(web, server.url("/a"))
    assert other_server.paths == []


def test_redirects_to_another_public_host_need_that_host_allowed(server, other_server, tmp_path):
    other_server.answers["/a"] = send(jpeg())
    server.answers["/a"] = send(status=302, Location=other_server.url("/a"))
    allow(server.host)
    web = Web(patience=Patience(1, 1, 2), resolve=lambda name: ["93.184.216.34"])
    try:
        with pytest.raises(NotAllowedError) as refusal:
            get(web, server.url("/a"))
        assert refusal.value.hosts == (other_server.host,)
        assert other_server.paths == []
        allow(other_server.host)
        assert get(web, server.url("/a")).pixels is not None
    finally:
        web.close()


def test_requests_tell_nothing_of_the_person(web, server, tmp_path, monkeypatch):
    home = tmp_path / "jane.doe"
    home.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login jane password secret\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    server.answers["/a"] = send(jpeg(), Set_Cookie="session=1; Path=/")
    allow(server.host)
    get(web, server.url("/a?1"))
    get(web, server.url("/a?2"))
    for sent in server.headers:
        assert set(sent) <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert sent["User-Agent"].startswith("napari-astro-al/")
        assert "jane" not in str(sent)
