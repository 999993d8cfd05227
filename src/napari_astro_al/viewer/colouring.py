"""Which colour each source has: by label, prediction, uncertainty, part of the split, value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning import Task
from napari_astro_al.learning.class_names import NOT
from napari_astro_al.session import Session
from napari_astro_al.session.pool import PART_NAMES
from napari_astro_al.viewer.legend import Bar
from napari_astro_al.viewer.outcomes import UNKNOWN, outcome_styles, outcomes_of
from napari_astro_al.viewer.palette import ClassStyle, Colours, Inks, class_styles, rgba
from napari_astro_al.viewer.ramps import ramp
from napari_astro_al.viewer.shading import bar_of
from napari_astro_al.viewer.slots import BAR_STEPS
from napari_astro_al.viewer.source_values import Values, most_probable

if TYPE_CHECKING:
    from napari_astro_al.learning.trained import TrainResult


def styles_of(session: Session) -> dict[str, ClassStyle]:
    """Colour and symbol of every class of a session, those that the user chose first."""
    chosen: dict[str, str] = {}
    names = dict.fromkeys(session.classes)
    for task in session.tasks.values():
        chosen.update(task.colours)
        names.update(dict.fromkeys(task.names))
    return class_styles(tuple(names), chosen)


OF_A_MODEL = ("prediction", "uncertainty", "confidence", "outcome")
"""Colours that a model gives."""
SPLIT_COLOURS = ("#56B4E9", "#E69F00", "#CC79A7")
"""In the order of `PART_NAMES`."""


def split_styles() -> dict[str, ClassStyle]:
    """Colours of the pool and of the held-out sets."""
    return {
        name: ClassStyle(rgba(colour), "disc")
        for name, colour in zip(PART_NAMES, SPLIT_COLOURS, strict=True)
    }


def legend_of(
    session: Session, colour: str, values: Values | None, inks: Inks
) -> tuple[tuple[tuple[str, ClassStyle], ...], Bar | None]:
    """What the sources' colours mean.

    Parameters
    ----------
    session : Session
    colour : str
        As in `Appearance`.
    values : Values or None
        Of the column that gives the colours.
    inks : Inks

    Returns
    -------
    classes : tuple of (str, ClassStyle)
        Entries of a legend: the classes, or the parts of the split.
    bar : Bar or None
        A colour bar, where colours are numbers; the classes are left out then.
    """
    if colour == "uncertainty" and session.results:
        steps = ramp("uncertainty", np.linspace(0.0, 1.0, BAR_STEPS), dark=inks.dark)
        return (), Bar("uncertainty", "0", "1", steps)
    if colour == "confidence" and session.results:
        steps = ramp("values", np.linspace(0.0, 1.0, BAR_STEPS), dark=inks.dark)
        return (), Bar("confidence", "even", "certain", steps)
    if colour == "outcome" and session.results:
        return tuple(outcome_styles().items()), None
    if values is not None:
        return (), bar_of(values, dark=inks.dark)
    if colour == "split":
        return tuple(split_styles().items()), None
    styles = styles_of(session)
    if colour == "label":
        styles = {name: styles[name] for name in styles if _may_be_said(session, name)}
    return tuple((Task.words(name), style) for name, style in styles.items()), None


def _may_be_said(session: Session, name: str) -> bool:
    """Whether a label may be a class's: "not X" only where it is an answer or was one."""
    if not name.startswith(NOT) or name in session.classes:
        return True
    return name in session.shown_labels.labels.values()


def source_colours(
    session: Session,
    rows: npt.NDArray[Any],
    colour: str,
    inks: Inks,
    *,
    values: Values | None = None,
    faint: bool = False,
) -> Colours:
    """Colours of sources.

    Parameters
    ----------
    session : Session
        The model of its first task that has one is shown.
    rows : (n,) ndarray
        The sources.
    colour : str
        As in `Appearance`. By prediction, the class gives the colour and its probability the
        opacity. By uncertainty, 1 minus the largest probability, relative to that of equal
        probabilities; by confidence, the opposite. By outcome, see `outcomes_of`.
    inks : Inks
        For sources about which nothing is known.
    values : Values, optional
        Of the column that gives the colours.
    faint : bool
        Whether those stand back, because an image of their density lies below.

    Returns
    -------
    (n, 4) float32 ndarray
    """
    colours = np.tile(inks.source, (len(rows), 1)).astype(np.float32)
    if faint:
        colours[:, 3] *= 0.3
    if not len(rows):
        return colours
    if colour == "split":
        palette = np.array([style.colour for style in split_styles().values()])
        colours = palette[session.partition.part[rows]]
        colours[:, 3] = 0.75
        return colours
    if values is not None:
        shown = ramp("values", values.scaled(values.values[rows]), dark=inks.dark, alpha=0.9)
        known = shown[:, 3] > 0
        colours[known] = shown[known]
        return colours
    result = first_result(session)
    if colour not in OF_A_MODEL or result is None:
        return colours
    if colour == "outcome":
        outcomes = outcomes_of(session, result, rows)
        palette = np.array([inks.source, *(one.colour for one in outcome_styles().values())])
        told = outcomes != UNKNOWN
        colours[told] = palette[outcomes[told]]
        colours[~told, 3] *= 0.35
        return colours
    probabilities = result.probabilities[rows]
    codes, doubt = most_probable(probabilities)
    known = codes >= 0
    if colour == "confidence":
        colours[known] = ramp("values", 1 - doubt, dark=inks.dark, alpha=0.9)[known]
        return colours
    if colour == "uncertainty":
        colours[known] = ramp("uncertainty", doubt, dark=inks.dark, alpha=0.9)[known]
        return colours
    styles = class_colours(session, result, inks)
    palette = np.array([styles[name] for name in result.classes])
    colours[known] = palette[codes[known]]
    colours[known, 3] = 0.25 + 0.6 * probabilities[known].max(axis=1)
    return colours


def tells_apart(session: Session, colour: str) -> bool:
    """Whether colours tell sources apart now: not by labels, which have a layer of their own, and
    not by a model while there is none.
    """
    if colour in OF_A_MODEL:
        return bool(session.results)
    return colour != "label"


def first_result(session: Session) -> TrainResult | None:
    """The model of the first task that has one."""
    return next(iter(session.results.values()), None)


def class_colours(session: Session, result: TrainResult, inks: Inks) -> dict[str, Colours]:
    """Colours of the classes of a model."""
    styles = styles_of(session)
    return {name: styles[name].colour if name in styles else inks.source for name in result.classes}


def frame_colours(
    session: Session,
    rows: npt.NDArray[Any],
    colour: str,
    inks: Inks,
    values: Values | None = None,
) -> Colours:
    """Colours of thumbnails' frames: of the label, else as the source, and the ring's.

    Returns
    -------
    (n, 4) float32 ndarray
        Opaque.
    """
    colours = source_colours(session, rows, colour, inks, values=values)
    if colour == "label":
        colours = np.tile(inks.quiet, (len(rows), 1))
    colours[:, 3] = 1.0
    styles = styles_of(session)
    for place, source in enumerate(session.catalogue.ids_at(rows)):
        label = session.shown_labels.label_of(source)
        if label in styles:
            colours[place] = styles[label].colour
        if source == session.current:
            colours[place] = inks.ring
    return colours.astype(np.float32)


def by_importance(session: Session, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rows with the current source first, labelled ones next, the others in the order given."""
    current = None if session.current is None else session.catalogue.row_of(session.current)
    rank = np.where(rows == current, 0, np.where(session.shown_labels.taken[rows], 1, 2))
    return rows[np.argsort(rank, kind="stable")]
