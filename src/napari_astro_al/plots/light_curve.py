"""The light curve of a source, band by band, folded where a period is known."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.plots.fields import Field, called, column_called
from napari_astro_al.plots.figure import Figure, PlotAxis, Series
from napari_astro_al.plots.given import Given
from napari_astro_al.plots.light_curve_files import LightCurve, Naming, read_light_curve

MAGNITUDES, FLUXES, AUTO = "magnitudes", "fluxes", "by its name"
UNFOLDED, FOLDED = "as observed", "folded twice"
BAND_COLOURS = {
    "u": "#7D6FD0",
    "g": "#009E73",
    "r": "#D55E00",
    "i": "#CC79A7",
    "z": "#8C6D5A",
    "y": "#B8A800",
    "B": "#0072B2",
    "V": "#009E73",
    "R": "#D55E00",
    "I": "#CC79A7",
    "G": "#56B4E9",
    "BP": "#0072B2",
    "RP": "#D55E00",
}
"""Told apart with any one kind of cone missing, and near to what the bands look like."""
OTHER_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#0072B2", "#B8A800")
_ZTF = {"1": "g", "2": "r", "3": "i", "zg": "g", "zr": "r", "zi": "i"}


def _guess_file(catalogue: Catalogue) -> str | None:
    named = column_called(
        catalogue,
        ("lightcurve", "lightcurvefile", "lightcurvepath", "lcfile", "lcpath", "lc"),
        numbers=False,
    )
    return named if named is not None and catalogue.table[named].dtype.kind not in "iuf" else None


class LightCurvePlot:
    """Values with errors against time; the bands in their colours, limits as triangles."""

    title = "Light curve"
    requires = (
        Field(
            "file",
            "File",
            "file",
            "The light curve of each source: a column of paths, a path with columns in braces, "
            "such as curves/{id}.csv, or one table of all sources",
            needed=True,
            guess=_guess_file,
        ),
        Field("folder", "Folder", "folder", "What paths are relative to"),
        Field(
            "source",
            "Column of ids",
            "text",
            "In one table of all sources, the column that says whose a row is",
            "found by its name",
        ),
        Field("match", "Ids are those of", "column", "The catalogue's column of these ids"),
        Field("time", "Column of times", "text", "In the file", "found by its name"),
        Field("value", "Column of values", "text", "In the file", "found by its name"),
        Field("error", "Column of errors", "text", "In the file", "found by its name"),
        Field("band", "Column of bands", "text", "In the file", "found by its name"),
        Field(
            "limit",
            "Column of limits",
            "text",
            "Limiting magnitudes, drawn where there is no value",
            "found by its name",
        ),
        Field(
            "scale",
            "Values are",
            "choice",
            "Magnitudes are drawn upside down",
            choices=(AUTO, MAGNITUDES, FLUXES),
            default=AUTO,
        ),
        Field(
            "period",
            "Period",
            "number column",
            "In the unit of the times",
            guess=called("period", "per", "koiperiod", "bestperiod", "pf", "p"),
        ),
        Field(
            "fold",
            "Draw",
            "choice",
            "Against time, or against phase, where there is a period",
            choices=(UNFOLDED, FOLDED),
            default=UNFOLDED,
        ),
    )

    def draw(self, given: Given) -> Figure:
        """A series a band."""
        named = str(given.setting("file"))
        path = given.file(named, given.setting("folder"))
        if path is None:
            return Figure.empty(self.title, "This source has no light curve.")
        if not path.exists():
            return Figure.empty(
                self.title, f"The light curve of this source is not there: {path}. Press "
                "“Columns…” to say where light curves are."
            )  # fmt: skip
        of_all = named not in given.catalogue.table.columns and "{" not in named
        own = given.text(given.setting("match")) or str(given.source)
        parts = ("source", "time", "value", "error", "band", "limit")
        naming = Naming(*(str(given.setting(one) or "") for one in parts))
        curve = read_light_curve(path, naming, own if of_all else None)
        if curve is None or not len(curve.time):
            return Figure.empty(self.title, f"{path.name} has no values of this source.")
        period = given.number(given.setting("period"))
        folded = given.settings["fold"] == FOLDED and period > 0
        series = tuple(
            _series(curve, band, period if folded else math.nan)
            for band in sorted(set(curve.band.tolist()), key=_place)
        )
        magnitudes = _in_magnitudes(curve, str(given.settings["scale"]))
        name = "Phase" if folded else curve.time_name
        return Figure(
            self.title,
            PlotAxis(name, "" if folded else _time_unit(curve)),
            PlotAxis(curve.value_name, curve.unit or ("mag" if magnitudes else ""),
                     reversed=magnitudes),
            series if magnitudes else tuple(_upright(one) for one in series),
            notes=_notes(curve, period, folded, given.settings["fold"] == FOLDED),
        )  # fmt: skip


def _series(curve: LightCurve, band: str, period: float) -> Series:
    some = curve.band == band
    time, value, error = curve.time[some], curve.value[some], curve.error[some]
    # a limiting magnitude: the source is fainter, its magnitude larger
    limits = curve.limit[some].astype(np.int8)
    if period > 0:
        phase = (time - curve.time[0]) / period % 1.0
        time, value, error, limits = (
            np.concatenate([phase, phase + 1.0]),
            *(np.tile(one, 2) for one in (value, error, limits)),
        )
    name = _ZTF.get(band, band)
    return Series(
        name,
        time,
        value,
        colour=_colour(band),
        y_low=value - error,
        y_high=value + error,
        limits=limits,
        words=(name,) * len(time),
    )


def _upright(series: Series) -> Series:
    """The same where values are fluxes, so that limits are upper ones."""
    from dataclasses import replace

    limits: npt.NDArray[np.int8] | None = series.limits
    return replace(series, limits=None if limits is None else (-limits).astype(np.int8))


def _in_magnitudes(curve: LightCurve, said: str) -> bool:
    if said != AUTO:
        return said == MAGNITUDES
    return "mag" in curve.unit.lower() or ("mag" in curve.value_name.lower() and not curve.unit)


def _time_unit(curve: LightCurve) -> str:
    dated = curve.time_name.lower().endswith(("jd", "tai"))
    return curve.time_unit or ("d" if dated else "")


def _colour(band: str) -> str:
    name = _ZTF.get(band, band)
    short = name.rsplit("_", 1)[-1].rsplit(" ", 1)[-1]
    if not name:
        return ""
    known = BAND_COLOURS.get(short) or BAND_COLOURS.get(short.lower())
    return known or OTHER_COLOURS[sum(map(ord, name)) % len(OTHER_COLOURS)]


def _place(band: str) -> tuple[int, str]:
    order = list(BAND_COLOURS)
    name = _ZTF.get(band, band)
    return (order.index(name) if name in order else len(order), name)


def _notes(curve: LightCurve, period: float, folded: bool, wanted: bool) -> tuple[str, ...]:
    seen = int(np.count_nonzero(~curve.limit))
    notes = [f"{seen:,} values over {np.ptp(curve.time):.4g}"]
    limits = int(np.count_nonzero(curve.limit))
    if limits:
        notes.append(f"{limits:,} limits")
    if folded:
        notes.append(f"period {period:.7g}")
    elif wanted:
        notes.append("no period of this source: not folded")
    return tuple(notes)
