"""A session folder is opened again: by whom, with which catalogue, and when it is damaged."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import Table

import napari_astro_al as aal
from napari_astro_al.annotation.identity import Identity
from napari_astro_al.cutouts import ImageColumn
from napari_astro_al.errors import AstroALWarning, LedgerError, SessionError
from napari_astro_al.imaging import SkyImage
from napari_astro_al.session import document


@pytest.fixture
def kept(catalogue, tmp_path):
    """The folder of a session that was closed."""
    session = aal.Session(catalogue, path=tmp_path / "blobs.astroal")
    session.project("pca")
    session.show(1042)
    session.annotate(1001, "STAR")
    session.close()
    return session.path


def stored(folder):
    return json.loads((folder / "session.json").read_text())


def rewrite(folder, **changes):
    (folder / "session.json").write_text(json.dumps({**stored(folder), **changes}))


class TestAnnotator:
    def test_the_one_given_stays_the_one_who_labels(self, catalogue, tmp_path):
        session = aal.Session(catalogue, path=tmp_path / "a.astroal", annotator="alice")
        session.annotate(1001, "STAR")
        session.close()
        with aal.Session.open(session.path, catalogue) as again:
            assert again.ledger.chain.annotator == "alice"
            assert again.undo() == (1001,)

    def test_nobody_is_stored_where_nobody_was_named(self, kept, catalogue):
        assert stored(kept)["annotator"] is None
        with aal.Session.open(kept, catalogue) as again:
            assert again.ledger.chain == Identity.load().chain

    def test_another_may_label_for_once(self, catalogue, tmp_path):
        aal.Session(catalogue, path=tmp_path / "a.astroal", annotator="alice").close()
        with aal.Session.open(tmp_path / "a.astroal", catalogue, annotator="bob") as guest:
            assert guest.ledger.chain.annotator == "bob"
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            assert again.ledger.chain.annotator == "alice"

    @pytest.mark.parametrize("name", ["catalogue", 5])
    def test_the_column_s_name_is_nobody_s(self, catalogue, name):
        with pytest.raises(SessionError, match=rf"annotator={name!r} cannot be.*'catalogue'"):
            aal.Session(catalogue, annotator=name)


class TestRoles:
    def test_the_session_s_roles_are_given_to_the_catalogue(self, kept, catalogue):
        other = catalogue.with_roles(label=None, label_use="train", info=["u"])
        before = stored(kept)
        with aal.Session.open(kept, other) as again:
            assert again.catalogue.roles == catalogue.roles
            assert again.labels.to_dict() == {1001: "STAR"}
            assert (again.partition.part > 0).sum() > 50
        assert stored(kept) == before

    def test_ids_are_read_from_the_session_s_column(self, kept, catalogue):
        with aal.Session.open(kept, catalogue.with_roles(id=aal.ROWS)) as again:
            assert again.catalogue.ids[0] == 1000

    def test_values_that_mean_unknown_are_the_session_s(self, catalogue, tmp_path):
        stars = catalogue.with_roles(unknown=["GALAXY"])
        aal.Session(stars, path=tmp_path / "stars.astroal").close()
        with aal.Session.open(tmp_path / "stars.astroal", catalogue) as again:
            assert again.partition.column_values == ("STAR",)

    @pytest.mark.parametrize(
        ("lost", "words"),
        [
            ("kind", r"made with label='kind', which 'blobs', given with label=None, cannot have"),
            ("source", r"made with id='source', which 'blobs', given with id=ROWS, cannot have"),
        ],
    )
    def test_a_catalogue_that_cannot_have_them_is_refused(self, kept, catalogue, lost, words):
        before = stored(kept)
        table = catalogue.table.drop(columns=lost)
        roles = {"id": "source", "label": "kind"} | {
            "kind": {"label": None},
            "source": {"id": aal.ROWS},
        }[lost]
        other = aal.Catalogue.from_table(table, **roles, name="blobs", guess=False)
        with pytest.raises(SessionError, match=words):
            aal.Session.open(kept, other)
        assert stored(kept) == before

    def test_columns_that_are_only_looked_at_may_be_gone(self, catalogue, tmp_path):
        aal.Session(catalogue.with_roles(info=["u", "kind"]), path=tmp_path / "a.astroal").close()
        table = catalogue.table.rename(columns={"u": "U"}).assign(u=0.5)
        fewer = aal.Catalogue.from_table(
            table.drop(columns="u"), id="source", label="kind", name="blobs"
        )
        rewrite(tmp_path / "a.astroal", features={"columns": ["g"]})
        with (
            pytest.warns(AstroALWarning, match=r"cannot have info=\('u', 'kind'\) any more"),
            aal.Session.open(tmp_path / "a.astroal", fewer) as again,
        ):
            assert again.catalogue.roles.info == ()

    def test_pictures_notes_and_suggestions_survive(self, tmp_path):
        sample = aal.samples.simulated_survey(200, seed=0)
        aal.Session(sample, path=tmp_path / "a.astroal").close()
        with aal.Session.open(tmp_path / "a.astroal", sample.with_roles(label=None)) as again:
            assert again.catalogue.note == "simulated"
            assert again.catalogue.arrays["image"] is sample.arrays["image"]
            assert again.cutouts.get(int(sample.ids[0]))[0].pixels is not None


class TestTheFile:
    def test_the_table_and_expanded_columns_are_found_again(self, catalogue, tmp_path):
        table = Table.from_pandas(catalogue.table)
        table["spectrum"] = np.arange(600, dtype=float).reshape(200, 3)
        hdus = [fits.PrimaryHDU(), fits.table_to_hdu(Table({"a": [1]})), fits.table_to_hdu(table)]
        fits.HDUList(hdus).writeto(tmp_path / "blobs.fits")
        read = aal.Catalogue.read(
            tmp_path / "blobs.fits",
            id="source",
            label="kind",
            table=np.int64(2),
            expand=["spectrum"],
        )
        session = aal.Session(
            read, aal.FeatureRecipe(columns=["spectrum[0]"]), path=tmp_path / "b.astroal"
        )
        session.close()
        with aal.Session.open(tmp_path / "b.astroal") as again:
            assert again.features.names == ("spectrum[0]",)
            assert (again.catalogue.table_key, again.catalogue.expanded) == (2, ("spectrum",))

    def test_a_file_that_has_changed_is_named(self, catalogue, tmp_path):
        catalogue.table.to_csv(tmp_path / "blobs.csv", index=False)
        read = aal.Catalogue.read(tmp_path / "blobs.csv", id="source", label="kind")
        aal.Session(read, path=tmp_path / "b.astroal").close()
        catalogue.table.drop(columns="kind").to_csv(tmp_path / "blobs.csv", index=False)
        with pytest.raises(SessionError, match=r"cannot be read as it was: .*no column 'kind'"):
            aal.Session.open(tmp_path / "b.astroal")


class TestPaths:
    def test_a_home_folder_is_understood(self, catalogue, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        catalogue.table.to_csv(tmp_path / "blobs.csv", index=False)
        read = aal.Catalogue.read("~/blobs.csv", id="source", label="kind")
        aal.Session(read, path="~/here.astroal").close()
        assert (tmp_path / "here.astroal" / "session.json").is_file()
        with aal.Session.open("~/here.astroal") as again:
            assert len(again.catalogue) == 200

    def test_another_working_folder_changes_nothing(self, catalogue, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        catalogue.table.to_csv("blobs.csv", index=False)
        session = aal.Session(
            aal.Catalogue.read("blobs.csv", id="source", label="kind"), path="b.astroal"
        )
        assert session.path == tmp_path / "b.astroal"
        assert session.catalogue.path == tmp_path / "blobs.csv"
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        session.annotate(1001, "STAR")
        session.close()
        with aal.Session.open(tmp_path / "b.astroal") as again:
            assert again.labels.to_dict() == {1001: "STAR"}

    def test_pictures_are_found_from_the_session_s_folder(self, catalogue, tmp_path, monkeypatch):
        (tmp_path / "work" / "pictures").mkdir(parents=True)
        monkeypatch.chdir(tmp_path / "work")
        session = aal.Session(catalogue, path="b.astroal")
        session.cutouts.add(ImageColumn("kind", root="pictures", pixel_scale=np.float32(0.5)))
        session.close()
        assert stored(session.path)["cutouts"][0]["root"] == "../pictures"
        monkeypatch.chdir(tmp_path)
        (tmp_path / "work").rename(tmp_path / "moved")
        with aal.Session.open("moved/b.astroal", catalogue) as again:
            (column,) = again.cutouts.providers
            assert column.root == tmp_path / "moved" / "pictures"


class TestClose:
    def test_the_ledger_is_let_go_even_where_nothing_can_be_saved(self, kept, catalogue):
        session = aal.Session.open(kept, catalogue)
        session.window = {"bad": object()}
        with pytest.raises(SessionError, match=r"session\.json cannot be written"):
            session.close()
        with pytest.raises(LedgerError, match="is closed"):
            session.annotate(1002, "STAR")

    def test_closing_again_does_nothing(self, kept, catalogue):
        session = aal.Session.open(kept, catalogue)
        session.close()
        (kept / "session.json").unlink()
        session.close()
        assert not (kept / "session.json").exists()


class TestALargeDocument:
    """No session writes one, and whoever sends one does not get it into memory."""

    def test_is_not_read_further_than_it_may_be(self, kept, monkeypatch):
        monkeypatch.setattr(document, "LARGEST_FILE", 10_000)
        file = kept / "session.json"
        file.write_text(file.read_text("utf-8")[:-2] + " " * 10_000 + "}", "utf-8")
        asked = []

        class Watched(io.BytesIO):
            def read(self, most=-1):
                asked.append(most)
                return super().read(most)

        content = file.read_bytes()
        monkeypatch.setattr(Path, "open", lambda path, *how: Watched(content))
        with pytest.raises(SessionError, match=r"session\.json has more than 0 MiB"):
            document.read_document(file)
        assert asked == [10_001]

    def test_is_not_written(self, kept, catalogue, monkeypatch):
        monkeypatch.setattr(document, "LARGEST_FILE", 10_000)
        before = (kept / "session.json").read_bytes()
        session = aal.Session.open(kept, catalogue)
        session.window = {"note": "x" * 10_000}
        with pytest.raises(SessionError, match=r"would have 0 MiB.*Hold out fewer sources"):
            session.close()
        assert (kept / "session.json").read_bytes() == before


class TestLedger:
    def test_it_says_which_ids_it_is_about(self, kept, catalogue):
        import sqlite3

        with sqlite3.connect(kept / "ledger.sqlite") as ledger:
            (kind,) = ledger.execute("SELECT value FROM meta WHERE key = 'id_kind'").fetchone()
        ledger.close()
        assert kind == "int64"

    def test_that_of_another_session_is_refused(self, kept, catalogue, tmp_path):
        renamed = catalogue.table.assign(source=catalogue.table["source"] + 5000)
        others = aal.Catalogue.from_table(renamed, id="source", label="kind")
        with aal.Session(others, path=tmp_path / "others.astroal") as session:
            session.annotate(6000, "STAR")
        (tmp_path / "others.astroal" / "ledger.sqlite").replace(kept / "ledger.sqlite")
        with pytest.raises(SessionError, match=r"is that of another catalogue: .*no source '6000'"):
            aal.Session.open(kept, catalogue)


ODD = [
    None, True, False, 0, 1, -1, 2.5, 1e300, 10**30, "", "x", "\ud800", [], {}, [1], ["x"], [None],
    [{}], [[]], {"x": 1}, {"x": {}}, {"x": None}, {"classes": {}}, {"kind": "umpa"}, {"kind": []},
    {"columns": ["nope"]}, {"columns": 5}, {"classes": {"classes": 5}}, {"classes": {"colours": 1}},
    {"classes": {"classes": ["A"], "aliases": [1]}}, {"classes": {"model": 3}},
    {"classes": {"strategy": "nope"}}, {"classes": {"start_limit": "x"}},
    {"validation": "x", "test": 0, "seed": 0, "ids": None},
    {"validation": 0.1, "test": 0.1, "seed": 0, "ids": {"test": ["7"]}},
    {"validation": 0.1, "test": 0.1, "seed": 0, "ids": [5]},
]  # fmt: skip
KEYS = [
    "format", "package_version", "catalogue", "features", "tasks", "learners", "split", "pool",
    "seed", "annotator", "going_on", "curated", "projection", "cutouts", "cutouts_not_kept",
    "current", "window",
]  # fmt: skip


def trouble(folder, catalogue, *, else_say):
    """What is wrong with a session; something else where it opens and closes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AstroALWarning)
        try:
            aal.Session.open(folder, catalogue).close()
        except SessionError as error:
            return str(error)
    return else_say


