"""The person's own folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_astro_al.home import cache_folder, configuration_folder, data_folder, write_whole


def test_are_all_in_the_chosen_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NAPARI_ASTRO_AL_HOME", str(tmp_path))
    assert configuration_folder() == data_folder() == tmp_path
    assert cache_folder() == tmp_path / "cache"


def test_are_the_platforms_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAPARI_ASTRO_AL_HOME", raising=False)
    for folder in (configuration_folder(), data_folder(), cache_folder()):
        assert "napari-astro-al" in folder.parts


def test_a_file_is_written_whole_and_not_over_another(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    write_whole(path, "one", replace_existing=False)
    with pytest.raises(FileExistsError):
        write_whole(path, "two", replace_existing=False)
    assert path.read_text() == "one"
    write_whole(path, "three", replace_existing=True)
    assert [one.name for one in path.parent.iterdir()] == ["settings.json"]
    assert path.read_text() == "three"
