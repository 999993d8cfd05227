"""A model from a file applied to a catalogue in a file, in memory that does not grow with it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.annotation.events import utc_now
from napari_astro_al.catalogue import ROWS, Catalogue
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.catalogue.row_streams import RowStream, check_names, column_of, row_stream
from napari_astro_al.errors import LearnerError, listing
from napari_astro_al.features.coded import Coded
from napari_astro_al.features.matrix import FeatureMatrix, apply_features
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.committee import combined_votes
from napari_astro_al.learning.predicting.pool import PoolScorer
from napari_astro_al.learning.soundness import check_sound
from napari_astro_al.learning.store import load_with_about, read_bounded
from napari_astro_al.session.document import atomically
from napari_astro_al.session.export import ABOUT_OWN, predicted_cells
from napari_astro_al.session.model_about import ModelAbout, about_from_json
from napari_astro_al.session.origin import PROGRAM, versions
from napari_astro_al.session.streams import Field, Profile, check_suffix, open_stream
from napari_astro_al.session.streams.fields import fitted_to
from napari_astro_al.session.streams.holding import check_texts

CHUNK = 65_536
"""Sources at a time."""
Shares = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ModelFile:
    """A model from a file, ready to be asked.

    Attributes
    ----------
    about : ModelAbout
    say : callable
        Prepared features, (n, f) float32, to probabilities, (n, k); those of sources without
        features are anything.
    """

    about: ModelAbout
    say: Callable[[FeatureMatrix], Shares]


@dataclass(frozen=True)
class Applied:
    """What came of applying a model.

    Attributes
    ----------
    path : Path
        The file with predictions.
    n_sources : int
    n_without : int
        Sources without any feature, which have no prediction.
    """

    path: Path
    n_sources: int
    n_without: int

    def __str__(self) -> str:
        lacking = f", {self.n_without:,} without any feature" if self.n_without else ""
        return f"{self.n_sources:,} sources{lacking}: {self.path}"


def read_model(path: Path) -> ModelFile:
    """A model that `Session.export_model` wrote.

    Raises
    ------
    LearnerError
        If it is none, or is damaged. Nothing in it is run or built before it is checked.
    """
    if path.suffix == ".onnx":
        return _onnx(path)
    learner, text = load_with_about(path)
    about = about_from_json(text, path.name)
    _, fit = about.features()
    n_features = len(fit.all_names)
    from napari_astro_al.learning.adapter import members

    try:
        check_sound([one.estimator for one in members(learner)], n_features)
        scorer = PoolScorer.of(learner, about.classes, about.model)
    except (KeyError, AttributeError, TypeError, ValueError, IndexError) as error:
        raise LearnerError(
            f"The model in {path.name} is damaged: {type(error).__name__}: {error}"
        ) from error

    def say(matrix: FeatureMatrix) -> Shares:
        votes = drain(scorer.votes_job(Coded(matrix.values), matrix.usable, []))
        return combined_votes(votes, about.vote)

    return ModelFile(about, say)


def _onnx(path: Path) -> ModelFile:
    from napari_astro_al.learning.onnx_models import OnnxModel

    model = OnnxModel(read_bounded(path))
    about = about_from_json(model.about, path.name)
    _, fit = about.features()
    if model.n_features not in (None, len(fit.all_names)):
        raise LearnerError(
            f"The model in {path.name} takes {model.n_features} features and its description has "
            f"{len(fit.all_names)}."
        )

    def say(matrix: FeatureMatrix) -> Shares:
        said = model.probabilities(matrix.values)
        if said.shape != (len(matrix), len(about.classes)):
            raise LearnerError(
                f"The model in {path.name} gives an array of shape {said.shape} for {len(matrix)} "
                f"sources and {len(about.classes)} classes."
            )
        return said

    return ModelFile(about, say)


def predict(
    model: str | PathLike[str],
    catalogue: str | PathLike[str],
    path: str | PathLike[str],
    *,
    columns: Sequence[str] = (),
    id: Sequence[str] = (),
    table: str | int | None = None,
) -> Applied:
    """Write predictions of a model for every source of a catalogue.

    Parameters
    ----------
    model : path-like
        That `Session.export_model` wrote: .skops or .onnx.
    catalogue : path-like
        Parquet and uncompressed FITS are read some rows at a time.
    path : path-like
        Where to; the suffix says the format, as for `Session.export`.
    columns : sequence of str
        Columns of the catalogue to copy.
    id : sequence of str
        Columns of the id; by default those of the catalogue that the model was trained on, where
        they are there, or else the rows are numbered from 0.
    table : str or int, optional
        Which table of the catalogue's file.

    Raises
    ------
    AstroALError
        If the model cannot be used, columns are missing, or the file cannot be written.
    """
    return drain(predict_job(model, catalogue, path, columns=columns, id=id, table=table))


def predict_job(
    model: str | PathLike[str],
    catalogue: str | PathLike[str],
    path: str | PathLike[str],
    *,
    columns: Sequence[str] = (),
    id: Sequence[str] = (),
    table: str | int | None = None,
) -> Job[Applied]:
    """`predict` as a job."""
    files = Path(model).expanduser(), Path(catalogue).expanduser(), Path(path).expanduser()
    work = _predict(*files, list(dict.fromkeys(columns)), list(id), table)
    return guarded(work, f"apply {files[0].name} to {files[1].name}")


def _predict(
    model: Path,
    catalogue: Path,
    path: Path,
    columns: list[str],
    id: list[str],
    table: str | int | None,
) -> Job[Applied]:
    suffix = path.suffix.lower()
    check_suffix(suffix, "Predictions")
    yield Progress(f"Reading {model.name}")
    known = read_model(model)
    with row_stream(catalogue, table) as rows:
        if not id and all(name in rows.names for name in known.about.id):
            id = known.about.id
        needed = known.about.columns
        check_names(rows, needed, f"The model {model.name}", catalogue.name)
        check_names(rows, [*id, *columns], "This", catalogue.name)
        clash = [name for name in columns if name in _own_names(known.about)]
        if clash:
            raise LearnerError(
                f"{listing(clash)} of {catalogue.name} cannot be copied: predictions have columns "
                "of that name."
            )
        fields = yield from _fields(rows, known.about, id, columns)
        header = _header(known.about, catalogue, len(rows))
        n_without = 0
        with atomically(path) as file:
            stream = open_stream(file, suffix, fields, len(rows), header)
            for start, raw in _chunks(rows, [*id, *columns, *needed]):
                yield Progress(f"Predicting {catalogue.name}", start, len(rows))
                frame, usable = _predicted(known, raw, start, id, columns)
                n_without += int((~usable).sum())
                check_texts(frame, suffix)
                stream.write(fitted_to(frame, fields))
            stream.finish()
        return Applied(path, len(rows), n_without)


def _own_names(about: ModelAbout) -> list[str]:
    return ["id", "predicted", "confidence", *(f"p_{c}" for c in about.classes), "uncertainty"]


def _chunks(rows: RowStream, names: Sequence[str]) -> Iterator[tuple[int, RawTable]]:
    known = set(rows.names)
    read = list(dict.fromkeys(column_of(name, known) or name for name in names))
    start = 0
    for raw in rows.chunks(read, CHUNK):
        yield start, raw
        start += len(raw)


def _fields(
    rows: RowStream, about: ModelAbout, id: list[str], columns: list[str]
) -> Job[list[Field]]:
    """What is to be known of the columns: those that are copied are looked through once."""
    profiles: dict[str, Profile] = {}
    if id or columns:
        for start, raw in _chunks(rows, [*id, *columns]):
            yield Progress("Looking at the columns", start, len(rows))
            for name, column in _copied(raw, start, id, columns).items():
                known = ABOUT_OWN["id"] if name == "id" else raw.columns.get(name)
                profiles.setdefault(name, Profile(name, known)).see(column)
    if "id" not in profiles:
        profiles["id"] = Profile("id", Column(description="Number of the row, from 0"))
        profiles["id"].see(pd.Series(np.zeros(1, dtype=np.int64)))
    own = []
    empty = predicted_cells(about.classes, np.zeros((1, len(about.classes)), dtype=np.float32))
    for name, cells in empty.items():
        if name == "predicted":
            cells = pd.Series(pd.Categorical([None], categories=about.classes))
        told = ABOUT_OWN.get(name) or Column(
            description=f"Probability of {name[2:]}", ucd="stat.probability"
        )
        profile = Profile(name, told)
        profile.see(pd.Series(cells))
        own.append(profile.field())
    return [profiles["id"].field(), *own, *(profiles[name].field() for name in columns)]


def _copied(
    raw: RawTable, start: int, id: list[str], columns: list[str]
) -> dict[str, pd.Series[Any]]:
    copied = {"id": _ids(raw, start, id)}
    lacking = [name for name in columns if name not in raw.frame.columns]
    if lacking:
        raise LearnerError(f"{listing(lacking)} cannot be copied: they hold arrays.")
    return {**copied, **{name: raw.frame[name] for name in columns}}


def _ids(raw: RawTable, start: int, id: list[str]) -> pd.Series[Any]:
    if not id:
        return pd.Series(np.arange(start, start + len(raw), dtype=np.int64))
    if len(id) == 1:
        column: pd.Series[Any] = raw.frame[id[0]]
        return column
    parts = [[str(one) for one in raw.frame[name].tolist()] for name in id]
    return pd.Series(["-".join(row) for row in zip(*parts, strict=True)], dtype=object)


def _predicted(
    known: ModelFile, raw: RawTable, start: int, id: list[str], columns: list[str]
) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    copied = _copied(raw, start, id, columns)
    recipe, fit = known.about.features()
    part = _as_catalogue(raw, known.about.columns)
    matrix = apply_features(recipe, fit, part)
    shares = np.array(known.say(matrix), dtype=np.float32)
    shares[~matrix.usable] = np.nan
    cells = {"id": copied.pop("id"), **predicted_cells(known.about.classes, shares), **copied}
    return pd.DataFrame(cells), matrix.usable


def _as_catalogue(raw: RawTable, needed: Sequence[str]) -> Catalogue:
    """A chunk with the columns that are needed; where all cells are missing, they are numbers."""
    frame = pd.DataFrame(index=raw.frame.index)
    for name in needed:
        if name in raw.frame.columns:
            column = raw.frame[name]
            empty = column.dtype == object and bool(column.isna().all())
            frame[name] = column.astype(np.float64) if empty else column
    if frame.shape[1] == 0:
        frame["row"] = np.arange(len(frame))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Catalogue.from_table(frame, id=ROWS, guess=False, arrays=raw.arrays, name=raw.name)


def _header(about: ModelAbout, catalogue: Path, n_sources: int) -> dict[str, Any]:
    return {
        "prov:type": "predictions",
        "prov:generatedAtTime": utc_now(),
        "prov:wasAssociatedWith": f"{PROGRAM} {versions().get(PROGRAM, '')}".strip(),
        "prov:used": {
            "catalogue": {"file": catalogue.name, "n_sources": n_sources},
            "model": {"task": about.task, "model": about.model, "classes": about.classes},
        },
        "prov:wasDerivedFrom": [about.origin] if about.origin else [],
        "versions": versions(),
    }