class TestDamage:
    @pytest.mark.parametrize("key", KEYS)
    def test_no_value_gives_anything_but_a_session_or_its_error(self, kept, catalogue, key):
        good = stored(kept)
        assert sorted(KEYS) == sorted(good)
        for value in ODD:
            (kept / "session.json").write_text(json.dumps({**good, key: value}))
            assert key in trouble(kept, catalogue, else_say=key)

    @pytest.mark.parametrize("role", ["id", "label", "ra", "info", "unknown", "label_use"])
    def test_nor_does_a_role(self, kept, catalogue, role):
        good = stored(kept)["catalogue"]
        for value in ODD:
            rewrite(kept, catalogue={**good, "roles": {**good["roles"], role: value}})
            assert role in trouble(kept, catalogue, else_say=role)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"split": {}}, r"split in .*session\.json cannot be used: 'validation' is missing"),
            ({"learners": {}}, r"learners in .* cannot be used: there is none for 'classes'"),
            ({"tasks": {}}, r"tasks in .* cannot be used: there is no task in it"),
            ({"features": {"columns": ["redshift"]}}, r"features in .* 'redshift'"),
            ({"seed": "x"}, "damaged at seed"),
            ({"curated": {"test": {}}}, r"curated in .* cannot be used: 'fractions' is missing"),
            ({"annotator": "a/b"}, r"annotator in .* cannot be used: 'a/b'"),
        ],
    )
    def test_the_key_and_the_trouble_are_named(self, kept, catalogue, changes, words):
        rewrite(kept, **changes)
        with pytest.raises(SessionError, match=words):
            aal.Session.open(kept, catalogue)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            (
                {"projection": {"kind": "columns", "x": "u", "y": "gone"}},
                r"projection of blobs\.astroal could not be made again: .*'gone'",
            ),
            ({"projection": {"kind": "umpa"}}, r"There is no projection 'umpa'"),
            ({"current": "7"}, r"source on show in blobs\.astroal could not be found again"),
            ({"cutouts": [{"column": "gone"}]}, r"Cutouts of blobs\.astroal could not be brought"),
            ({"cutouts": [{"column": "kind", "root": "a\0b"}]}, r"names 'a\\x00b', which is no"),
        ],
    )
    def test_what_was_on_show_may_be_lost(self, kept, catalogue, changes, words):
        rewrite(kept, **changes)
        with pytest.warns(AstroALWarning, match=words):
            again = aal.Session.open(kept, catalogue)
        assert again.labels.to_dict() == {1001: "STAR"}
        again.close()


