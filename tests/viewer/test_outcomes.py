from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.viewer.colouring import legend_of, source_colours
from napari_astro_al.viewer.outcomes import (
    RIGHT,
    TRAINED,
    UNKNOWN,
    WRONG,
    outcome_styles,
    outcomes_of,
)
from napari_astro_al.viewer.palette import Inks


@pytest.fixture
def session():
    """Twelve labels; a fifth of 200 sources validates, a fifth tests."""
    rng = np.random.default_rng(0)
    star = np.arange(200) % 2 == 0
    table = pd.DataFrame(
        {
            "source": np.arange(200),
            "u": np.where(star, 0, 2.0) + rng.normal(size=200),
            "kind": np.where(star, "STAR", "QSO"),
        }
    )
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind")
    made = aal.Session(catalogue, features=aal.FeatureRecipe(columns=["u"]))
    truth = aal.ColumnOracle(catalogue)
    for source in made.query(12):
        made.annotate(source, truth.label([source])[0])
    made.train()
    return made


def outcomes(session) -> np.ndarray:
    return outcomes_of(session, session.results["classes"], np.arange(200))


def test_what_is_held_out_for_validation_is_right_or_wrong(session):
    found, part = outcomes(session), session.partition.part
    predicted = session.predictions()["predicted"].to_numpy()
    right = np.asarray(predicted) == session.catalogue.column_labels

    assert set(np.unique(found[part == 1])) == {RIGHT, WRONG}
    assert ((found == RIGHT) == (right & (part == 1))).all()
    assert (found[part == 2] == UNKNOWN).all()


def test_what_has_trained_is_told(session):
    learnt = session.task_labels("classes").rows

    assert np.flatnonzero(outcomes(session) == TRAINED).tolist() == sorted(learnt)


def test_corrected_labels_count(session):
    row = int(np.flatnonzero(outcomes(session) == RIGHT)[0])
    (source,) = session.catalogue.ids_at([row])
    other = {"STAR": "QSO", "QSO": "STAR"}[str(session.catalogue.column_labels[row])]
    session.annotate(source, other)
    assert outcomes(session)[row] == WRONG

    session.unsure(source)
    assert outcomes(session)[row] == UNKNOWN


def test_they_have_colours_and_a_legend(session):
    inks = Inks.on((0, 0, 0))
    rows = np.arange(200)
    found = outcomes(session)
    colours = source_colours(session, rows, "outcome", inks)
    styles = outcome_styles()

    for code, name in ((TRAINED, "trained"), (RIGHT, "right"), (WRONG, "wrong")):
        assert colours[found == code, :3] == pytest.approx(
            np.tile(styles[name].colour[:3], (int((found == code).sum()), 1))
        )
    assert colours[found == UNKNOWN, :3] == pytest.approx(
        np.tile(inks.source[:3], (int((found == UNKNOWN).sum()), 1))
    )
    entries, bar = legend_of(session, "outcome", None, inks)
    assert [name for name, _ in entries] == ["trained", "right", "wrong"]
    assert bar is None


def test_confidence_is_a_ramp(session):
    inks = Inks.on((0, 0, 0))
    entries, bar = legend_of(session, "confidence", None, inks)
    colours = source_colours(session, np.arange(200), "confidence", inks)
    confidence = session.predictions()["confidence"].to_numpy()

    assert entries == ()
    assert (bar.low, bar.high) == ("even", "certain")
    sure, doubtful = np.argmax(confidence), np.argmin(confidence)
    assert not np.allclose(colours[sure], colours[doubtful])
