from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# how long an example takes says how busy the machine is
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

HERE = Path(__file__).parent
WITH_KEYS = HERE / "widgets"
"""Tests that press keys in windows: one process at a time has the keyboard of a screen."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Share tests between processes: those with keys to one, all others file by file."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    for item in items:
        group = "keys" if _presses_keys(item) else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
    # the largest group first, or the other processes would wait for it at the end
    items.sort(key=lambda item: not _presses_keys(item))


def _presses_keys(item: pytest.Item) -> bool:
    return item.path.is_relative_to(WITH_KEYS)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real catalogues and images beside the repository; skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the real data, which are not in {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes what the person who runs it keeps: their name, sessions, settings."""
    monkeypatch.setenv("NAPARI_ASTRO_AL_HOME", str(tmp_path_factory.mktemp("home")))
