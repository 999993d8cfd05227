"""Labelled sources as a table in a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from napari_astro_al.errors import SessionError, listing
from napari_astro_al.session.document import write_atomically

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session

ASTROPY_FORMATS = {
    ".fits": "fits",
    ".fit": "fits",
    ".vot": "votable",
    ".xml": "votable",
    ".ecsv": "ascii.ecsv",
}
SUFFIXES = (*ASTROPY_FORMATS, ".csv", ".parquet")


def labelled_table(session: Session, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Labelled sources in the order labelled: id, label, split, annotator, time, then columns."""
    catalogue = session.catalogue
    rows, labels = session.book.labelled()
    told = [session.book.history_of(source)[-1] for source in catalogue.ids_at(rows)]
    table = pd.DataFrame(
        {
            "id": catalogue.ids[rows],
            "label": labels,
            "split": [session.partition.part_name(row) for row in rows.tolist()],
            "annotator": [event.chain.partition("/")[0] for event in told],
            "labelled_at": [event.utc for event in told],
            "comment": [str(event.payload.get("comment", "")) for event in told],
        }
    )
    for name in columns:
        values: pd.Series[Any] = catalogue.column(name).iloc[rows].reset_index(drop=True)
        table[name if name not in table.columns else f"{name}_catalogue"] = values
    return table


def export_labels(session: Session, path: Path, columns: Sequence[str] = ()) -> Path:
    """Write `labelled_table` to a file (see `Session.export`)."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SessionError(
            f"Labels cannot be written as {suffix or 'a file without a suffix'}. "
            f"Choose one of {listing(SUFFIXES)}."
        )
    table = labelled_table(session, columns)
    if not path.parent.is_dir():
        raise SessionError(f"There is no folder {path.parent} to write {path.name} to.")
    if suffix == ".csv":
        content = table.to_csv(index=False).encode()
    elif suffix == ".parquet":
        stream = io.BytesIO()
        table.to_parquet(stream, index=False)
        content = stream.getvalue()
    else:
        content = _astropy_bytes(session, table, suffix)
    write_atomically(path, content)
    return path


def _astropy_bytes(session: Session, frame: pd.DataFrame, suffix: str) -> bytes:
    import warnings

    from astropy.table import Column, MaskedColumn, Table

    table = Table()
    for name in frame.columns:
        series = frame[name]
        missing = series.isna().to_numpy()
        if series.dtype.kind in "fiub" and not missing.any():
            table[name] = Column(series.to_numpy())
        elif pd.api.types.is_numeric_dtype(series.dtype):
            filled = series.to_numpy(dtype=np.float64, na_value=np.nan)
            table[name] = MaskedColumn(filled, mask=missing)
        else:
            text = ["" if gone else str(one) for one, gone in zip(series, missing, strict=True)]
            table[name] = Column(np.array(text, dtype=str) if text else np.empty(0, "U1"))
        known = session.catalogue.columns.get(name)
        if known is not None:
            table[name].description = known.description
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                table[name].unit = known.unit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if suffix == ".ecsv":
            text_stream = io.StringIO()
            table.write(text_stream, format="ascii.ecsv")
            return text_stream.getvalue().encode()
        stream = io.BytesIO()
        table.write(stream, format=ASTROPY_FORMATS[suffix])
        return stream.getvalue()
