"""A shorter form of benchmarks/faults.py: whatever goes wrong, no acknowledged answer is lost."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
TOLD = {
    "disk full": "the label was NOT recorded: .*not full, then try again",
    "read-only": "READ-ONLY: .* may not be written to.* / .*NOT recorded",
    "taken away": "NOT recorded: the file was moved, removed or replaced",
    "replaced": "NOT recorded: the file was moved, removed or replaced",
    "opened twice": "READ-ONLY: .*open already, in another program",
    "clock": "Set the clock right",
}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and limits")


@pytest.fixture(scope="module")
def faults():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("faults")


@pytest.mark.parametrize("name", ["killed", "power cut"])
def test_nothing_is_lost_where_the_process_dies(faults, name):
    outcome = faults.suffer(name, 60)
    assert outcome.acknowledged >= 60
    assert outcome.lost == 0


@pytest.mark.parametrize("name", TOLD)
def test_nothing_is_lost_and_somebody_is_told(faults, name):
    outcome = faults.suffer(name, 40)
    assert outcome.acknowledged >= 40
    assert outcome.lost == 0
    assert re.search(TOLD[name], outcome.told)


def test_every_fault_is_tried(faults):
    assert {"killed", "power cut", *TOLD} == set(faults.FAULTS)
