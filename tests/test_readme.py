"""What the README tells people to type works as it is written there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

README = Path(__file__).resolve().parents[1] / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def run(block: str, names: dict[str, Any]) -> None:
    """Run a block as if typed after the ones before it; a traceback names its line in README.md."""
    first_line = README.read_text("utf-8").split(block)[0].count("\n")
    exec(compile("\n" * first_line + block, README, "exec"), names)


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The variables of a person who types the blocks one after the other in an empty folder."""
    monkeypatch.chdir(tmp_path)
    variables: dict[str, Any] = {}
    yield variables
    if "session" in variables:
        variables["session"].close()


class TestScript:
    def test_first_session(self, names: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
        run(BLOCKS[0], names)

        assert len(names["session"].labels) == 30
        assert "f1_low" in capsys.readouterr().out
        assert Path("labelled.fits").stat().st_size > 0

    def test_going_on_later(self, names: dict[str, Any]) -> None:
        run(BLOCKS[0], names)
        labels_before = names["session"].labels
        names["session"].close()
        run(BLOCKS[1], names)

        pd.testing.assert_series_equal(names["session"].labels, labels_before)
        assert names["curve"]["n_labels"].max() == 60

    @pytest.mark.usefixtures("qapp")
    def test_the_window(self, names: dict[str, Any]) -> None:
        run(BLOCKS[0], names)
        run(BLOCKS[2], names)

        try:
            assert names["viewer"].layers
        finally:
            names["viewer"].close()

    def test_these_are_all_the_blocks(self) -> None:
        assert len(BLOCKS) == 3
