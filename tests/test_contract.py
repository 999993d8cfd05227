"""The API example of the design, played on real data."""

from __future__ import annotations

import pytest

import napari_astro_al as aal


@pytest.fixture(scope="module")
def sdss(shared_data):
    with pytest.warns(aal.AstroALWarning, match="specobjid.*digits may have been lost"):
        return aal.Catalogue.read(
            shared_data / "sdss_dr14" / "sdss_dr14.csv",
            id="specobjid",
            label="class",
            ra="ra",
            dec="dec",
        )


def test_a_hundred_labels_reach_a_macro_f1_of_0_90_without_redshift(sdss, tmp_path):
    session = aal.Session(
        sdss,
        features=aal.FeatureRecipe(columns=list("ugriz"), generators=[("subtract", 2)]),
        task=aal.Task(classes=["STAR", "GALAXY", "QSO"]),
        learner=aal.LearnerRecipe(model="auto", strategy="auto"),
        split=aal.Split(validation=0.2, test=0.2, seed=0),
        path=tmp_path / "quasars.astroal",
    )
    assert "redshift" not in session.features.names
    oracle = aal.ColumnOracle(sdss)
    for _ in range(100):
        (source,) = session.query(n=1)
        session.annotate(source, oracle.label([source])[0])
    session.train()

    assert len(session.labels) == 100
    newest = session.scores.iloc[-1]
    assert (newest["n_labels"], newest["split"]) == (100, "validation")
    assert newest["f1"] >= 0.90
    test = session.test_scores(reason="the contract")
    assert test["f1"].iloc[0] >= 0.90

    predictions = session.predictions()
    assert list(predictions.columns) == [
        "predicted",
        "confidence",
        "p_STAR",
        "p_GALAXY",
        "p_QSO",
        "uncertainty",
    ]
    scores = session.scores
    session.save()
    session.close()
    again = aal.Session.open(tmp_path / "quasars.astroal", sdss)
    assert again.labels.equals(session.labels)
    assert again.scores.equals(scores)


def test_the_default_features_of_sdss_are_its_magnitudes(sdss):
    assert aal.Session(sdss).features.names == tuple("ugriz")
