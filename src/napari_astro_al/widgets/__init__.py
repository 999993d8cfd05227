"""Docks, keys and charts: the napari window of a session."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "open_viewer":
        from napari_astro_al.widgets.binding import require_binding

        require_binding()
        from napari_astro_al.widgets.dashboard import open_viewer

        return open_viewer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
