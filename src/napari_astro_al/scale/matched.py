"""The verb of partitioned catalogues that brings another catalogue's columns."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, cast

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.jobs import Job, drain
from napari_astro_al.scale.crossmatch import crossmatched_job

if TYPE_CHECKING:
    from napari_astro_al.scale.catalogue import PartitionedCatalogue


class Matched:
    """A catalogue whose sources are found in others."""

    def crossmatch(
        self,
        other: Catalogue | PartitionedCatalogue | str | PathLike[str],
        radius: Any = "1 arcsec",
        *,
        columns: Sequence[str] | None = None,
        to: str | PathLike[str] | None = None,
    ) -> PartitionedCatalogue:
        """The same sources with another catalogue's columns, where they match on the sky.

        Each source gets the nearest one of `other` within the radius; those without have missing
        values. LSDB does it, a partition at a time, and a HATS catalogue is written.

        Parameters
        ----------
        other : Catalogue, PartitionedCatalogue or path-like
            In memory, or a HATS catalogue.
        radius : Quantity or str
            An angle with its unit.
        columns : sequence of str, optional
            Of `other`, beside its positions; all by default. Those whose name is taken have the
            other catalogue's name after it; ``_dist_arcsec`` is the distance.
        to : path-like, optional
            A folder that is not there yet; by default one beside this catalogue.

        Raises
        ------
        CatalogueError
            If one of them is no HATS catalogue, a column is not there, or the folder is. Whatever
            fails, the folder is not there afterwards.

        Warns
        -----
        AstroALWarning
            Where `other` has no margin of this radius, so that matches over the edges of its
            partitions are missed.
        """
        return drain(self.crossmatch_job(other, radius, columns=columns, to=to))

    def crossmatch_job(
        self,
        other: Catalogue | PartitionedCatalogue | str | PathLike[str],
        radius: Any = "1 arcsec",
        *,
        columns: Sequence[str] | None = None,
        to: str | PathLike[str] | None = None,
    ) -> Job[PartitionedCatalogue]:
        """`crossmatch` as a job."""
        from napari_astro_al.scale.catalogue import PartitionedCatalogue

        whole = cast("PartitionedCatalogue", self)
        place = yield from crossmatched_job(whole, other, radius, columns, to)
        roles = whole.roles
        found = yield from PartitionedCatalogue.open_job(
            place,
            id=roles.id,
            label=roles.label,
            ra=roles.ra,
            dec=roles.dec,
            info=roles.info,
            images=roles.images,
            unknown=roles.unknown,
            engine=whole.engine,
        )
        return found
