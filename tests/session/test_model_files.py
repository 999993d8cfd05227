"""Models in files of their own: what they say of another catalogue is what the session says."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

import napari_astro_al as aal
from napari_astro_al import cli
from napari_astro_al.errors import CatalogueError, LearnerError
from napari_astro_al.session import predicting
from napari_astro_al.session.predicting import read_model


@pytest.fixture(scope="module")
def session():
    survey = aal.samples.simulated_survey(600, seed=0)
    session = aal.Session(survey, pool="labelled", start=60)
    session.train()
    return session


@pytest.fixture(scope="module")
def folder(session, tmp_path_factory):
    """The model in both forms, and a new catalogue of the same survey in several formats."""
    folder = tmp_path_factory.mktemp("models")
    for suffix in (".skops", ".onnx"):
        session.export_model(folder / f"model{suffix}")
    table = aal.samples.simulated_survey(500, seed=1).table
    table.to_parquet(folder / "new.parquet")
    table.to_csv(folder / "new.csv", index=False)
    Table.from_pandas(table).write(folder / "new.fits")
    return folder


def expected(session, table):
    """What the session's model says, asked directly."""
    from napari_astro_al.features.matrix import apply_features

    new = aal.Catalogue.from_table(table, id=aal.ROWS, guess=False)
    matrix = apply_features(session.features.recipe, session.features.fit, new)
    result = next(iter(session.results.values()))
    said = result.learner.predict_proba(matrix.values.astype(np.float64))
    places = [list(result.learner.classes_).index(name) for name in result.classes]
    return result.classes, said[:, places], matrix.usable


class TestApplied:
    @pytest.mark.parametrize("model", ["model.skops", "model.onnx"])
    @pytest.mark.parametrize("catalogue", ["new.parquet", "new.csv", "new.fits"])
    def test_says_what_the_session_says(
        self, session, folder, tmp_path, monkeypatch, model, catalogue
    ):
        monkeypatch.setattr(predicting, "CHUNK", 128)
        out = tmp_path / "out.parquet"
        applied = aal.predict(folder / model, folder / catalogue, out, columns=["u"])

        table = pd.read_parquet(folder / "new.parquet")
        classes, said, usable = expected(session, table)
        found = pd.read_parquet(out)
        assert applied.n_sources == len(found) == 500
        names = [f"p_{name}" for name in classes]
        np.testing.assert_allclose(found[names][usable], said[usable], atol=2e-5)
        assert found[names][~usable].isna().all(axis=None)
        np.testing.assert_allclose(found["u"], table["u"], rtol=1e-6)

    def test_ids_are_those_of_the_model_or_named_or_numbers(self, session, folder, tmp_path):
        role = session.catalogue.roles.id
        aal.predict(folder / "model.skops", folder / "new.parquet", tmp_path / "a.csv")
        table = pd.read_parquet(folder / "new.parquet")
        own = table[role] if isinstance(role, str) else np.arange(500)
        assert list(pd.read_csv(tmp_path / "a.csv")["id"]) == list(own)
        aal.predict(
            folder / "model.skops", folder / "new.parquet", tmp_path / "b.csv", id=["ra", "dec"]
        )
        first = pd.read_csv(tmp_path / "b.csv", dtype=str)["id"][0]
        assert first == f"{table['ra'][0]}-{table['dec'][0]}"

    def test_missing_columns_are_named(self, folder, tmp_path):
        table = pd.read_parquet(folder / "new.parquet").drop(columns=["g", "z"])
        table.to_parquet(tmp_path / "less.parquet")
        with pytest.raises(CatalogueError, match=r"model\.skops needs the columns 'g', 'z'"):
            aal.predict(folder / "model.skops", tmp_path / "less.parquet", tmp_path / "o.csv")
        assert not (tmp_path / "o.csv").exists()

    def test_from_the_command_line(self, folder, tmp_path, capsys):
        out = tmp_path / "out.fits"
        arguments = [str(folder / "model.skops"), str(folder / "new.fits"), "--out", str(out)]
        assert cli.main(["predict", *arguments]) == 0
        assert "500 sources" in capsys.readouterr().out
        assert len(Table.read(out)) == 500
        assert cli.main(["predict", *arguments[:2], "--out", "x.doc"]) == 1
        assert "cannot be written as .doc" in capsys.readouterr().err


