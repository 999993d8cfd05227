"""Further columns of a session in files: Parquet, with ids and what is known of each column."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from napari_astro_al.catalogue import Catalogue, Column
from napari_astro_al.errors import SessionError
from napari_astro_al.session.setfiles import KEY

FORMAT = 1


@dataclass(frozen=True, eq=False)
class ColumnGroup:
    """Columns that were added under one name.

    Attributes
    ----------
    name : str
    stem : str
        Of its file.
    columns : mapping of str to Column
        In order, with unit and description.
    made : mapping
        How they were made, as JSON values; empty for columns that a person gave.
    """

    name: str
    stem: str
    columns: Mapping[str, Column]
    made: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.columns)


def group_bytes(group: ColumnGroup, catalogue: Catalogue) -> bytes:
    """A group of columns of a catalogue as the content of a file."""
    import pyarrow as pa
    from pyarrow import parquet

    text = catalogue.id_kind == "string"
    arrays = {"id": pa.array(catalogue.ids, type=pa.string() if text else None)}
    for name in group.names:
        values = catalogue.table[name].to_numpy()
        arrays[f"column:{name}"] = pa.array(values, from_pandas=True)
    about = {
        "format": FORMAT,
        "name": group.name,
        "id_kind": catalogue.id_kind,
        "made": dict(group.made),
        "columns": {
            name: {"unit": one.unit, "description": one.description}
            for name, one in group.columns.items()
        },
    }
    table = pa.table(arrays).replace_schema_metadata({KEY: json.dumps(about).encode()})
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue()


def read_group(path: Path, catalogue: Catalogue) -> tuple[ColumnGroup, pd.DataFrame]:
    """A group of columns, and its values indexed by source id.

    Raises
    ------
    SessionError
        If the file is damaged, of a newer format, or holds ids of another kind.
    """
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
        about = json.loads((table.schema.metadata or {})[KEY])
        written, kind, columns = about["format"], about["id_kind"], about["columns"]
        group = ColumnGroup(
            str(about["name"]),
            path.stem,
            {name: Column(one["unit"], one["description"]) for name, one in columns.items()},
            dict(about["made"]),
        )
        values = {name: _values(table.column(f"column:{name}")) for name in columns}
        frame = pd.DataFrame(values, index=pd.Index(table.column("id").to_numpy(), name="source"))
    except Exception as error:  # the file may hold anything
        raise SessionError(f"{path} is no columns of a session, or damaged: {error}.") from error
    if not isinstance(written, int) or written > FORMAT:
        raise SessionError(
            f"{path} is of format {written!r}; this version reads up to {FORMAT}. Update "
            "napari-astro-al, or remove the file."
        )
    if kind != catalogue.id_kind:
        raise SessionError(f"{path} holds ids of kind {kind!r}, not {catalogue.id_kind!r}.")
    return group, frame


def _values(column: Any) -> Any:
    """A column as numpy holds it: missing numbers are NaN, missing texts None."""
    values = column.to_numpy(zero_copy_only=False)
    return np.asarray(values, dtype=object) if values.dtype.kind == "O" else values
