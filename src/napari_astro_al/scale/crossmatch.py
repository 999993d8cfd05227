"""Columns of another catalogue beside those of a HATS catalogue, matched on the sky by LSDB.

References
----------
Caplar et al. 2025, "Using LSDB to enable large-scale catalog distribution, cross-matching, and
analytics"; lsdb.readthedocs.io.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from napari_astro_al.catalogue import ROWS, Catalogue
from napari_astro_al.catalogue.joining import radius_in_arcseconds
from napari_astro_al.catalogue.positions import position_columns
from napari_astro_al.errors import AstroALError, AstroALWarning, CatalogueError, listing
from napari_astro_al.jobs import Job, aside
from napari_astro_al.scale.engines import Cluster
from napari_astro_al.scale.hats import (
    COLLECTION,
    catalogue_in,
    is_hats,
    properties_of,
    read_properties,
)
from napari_astro_al.scale.stores import is_local

if TYPE_CHECKING:
    from napari_astro_al.scale.catalogue import PartitionedCatalogue

DISTANCE = "_dist_arcsec"
"""LSDB's column of the distance of a match, in arcseconds."""
_LEAST_MARGIN = 5.0


@dataclass(frozen=True)
class _Matching:
    """What is matched with what."""

    own: Path
    other: Path | Catalogue
    name: str
    columns: tuple[str, ...] | None
    radius: float
    target: Path
    margin: Path | None = None


def crossmatched_job(
    whole: PartitionedCatalogue,
    other: Catalogue | PartitionedCatalogue | str | os.PathLike[str],
    radius: Any,
    columns: Sequence[str] | None,
    to: str | os.PathLike[str] | None,
) -> Job[Path]:
    """Write a HATS catalogue with the sources of one and the columns of another.

    Parameters
    ----------
    whole : PartitionedCatalogue
        A HATS catalogue; all its sources stay.
    other : Catalogue, PartitionedCatalogue or path-like
        In memory, or a HATS catalogue.
    radius : Quantity or str
        An angle such as ``"1 arcsec"``.
    columns : sequence of str, optional
        Of `other`; all by default.
    to : path-like, optional
        A folder that is not there yet; by default one beside `whole`.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    CatalogueError
        If one of them is no HATS catalogue or has no such column, or the folder is there. Whatever
        fails, it is not there afterwards.
    """
    work = _checked(whole, other, radius, columns, to)
    engine = whole.engine
    placed = engine.as_current() if isinstance(engine, Cluster) else nullcontext()
    given_up = Event()
    done = [0, 0]

    def say() -> str:
        tasks = f", {done[0]:,} of {done[1]:,} steps" if done[1] else ""
        return f"Matching {whole.name} with {work.name}{tasks}"

    def match() -> Path:
        try:
            _match(work, placed, given_up, done)
        except BaseException as error:
            shutil.rmtree(work.target, ignore_errors=True)
            if isinstance(error, AstroALError) or not isinstance(error, Exception):
                raise
            raise CatalogueError(
                f"{whole.name!r} cannot be matched with {work.name!r}: {type(error).__name__}: "
                f"{str(error)[:300]}"
            ) from error
        return work.target

    def throw_away(target: Path) -> None:
        shutil.rmtree(target, ignore_errors=True)

    try:
        return (yield from aside(match, say, throw_away))
    finally:
        given_up.set()


