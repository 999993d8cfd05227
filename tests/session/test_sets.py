from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import napari_astro_al as aal
from napari_astro_al.errors import AstroALWarning, CatalogueError, SessionError
from napari_astro_al.jobs import drain


@pytest.fixture
def kept(catalogue, tmp_path):
    """A session in a folder."""
    with aal.Session(catalogue, path=tmp_path / "s.astroal") as session:
        yield session


def shuffled(catalogue):
    table = catalogue.table.sample(frac=1, random_state=1).reset_index(drop=True)
    return aal.Catalogue.from_table(table, id="source", label="kind", name="blobs")


class TestNamedSets:
    def test_a_set_is_a_selection(self, session):
        session.sets.save("pair", [1005, 1001])
        assert session.sets["pair"].ids == {1001, 1005}
        assert session.sets["pair"].count == 2

    def test_what_is_selected_can_be_kept(self, session):
        session.select([1005, 1001])
        session.sets.save("pair", session.selection)
        session.select([])
        assert session.sets["pair"].ids == {1001, 1005}

    def test_names_are_sorted_as_people_do(self, session):
        for name in ("zebra", "Apple", "mango"):
            session.sets.save(name, [1001])
        assert session.sets.names == tuple(session.sets) == ("Apple", "mango", "zebra")
        assert len(session.sets) == 3
        assert "mango" in session.sets
        assert repr(session.sets) == "<NamedSets: 'Apple': 1, 'mango': 1, 'zebra': 1>"

    def test_saving_again_replaces(self, session):
        session.sets.save("one", [1001])
        session.sets.save(" one ", [1002])
        assert session.sets["one"].ids == {1002}
        assert len(session.sets) == 1

    def test_a_set_can_be_made_of_another(self, session):
        session.sets.save("one", [1001])
        session.sets.save("two", "one")
        assert session.sets["two"].ids == {1001}

    def test_changes_are_told(self, session):
        heard = []
        session.sets_changed.connect(lambda: heard.append(session.sets.names))
        session.sets.save("one", [1001])
        session.sets.rename("one", "two")
        session.sets.remove("two")
        assert heard == [("one",), ("one", "two"), ("two",), ()]

    def test_a_job_changes_nothing_until_its_result_is_accepted(self, kept):
        saved = drain(kept.sets.save_job("one", [1001]))
        assert "one" not in kept.sets
        assert not list(kept.path.glob("sets/*.parquet"))
        kept.sets.accept(saved)
        assert "one" in kept.sets
        saved = drain(kept.sets.save_job("two", [1001]))
        saved.drop()
        assert [file.name for file in (kept.path / "sets").iterdir()] == ["one.parquet"]

    @pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101, None])
    def test_what_cannot_be_a_name_is_refused(self, session, name):
        with pytest.raises(SessionError, match="1 to 100 characters"):
            session.sets.save(name, [1001])

    def test_strangers_are_named(self, session):
        with pytest.raises(CatalogueError, match="no source '7'"):
            session.sets.save("one", [1001, 7])
        assert "one" not in session.sets

    def test_an_unknown_set_is_told(self, session):
        session.sets.save("one", [1001])
        for ask in (session.sets.__getitem__, session.sets.remove):
            with pytest.raises(SessionError, match=r"no set 'two'. The sets are 'one'"):
                ask("two")

    def test_a_name_that_is_taken_is_refused(self, session):
        session.sets.save("one", [1001])
        session.sets.save("two", [1002])
        with pytest.raises(SessionError, match="a set 'two' already"):
            session.sets.rename("one", "two")
        session.sets.rename("one", "one")
        assert session.sets["one"].ids == {1001}