class TestOnnx:
    @pytest.mark.parametrize(
        "models",
        [["random_forest"], ["gradient_boosting"], ["decision_tree", "extra_trees"], ["mlp"]],
        ids=" + ".join,
    )
    @pytest.mark.parametrize("vote", ["soft", "hard"])
    def test_models_that_can_be_converted(self, session, tmp_path, models, vote):
        other = aal.Session(
            session.catalogue,
            learner=aal.LearnerRecipe(models=models, vote=vote),
            pool="labelled",
            start=40,
        )
        path = other.export_model(tmp_path / "m.onnx")
        matrix = other.features
        said = read_model(path).say(matrix)
        result = next(iter(other.results.values()))
        close = np.abs(said - result.probabilities).max(axis=1) < 1e-4
        assert close[matrix.usable].mean() > 0.99  # a hard vote may fall otherwise in a tie

    def test_missing_values_stay_missing(self, session, tmp_path):
        other = aal.Session(
            session.catalogue,
            features=aal.FeatureRecipe(missing="native"),
            pool="labelled",
            start=60,
        )
        path = other.export_model(tmp_path / "m.onnx")
        said = read_model(path).say(other.features)
        result = next(iter(other.results.values()))
        usable = other.features.usable
        np.testing.assert_allclose(said[usable], result.probabilities[usable], atol=1e-5)

    def test_a_model_that_says_something_else_is_refused_by_name(self, session, tmp_path):
        other = aal.Session(
            session.catalogue, learner=aal.LearnerRecipe(model="knn"), pool="labelled", start=40
        )
        with pytest.raises(LearnerError, match=r"knn|KNeighbors.*cannot be written as ONNX"):
            other.export_model(tmp_path / "m.onnx")
        assert not list(tmp_path.iterdir())


class TestRefused:
    def test_a_model_of_a_sessions_folder(self, session, tmp_path):
        from napari_astro_al.learning import save_model

        save_model(next(iter(session.results.values())).learner, tmp_path / "m.skops")
        with pytest.raises(LearnerError, match="does not say what its model is given"):
            read_model(tmp_path / "m.skops")

    def test_what_is_no_model(self, tmp_path):
        for name in ("m.skops", "m.onnx"):
            (tmp_path / name).write_bytes(b"PK\x03\x04 nothing")
            with pytest.raises(LearnerError, match=r"not a model file|is no ONNX model"):
                read_model(tmp_path / name)
        with pytest.raises(LearnerError, match=r"stored in \.skops files"):
            read_model(tmp_path / "m.pickle")

    def test_a_tree_that_leads_out_of_itself(self, session, tmp_path):
        from napari_astro_al.learning.soundness import check_sound

        learner = next(iter(session.results.values())).learner
        check_sound([learner.estimator], session.features.values.shape[1])
        with pytest.raises(LearnerError, match="leads out of itself"):
            check_sound([learner.estimator], 1)


class TestCard:
    def test_says_what_it_learnt_from_and_how_good_it_is(self, session, tmp_path):
        session.export_card(tmp_path / "card.json", intended_use=["Finding quasars."])
        text = session.export_card(tmp_path / "card.md", limits=["Northern sky."]).read_text()
        card = json.loads((tmp_path / "card.json").read_text())

        assert sum(card["labels"].values()) == 60
        f1 = card["metrics"][0]["f1"]
        assert f1["low"] <= f1["value"] <= f1["high"]
        for one in card["metrics"][0]["classes"].values():
            assert one["low"] <= one["value"] <= one["high"]
        assert card["intended_use"][0] == "Finding quasars."
        assert card["features"]["names"] == list(session.features.fit.names)
        assert card["data"]["catalogue"]["id_digest"] == session.catalogue.id_digest
        assert "- Northern sky." in text
        assert "| F1 | " in text
        assert "The test set was not looked at" in text

    def test_as_another_format_is_refused(self, session, tmp_path):
        with pytest.raises(LearnerError, match=r"written as \.md or \.json"):
            session.export_card(tmp_path / "card.pdf")