def _checked(
    whole: PartitionedCatalogue,
    other: Catalogue | PartitionedCatalogue | str | os.PathLike[str],
    radius: Any,
    columns: Sequence[str] | None,
    to: str | os.PathLike[str] | None,
) -> _Matching:
    arcseconds = radius_in_arcseconds(radius)
    if not is_local(whole.path):
        raise CatalogueError(
            f"{whole.name!r} is on another computer. Have it on this one to match it: its folder "
            "as it is."
        )
    if not is_hats(whole.path):
        raise CatalogueError(
            f"{whole.name!r} is no HATS catalogue, whose partitions are parts of the sky. "
            "lsdb.from_dataframe(...).write_catalog(...) or hats-import make one of it; a "
            "catalogue in memory has Catalogue.join(other, sky=...)."
        )
    if whole.roles.id is ROWS:
        raise CatalogueError(
            f"{whole.name!r} has no ids but the numbers of its rows, which would be others "
            "afterwards. Name a column: PartitionedCatalogue.open(..., id=...)."
        )
    place: Path | Catalogue
    if isinstance(other, Catalogue):
        position_columns(other)
        there: list[str] | None = [str(name) for name in other.table.columns]
        name, place, margin = other.name, other, None
    else:
        path = other if isinstance(other, (str, os.PathLike)) else other.path
        folder = catalogue_in(Path(path).expanduser().absolute())
        if not is_hats(folder):
            raise CatalogueError(
                f"{folder} is no HATS catalogue. A table in another format is read first: "
                "aal.Catalogue.read(...)."
            )
        name, there, place = folder.name, None, folder
        margin = _margin_of(folder, arcseconds)
        if margin is None:
            warnings.warn(
                AstroALWarning(
                    f"{name!r} has no margin of {arcseconds:g} arcsec: sources at the edges of its "
                    "partitions may lack a match that lies over the edge."
                ),
                stacklevel=2,
            )
    if columns is not None and there is not None:
        lacking = [one for one in columns if one not in there]
        if lacking:
            raise CatalogueError(f"{name!r} has no column {listing(lacking)}.")
    target = (
        whole.path.with_name(f"{whole.path.name}_x_{name}")
        if to is None
        else Path(to).expanduser().absolute()
    )
    if target.exists():
        raise CatalogueError(
            f"{target} is there already. Remove it, or give another folder: to=..."
        )
    chosen = None if columns is None else tuple(columns)
    return _Matching(whole.path, place, name, chosen, arcseconds, target, margin)


def _match(
    work: _Matching, placed: AbstractContextManager[Any], given_up: Event, done: list[int]
) -> None:
    lsdb = _library()
    from dask.callbacks import Callback

    class Watching(Callback):  # type: ignore[misc]
        """Counts what is done, and ends it when nobody wants it any more."""

        def _start_state(self, dsk: Any, state: Any) -> None:
            done[:] = [0, len(dsk)]

        def _pretask(self, key: Any, dsk: Any, state: Any) -> None:
            if given_up.is_set():
                raise CatalogueError("The match was given up.")

        def _posttask(self, *_: Any) -> None:
            done[0] += 1

    with warnings.catch_warnings(), placed, Watching():
        warnings.simplefilter("ignore")  # of the libraries, about each other
        own = lsdb.open_catalog(work.own)
        other = _opened(work, lsdb)
        taken = {str(name) for name in own.columns}
        matched = own.crossmatch(
            other,
            n_neighbors=1,
            radius_arcsec=work.radius,
            how="left",
            suffixes=("", f"_{work.name}"),
            suffix_method="overlapping_columns",
            output_catalog_name=work.target.name,
        )
        if DISTANCE in taken:
            raise CatalogueError(
                f"The catalogue has a column {DISTANCE!r} from a match before: rename it first."
            )
        matched.write_catalog(
            work.target,
            catalog_name=work.target.name,
            as_collection=False,
            progress_bar=False,
        )


def _library() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import lsdb
    except ImportError as error:
        raise CatalogueError(
            "Partitioned catalogues are matched by LSDB, which is not installed: "
            "pip install 'napari-astro-al[hats]'."
        ) from error
    return lsdb


def _opened(work: _Matching, lsdb: Any) -> Any:
    if isinstance(work.other, Catalogue):
        ra, dec = position_columns(work.other)
        table = work.other.table
        if work.columns is not None:
            table = table[list(dict.fromkeys((ra, dec, *work.columns)))]
        there = table[ra].notna() & table[dec].notna()
        return lsdb.from_dataframe(
            table[there],
            ra_column=ra,
            dec_column=dec,
            catalog_name=work.name,
            margin_threshold=max(work.radius, _LEAST_MARGIN),
        )
    columns = None
    if work.columns is not None:
        about = properties_of(work.other)
        place = (about.get("hats_col_ra", ""), about.get("hats_col_dec", ""))
        columns = list(dict.fromkeys((*filter(None, place), *work.columns)))
    return lsdb.open_catalog(work.other, columns=columns, margin_cache=work.margin)


def _margin_of(other: Path, radius: float) -> Path | None:
    """The margin of a HATS catalogue that reaches so far; None where it has none."""
    folder = other.parent
    if not (folder / COLLECTION).is_file():
        return None
    for name in read_properties(folder / COLLECTION).get("all_margins", "").split():
        place = (folder / name).resolve()
        if not place.is_relative_to(folder.resolve()) or not is_hats(place):
            continue
        with suppress(ValueError):
            if float(properties_of(place).get("hats_margin_threshold", "0")) >= radius:
                return place
    return None
