"""Chains, ledgers on disk, and a folder whose mode counts."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from napari_astro_al.annotation.events import Chain
from napari_astro_al.annotation.ledger import Ledger

NOBODY = 65534


@pytest.fixture
def ada() -> Chain:
    return Chain("ada", "desk")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quasars.astroal"


@pytest.fixture
def ledger(path: Path, ada: Chain) -> Iterator[Ledger]:
    with Ledger(path, ada) as opened:
        yield opened


@pytest.fixture
def ordinary_folder() -> Iterator[Path]:
    """A folder of our own whose mode counts, also where the tests run as root."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs POSIX permissions")
    folder = Path(tempfile.mkdtemp())
    before = os.geteuid()
    if before == 0:
        os.chown(folder, NOBODY, -1)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if before == 0:
            os.seteuid(before)
        folder.chmod(0o700)
        shutil.rmtree(folder)
