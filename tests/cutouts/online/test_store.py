"""What was fetched, on disk."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from napari_astro_al.cutouts.online import store as module
from napari_astro_al.cutouts.online.store import Store


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "folder" / "store.sqlite", most_bytes=1000)


def test_what_was_put_in_is_given_back(store):
    assert store.get("a") is None
    assert not store.path.exists()
    store.put("a", b"body")
    assert store.get("a") == b"body"
    assert "a" in store
    assert "b" not in store
    store.put("a", b"newer")
    assert store.get("a") == b"newer"
    store.clear()
    assert (len(store), store.nbytes) == (0, 0)


def test_the_same_body_is_kept_once(store):
    for url in "abc":
        store.put(url, b"x" * 100)
    assert (len(store), store.nbytes) == (3, 100)


def test_the_least_recently_used_goes_first(store, monkeypatch):
    clock = iter(range(0, 10**9, 10_000))  # hours apart, so that each use is written down
    monkeypatch.setattr(module.time, "time", lambda: next(clock))
    for number in range(9):
        store.put(str(number), bytes([number]) * 100)
    store.get("0")
    store.put("new", b"n" * 150)
    assert store.nbytes <= 900
    assert "0" in store
    assert "new" in store
    assert "1" not in store


def test_what_is_larger_than_the_store_is_not_kept(store):
    store.put("a", bytes(1001))
    assert len(store) == 0


def test_a_body_that_was_changed_on_disk_is_not_given_back(store):
    store.put("a", b"body")
    with sqlite3.connect(store.path) as db:
        db.execute("update bodies set body = ?", (b"evil",))
    db.close()
    assert store.get("a") is None
    assert len(store) == 0


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""])
def test_a_damaged_file_is_put_aside(store, content):
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    assert store.get("a") is None
    store.put("a", b"body")
    assert store.get("a") == b"body"
    aside = store.path.with_name("store.sqlite.damaged")
    assert aside.exists() == bool(content)


def test_a_half_written_file_is_put_aside(store):
    for number in range(9):
        store.put(str(number), bytes([number]) * 100)
    store.path.write_bytes(store.path.read_bytes()[:5000])
    store.get("1")
    store.put("a", b"body")
    store.put("a", b"body")
    assert store.get("a") == b"body"


def test_what_another_is_writing_can_be_read_meanwhile(store, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    monkeypatch.setattr(module, "TOUCH", -1.0)  # each use is written down
    store.put("a", b"body")
    with sqlite3.connect(store.path) as other:
        other.execute("begin immediate")
        assert store.get("a") == b"body"
        store.put("b", b"not kept, and no error")
    other.close()
    assert len(store) == 1


def test_threads_share_a_file(store):
    store.most_bytes = 10**6
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.put(str(n), bytes([n]) * 100), range(60)))
    assert [store.get(str(n)) for n in range(60)] == [bytes([n]) * 100 for n in range(60)]


WRITER = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("store", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
store = module.Store(Path(sys.argv[2]), most_bytes=20_000)
me = int(sys.argv[3])
for number in range(40):
    store.put(f"{me}/{number}", bytes([me, number]) * 50)
    store.get(f"{1 - me}/{number}")
"""


def test_processes_share_a_file_and_its_limit(store):
    store.path.parent.mkdir()
    writers = [
        subprocess.Popen(
            [sys.executable, "-S", "-c", WRITER, module.__file__, str(store.path), str(me)],
            stderr=subprocess.PIPE,
        )
        for me in range(3)
    ]
    assert [one.communicate()[1] for one in writers] == [b"", b"", b""]
    for me in range(3):
        for number in range(40):
            assert store.get(f"{me}/{number}") == bytes([me, number]) * 50
    store.most_bytes = 5000
    store.put("last", b"x" * 100)
    assert store.nbytes <= 5000
    assert "last" in store
