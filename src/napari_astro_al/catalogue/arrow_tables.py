"""Arrow tables, and the Parquet and Feather files that hold them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from napari_astro_al.catalogue.astropy_tables import columns_from_yaml, one_line, unit_text
from napari_astro_al.catalogue.parts import RawTable, TableParts
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.catalogue.tables import mask_columns


def read_parquet(file: BinaryIO | Path, name: str, path: Path) -> RawTable:
    """Read a Parquet file."""
    import pyarrow.parquet

    table = pyarrow.parquet.ParquetFile(file).read()
    table.validate(full=True)
    return arrow_parts(table, path.name).done(name=name, path=path)


def read_feather(file: BinaryIO | Path, name: str, path: Path) -> RawTable:
    """Read a Feather file, which is an Arrow file."""
    import pyarrow.feather

    source = str(file) if isinstance(file, Path) else file
    table = pyarrow.feather.read_table(source, memory_map=False)
    # Arrow trusts the offsets in a file; damaged ones would crash the process later
    table.validate(full=True)
    return arrow_parts(table, path.name).done(name=name, path=path)


def arrow_parts(table: Any, what: str) -> TableParts:
    """The columns of a pyarrow Table; those of a struct are named ``outer.inner``.

    Units, descriptions and UCDs come from the fields' metadata (keys ``unit``, ``description``,
    ``ucd``), from the header that astropy writes, and from a VOParquet header.
    """
    about = _about_columns(table.schema)
    while any(_type_name(field.type) == "struct" for field in table.schema):
        table = table.flatten()
    parts = TableParts(table.num_rows, what)
    with_masks = b"table_meta_yaml" in (table.schema.metadata or {})
    masks = mask_columns(table.schema.names) if with_masks else {}
    unnamed = _unnamed_indices(table.schema)
    for position, field in enumerate(table.schema):
        if field.name in unnamed or field.name in masks.values():
            continue
        known = about.get(field.name)
        values = table.column(position)
        if field.name in masks:
            values = _masked(values, table.column(masks[field.name]))
        _add_column(parts, field.name, values, field.type, known)
    return parts


def _unnamed_indices(schema: Any) -> set[str]:
    """Columns that pandas made of an index without a name."""
    try:
        indices = json.loads((schema.metadata or {}).get(b"pandas", b"{}")).get("index_columns", ())
        return {one for one in indices if isinstance(one, str) and one.startswith("__index_level_")}
    except (ValueError, AttributeError, TypeError):
        return set()


def _masked(values: Any, gone: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute

    return pyarrow.compute.if_else(gone, pa.scalar(None, values.type), values)


def _type_name(kind: Any) -> str:
    return str(kind).split("<")[0].split("[")[0].split("(")[0]


def _add_column(parts: TableParts, name: str, values: Any, kind: Any, about: Column | None) -> None:
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        values = pa.chunked_array([chunk.storage for chunk in values.chunks], kind.storage_type)
        kind = kind.storage_type
    if pa.types.is_dictionary(kind):
        values, kind = values.cast(kind.value_type), kind.value_type
    if pa.types.is_map(kind) or pa.types.is_union(kind):
        parts.leave_out(name, f"cells of type {kind}")
    elif pa.types.is_nested(kind):
        _add_lists(parts, name, values, about)
    elif pa.types.is_integer(kind) and values.null_count:
        gone = np.asarray(values.is_null())
        filled = values.fill_null(0).to_numpy()
        parts.add(name, filled, gone, about=about)
    elif pa.types.is_date(kind) or pa.types.is_time(kind):
        parts.add(name, values.cast(pa.string()).to_pandas(), about=about)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        parts.add(name, pd.Series(values.to_pylist(), dtype=object), about=about)
    else:
        parts.add(name, values.to_pandas(), about=about)


def _add_lists(parts: TableParts, name: str, values: Any, about: Column | None) -> None:
    shape: list[int] = []
    flat = values.combine_chunks()
    while hasattr(flat.type, "value_type"):
        lengths = np.unique(np.asarray(_list_lengths(flat)))
        if len(lengths) != 1 or flat.null_count:
            parts.leave_out(name, "arrays of different shapes, or missing ones")
            return
        shape.append(int(lengths[0]))
        flat = flat.flatten()
    numbers = flat.to_numpy(zero_copy_only=False)
    parts.add(name, numbers.reshape(len(values), *shape), about=about)


def _list_lengths(lists: Any) -> Any:
    import pyarrow.compute

    return pyarrow.compute.list_value_length(lists)


def _about_columns(schema: Any) -> dict[str, Column]:
    metadata = schema.metadata or {}
    about: dict[str, Column] = {}
    if b"IVOA.VOTable-Parquet.content" in metadata:
        from napari_astro_al.catalogue.votables import about_fields

        about |= about_fields(metadata[b"IVOA.VOTable-Parquet.content"])
    if b"table_meta_yaml" in metadata:
        about |= columns_from_yaml(metadata[b"table_meta_yaml"].decode().splitlines())
    for field in schema:
        own = {
            key.decode().lower(): value.decode("utf-8", "replace")
            for key, value in (field.metadata or {}).items()
        }
        if own.keys() & {"unit", "description", "ucd"}:
            about[field.name] = Column(
                unit_text(own.get("unit")), one_line(own.get("description")), own.get("ucd") or None
            )
    return about
