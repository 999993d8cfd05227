"""A session that cannot be written to is open for reading, and says so."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import AstroALWarning, LedgerError, SessionError
from napari_astro_al.session import folder
from napari_astro_al.session.overview import overview_of

NOBODY = 65534


@pytest.fixture
def path(catalogue, tmp_path):
    with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
        session.annotate(1001, "STAR")
    return tmp_path / "a.astroal"


@pytest.fixture
def ordinary(path, monkeypatch):
    """The session in a folder whose mode counts, also where the tests run as root."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    shutil.copytree(path, folder / path.name)
    monkeypatch.setenv("NAPARI_ASTRO_AL_HOME", str(folder / "home"))
    if root:
        for one in (folder, *folder.rglob("*")):
            os.chown(one, NOBODY, -1)
        os.seteuid(NOBODY)
    try:
        yield folder / path.name
    finally:
        if root:
            os.seteuid(0)
        (folder / path.name).chmod(0o700)
        shutil.rmtree(folder)


def contents(folder):
    """The files that a reader must leave as they are, without SQLite's own notes about its log."""
    return {
        one.name: one.read_bytes()
        for one in sorted(folder.iterdir())
        if one.is_file() and not one.name.endswith(("-shm", "-wal"))
    }


class TestAskedFor:
    def test_nothing_is_written(self, path, catalogue):
        before = contents(path)
        with aal.Session.open(path, catalogue, read_only=True) as reader:
            assert reader.read_only
            assert not reader.writable
            assert overview_of(reader)[-1] == f"READ-ONLY, nothing is recorded: {path}"
            assert reader.labels.to_dict() == {1001: "STAR"}
            for verb in (
                lambda: reader.annotate(1002, "STAR"),
                lambda: reader.unsure(1002),
                reader.undo,
                lambda: reader.mark(1002),
            ):
                with pytest.raises(LedgerError, match="NOT recorded: it is open for reading only"):
                    verb()
            for verb in (
                lambda: reader.add_class("QSO"),
                lambda: reader.exclude([1003]),
                lambda: reader.sets.save("few", [1003]),
                lambda: reader.test_scores(reason="curious"),
                reader.save,
            ):
                with pytest.raises(SessionError, match="is open read-only, so that nothing was ch"):
                    verb()
            assert reader.labels.to_dict() == {1001: "STAR"}
            assert reader.classes == ("GALAXY", "STAR")
        assert contents(path) == before

    def test_it_trains_and_predicts_in_memory(self, path, catalogue):
        with aal.Session.open(path, catalogue) as session:
            session.annotate([1000, 1004, 1008, 1012], "GALAXY")
            session.annotate([1002, 1003, 1005, 1006], "STAR")
        before = contents(path)
        with aal.Session.open(path, catalogue, read_only=True) as reader:
            assert len(reader.predictions()) == 200
            assert len(reader.scores) > 0
        assert contents(path) == before

    def test_beside_the_one_that_writes(self, path, catalogue):
        with aal.Session.open(path, catalogue) as writer:
            with aal.Session.open(path, catalogue, read_only=True) as reader:
                writer.annotate(1002, "GALAXY")
                assert reader.labels.to_dict() == {1001: "STAR"}
            with aal.Session.open(path, catalogue, read_only=True) as reader:
                assert reader.labels.to_dict() == {1001: "STAR", 1002: "GALAXY"}
            writer.annotate(1003, "STAR")


class TestWhereNobodyMayWrite:
    def test_a_folder(self, ordinary, catalogue):
        for one in ordinary.iterdir():
            if one.is_file():
                one.chmod(0o444)
        ordinary.chmod(0o555)
        with pytest.warns(AstroALWarning, match=r"a\.astroal is open READ-ONLY: .* writable"):
            reader = aal.Session.open(ordinary, catalogue)
        assert reader.labels.to_dict() == {1001: "STAR"}
        with pytest.raises(LedgerError, match="NOT recorded"):
            reader.annotate(1002, "STAR")
        reader.close()

    def test_the_ledger(self, ordinary, catalogue):
        (ordinary / "ledger.sqlite").chmod(0o444)
        with pytest.warns(AstroALWarning, match=r"READ-ONLY: .*ledger\.sqlite may not be written"):
            reader = aal.Session.open(ordinary, catalogue)
        assert reader.labels.to_dict() == {1001: "STAR"}
        reader.close()
        (ordinary / "ledger.sqlite").chmod(0o644)
        with aal.Session.open(ordinary, catalogue) as session:
            session.annotate(1002, "STAR")

    def test_answers_that_are_in_the_log_alone_are_read(self, ordinary, path, catalogue):
        """As a crash leaves them, on a disk that is read-only from then on."""
        with aal.Session.open(ordinary, catalogue) as session:
            session.annotate(1002, "GALAXY")
            crashed = ordinary.with_name("crashed.astroal")
            shutil.copytree(ordinary, crashed, ignore=shutil.ignore_patterns("*-shm"))
        crashed.chmod(0o555)
        with pytest.warns(AstroALWarning, match="READ-ONLY"):
            reader = aal.Session.open(crashed, catalogue)
        assert reader.labels.to_dict() == {1001: "STAR", 1002: "GALAXY"}
        reader.close()
        crashed.chmod(0o755)


def test_what_is_no_ledger_is_no_session_to_read_either(path, catalogue):
    (path / "ledger.sqlite").write_bytes(b"no ledger at all" * 100)
    with pytest.raises(LedgerError, match="is no ledger"):
        aal.Session.open(path, catalogue, read_only=True)
    (path / "ledger.sqlite").unlink()
    with pytest.raises(LedgerError, match="cannot be opened"):
        aal.Session.open(path, catalogue, read_only=True)


def test_the_names_of_new_folders_reach_the_disk(catalogue, tmp_path, monkeypatch):
    """Else a power cut could take away a whole session whose answers were flushed."""
    flushed = []
    monkeypatch.setattr(folder, "flush_folder", flushed.append)
    aal.Session(catalogue, path=tmp_path / "deep" / "b.astroal").close()
    assert flushed == [tmp_path / "deep", tmp_path]