class TestFiles:
    def test_they_are_there_again_whatever_the_order_of_the_rows(self, kept, catalogue):
        kept.sets.save("pair", [1005, 1001])
        kept.sets.save("a/b: c", [1007])
        kept.close()
        again = aal.Session.open(kept.path, shuffled(catalogue))
        assert again.sets["pair"].ids == {1001, 1005}
        assert again.sets["a/b: c"].ids == {1007}
        again.close()

    def test_ids_are_readable_without_this_package(self, kept):
        kept.sets.save("pair", [1005, 1001])
        table = parquet.read_table(kept.path / "sets" / "pair.parquet")
        assert table.column("id").to_pylist() == [1001, 1005]

    def test_names_that_differ_by_case_alone_have_two_files(self, kept, catalogue):
        kept.sets.save("QSO", [1001])
        kept.sets.save("qso", [1002])
        kept.sets.save("QSO", [1003])
        kept.close()
        again = aal.Session.open(kept.path, catalogue)
        assert (again.sets["QSO"].ids, again.sets["qso"].ids) == ({1003}, {1002})
        again.close()

    def test_removing_and_renaming_reach_the_files(self, kept):
        kept.sets.save("one", [1001])
        kept.sets.rename("one", "two")
        assert [file.name for file in kept.path.glob("sets/*")] == ["two.parquet"]
        kept.sets.remove("two")
        assert not list(kept.path.glob("sets/*"))

    @pytest.mark.parametrize("ids", [["a", "b", "ü 3"], [2**63, 2**63 + 1, 2**64 - 1]])
    def test_ids_of_every_kind(self, ids, tmp_path):
        dtype = object if isinstance(ids[0], str) else np.uint64
        table = pd.DataFrame({"name": np.array(ids, dtype=dtype), "x": [1.0, 2.0, 3.5]})
        catalogue = aal.Catalogue.from_table(table, id="name")
        with aal.Session(catalogue, path=tmp_path / "t.astroal") as session:
            session.sets.save("two", ids[1:])
        with aal.Session.open(tmp_path / "t.astroal", catalogue) as again:
            assert again.sets["two"].ids == set(ids[1:])

    @pytest.mark.parametrize("damage", ["garbage", "other table", "strangers"])
    def test_a_damaged_set_is_told_and_the_others_stay(self, kept, catalogue, damage):
        kept.sets.save("bad", [1001])
        kept.sets.save("good", [1002])
        kept.close()
        file = kept.path / "sets" / "bad.parquet"
        if damage == "garbage":
            file.write_bytes(b"garbage")
        else:
            table = parquet.read_table(file)
            about = table.schema.metadata if damage == "strangers" else {}
            parquet.write_table(pa.table({"id": [5]}).replace_schema_metadata(about), file)
        with pytest.warns(AstroALWarning, match="set of s.astroal could not be brought back"):
            again = aal.Session.open(kept.path, catalogue)
        assert again.sets.names == ("good",)
        assert file.exists()
        again.close()

    def test_a_newer_format_is_told(self, kept, catalogue, monkeypatch):
        from napari_astro_al.session import setfiles

        with monkeypatch.context() as patch:
            patch.setattr(setfiles, "FORMAT", 2)
            kept.sets.save("new", [1001])
        kept.close()
        with pytest.warns(AstroALWarning, match="is of format 2; this version reads up to 1"):
            aal.Session.open(kept.path, catalogue).close()

    def test_a_closed_session_writes_nothing(self, kept):
        kept.sets.save("one", [1001])
        late = drain(kept.sets.save_job("late", [1001]))
        kept.close()
        for write in (
            lambda: kept.sets.save("two", [1001]),
            lambda: kept.sets.remove("one"),
            lambda: kept.sets.accept(late),
        ):
            with pytest.raises(SessionError, match="was closed, or opened again"):
                write()
        assert (kept.path / "sets" / "one.parquet").exists()

    def test_a_folder_that_cannot_be_written_to_changes_nothing(self, kept):
        (kept.path / "sets").write_text("in the way")
        with pytest.raises(SessionError, match=r"Could not write one.parquet"):
            kept.sets.save("one", [1001])
        assert len(kept.sets) == 0
