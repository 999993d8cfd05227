"""A session knows its catalogue again, wherever it is, and tells how another one differs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.session.known_catalogue import FILE


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A session with one label, beside the file of its catalogue."""
    blobs().to_csv(tmp_path / "blobs.csv", index=False)
    catalogue = aal.Catalogue.read(tmp_path / "blobs.csv", id="source", label="kind")
    with aal.Session(catalogue, path=tmp_path / "blobs.astroal") as session:
        session.annotate(1000, "GALAXY")
    return tmp_path / "blobs.astroal"


def rewritten(root: Path, table: pd.DataFrame) -> None:
    table.to_csv(root.parent / "blobs.csv", index=False)


def test_a_renamed_file_is_found_beside_the_session(root: Path) -> None:
    (root.parent / "blobs.csv").rename(root.parent / "release.csv")
    (root.parent / "other.csv").write_text("source,u,g,kind\n1,2,3,STAR\n", "utf-8")
    with (
        pytest.warns(aal.AstroALWarning, match=r"was moved: it is .*release\.csv now"),
        aal.Session.open(root) as session,
    ):
        assert session.labels.to_dict() == {1000: "GALAXY"}
    with aal.Session.open(root) as session:  # it knows by now
        assert session.catalogue.path == root.parent / "release.csv"


@pytest.fixture
def apart(tmp_path: Path) -> Path:
    """A session whose catalogue lies in another folder."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "blobs.csv"
    blobs().to_csv(file, index=False)
    catalogue = aal.Catalogue.read(file, id="source", label="kind")
    with aal.Session(catalogue, path=tmp_path / "own" / "blobs.astroal") as session:
        session.annotate(1000, "GALAXY")
    return tmp_path / "own" / "blobs.astroal"


def test_a_file_that_was_moved_beside_the_session_is_found(apart: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "blobs.csv").rename(tmp_path / "own" / "blobs.csv")
    with (
        pytest.warns(aal.AstroALWarning, match=r"was moved: it is .*own.blobs\.csv now"),
        aal.Session.open(apart) as session,
    ):
        assert len(session.labels) == 1


def test_another_file_of_that_name_is_not_taken(apart: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "blobs.csv").unlink()
    blobs(50).to_csv(tmp_path / "own" / "blobs.csv", index=False)
    with pytest.raises(aal.AstroALError, match="is not at"):
        aal.Session.open(apart)


def test_rows_that_are_gone_and_new_are_named(root: Path) -> None:
    table = blobs()
    new = table.iloc[[0]].assign(source=7)
    rewritten(root, pd.concat([table.drop(index=[5, 6]), new]))
    words = r"2 rows are gone \('1005', '1006'\); 1 row is new \('7'\).*Session\.from_config"
    with pytest.raises(aal.AstroALError, match=words):
        aal.Session.open(root)


def test_as_many_rows_with_other_ids(root: Path) -> None:
    table = blobs()
    table.loc[3, "source"] = 9
    rewritten(root, table)
    with pytest.raises(aal.AstroALError, match=r"1 row is gone \('1003'\); 1 row is new \('9'\)"):
        aal.Session.open(root)


def test_a_changed_column_is_named_and_the_labels_are_there(root: Path) -> None:
    table = blobs()
    table["g"] += 0.5
    rewritten(root, table)
    with (
        pytest.warns(aal.AstroALWarning, match=r"1 column is changed \('g'\)"),
        aal.Session.open(root) as session,
    ):
        assert session.labels.to_dict() == {1000: "GALAXY"}


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff"])
def test_a_broken_fingerprint_is_made_again(root: Path, content: bytes) -> None:
    whole = (root / FILE).read_bytes()
    (root / FILE).write_bytes(content)
    aal.Session.open(root).close()
    assert (root / FILE).read_bytes() == whole
