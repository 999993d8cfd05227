"""What a session holds is let go with it."""

from __future__ import annotations

import gc
import weakref

import numpy as np

import napari_astro_al as aal
from napari_astro_al.jobs import drain


def test_fifty_sessions_opened_and_closed_leave_nothing(tmp_path):
    survey = aal.samples.simulated_survey(200, seed=2)
    known = np.array(survey.column_labels, dtype=str)
    recipe = aal.LearnerRecipe("logistic_regression")
    path = tmp_path / "s.astroal"
    first = aal.Session(survey, learner=recipe, path=path)
    for name in first.classes:
        rows = [row for row in np.flatnonzero(known == name) if not first.partition.part[row]]
        first.annotate(survey.ids_at(rows[:3]), name)
    first.close()
    alive = [weakref.ref(first)]
    del first
    for time in range(50):
        session = aal.Session.open(path, survey)
        session.accept_next(drain(session.next_job(3)))
        held = [session, session.features, session.features.values]
        if time % 10 == 0:
            session.train()
            held.append(session.results["classes"])
        alive += [weakref.ref(one) for one in held]
        session.close()
        del session, held
    gc.collect()

    assert not [one for one in alive if one() is not None]
