"""Verbs that speak of a whole catalogue, of which only a part is in memory."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.catalogue.ids import as_source_ids
from napari_astro_al.errors import SessionError
from napari_astro_al.jobs import Job
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.session.at_hand import AtHand
from napari_astro_al.session.document import CatalogueReference, SessionDocument, write_atomically
from napari_astro_al.session.file_paths import named_file
from napari_astro_al.session.reopening import stored_roles, usable
from napari_astro_al.session.verbs import Verbs

BROUGHT = "brought.parquet"
"""Ids of the sources that passes and answers have brought into memory."""


REFUSED = {
    "predictions": (
        "This table",
        "session.predict_to(path) writes predictions of every source.",
    ),
    "export all": (
        "This file",
        "session.predict_to(path) writes predictions of every source.",
    ),
    "survey": (
        "This survey sample",
        "Scores on held-out sources are of the whole; a survey needs a catalogue in memory.",
    ),
    "curate": (
        "This test set",
        'Name its sources: Session(..., split=aal.Split(ids={"test": [...]})).',
    ),
    "split": ("This split", "Begin another session: Session(..., split=...)."),
    "columns": (
        "These columns",
        "catalogue.crossmatch(other) makes a catalogue with another one's columns; write others "
        "into its files, and open it again.",
    ),
    "share": (
        "This file",
        "Share the session's folder, which Session.open(path, partitioned) opens; or the model: "
        "session.export_model(path).",
    ),
}
"""What would be said of a part as if it were the whole, and what to do instead."""


class WholeCatalogue(Verbs):
    """What a session on a partitioned catalogue cannot say, and how it is kept."""

    at_hand: AtHand

    @property
    def sources_called(self) -> str:
        """What views call all that they can show."""
        return "sources in memory"

    def why_not(self, verb: str) -> str:
        """See `State.why_not`."""
        if verb not in REFUSED:
            return ""
        what, instead = REFUSED[verb]
        whole = self.at_hand.whole
        return (
            f"{what} would be of the {len(self.catalogue):,} sources in memory, not of all "
            f"{len(whole):,} of {whole.name!r}. {instead}"
        )

    def _refused(self, verb: str) -> SessionError:
        return SessionError(self.why_not(verb))

    def predictions(self, task: str | None = None) -> NoReturn:
        """Of all sources they are written to disk: `predict_to`."""
        raise self._refused("predictions")

    def export_job(self, *args: Any, **how: Any) -> Job[Path]:
        """Labelled sources as of any session; all of them are written by `predict_to`."""
        if how.get("rows") == "all":
            raise self._refused("export all")
        return super().export_job(*args, **how)

    def draw_survey(self, *args: Any, **how: Any) -> NoReturn:
        """Not yet for partitioned catalogues."""
        raise self._refused("survey")

    draw_survey_job = draw_survey

    def curate_job(self, *args: Any, **how: Any) -> NoReturn:
        """Not yet for partitioned catalogues."""
        raise self._refused("curate")

    def set_split(self, *args: Any, **how: Any) -> NoReturn:
        """The split decides what is in memory, so it is chosen at the beginning."""
        raise self._refused("split")

    def exclude_labels(self, *args: Any, **how: Any) -> NoReturn:
        """Not yet for partitioned catalogues."""
        raise SessionError(
            "Labels of a partitioned catalogue cannot be excluded. Open it with unknown=[...], "
            "which takes them for no label; or exclude sources by id: session.exclude(ids)."
        )

    def _adding(self, name: str) -> NoReturn:
        raise self._refused("columns")

    def export_config_job(self, *args: Any, **how: Any) -> NoReturn:
        """Not yet for partitioned catalogues."""
        raise self._refused("share")

    def catalogue_reference(self, path: Path) -> CatalogueReference:
        """How the session names its catalogue: all of it."""
        part, whole = super().catalogue_reference(path), self.at_hand.whole
        about = {
            "n_sources": len(whole),
            "partitions": len(whole.partitions),
            "left_out": list(whole.left_out),
        }
        return part.model_copy(update=about)

    def note_brought(self, ids: npt.NDArray[Any]) -> None:
        """Keep which sources are in memory beside the sketch, so that they are again on opening.

        Raises
        ------
        SessionError
            If the folder cannot be written to.
        """
        if self.path is None or self.ledger.read_only:
            return
        import pyarrow as pa
        from pyarrow import parquet

        text = self.catalogue.id_kind == "string"
        stream = io.BytesIO()
        column = pa.array(ids, type=pa.string() if text else None)
        parquet.write_table(pa.table({"id": column}), stream)
        write_atomically(self.path / BROUGHT, stream.getvalue())


def brought(root: Path) -> list[SourceId]:
    """The ids that `note_brought` kept.

    Raises
    ------
    SessionError
        If the file is damaged.
    """
    from pyarrow import parquet

    file = root / BROUGHT
    if not file.exists():
        return []
    try:
        return as_source_ids(parquet.read_table(file).column("id").to_pylist())
    except Exception as error:  # the file may hold anything
        raise SessionError(
            f"{file} is damaged: {type(error).__name__}: {error}. Restore it from a copy."
        ) from error


def whole_of(root: Path, document: SessionDocument) -> PartitionedCatalogue:
    """The partitioned catalogue that a session names, opened where it was.

    Raises
    ------
    SessionError
        If it is not there.
    """
    known = document.catalogue
    where = named_file(root, known.path)
    if not where.exists():
        raise SessionError(
            f"The catalogue of {root.name} is not at {where}. Give it: Session.open(path, "
            "aal.PartitionedCatalogue.open(...))."
        )
    roles = stored_roles(known.roles)
    return PartitionedCatalogue.open(
        where,
        id=roles.id,
        label=roles.label,
        ra=roles.ra,
        dec=roles.dec,
        unknown=roles.unknown,
        engine="threads",
        skip_unreadable=bool(known.left_out),
    )


def matching_whole(
    root: Path, document: SessionDocument, catalogue: PartitionedCatalogue
) -> PartitionedCatalogue:
    """A partitioned catalogue with a session's roles.

    Raises
    ------
    SessionError
        If it is another one, as far as its size tells.
    """
    known = document.catalogue
    if catalogue.id_kind != known.id_kind or len(catalogue) != known.n_sources:
        raise SessionError(
            f"{root.name} belongs to {known.name!r} with {known.n_sources:,} sources and ids of "
            f"kind {known.id_kind}; {catalogue.name!r} has {len(catalogue):,} and ids of kind "
            f"{catalogue.id_kind}. Open its own catalogue, with the same id column and without "
            "partitions left out."
        )
    with usable(root, "catalogue"):
        roles = stored_roles(known.roles)
        for name in (roles.label, roles.ra, roles.dec):
            if name is not None and name not in catalogue.column_names:
                raise SessionError(f"{catalogue.name!r} has no column {name!r}")
    return catalogue if catalogue.roles == roles else replace(catalogue, roles=roles)


def check_digest(root: Path, document: SessionDocument, catalogue: Catalogue) -> None:
    """Refuse a catalogue with other ids.

    Raises
    ------
    SessionError
    """
    if catalogue.id_digest != document.catalogue.id_digest:
        raise SessionError(
            f"{root.name} belongs to {document.catalogue.name!r}; {catalogue.name!r} has as many "
            "sources, but other ids. Open it with the same id column, or open its own catalogue."
        )
