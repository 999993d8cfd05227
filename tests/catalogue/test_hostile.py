"""Broken and harmful files: a correct table, or an error in plain words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from astropy.table import Table

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError

from . import hostile


@pytest.fixture
def formats(tmp_path) -> list[Path]:
    folder = tmp_path / "originals"
    folder.mkdir()
    frame = pd.DataFrame({"id": range(40), "g": [k / 7 for k in range(40)], "kind": "star"})
    frame.to_csv(folder / "table.csv", index=False)
    frame.to_parquet(folder / "table.parquet")
    table = Table.from_pandas(frame)
    table.write(folder / "table.fits")
    table.write(folder / "table.vot", format="votable")
    table.write(folder / "table.ecsv")
    return sorted(folder.iterdir())


def test_files_made_to_harm_do_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in hostile.made_to_harm(tmp_path):
        outcome = hostile.read(path)
        assert outcome.kind != "failed", f"{path.name}: {outcome.words}"
        path.unlink()
    assert not (tmp_path / hostile.EXECUTED).exists()


def test_no_other_file_is_read_for_a_votable(tmp_path):
    (path,) = (one for one in hostile.made_to_harm(tmp_path) if one.name == "outside.vot")
    with pytest.warns(aal.AstroALWarning, match="no column that is an id"):
        assert "root" not in str(aal.Catalogue.read(path).table["a"].tolist())


def test_broken_files_are_read_or_refused(tmp_path, formats):
    for original in formats:
        for broken in (
            *hostile.truncated(original, 5, tmp_path),
            *hostile.flipped(original, 9, tmp_path),
            *hostile.misnamed(original, tmp_path),
        ):
            outcome = hostile.read(broken)
            assert outcome.kind != "failed", f"{broken.name}: {outcome.words}"


def test_the_last_row_is_never_cut_silently(tmp_path, formats):
    csv = next(one for one in formats if one.suffix == ".csv")
    content = csv.read_bytes()
    whole = aal.Catalogue.read(csv)
    for cut in range(content.index(b"\n") + 1, len(content), 7):
        path = tmp_path / "cut.csv"
        path.write_bytes(content[:cut])
        n_lines = len(content[:cut].splitlines()) - 1
        try:
            read = aal.Catalogue.read(path, id="id")
        except CatalogueError:
            continue
        assert len(read) == n_lines
        assert read.ids[:-1].tolist() == whole.ids[: n_lines - 1].tolist()
