"""What is installed and what is started: the entries of the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NEEDS_A_SCREEN = frozenset({"window", "neighbours"})
"""Tours that open a window."""


@dataclass(frozen=True)
class Entry:
    """One environment.

    Parameters
    ----------
    name : str
    python : str
        Its version, such as "3.12".
    packages : tuple of str
        What is installed beside the program: a binding to Qt, other plugins.
    tours : tuple of str
        What is started, by the names of files in ``tours/``, or "commands".
    source : {"wheel", "sdist"}
        What is installed.
    lowest : bool
        Whether direct dependencies have the lowest versions that the program asks for.
    """

    name: str
    python: str
    packages: tuple[str, ...]
    tours: tuple[str, ...]
    source: Literal["wheel", "sdist"] = "wheel"
    lowest: bool = False


PYTHONS = ("3.11", "3.12", "3.13")
BINDINGS = ("PyQt6", "PySide6")
ENTRIES = (
    *(
        Entry(f"python{python}-{binding.lower()}", python, (binding,), ("commands", "window"))
        for python in PYTHONS
        for binding in BINDINGS
    ),
    Entry("lowest", "3.11", ("PyQt6",), ("commands", "window"), lowest=True),
    Entry("sdist", "3.12", ("PyQt6",), ("commands", "window"), source="sdist"),
    Entry("core", "3.13", (), ("commands", "core")),
    Entry("no-extras", "3.12", (), ("extras",)),
    Entry(
        "other-plugins",
        "3.12",
        ("PyQt6", "napari-matplotlib", "napari-clusters-plotter"),
        ("neighbours",),
    ),
)
SHOWN = (
    "napari",
    "numpy",
    "pandas",
    "scikit-learn",
    "PyQt6",
    "PySide6",
    "napari-matplotlib",
    "napari-clusters-plotter",
)
"""Packages whose versions the table has, where they are installed."""
