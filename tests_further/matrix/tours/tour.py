"""What every tour does: make sure of what it runs, and tell its steps with their seconds."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import ModuleType


def installed(package: ModuleType) -> None:
    """Make sure that a package is the installed one, not a checkout's."""
    where = Path(package.__file__ or "").resolve()
    home = Path(sysconfig.get_paths()["purelib"]).resolve()
    assert where.is_relative_to(home), f"{where} is not in {home}"


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what was done once it is, with its seconds; what was not done is said to have failed."""
    begun = monotonic()
    try:
        yield
    except BaseException:
        print(f"FAILED  {what}", file=sys.stderr, flush=True)
        raise
    print(f"{monotonic() - begun:6.1f} s  {what}", flush=True)
