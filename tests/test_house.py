"""Rules of the house that no linter knows; import-linter holds the direction of imports."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "napari_astro_al"
SOURCES = sorted(PACKAGE.rglob("*.py"))
INTERFACE = {"cli", "widgets", "viewer"}
BELOW_THE_INTERFACE = {
    path.stem
    for path in PACKAGE.iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").exists())
    and path.stem not in INTERFACE | {"__init__"}
}


@pytest.fixture(scope="module")
def tools() -> dict[str, Any]:
    """The tool tables of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]


class TestFiles:
    @pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
    def test_one_concept_a_file(self, path: Path) -> None:
        assert len(path.read_text("utf-8").splitlines()) <= 350, "split it by concept"

    def test_named_for_what_they_hold(self) -> None:
        names = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}

        assert not names & {"utils", "util", "helpers", "base", "common", "misc"}

    def test_the_manifest_at_the_top_is_the_one_in_the_package(self) -> None:
        assert (ROOT / "napari.yaml").samefile(PACKAGE / "napari.yaml")


class TestEveryRoomIsChecked:
    def test_types(self, tools: dict[str, Any]) -> None:
        checked = {Path(file).stem for file in tools["mypy"]["files"]}

        assert checked == BELOW_THE_INTERFACE

    def test_no_interface_below_the_viewer(self, tools: dict[str, Any]) -> None:
        contracts = {contract["name"]: contract for contract in tools["importlinter"]["contracts"]}
        sources = contracts["The interface stays above the session"]["source_modules"]

        assert {name.partition(".")[2] for name in sources} == BELOW_THE_INTERFACE
