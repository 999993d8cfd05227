"""Everything that can be done with a session, out of the rooms where each of it is written."""

from __future__ import annotations

from napari_astro_al.session.advice import Advising
from napari_astro_al.session.agreeing import Agreeing
from napari_astro_al.session.charting import Charting
from napari_astro_al.session.excluding import Excluding
from napari_astro_al.session.exporting import Exporting
from napari_astro_al.session.footprints import Footprints
from napari_astro_al.session.foreseeing import Foreseeing
from napari_astro_al.session.founding import Founding
from napari_astro_al.session.overlapping import Overlapping
from napari_astro_al.session.question_scores import QuestionScores
from napari_astro_al.session.replayable import Replayable
from napari_astro_al.session.strangers import Strangers
from napari_astro_al.session.triage import Triage


class Verbs(
    Excluding,
    Charting,
    Exporting,
    Triage,
    Advising,
    Agreeing,
    Foreseeing,
    Replayable,
    Overlapping,
    Footprints,
    Strangers,
    QuestionScores,
    Founding,
):
    """The verbs of a session beside opening, saving and closing it."""
