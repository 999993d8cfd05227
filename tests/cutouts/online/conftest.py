from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.loopback import Server, serving

from napari_astro_al.cutouts.online.request import Patience
from napari_astro_al.cutouts.online.store import Store
from napari_astro_al.cutouts.online.web import Web


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def other_server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture(autouse=True)
def _no_time_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other sooner than a server would like."""
    monkeypatch.setattr("napari_astro_al.cutouts.online.web.BACK_OFF", 0.02)


@pytest.fixture
def web(tmp_path) -> Iterator[Web]:
    one = Web(Store(tmp_path / "store.sqlite"), patience=Patience(connect=1, read=1, whole=2))
    yield one
    one.close()
