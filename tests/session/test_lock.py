"""A session is open once."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import AstroALWarning, LedgerError, SessionError

HOLDS = """
import sys
import pandas as pd
import napari_astro_al as aal

table = pd.DataFrame({"source": [1, 2, 3], "u": [0.5, 1.5, 2.5]})
catalogue = aal.Catalogue.from_table(table, id="source", guess=False)
session = aal.Session(catalogue, features=aal.FeatureRecipe(["u"]), path=sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
"""


def few(n):
    """The first of the sources 1, 2, 3, ..."""
    table = {"source": np.arange(1, n + 1), "u": np.arange(n) + 0.5}
    return aal.Catalogue.from_table(table, id="source", guess=False)


@pytest.fixture
def path(catalogue, tmp_path):
    aal.Session(catalogue, path=tmp_path / "a.astroal").close()
    return tmp_path / "a.astroal"


class TestInOneProgram:
    def test_the_newest_counts_and_the_one_before_can_do_no_harm(self, path, catalogue):
        first = aal.Session.open(path, catalogue)
        first.annotate(1001, "STAR")
        with aal.Session.open(path, catalogue) as second:
            assert second.labels.to_dict() == first.labels.to_dict() == {1001: "STAR"}
            second.add_class("QSO")
            with pytest.raises(LedgerError, match="Open the session again"):
                first.annotate(1002, "STAR")
            with pytest.raises(SessionError, match=r"was closed, or opened again.*Session\.open"):
                first.add_class("COMET")
            with pytest.raises(SessionError, match="was closed, or opened again"):
                first.save()
            first.close()
            assert first.closed
            assert not second.closed
        with aal.Session.open(path, catalogue) as third:
            assert third.classes == ("GALAXY", "STAR", "QSO")

    def test_opening_in_vain_leaves_the_one_before_open(self, path, catalogue):
        with aal.Session.open(path, catalogue) as session:
            with pytest.raises(SessionError, match="has 10 sources"):
                aal.Session.open(path, few(10))
            session.annotate(1001, "STAR")

    def test_a_closed_ledger_lets_it_go(self, path, catalogue):
        first = aal.Session.open(path, catalogue)
        first.ledger.close()
        aal.Session.open(path, catalogue).close()

    def test_opening_in_vain_holds_nothing(self, path, catalogue):
        content = (path / "session.json").read_text()
        (path / "session.json").write_text(content.replace('"current"', '"currant"'))
        with pytest.raises(SessionError, match="currant"):
            aal.Session.open(path, catalogue)
        (path / "session.json").write_text(content)
        (path / "ledger.sqlite").rename(path / "aside")
        (path / "ledger.sqlite").write_bytes(b"no ledger at all" * 100)
        with pytest.raises(aal.AstroALError, match="is no ledger"):
            aal.Session.open(path, catalogue)
        (path / "aside").replace(path / "ledger.sqlite")
        aal.Session.open(path, catalogue).close()

    def test_one_folder_by_two_names_is_one(self, path, catalogue, tmp_path):
        (tmp_path / "link").symlink_to(path)
        first = aal.Session.open(path, catalogue)
        with aal.Session.open(tmp_path / "link", catalogue):
            assert first.closed

    def test_a_damaged_lock_is_named(self, path, catalogue):
        (path / "session.lock").write_bytes(b"rubbish" * 1000)
        with pytest.raises(SessionError, match=r"remove session\.lock if it is damaged"):
            aal.Session.open(path, catalogue)


class TestInTwoPrograms:
    def test_the_other_one_is_told_of_until_it_is_gone_even_by_a_crash(self, tmp_path):
        path = tmp_path / "b.astroal"
        catalogue = few(3)
        command = [sys.executable, "-c", HOLDS, str(path)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            try:
                assert other.stdout.readline() == "open\n"
                with pytest.warns(AstroALWarning, match="READ-ONLY.*open already, in another prog"):
                    reader = aal.Session.open(path, catalogue)
                with pytest.raises(LedgerError, match="NOT recorded: it is open for reading only"):
                    reader.mark(1)
                reader.close()
            finally:
                other.kill()
        aal.Session.open(path, catalogue).close()
        assert (path / "session.lock").read_bytes() == b""
