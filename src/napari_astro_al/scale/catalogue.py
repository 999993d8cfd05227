"""A catalogue in partitions: what can be known of it without reading it all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from napari_astro_al.catalogue import ROWS, Catalogue, Roles, SourceId
from napari_astro_al.catalogue.ids import as_ids, id_hashes
from napari_astro_al.catalogue.roles import IdRole
from napari_astro_al.errors import CatalogueError, listing
from napari_astro_al.jobs import Job, drain
from napari_astro_al.scale.best import Best, Whereabouts
from napari_astro_al.scale.engines import Engine, engine_of, merged_job
from napari_astro_al.scale.fetching import (
    Fetching,
    Finding,
    LookingForGaps,
    catalogue_of,
    in_order,
    joined,
)
from napari_astro_al.scale.hats import catalogue_in, finish, is_hats, place_columns
from napari_astro_al.scale.heading import head_of
from napari_astro_al.scale.matched import Matched
from napari_astro_al.scale.models import Features, Model
from napari_astro_al.scale.opening import open_parts_job
from napari_astro_al.scale.parts import Part, Source
from napari_astro_al.scale.predictions import Predicted, Predicting, new_folder
from napari_astro_al.scale.sampling import Sample, Sampling
from napari_astro_al.scale.stores import is_local, opened, place_of

if TYPE_CHECKING:
    from napari_astro_al.learning import Split


@dataclass(frozen=True, eq=False, repr=False)
class PartitionedCatalogue(Matched):
    """A catalogue that stays on disk, read a partition at a time.

    Made by `PartitionedCatalogue.open`. A `Session` on it works as on any other catalogue; what it
    has in memory is a sample of 100,000 sources, the held-out sources that it is scored on, and
    the sources that passes over the partitions have brought.

    Attributes
    ----------
    name : str
    path : Path
        The file or folder; absolute, or an address.
    roles : Roles
        Which column is what, as `Catalogue` guesses or as given.
    partitions : tuple of Part
        Row groups of the Parquet files, in the order of the files' names.
    engine : Engine
        What runs passes over them.
    left_out : tuple of str
        Partitions that cannot be read, which are no part of it: by `skip_unreadable` alone.
    """

    name: str
    path: Path
    roles: Roles
    partitions: tuple[Part, ...]
    engine: Engine
    id_kind: str
    column_names: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    _kept: dict[Any, Any] = field(default_factory=dict, init=False)

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        *,
        id: IdRole | list[str] | None = None,
        label: str | None = None,
        ra: str | None = None,
        dec: str | None = None,
        info: Sequence[str] = (),
        images: Sequence[str] | None = None,
        unknown: Sequence[object] | None = None,
        engine: Any = "serial",
        skip_unreadable: bool = False,
    ) -> PartitionedCatalogue:
        """Open a Parquet file, a folder of them, or a HATS catalogue.

        Only the files' footers and the first rows are read.

        Parameters
        ----------
        path : path-like
            A file, or a folder with Parquet files in it and in the folders below; also an address
            that begins with ``https://``, whose host is allowed.
        id, label, ra, dec, info, images, unknown
            Roles, as for `Catalogue.read`; guessed from the first rows where not given.
        engine : {"serial", "threads"} or dask.distributed.Client
            What runs passes over the partitions. Results are the same.
        skip_unreadable : bool
            Leave partitions out that cannot be read, and name them in `left_out`. Every partition
            is read once to find them.

        Raises
        ------
        CatalogueError
            If there is no Parquet file, one is damaged or has other columns, or a role does not
            fit; the message names each file.
        """
        return drain(
            cls.open_job(
                path,
                id=id,
                label=label,
                ra=ra,
                dec=dec,
                info=info,
                images=images,
                unknown=unknown,
                engine=engine,
                skip_unreadable=skip_unreadable,
            )
        )

    @classmethod
    def open_job(
        cls,
        path: str | PathLike[str],
        *,
        engine: Any = "serial",
        skip_unreadable: bool = False,
        **roles: Any,
    ) -> Job[PartitionedCatalogue]:
        """`open` as a job, whose progress counts partitions that are looked at."""
        where = catalogue_in(place_of(path))
        runs = engine_of(engine)
        found = yield from open_parts_job(where, runs, skip_unreadable)
        head = head_of(found, **roles)
        return cls(
            name=found.name,
            path=where,
            roles=head.roles,
            partitions=found.parts,
            engine=runs,
            id_kind=head.id_kind,
            column_names=(*map(str, head.table.columns), *head.arrays),
            left_out=found.left_out,
        )

    def __len__(self) -> int:
        return sum(part.n_rows for part in self.partitions)

    def __repr__(self) -> str:
        roles = self.roles
        return (
            f"<PartitionedCatalogue {self.name!r}: {len(self):,} sources in "
            f"{len(self.partitions):,} partitions, id={roles.id!r}, label={roles.label!r}, "
            f"engine={self.engine.name!r}>"
        )

    @property
    def table(self) -> NoReturn:
        """There is none in memory.

        Raises
        ------
        CatalogueError
            Says what to use.
        """
        raise self._no_table()

    @property
    def ids(self) -> NoReturn:
        """As `table`."""
        raise self._no_table()

    def _no_table(self) -> CatalogueError:
        return CatalogueError(
            f"{self.name!r} has {len(self):,} sources and stays on disk, so there is no table of "
            "all of them. session = aal.Session(catalogue) has a sample and whatever is asked "
            "for in session.catalogue.table; catalogue.rows(ids) reads chosen sources; "
            "session.predict_to(path) writes predictions of all."
        )

    @property
    def source(self) -> Source:
        """How rows become sources."""
        return Source(self.name, self.roles, self._columns)

    @property
    def _columns(self) -> tuple[str, ...]:
        import pyarrow.parquet

        if "columns" not in self._kept:
            with opened(self.partitions[0].path) as file:
                schema = pyarrow.parquet.read_schema(file)
            self._kept["columns"] = tuple(map(str, schema.names))
        columns: tuple[str, ...] = self._kept["columns"]
        return columns

    def head(self) -> Catalogue:
        """The first rows, 131,072 at most, as a catalogue with the same roles."""
        table = next(table for _, table in self.source.tables(self.partitions[0], None))
        return replace(self.source.catalogue(table, 0), path=self.path)

    def rows(self, ids: SourceId | Iterable[SourceId], seed: int = 0) -> Catalogue:
        """Chosen sources with all their columns, in the order of their seeded hashes.

        Parameters
        ----------
        ids : int, str, or iterable of them
        seed : int
            Of the hashes.

        Raises
        ------
        CatalogueError
            Naming every id that there is not.
        """
        return drain(self.rows_job(ids, seed))

    def rows_job(self, ids: SourceId | Iterable[SourceId], seed: int = 0) -> Job[Catalogue]:
        """`rows` as a job."""
        table = yield from self.find_job(ids, seed)
        return catalogue_of(self.source, [table])

    def find_job(self, ids: SourceId | Iterable[SourceId], seed: int) -> Job[Any]:
        """As `rows`, as a table for `catalogue_of`."""
        given = as_ids(ids)
        text = self.id_kind == "string"
        strangers = [one for one in given if isinstance(one, str) is not text]
        if strangers:
            raise CatalogueError(
                f"Ids of {self.name!r} are {'text' if text else 'whole numbers'}; "
                f"{listing(strangers)} cannot be there."
            )
        hashes = id_hashes(np.array(given, dtype=object if text else self.id_kind), seed)
        work = Finding(self.source, np.unique(hashes), seed)
        message = f"Looking for {len(given):,} sources"
        found = yield from merged_job(self.engine, work, self.partitions, Best.merged, message)
        there = np.isin(hashes, found.hashes)
        gone = [one for one, is_there in zip(given, there, strict=True) if not is_there]
        if gone:
            raise CatalogueError(f"{self.name!r} has no source {listing(gone)}.")
        return (yield from self.fetch_job(Whereabouts.of([found]), seed))

    def fetch_job(self, where: Whereabouts, seed: int) -> Job[Any]:
        """Whole rows of sources whose places are known, as a table for `catalogue_of`."""
        rows = where.by_part()
        parts = [part for part in self.partitions if part.number in rows]
        message = f"Reading {len(where):,} sources"
        work = Fetching(self.source, rows)
        table = yield from merged_job(self.engine, work, parts, joined, message)
        return in_order(self.source, table, seed)

    def sample_job(self, split: Split, seed: int) -> Job[Sample]:
        """The first pass: who is of the sketch and held out, by hashes of a seed."""
        found: Sample = yield from self.once_job(
            ("sample", repr(split), seed), self._sampled(split, seed)
        )
        return found

    def _sampled(self, split: Split, seed: int) -> Job[Sample]:
        work = Sampling.of(self.source, split, seed)
        message = f"Drawing a sample of {self.name}"
        sample = yield from merged_job(self.engine, work, self.partitions, Sample.merged, message)
        sample.check_unique(self.source)
        return sample

    def gaps_job(self, names: Sequence[str], sentinels: Sequence[float]) -> Job[frozenset[str]]:
        """Which of some columns have missing values anywhere; looked for once."""
        work = LookingForGaps(self.source, tuple(names), tuple(sentinels))
        message = "Looking for missing values"
        job = merged_job(self.engine, work, self.partitions, _all_of, message)
        found: frozenset[str] = yield from self.once_job(
            ("gaps", tuple(names), tuple(sentinels)), job
        )
        return found

    def once_job(self, key: tuple[object, ...], job: Job[Any]) -> Job[Any]:
        """What a job gives, or gave: of what follows from the catalogue and a key alone."""
        if key not in self._kept:
            self._kept[key] = yield from job
        return self._kept[key]

    def predict_job(self, features: Features, model: Model, path: Path | None) -> Job[Predicted]:
        """Write what a model says of every source, one Parquet file a partition.

        Parameters
        ----------
        features : Features
        model : Model
        path : Path or None
            A folder that is not there yet; None: beside the catalogue.

        Raises
        ------
        SessionError
            If it is there.
        """
        if path is None and not is_local(self.path):
            raise CatalogueError(
                f"{self.name!r} is on another computer. Name a folder of this one for predictions."
            )
        target = path or self.path.with_name(f"{self.name}_predicted")
        names = new_folder(target, self.path, self.partitions)
        role = self.roles.id
        id_name = role if isinstance(role, str) else "row" if role is ROWS else "id"
        about = {b"napari_astro_al": f"{model.name} of {', '.join(model.classes)}".encode()}
        hats = is_hats(self.path)
        copied = place_columns(self.path, self._columns) if hats else ()
        work = Predicting(self.source, features, model, id_name, copied, names, about)
        message = f"Predicting {len(self):,} sources"
        try:
            told = yield from merged_job(
                self.engine, work, self.partitions, Predicted.merged, message
            )
            if hats:
                finish(self.path, target, self.partitions, told.n_sources)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise
        return replace(told, path=target)


def _all_of(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one | other
