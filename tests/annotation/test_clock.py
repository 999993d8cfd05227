"""A clock that is moved back takes nothing away, and is told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_astro_al.annotation import clock, ledger
from napari_astro_al.annotation.events import Chain
from napari_astro_al.annotation.labels import LabelSet
from napari_astro_al.annotation.ledger import Ledger
from napari_astro_al.errors import AstroALWarning

NOON = "2026-05-01T12:00:00.000000Z"
MORNING = "2026-05-01T09:00:00.000000Z"


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch):
    def set_clocks(utc: str) -> None:
        monkeypatch.setattr(ledger, "utc_now", lambda: utc)
        monkeypatch.setattr(clock, "utc_now", lambda: utc)

    return set_clocks


def label(number: int, name: str) -> tuple[str, dict[str, str]]:
    return "label", {"source": str(number), "label": name}


def test_later_answers_count_whatever_the_clock_says(path: Path, ada: Chain, it_is) -> None:
    it_is(NOON)
    with Ledger(path, ada) as opened:
        opened.append(*label(1, "STAR"))
        it_is(MORNING)
        with pytest.warns(AstroALWarning, match=r"says 2026-05-01T09.* recorded at 2026-05-01T12"):
            opened.append(*label(1, "QSO"))
        opened.append(*label(2, "QSO"))  # told once
        assert opened.verify() is None
        assert LabelSet.fold(opened.events()).labels == {"1": "QSO", "2": "QSO"}


def test_it_is_told_after_a_restart_too(path: Path, ada: Chain, it_is) -> None:
    it_is(NOON)
    with Ledger(path, ada) as opened:
        opened.append(*label(1, "STAR"))
    it_is(MORNING)
    with Ledger(path, ada) as opened, pytest.warns(AstroALWarning, match="Set the clock right"):
        opened.append(*label(2, "STAR"))


def test_a_second_is_no_matter(path: Path, ada: Chain, it_is) -> None:
    it_is(NOON)
    with Ledger(path, ada) as opened:
        opened.append(*label(1, "STAR"))
        it_is("2026-05-01T11:59:59.000000Z")
        opened.append(*label(2, "STAR"))


def test_somebody_else_s_clock_is_no_matter(path: Path, ada: Chain, it_is) -> None:
    it_is(NOON)
    with Ledger(path, Chain("bo", "laptop")) as opened:
        opened.append(*label(1, "STAR"))
    it_is(MORNING)
    with Ledger(path, ada) as opened:
        opened.append(*label(2, "STAR"))
