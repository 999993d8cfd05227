"""What colours mean while they cannot be known."""

from __future__ import annotations

import numpy as np

from napari_astro_al.viewer.colouring import source_colours
from napari_astro_al.viewer.palette import Inks


def test_a_column_that_has_not_been_read_is_not_drawn_as_predictions(session):
    for number in range(8):
        session.annotate(f"s{number:05d}", ["STAR", "GALAXY"][number % 2])
    session.train()
    inks = Inks.on((0, 0, 0))
    colours = source_colours(session, np.arange(5), "column:unread", inks)
    assert (colours == inks.source).all()
