"""The binding to Qt, without which there is no window: named in words where it is missing."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from napari_astro_al.errors import WindowError

BINDINGS = ("PyQt6", "PySide6")
"""Those that are tested; napari and qtpy choose the one that is there."""


def require_binding() -> None:
    """Make sure that a window can be opened; loads Qt.

    Raises
    ------
    WindowError
        If no binding is installed, naming the extra that brings one, or none that is installed
        loads, saying why.
    """
    try:
        import qtpy.QtWidgets  # noqa: F401
    except ImportError as error:
        raise WindowError(_why_not()) from error


def _why_not() -> str:
    for name in BINDINGS:
        if find_spec(name) is None:
            continue
        try:
            import_module(f"{name}.QtWidgets")
        except ImportError as error:
            return (
                f"The window cannot be opened, because {name} is installed but does not load: "
                f'{error}. On Linux the libraries are named under "System libraries" in the '
                "installation notes."
            )
    return (
        "The window needs a binding to Qt, and none is installed: "
        'pip install "napari-astro-al[qt]". Scripts and the commands without a window need none.'
    )
