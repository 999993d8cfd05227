"""A session's verbs for what leaves it: labels, predictions, models, other programs' files."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from napari_astro_al.session.comparison import Comparison, comparison_of
from napari_astro_al.session.modelling import Modelling


class Exporting(Modelling):
    """What a session writes for others."""

    @property
    def imported(self) -> Comparison | None:
        """What of the configuration that it was made from was taken over; None for most."""
        return comparison_of(self)

    def export_astronomical(self, path: str | PathLike[str]) -> Comparison:
        """Write an AstronomicAL configuration, as far as that can say what this session is.

        Parameters
        ----------
        path : path-like
            The JSON file. Where the test set was labelled by people, ``test_set.json`` is written
            beside it.

        Returns
        -------
        Comparison
            What was written, and what AstronomicAL has no equal of.

        Raises
        ------
        SessionError
            If the catalogue lacks a column of ids or labels, or the file cannot be written.
        """
        from napari_astro_al.session.astronomical.exporting import export_astronomical

        return export_astronomical(self, Path(path))

    def export(self, path: str | PathLike[str], *, columns: Sequence[str] = ()) -> Path:
        """Write the labelled sources as a table.

        Parameters
        ----------
        path : path-like
            The suffix says the format: .fits, .vot or .xml, .ecsv, .csv, .parquet.
        columns : sequence of str
            Columns of the catalogue to write beside id, label, split and who said so.

        Returns
        -------
        Path

        Raises
        ------
        SessionError
            If the suffix is not known or the file cannot be written.
        """
        from napari_astro_al.session.export import export_labels

        return export_labels(self, Path(path), columns)
