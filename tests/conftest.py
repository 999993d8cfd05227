from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


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
