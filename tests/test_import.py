"""Scripts pay only for what they use: neither napari nor Qt, and scikit-learn when it trains."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import napari_astro_al as aal

INTERFACE = {"napari", "qtpy", "PyQt5", "PyQt6", "PySide6", "vispy", "magicgui", "superqt"}
SLOW_TO_LOAD = {"scipy", "sklearn", "astropy", "skimage", "modAL", "skops", "numba"}
SCIENCE = {"numpy", "pandas", "pyarrow"} | SLOW_TO_LOAD


def loaded_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded once it has run the code."""
    report = "import json, sys; print(json.dumps([*{m.partition('.')[0] for m in sys.modules}]))"
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{report}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return set(json.loads(finished.stdout))


class TestImport:
    def test_loads_nothing_heavy(self) -> None:
        loaded = loaded_after("import napari_astro_al")

        assert not loaded & (INTERFACE | SCIENCE)

    def test_every_name_but_the_window_comes_without_the_interface(self) -> None:
        loaded = loaded_after(
            "import napari_astro_al as aal\n"
            "for name in set(aal.__all__) - {'open_viewer'}:\n"
            "    getattr(aal, name)"
        )

        assert not loaded & (INTERFACE | SLOW_TO_LOAD)

    def test_the_window_comes_too(self) -> None:
        assert callable(aal.open_viewer)

    def test_dir_lists_what_can_be_used(self) -> None:
        assert set(aal.__all__) <= set(dir(aal))

    def test_an_unknown_name_is_an_attribute_error(self) -> None:
        with pytest.raises(AttributeError, match="'napari_astro_al' has no attribute 'Sesion'"):
            aal.Sesion  # noqa: B018
