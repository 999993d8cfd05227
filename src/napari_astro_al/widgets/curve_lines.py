"""The lines of a learning curve that somebody has chosen, in their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from napari_astro_al.learning import Task
from napari_astro_al.learning.metric_names import PER_CLASS
from napari_astro_al.session import Session
from napari_astro_al.session.baseline import RANDOM
from napari_astro_al.session.curves import Confusion, Row, class_curves, split_curves
from napari_astro_al.widgets.chart_colours import ChartColours, mixed
from napari_astro_al.widgets.class_colours import class_colours, classes_of, task_colours
from napari_astro_al.widgets.learning_curve import Line
from napari_astro_al.widgets.score_choice import EACH_CLASS, EACH_TASK, ScoreChoice


def curve_lines(
    session: Session,
    confusion: Confusion,
    choice: ScoreChoice,
    random: Sequence[Row],
    colours: ChartColours,
) -> list[Line]:
    """The curves of the metric that is chosen.

    Parameters
    ----------
    session : Session
    confusion : Confusion
        Of the newest model.
    choice : ScoreChoice
    random : sequence of mapping
        Scores of labels drawn at random; empty where they are not wanted.
    colours : ChartColours

    Returns
    -------
    list of Line
        The most important one last, so that it is drawn on top.
    """
    rows, task, metric = (
        session.history.rows,
        choice.task.currentData(),
        choice.metric.currentData(),
    )
    scope = choice.scope.currentText()
    if scope == EACH_TASK:
        found = {name: split_curves(rows, name, metric) for name in session.tasks}
        newest = {name: curves[-1] for name, curves in found.items() if curves}
        of_tasks = task_colours(session)
        return [
            Line(replace(curve, name=name), name, of_tasks[name]) for name, curve in newest.items()
        ]
    if scope == EACH_CLASS and metric in PER_CLASS:
        of_classes = class_colours(session, confusion.classes)
        return [
            Line(curve, Task.words(curve.name), of_classes[curve.name])
            for curve in class_curves(rows, task, metric, classes_of(session, task))
        ]
    drawn = [Line(one, RANDOM, colours.quiet) for one in split_curves(random, task, metric)]
    back = mixed(colours.paper, colours.ink, 0.55)
    curves = split_curves(rows, task, metric)
    return drawn + [
        Line(
            curve,
            curve.name if len(curves) > 1 else "",
            colours.right if curve is curves[-1] else back,
        )
        for curve in curves
    ]
