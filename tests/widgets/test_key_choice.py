from __future__ import annotations

import json

import pytest

from napari_astro_al.errors import AstroALError
from napari_astro_al.widgets.key_choice import COMMANDS, is_key, keys_file, load_keys


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NAPARI_ASTRO_AL_HOME", str(tmp_path))
    return tmp_path


def loaded(stored=None):
    """The keys, and what was said of the file."""
    if stored is not None:
        keys_file().write_text(stored if isinstance(stored, str) else json.dumps(stored))
    told: list[Exception] = []
    return load_keys(told.append), told


def test_without_a_file_keys_are_as_they_come(home):
    keys, told = loaded()
    assert keys == {name: key for name, (key, _) in COMMANDS.items()}
    assert not told


def test_a_command_gets_another_key(home):
    keys, told = loaded({"unsure": "X", "class 1": "A", "like": "Shift-M"})
    assert (keys["unsure"], keys["class 1"], keys["like"]) == ("X", "A", "Shift-M")
    assert keys["skip"] == "S"
    assert not told


def test_two_commands_may_exchange_their_keys(home):
    keys, told = loaded({"unsure": "S", "skip": "U"})
    assert (keys["unsure"], keys["skip"]) == ("S", "U")
    assert not told


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ({"unsure": "s"}, "'unsure', 'skip' would share a key"),
        ({"explode": "X"}, "no command 'explode'"),
        ({"unsure": "Enter"}, "'Enter' cannot be a key"),
        ({"unsure": 5}, "an object of texts"),
        (["U"], "an object of texts"),
        ("{", "Expecting property name"),
    ],
)
def test_a_file_that_makes_no_sense_is_told_and_changes_nothing(home, stored, words):
    keys, (error,) = loaded(stored)
    assert keys == {name: key for name, (key, _) in COMMANDS.items()}
    assert isinstance(error, AstroALError)
    assert words in str(error)
    assert str(keys_file()) in str(error)


@pytest.mark.parametrize("key", ["A", "1", "?", "-", "Space", "Shift-Z", "Control-Alt-F5"])
def test_names_of_keys(key):
    assert is_key(key)


@pytest.mark.parametrize("key", ["", " ", "AB", "Shift-", "Hyper-A", "F13"])
def test_no_names_of_keys(key):
    assert not is_key(key)
