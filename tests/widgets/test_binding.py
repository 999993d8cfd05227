"""Without Qt a window cannot be opened, and what to install is said."""

from __future__ import annotations

import sys

import pytest

import napari_astro_al as aal
from napari_astro_al import cli
from napari_astro_al.widgets import binding


def lacking(monkeypatch: pytest.MonkeyPatch, installed: object = None) -> None:
    """Let qtpy find no binding that loads, with or without one that is installed."""
    for name in ("qtpy.QtWidgets", *(f"{one}.QtWidgets" for one in binding.BINDINGS)):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(binding, "find_spec", lambda name: installed)
    monkeypatch.delitem(vars(aal), "open_viewer", raising=False)


def test_with_a_binding_nothing_is_said():
    binding.require_binding()


def test_without_one_the_extra_is_named(monkeypatch):
    lacking(monkeypatch)
    with pytest.raises(aal.AstroALError, match=r'pip install "napari-astro-al\[qt\]"'):
        aal.open_viewer()


def test_one_that_does_not_load_is_named_with_the_reason(monkeypatch):
    lacking(monkeypatch, installed="somewhere")
    with pytest.raises(
        aal.AstroALError, match=r"PyQt6 is installed but does not load: .*QtWidgets"
    ):
        aal.open_viewer()


def test_the_command_line_says_it_too(monkeypatch, capsys):
    lacking(monkeypatch)
    assert cli.main(["catalogue.csv"]) == 1
    assert "napari-astro-al[qt]" in capsys.readouterr().err
