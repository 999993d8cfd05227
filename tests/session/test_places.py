"""Where sessions are kept when nobody says so."""

from __future__ import annotations

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import SessionError
from napari_astro_al.home import data_folder
from napari_astro_al.session.file_names import file_stems, folder_stem
from napari_astro_al.session.places import (
    default_path,
    free_path,
    is_session,
    open_or_create,
    session_for,
)


def shifted(catalogue, by, **changes):
    """A table like the catalogue's, with other ids."""
    table = catalogue.table.assign(source=catalogue.table["source"] + by)
    return aal.Catalogue.from_table(table, id="source", label="kind", name="blobs", **changes)


class TestInMemory:
    def test_tables_of_one_name_have_sessions_of_their_own(self, catalogue):
        other = shifted(catalogue, 5000)
        with open_or_create(catalogue) as first, open_or_create(other) as second:
            first.annotate(1001, "STAR")
            second.annotate(6001, "GALAXY")
            assert first.path == data_folder() / "sessions" / "blobs.astroal"
            assert second.path == data_folder() / "sessions" / "blobs-2.astroal"
        assert session_for(catalogue) == default_path(catalogue) == first.path
        assert session_for(other) == default_path(other) == second.path
        with open_or_create(other) as again:
            assert again.labels.to_dict() == {6001: "GALAXY"}

    def test_without_a_session_the_place_is_free(self, catalogue):
        assert not session_for(catalogue).exists()

    def test_something_else_of_that_name_is_passed_over(self, catalogue):
        (data_folder() / "sessions" / "blobs.astroal").mkdir(parents=True)
        assert session_for(catalogue).name == "blobs-2.astroal"

    def test_a_session_that_cannot_be_read_is_not_passed_over(self, catalogue):
        open_or_create(catalogue).close()
        (session_for(catalogue) / "session.json").write_text("{")
        assert session_for(catalogue).name == "blobs.astroal"
        with pytest.raises(SessionError, match="not valid JSON"):
            open_or_create(catalogue)


class TestFiles:
    def test_files_that_differ_in_their_suffix_alone_do_not_meet(self, catalogue, tmp_path):
        from astropy.table import Table

        catalogue.table.to_csv(tmp_path / "a.csv", index=False)
        Table.from_pandas(shifted(catalogue, 5000).table).write(tmp_path / "a.fits")
        csv, fits = (
            aal.Catalogue.read(tmp_path / name, id="source", label="kind")
            for name in ("a.csv", "a.fits")
        )
        with open_or_create(csv) as first:
            first.annotate(1001, "STAR")
        before = (first.path / "session.json").read_bytes()
        with open_or_create(fits) as second:
            assert second.path == tmp_path / "a-2.astroal"
            assert second.labels.empty
        assert (first.path / "session.json").read_bytes() == before
        assert not is_session(tmp_path / "a-3.astroal")

    def test_a_file_read_with_other_ids_finds_its_session(self, catalogue, tmp_path):
        catalogue.table.to_csv(tmp_path / "a.csv", index=False)
        numbered = aal.Catalogue.read(tmp_path / "a.csv", id=aal.ROWS, label="kind")
        with open_or_create(numbered) as first:
            first.annotate(1, "STAR")
        guessed = aal.Catalogue.read(tmp_path / "a.csv", id="source", label="kind")
        assert session_for(guessed) == first.path
        with open_or_create(guessed) as again:
            assert again.labels.to_dict() == {1: "STAR"}

    def test_a_file_that_has_grown_is_told_of_and_no_labels_seem_lost(self, catalogue, tmp_path):
        catalogue.table.iloc[:150].to_csv(tmp_path / "a.csv", index=False)
        open_or_create(aal.Catalogue.read(tmp_path / "a.csv", id="source", label="kind")).close()
        catalogue.table.to_csv(tmp_path / "a.csv", index=False)
        grown = aal.Catalogue.read(tmp_path / "a.csv", id="source", label="kind")
        with pytest.raises(SessionError, match=r"with 150 sources.*'a' has 200 sources"):
            open_or_create(grown)
        assert free_path(session_for(grown)) == tmp_path / "a-2.astroal"


class TestNames:
    @pytest.mark.parametrize(
        ("name", "stem"),
        [
            ("SDSS DR14 (v2.1)", "SDSS DR14 (v2.1)"),
            ("CON", "_CON"),
            ("lpt1.old", "_lpt1.old"),
            ("console", "console"),
            ("a:b/c?", "a-b-c"),
            ("trailing. ", "trailing"),
            ("...", "catalogue"),
            ("x" * 300, "x" * 100),
        ],
    )
    def test_every_system_takes_a_folder(self, name, stem):
        assert folder_stem(name) == stem

    def test_every_system_takes_a_model(self):
        long = "ü" * 200
        stems = file_stems(["QSO", "qso", "qso-2", "CON", "../up", "star or artefact", long])
        assert list(stems.values())[:6] == [
            "QSO", "qso-2", "qso-2-2", "%43ON", "..%2Fup", "star or artefact"
        ]  # fmt: skip
        assert len(stems[long]) == 100
        assert len({one.casefold() for one in stems.values()}) == 7
