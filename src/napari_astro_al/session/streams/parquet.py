"""Parquet, one row group a chunk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

import pandas as pd

from napari_astro_al.session.streams.fields import Field, cells_of

PROVENANCE = b"provenance"
"""The key of the file's metadata under which it says where it came from, as JSON."""


class ParquetStream:
    """Units, descriptions and UCDs are the fields' metadata."""

    def __init__(self, file: BinaryIO, fields: Sequence[Field], header: dict[str, Any]) -> None:
        self._file, self._fields, self._header = file, list(fields), header
        self._writer: Any = None
        self._schema: Any = None

    def write(self, frame: pd.DataFrame) -> None:
        """Write some rows."""
        import pyarrow as pa
        import pyarrow.parquet

        plain = self._plain(frame)
        if self._writer is None:
            self._schema = self._schema_of(plain)
            self._writer = pyarrow.parquet.ParquetWriter(self._file, self._schema)
        self._writer.write_table(pa.Table.from_pandas(plain, self._schema, preserve_index=False))

    def finish(self) -> None:
        """Write the file's index."""
        if self._writer is None:
            empty = {one.name: pd.Series(dtype=one.dtype or object) for one in self._fields}
            self.write(pd.DataFrame(empty))
        self._writer.close()

    def _plain(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Every text as objects of str, whatever kind of column holds it."""
        cells = {}
        for field in self._fields:
            column = frame[field.name].reset_index(drop=True)
            if field.is_text:
                texts, missing = cells_of(column)
                texts[missing] = None
                column = pd.Series(texts, dtype=object)
            elif field.dtype is not None and field.dtype.kind in "iub" and field.gaps:
                column = column.convert_dtypes() if column.dtype == object else column
            cells[field.name] = column
        return pd.DataFrame(cells)

    def _schema_of(self, plain: pd.DataFrame) -> Any:
        import pyarrow as pa

        known = pa.Table.from_pandas(plain.iloc[:0], preserve_index=False).schema
        typed = []
        for one, field in zip(known, self._fields, strict=True):
            about = field.about
            told = {"unit": about.unit, "description": about.description, "ucd": about.ucd}
            known_of = {key: value for key, value in told.items() if value}
            kind = pa.string() if field.is_text else one.type
            typed.append(pa.field(one.name, kind, metadata=known_of or None))
        metadata = dict(known.metadata or {})
        if self._header:
            metadata[PROVENANCE] = json.dumps(self._header, ensure_ascii=False).encode()
        return pa.schema(typed, metadata=metadata)
