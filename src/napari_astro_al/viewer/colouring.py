"""Which colour each source has: by label, by prediction, by the model's uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.session import Session
from napari_astro_al.viewer.palette import ClassStyle, Colours, Inks, class_styles, ramp

if TYPE_CHECKING:
    from napari_astro_al.viewer.stage import ColourBy


def styles_of(session: Session) -> dict[str, ClassStyle]:
    """Colour and symbol of every class of a session, those that the user chose first."""
    chosen: dict[str, str] = {}
    names = dict.fromkeys(session.classes)
    for task in session.tasks.values():
        chosen.update(task.colours)
        names.update(dict.fromkeys(task.names))
    return class_styles(tuple(names), chosen)


def legend_of(
    session: Session, colour_by: ColourBy, inks: Inks
) -> tuple[tuple[str, ClassStyle], ...]:
    """What the sources' colours mean, as names and styles.

    Returns
    -------
    tuple of (str, ClassStyle)
        The classes; by uncertainty, once there is a model, the two ends of its ramp.
    """
    if colour_by == "uncertainty" and session.results:
        sure, unsure = ramp("uncertainty", (0.0, 1.0), dark=inks.dark)
        return ("sure", ClassStyle(sure, "disc")), ("unsure", ClassStyle(unsure, "disc"))
    return tuple(styles_of(session).items())


def source_colours(
    session: Session,
    rows: npt.NDArray[Any],
    colour_by: ColourBy,
    inks: Inks,
    *,
    faint: bool = False,
) -> Colours:
    """Colours of sources.

    Parameters
    ----------
    session : Session
        The model of its first task that has one is shown.
    rows : (n,) ndarray
        The sources.
    colour_by : {"label", "prediction", "uncertainty"}
        By prediction, the class gives the colour and its probability the opacity. By uncertainty,
        1 minus the largest probability, relative to that of equal probabilities.
    inks : Inks
        For sources about which nothing is known.
    faint : bool
        Whether those stand back, because an image of their density lies below.

    Returns
    -------
    (n, 4) float32 ndarray
    """
    colours = np.tile(inks.source, (len(rows), 1)).astype(np.float32)
    if faint:
        colours[:, 3] *= 0.3
    result = next(iter(session.results.values()), None)
    if colour_by == "label" or result is None or not len(rows):
        return colours
    probabilities = result.probabilities[rows]
    known = np.isfinite(probabilities).all(axis=1)
    best = np.where(known, np.nan_to_num(probabilities).max(axis=1), np.nan)
    if colour_by == "uncertainty":
        span = 1.0 - 1.0 / probabilities.shape[1]
        shown = ramp("uncertainty", (1.0 - best) / span, dark=inks.dark, alpha=0.9)
        colours[known] = shown[known]
        return colours
    styles = styles_of(session)
    palette = np.array(
        [styles[name].colour if name in styles else inks.source for name in result.classes]
    )
    colours[known] = palette[np.nan_to_num(probabilities).argmax(axis=1)][known]
    colours[known, 3] = 0.25 + 0.6 * best[known]
    return colours


def frame_colours(
    session: Session, rows: npt.NDArray[Any], colour_by: ColourBy, inks: Inks
) -> Colours:
    """Colours of thumbnails' frames: of the label, else as the source, and the ring's.

    Returns
    -------
    (n, 4) float32 ndarray
        Opaque.
    """
    colours = source_colours(session, rows, colour_by, inks)
    if colour_by == "label":
        colours = np.tile(inks.quiet, (len(rows), 1))
    colours[:, 3] = 1.0
    styles = styles_of(session)
    for place, source in enumerate(session.catalogue.ids_at(rows)):
        label = session.book.label_of(source)
        if label in styles:
            colours[place] = styles[label].colour
        if source == session.current:
            colours[place] = inks.ring
    return colours.astype(np.float32)


def by_importance(session: Session, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rows with the current source first, labelled ones next, the others in the order given."""
    current = None if session.current is None else session.catalogue.row_of(session.current)
    rank = np.where(rows == current, 0, np.where(session.book.taken[rows], 1, 2))
    return rows[np.argsort(rank, kind="stable")]
