"""What a model says of every source, written a partition at a time."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import CatalogueError, SessionError
from napari_astro_al.scale.models import Features, Model, Shares
from napari_astro_al.scale.parts import Part, Source
from napari_astro_al.scale.stores import below


@dataclass(frozen=True)
class Predicted:
    """What came of predicting.

    Attributes
    ----------
    path : Path or None
        The folder; None while it is being filled.
    n_sources : int
    n_without : int
        Sources without any feature, which have no prediction.
    classes : mapping of str to int
        How many sources each class is the likeliest of.
    """

    path: Path | None
    n_sources: int
    n_without: int
    classes: Mapping[str, int]

    def merged(self, other: Predicted) -> Predicted:
        """Of the partitions of both."""
        classes = Counter(dict(self.classes))
        classes.update(other.classes)
        return Predicted(
            None,
            self.n_sources + other.n_sources,
            self.n_without + other.n_without,
            dict(classes),
        )

    def __str__(self) -> str:
        lacking = f", {self.n_without:,} without any feature" if self.n_without else ""
        return f"{self.n_sources:,} sources{lacking}: {self.path}"


def new_folder(target: Path, whole: Path, parts: Sequence[Part]) -> dict[int, Path]:
    """Make a folder for predictions, and name a file in it for each partition.

    Raises
    ------
    SessionError
        If it is there already, or cannot be made.
    """
    try:
        target.mkdir(parents=True)
    except FileExistsError:
        raise SessionError(
            f"{target} exists already. Choose another folder for predictions, or remove it."
        ) from None
    except OSError as error:
        raise SessionError(f"The folder {target} cannot be made: {error.strerror}.") from error
    if all(part.row_group is None for part in parts):
        return {part.number: target / below(part.path, whole) for part in parts}
    digits = len(str(len(parts)))
    return {part.number: target / f"part-{part.number:0{digits}}.parquet" for part in parts}


@dataclass(frozen=True, eq=False)
class Predicting:
    """Writes a file of predictions beside others, as work on a partition.

    Attributes
    ----------
    source : Source
    features : Features
    model : Model
    id_name : str
        The column of ids.
    copied : tuple of str
        Further columns that are copied.
    files : mapping of int to Path
        Where those of each partition go.
    about : mapping of bytes to bytes
        Kept in every file.
    """

    source: Source
    features: Features
    model: Model
    id_name: str
    copied: tuple[str, ...]
    files: Mapping[int, Path]
    about: Mapping[bytes, bytes]

    def __call__(self, part: Part) -> Predicted:
        """Predict for a partition; its file appears whole or not at all."""
        import pyarrow as pa
        import pyarrow.parquet

        target = self.files[part.number]
        beside = target.with_name(f".{target.name}.{os.getpid()}.part")
        found = Predicted(None, 0, 0, dict.fromkeys(self.model.classes, 0))
        writer: Any = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            read = (*self.features.needs, *self.copied)
            for first, rows in self.source.tables(part, read):
                table, told = self._chunk(self.source.catalogue(rows, part.start + first))
                for name in self.copied:
                    if name != self.id_name:
                        table = table.append_column(name, rows.column(name))
                if writer is None:
                    schema = table.schema.with_metadata(dict(self.about))
                    writer = pyarrow.parquet.ParquetWriter(beside, schema)
                writer.write_table(table)
                found = found.merged(told)
            if writer is not None:
                writer.close()
                beside.replace(target)
        except (OSError, pa.ArrowException) as error:
            raise CatalogueError(
                f"Predictions of {part} cannot be written to {target}: {error}"
            ) from error
        finally:
            if writer is not None:
                writer.close()
            beside.unlink(missing_ok=True)
        return found

    def _chunk(self, chunk: Catalogue) -> tuple[Any, Predicted]:
        import pyarrow as pa

        matrix = self.features(chunk)
        shares: Shares = np.full((len(chunk), len(self.model.classes)), np.nan, dtype=np.float32)
        rows = np.flatnonzero(matrix.usable)
        shares[rows] = self.model.say(matrix, rows)[0]
        best = np.where(matrix.usable, np.nan_to_num(shares).argmax(axis=1), -1)
        confidence = np.where(matrix.usable, np.nan_to_num(shares).max(axis=1), np.nan)
        confidence = confidence.astype(np.float32)
        gone = pa.array(np.where(best < 0, 0, best).astype(np.int32), mask=best < 0)
        named = pa.DictionaryArray.from_arrays(gone, pa.array(list(self.model.classes)))
        columns = {
            self.id_name: pa.array(chunk.ids),
            "predicted": named.cast(pa.string()),
            "confidence": pa.array(confidence),
            **{f"p_{name}": pa.array(shares[:, k]) for k, name in enumerate(self.model.classes)},
            "uncertainty": pa.array(1 - confidence),
        }
        counts = np.bincount(best[best >= 0], minlength=len(self.model.classes))
        told = dict(zip(self.model.classes, map(int, counts), strict=True))
        n_without = int((~matrix.usable).sum())
        return pa.table(columns), Predicted(None, len(chunk), n_without, told)
