"""What colours mean while they cannot be known."""

from __future__ import annotations

import numpy as np

from napari_astro_al.learning import Task
from napari_astro_al.viewer.colouring import legend_of, source_colours
from napari_astro_al.viewer.palette import Inks


def test_a_column_that_has_not_been_read_is_not_drawn_as_predictions(session):
    for number in range(8):
        session.annotate(f"s{number:05d}", ["STAR", "GALAXY"][number % 2])
    session.train()
    inks = Inks.on((0, 0, 0))
    colours = source_colours(session, np.arange(5), "column:unread", inks)
    assert (colours == inks.source).all()


def test_what_nobody_can_say_is_not_in_the_legend(session):
    session.set_tasks(Task.one_vs_rest("QSO", ["STAR", "GALAXY", "QSO"]))
    inks = Inks.on((0, 0, 0))
    named = [name for name, _ in legend_of(session, "label", None, inks)[0]]
    assert named == ["STAR", "GALAXY", "QSO"]
    session.annotate("s00001", "~QSO")
    assert legend_of(session, "label", None, inks)[0][-1][0] == "not QSO"
    assert legend_of(session, "prediction", None, inks)[0][-1][0] == "not QSO"
