"""Finished curves in files named by everything that made them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.features import build_features
from napari_astro_al.simulation.setting import Setting

FORMAT = 1
"""Of the files; grows where earlier curves can no longer be read."""
ASKED = b"napari_astro_al.n_labels"
MADE_OF = b"napari_astro_al.made_of"


def content_digest(setting: Setting) -> str:
    """32 hexadecimal digits of ids, classes and raw features, the same in any order of the rows."""
    catalogue = setting.catalogue
    recipe = replace(setting.features, missing="native", scale="none")
    order = np.argsort(id_hashes(catalogue.ids, 0), kind="stable")
    raw = build_features(recipe, catalogue, np.arange(len(catalogue)))
    digest = hashlib.blake2b(digest_size=16)
    texts = [raw.names, catalogue.ids_at(order), setting.truth[order].tolist()]
    digest.update(json.dumps(texts, default=str).encode())
    digest.update(np.ascontiguousarray(raw.values[order]).tobytes())
    return digest.hexdigest()


def recipe_of(setting: Setting, content: str, arm: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that decides a curve but its length; JSON."""
    import sklearn

    return {
        "format": FORMAT,
        "scikit-learn": sklearn.__version__,
        "content": content,
        "classes": list(setting.task.names),
        "positive": setting.task.positive,
        "split": setting.split.to_json(),
        "seed": setting.seed,
        "arm": dict(arm),
    }


@dataclass(frozen=True)
class CurveCache:
    """A folder of curves.

    Parameters
    ----------
    folder : Path
        Made when the first curve is kept.
    """

    folder: Path

    def path_of(self, recipe: Mapping[str, Any]) -> Path:
        """Where the curve of a recipe is, or will be."""
        name = hashlib.blake2b(_as_text(recipe), digest_size=16).hexdigest()
        return self.folder / f"{name}.parquet"

    def find(self, recipe: Mapping[str, Any], n_labels: int) -> pd.DataFrame | None:
        """The first labels of a finished curve; None where it is not there or too short."""
        import pyarrow.parquet as pq

        path = self.path_of(recipe)
        if not path.exists():
            return None
        stored = pq.read_table(path)
        if int(stored.schema.metadata[ASKED]) < n_labels:
            return None
        curve: pd.DataFrame = stored.to_pandas()
        return curve[curve["n_labels"] <= n_labels].reset_index(drop=True)

    def keep(self, recipe: Mapping[str, Any], n_labels: int, curve: pd.DataFrame) -> Path:
        """Write a finished curve: beside its place, flushed, then renamed.

        Parameters
        ----------
        recipe : mapping
            From `recipe_of`; kept in the file.
        n_labels : int
            How many were asked for: the pool may have had fewer.
        curve : pandas.DataFrame
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.Table.from_pandas(curve, preserve_index=False)
        said = {ASKED: str(n_labels).encode(), MADE_OF: _as_text(recipe)}
        said |= table.schema.metadata or {}
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path_of(recipe)
        beside = path.with_name(f".{path.stem}-{uuid4().hex}")
        with beside.open("wb") as file:
            pq.write_table(table.replace_schema_metadata(said), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        return path


def _as_text(recipe: Mapping[str, Any]) -> bytes:
    return json.dumps(recipe, sort_keys=True).encode()