def test_archives_stacks_and_bands_are_found_again_where_the_folder_is_moved(tmp_path):
    """Paths are relative to the session's folder, so that all may be moved together."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    table = pd.DataFrame({"id": [1, 2], "file": ["a/1.fits", "a/2.fits"], "row": [1, 0]})
    table.to_csv(old / "sources.csv", index=False)
    with zipfile.ZipFile(old / "stamps.zip", "w") as archive:
        for n in (1, 2):
            written = io.BytesIO()
            fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.full((4, 4), n), name="R")]).writeto(
                written
            )
            archive.writestr(f"deep/a/{n}.fits", written.getvalue())
    np.save(old / "cube.npy", np.arange(2 * 5 * 4 * 4).reshape(2, 5, 4, 4))
    columns = {"id": "id", "images": [], "label": None}
    session = aal.Session(
        aal.Catalogue.read(old / "sources.csv", **columns),
        aal.FeatureRecipe(columns=["row"]),
        path=old / "s.astroal",
    )
    given = [
        aal.cutouts.ImageArchive(
            old / "stamps.zip", "file", folder="deep", pixel_scale=0.5, title="r", extension="R"
        ),
        aal.cutouts.ImageStack(old / "cube.npy", "cube", index="row", band=3, pixel_scale=1),
        ImageColumn("file", old, extension=1, band=0),
    ]
    for provider in given:
        session.cutouts.add(provider)
    pictures = session.cutouts.get(2)
    assert [one.missing[:16] for one in pictures] == ["", "", "there is no file"]
    assert pictures[0].pixels[0, 0] == 2
    assert pictures[1].pixels[0, 0] == 3 * 16
    session.close()
    old.rename(new)
    with aal.Session.open(new / "s.astroal") as again:
        first, second, third = again.cutouts.providers
        assert (first.path, second.path) == (new / "stamps.zip", new / "cube.npy")
        assert third == ImageColumn("file", new, extension=1, band=0)
        for one, before in ((first, given[0]), (second, given[1])):
            said = {k: v for k, v in vars(one).items() if k[0] != "_" and k != "path"}
            assert said == {k: v for k, v in vars(before).items() if k in said}
        for found, before in zip(again.cutouts.get(2)[:2], pictures[:2], strict=True):
            assert np.array_equal(found.pixels, before.pixels)
    (new / "stamps.zip").unlink()
    with (
        pytest.warns(AstroALWarning, match=r"could not be brought back: There is no archive"),
        aal.Session.open(new / "s.astroal") as again,
    ):
        assert [one.name for one in again.cutouts.providers] == ["cube[3]", "file[1][0]"]


def test_an_image_in_memory_is_missed_in_words(tmp_path):
    table = pd.DataFrame({"id": range(6), "x": np.arange(6.0), "y": np.arange(6.0) ** 2})
    table.to_csv(tmp_path / "plate.csv", index=False)
    plate = np.zeros((40, 30), dtype=np.uint8)
    catalogue = aal.Catalogue.read(tmp_path / "plate.csv", id="id")
    columns = aal.FeatureRecipe(columns=["x", "y"])
    path = tmp_path / "plate.astroal"
    with aal.Session(catalogue, features=columns, path=path) as session:
        session.cutouts.add(aal.cutouts.ImagePixels(plate, title="plate 7"))
        session.project("image", image=SkyImage("plate 7", 40, 30), x="x", y="y")
    with pytest.warns(AstroALWarning) as caught:
        again = aal.Session.open(path)
    said = [str(one.message) for one in caught]
    assert any("The pictures 'plate 7' of plate.astroal are not kept" in one for one in said)
    assert any("lie on 'plate 7', which was in memory only" in one for one in said)
    assert again.projection.kind == "image"
    again.close()
