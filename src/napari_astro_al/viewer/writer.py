"""Saving labelled sources from napari's "save layer"."""

from __future__ import annotations

from typing import Any

from napari_astro_al.errors import SessionError
from napari_astro_al.session import Session
from napari_astro_al.viewer.layers import METADATA_KEY


def write_labels(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Write the labelled sources of the session that a Points layer belongs to.

    Parameters
    ----------
    path : str
        Where to; the suffix says the format, as for `Session.export`: .csv, .fits, .ecsv, .vot,
        .parquet.
    data : (n, 2) ndarray
        The layer's points. Which layer of the session it is makes no difference.
    attributes : dict
        The layer's attributes; its metadata leads to the session.

    Returns
    -------
    list of str
        The file written.

    Raises
    ------
    SessionError
        If the layer belongs to no session, its session is closed, or the file cannot be written.
    """
    session = session_of(attributes.get("metadata") or {})
    if session is not None:
        return [str(session.export(path))]
    if str(path).lower().endswith(".csv"):
        from napari_builtins.io import napari_write_points

        written = napari_write_points(path, data, attributes)
        return [written] if written else []
    raise SessionError(
        f"The layer {attributes.get('name', '')!r} belongs to no open session, so it has no labels "
        "to write. Save one of the layers of feature space instead, such as 'labelled'."
    )


def session_of(metadata: dict[str, Any]) -> Session | None:
    """The session that a layer's metadata leads to, while there is one."""
    reference = metadata.get(METADATA_KEY, {}).get("session")
    return None if reference is None else reference()
