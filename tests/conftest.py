from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# how long an example takes says how busy the machine is
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

WINDOWS = "tests/widgets/"
"""Tests that press keys in windows: one process at a time has the keyboard of a screen."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share tests between processes file by file; all with windows to one that has the screen."""
    from xdist.scheduler import LoadScopeScheduling

    one_screen = config.getoption("no_xvfb", True) or shutil.which("Xvfb") is None

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return WINDOWS if one_screen and nodeid.startswith(WINDOWS) else nodeid.split("::")[0]

    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, or the other processes would wait for it at the end."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not item.nodeid.startswith(WINDOWS))


def pytest_collection_finish() -> None:
    """Leave what was imported out of every collection of garbage, of which windows cause many."""
    gc.collect()
    gc.freeze()


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
