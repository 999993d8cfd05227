"""Sets of sources in files: ids in Parquet, with the set's name beside them."""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, SessionError
from napari_astro_al.session.selection import Selection

FORMAT = 1
KEY = b"napari_astro_al"
"""Of the file's metadata, under which a JSON object says what it is."""


class Draft:
    """A file that is written in full and not yet in its place.

    A job writes the draft; the main thread puts it in place, which takes no time, or drops it.

    Parameters
    ----------
    path : Path
        Where it is to be.
    content : bytes

    Raises
    ------
    SessionError
        If the folder cannot be written to.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self._beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
        try:
            path.parent.mkdir(exist_ok=True)
            with self._beside.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            self.drop()
            raise _cannot_write(path, error) from error

    def put(self) -> None:
        """Let it be the file from now on.

        Raises
        ------
        SessionError
            If the folder cannot be written to; then the file is as it was.
        """
        try:
            self._beside.replace(self.path)
        except OSError as error:
            self.drop()
            raise _cannot_write(self.path, error) from error

    def drop(self) -> None:
        """Take the draft away."""
        with suppress(OSError):
            self._beside.unlink(missing_ok=True)


def _cannot_write(path: Path, error: OSError) -> SessionError:
    return SessionError(
        f"Could not write {path.name} in {path.parent}: {error.strerror or error}. "
        "Make room or choose another folder; nothing has changed."
    )


def remove_file(path: Path) -> None:
    """Take a file away if it is there.

    Raises
    ------
    SessionError
        If it cannot be.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SessionError(f"Could not remove {path}: {error.strerror or error}.") from error


def set_bytes(name: str, selection: Selection) -> bytes:
    """A set as the content of a file."""
    import pyarrow as pa
    from pyarrow import parquet

    catalogue = selection.catalogue
    ids = catalogue.ids[selection.rows]
    column = pa.array(ids, type=pa.string() if catalogue.id_kind == "string" else None)
    about = {"format": FORMAT, "name": name, "id_kind": catalogue.id_kind}
    table = pa.table({"id": column}).replace_schema_metadata({KEY: json.dumps(about).encode()})
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue()


def read_set(path: Path, catalogue: Catalogue) -> tuple[str, Selection]:
    """The name and the sources of a set.

    Raises
    ------
    SessionError
        If the file is damaged, of a newer format, or that of another catalogue.
    """
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
        about = json.loads((table.schema.metadata or {}).get(KEY, b"{}"))
        name, written, kind = about["name"], about["format"], about["id_kind"]
        ids = table.column("id").to_numpy()
    except Exception as error:  # the file may hold anything
        raise SessionError(f"{path} is no set of sources, or damaged: {error}.") from error
    if not isinstance(name, str) or not isinstance(written, int) or written > FORMAT:
        raise SessionError(
            f"{path} is of format {written!r}; this version reads up to {FORMAT}. Update "
            "napari-astro-al, or remove the file."
        )
    if kind != catalogue.id_kind:
        raise SessionError(f"{path} holds ids of kind {kind!r}, not {catalogue.id_kind!r}.")
    try:
        rows = catalogue.rows_of(ids)
    except AstroALError as error:
        raise SessionError(f"{path} is that of another catalogue: {error}") from error
    return name, Selection.of_rows(catalogue, rows)
