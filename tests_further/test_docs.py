"""Python of the documentation that needs libraries which the ordinary tests do not install."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.test_docs import DOCUMENTS, blocks_of, close_sessions, name_of, play

__all__ = ["play"]

# Keras's own arrays, as of 3.15 with PyTorch's backend
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

PAGES = [one for one in DOCUMENTS if any(block.needs_more for block in blocks_of(one))]


def test_there_are_such_pages():
    assert {one.stem for one in PAGES} == {"cookbook", "how_to_networks"}


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_runs(document: Path, play):
    names = play([block for block in blocks_of(document) if not block.needs_a_window])

    close_sessions(names)
