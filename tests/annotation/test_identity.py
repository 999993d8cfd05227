"""Who labels: random ids, made once, that say nothing about the person or the machine."""

from __future__ import annotations

import getpass
import json
import platform
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from napari_astro_al.annotation.events import Chain
from napari_astro_al.annotation.identity import Identity
from napari_astro_al.errors import AstroALWarning, LedgerError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "settings" / "astro"
    monkeypatch.setenv("NAPARI_ASTRO_AL_HOME", str(folder))
    return folder


class TestLoading:
    def test_makes_an_identity_once(self, home: Path) -> None:
        first = Identity.load()
        assert first == Identity.load()
        assert [file.name for file in home.iterdir()] == ["identity.json"]

    def test_ids_are_random_hex(self, home: Path) -> None:
        first = Identity.load()
        (home / "identity.json").unlink()
        second = Identity.load()
        ids = {first.annotator, first.device, second.annotator, second.device}
        assert len(ids) == 4
        assert all(re.fullmatch("[0-9a-f]{16}", one) for one in ids)

    def test_keeps_nothing_about_the_person(self, home: Path) -> None:
        Identity.load()
        kept = json.loads((home / "identity.json").read_text())
        assert set(kept) == {"annotator", "device", "name"}
        assert kept["name"] is None
        assert getpass.getuser() not in kept.values()
        assert platform.node() not in kept.values()

    def test_at_the_same_moment_makes_one_identity(self, home: Path) -> None:
        together = Barrier(8)

        def load(_: int) -> Identity:
            together.wait()
            return Identity.load()

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(load, range(8)))) == 1
        assert [file.name for file in home.iterdir()] == ["identity.json"]

    @pytest.mark.parametrize(
        "content", ["", "{", "[]", '{"annotator": "a"}', '{"annotator": "a/b", "device": "d"}']
    )
    def test_passes_over_a_damaged_file_and_leaves_it(self, home: Path, content: str) -> None:
        home.mkdir(parents=True)
        (home / "identity.json").write_text(content)
        with pytest.warns(AstroALWarning, match=r"identity.json cannot be read .*random annotator"):
            identity = Identity.load()
        assert re.fullmatch("[0-9a-f]{16}", identity.annotator)
        assert (home / "identity.json").read_text() == content

    def test_goes_on_where_the_folder_cannot_be_written(
        self, ordinary_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ordinary_folder.chmod(0o555)
        monkeypatch.setenv("NAPARI_ASTRO_AL_HOME", str(ordinary_folder / "astro"))
        with pytest.warns(AstroALWarning, match=r"cannot be written .* until the program ends"):
            identity = Identity.load()
        assert identity.name is None
        with pytest.raises(LedgerError, match=r"name was not kept: .* point NAPARI_ASTRO_AL_HOME"):
            identity.with_name("Ada").save()


class TestName:
    def test_is_kept_when_saved(self, home: Path) -> None:
        identity = Identity.load().with_name("  Ada Lovelace ")
        assert identity.name == "Ada Lovelace"
        assert Identity.load().name is None
        identity.save()
        assert Identity.load() == identity

    @pytest.mark.parametrize("nothing", [None, "", "  "])
    def test_can_be_taken_away(self, home: Path, nothing: str | None) -> None:
        assert Identity("a", "d", "Ada").with_name(nothing) == Identity("a", "d")


def test_writes_a_chain_of_the_ledger() -> None:
    assert Identity("a1", "d1", "Ada").chain == Chain("a1", "d1")
