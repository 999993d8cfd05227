"""What a plot of one source is made from."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import PlotError

_IN_BRACES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Near:
    """A labelled source that a plot may compare with.

    Attributes
    ----------
    source : int or str
    label : str
    """

    source: SourceId
    label: str


@dataclass(frozen=True, eq=False)
class Given:
    """One source, its catalogue, and what the person has said about the plot.

    Attributes
    ----------
    catalogue : Catalogue
    source : int or str
    settings : mapping of str to JSON values
        One for each field of the plot.
    near : tuple of Near
        Labelled sources, the nearest of each class in feature space.
    """

    catalogue: Catalogue
    source: SourceId
    settings: Mapping[str, Any] = field(default_factory=dict)
    near: tuple[Near, ...] = ()

    def of(self, source: SourceId) -> Given:
        """The same of another source."""
        return replace(self, source=source, near=())

    @property
    def row(self) -> int:
        """The row of the source."""
        return self.catalogue.row_of(self.source)

    def number(self, column: str | None) -> float:
        """A cell as a number; NaN where it is missing, or where no column is named.

        Raises
        ------
        CatalogueError
            If there is no such column.
        PlotError
            If the cell is no number.
        """
        if not column:
            return math.nan
        cell: Any = self.catalogue.column(column).iat[self.row]
        if cell is None or str(cell) in ("<NA>", "NaT"):
            return math.nan
        try:
            number = float(cell)
        except (TypeError, ValueError):
            raise PlotError(
                f"The column {column!r} holds {str(cell)[:40]!r} for source {self.source}, which "
                "is no number. Choose a column of numbers."
            ) from None
        return number if math.isfinite(number) else math.nan

    def text(self, column: str | None) -> str:
        """A cell as text with all its digits; empty where it is missing.

        Raises
        ------
        CatalogueError
            If there is no such column.
        """
        if not column:
            return ""
        cell: Any = self.catalogue.column(column).iat[self.row]
        if cell is None or (isinstance(cell, float) and math.isnan(cell)):
            return ""
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        text = str(cell).strip()
        return "" if text in ("<NA>", "NaT") else text

    def array(self, column: str) -> npt.NDArray[np.float64]:
        """The array of a column with an array a source, float64.

        Raises
        ------
        PlotError
            If there is no such column.
        """
        arrays = self.catalogue.arrays
        if column not in arrays:
            known = ", ".join(map(repr, arrays)) or "none"
            raise PlotError(
                f"{self.catalogue.name!r} has no column {column!r} with an array a source. "
                f"It has: {known}."
            )
        return np.asarray(arrays[column][self.row], dtype=np.float64)

    def setting(self, name: str) -> Any:
        """What was said of a field; None where nothing was."""
        value = self.settings.get(name)
        return None if value in ("", None) else value

    def file(self, named: str, folder: str | None) -> Path | None:
        """The file that a setting names for this source.

        Parameters
        ----------
        named : str
            A column of paths, or a path with columns in braces:
            ``spectra/spec-{plate}-{mjd}-{fiberid:04}.fits``.
        folder : str or None
            What paths are relative to; the folder of the catalogue's file where not given.

        Returns
        -------
        Path or None
            None where the source has no path.

        Raises
        ------
        PlotError
            If a cell leads out of the folder: a catalogue that somebody else has made must not
            choose any file.
        """
        within = self._folder(folder)
        if named in self.catalogue.table.columns:
            told = self.text(named)
        elif found := _IN_BRACES.search(named):
            told = self._filled(named)
            # the person wrote what stands before the first column: cells count from there on
            within = (within / Path(named[: found.start()] + "_").expanduser()).resolve().parent
        else:
            return (within / Path(named).expanduser()).resolve()
        if not told:
            return None
        path = (self._folder(folder) / Path(told).expanduser()).resolve()
        if not path.is_relative_to(within):
            raise PlotError(
                f"{told} leads out of the folder {within}. Set the folder that these files are in."
            )
        return path

    def _folder(self, folder: str | None) -> Path:
        if folder:
            return Path(folder).expanduser().resolve()
        path = self.catalogue.path
        return (path.parent if path is not None else Path.cwd()).resolve()

    def _filled(self, pattern: str) -> str:
        """A pattern with the cells of this source; empty where one is missing."""
        missing = False

        def cell(found: re.Match[str]) -> str:
            nonlocal missing
            column, _, width = found[1].partition(":")
            text = str(self.source) if column == "id" else self.text(column)
            missing = missing or not text
            return text.zfill(int(width)) if width.isdecimal() else text

        filled = _IN_BRACES.sub(cell, pattern)
        return "" if missing else filled
