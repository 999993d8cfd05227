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
    extras : tuple of str
        Of the program, as those that bring a binding to Qt.
    tours : tuple of str
        What is started, by the names of files in ``tours/``, or "commands".
    packages : tuple of str
        What is installed beside the program.
    source : {"wheel", "sdist"}
        What is installed.
    lowest : bool
        Whether direct dependencies have the lowest versions that the program asks for.
    """

    name: str
    python: str
    extras: tuple[str, ...]
    tours: tuple[str, ...]
    packages: tuple[str, ...] = ()
    source: Literal["wheel", "sdist"] = "wheel"
    lowest: bool = False


PYTHONS = ("3.11", "3.12", "3.13")
BINDINGS = {"PyQt6": "qt", "PySide6": "pyside6"}
"""The extras that bring them."""
ENTRIES = (
    *(
        Entry(f"python{python}-{binding.lower()}", python, (extra,), ("commands", "window"))
        for python in PYTHONS
        for binding, extra in BINDINGS.items()
    ),
    Entry("lowest", "3.11", ("qt",), ("commands", "window"), lowest=True),
    Entry("sdist", "3.12", ("qt",), ("commands", "window"), source="sdist"),
    Entry("core", "3.13", (), ("commands", "core")),
    Entry("no-extras", "3.12", (), ("extras",)),
    Entry(
        "other-plugins",
        "3.12",
        ("qt",),
        ("neighbours",),
        packages=("napari-matplotlib", "napari-clusters-plotter"),
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
