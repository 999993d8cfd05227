"""AstronomicAL's configurations: what becomes of every key, and whether the next query is its."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table
from modAL.disagreement import vote_entropy, vote_entropy_sampling
from modAL.models import ActiveLearner, Committee
from modAL.uncertainty import (
    classifier_margin,
    classifier_uncertainty,
    margin_sampling,
    uncertainty_sampling,
)
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import RobustScaler
from sklearn.tree import DecisionTreeClassifier

import napari_astro_al as aal
from napari_astro_al.catalogue.ids import derived_seed, splitmix64
from napari_astro_al.errors import SessionError

N = 300
BANDS = list("ugri")


def sky(unknown=0):
    """Three overlapping blobs of whole-number classes, ids S0, S1 and so on."""
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 3, N)
    centre = np.array([[0, 0, 0, 0], [2, 0, 1, 0], [0, 2, 0, 1]])[kind]
    table = pd.DataFrame(centre + rng.normal(size=(N, 4)), columns=BANDS)
    kind[:unknown] = -1
    return table.assign(name=[f"S{row}" for row in range(N)], kind=kind, mag=rng.random(N))


def configuration(**changes):
    """One of three classifiers; each was asked of other sources."""
    kind = sky()["kind"].to_numpy()
    pool = [row for row in range(N) if f"S{row}" not in held_out()]

    def asked(first, last):
        rows = pool[first:last]
        return {"id": [f"S{row}" for row in rows], "y": [int(kind[row]) for row in rows]}

    trained = {
        "0": {"classifier": ["RForest"], "query": ["Uncertainty Sampling"], **asked(0, 15)},
        "1": {"classifier": ["AdaBoost"], "query": ["Margin Sampling"], **asked(10, 25)},
        "2": {
            "classifier": ["KNN", "DTree"],
            "query": ["Uncertainty Sampling", "Uncertainty Sampling"],
            **asked(25, 40),
        },
    }
    content = {
        "Author": "Ada",
        "doi": "10.1/x",
        "dataset_filepath": "data/sky.fits",
        "optimise_data": True,
        "layout": {
            "0": {"x": 0, "y": 0, "w": 4, "h": 4, "contents": "Active Learning"},
            "1": {"contents": "Basic Plot", "panel_contents": ["mag", "u-g"]},
            "2": {"contents": "SED Plot", "panel_contents": []},
        },
        "id_col": "name",
        "label_col": "kind",
        "default_vars": ["u", "g"],
        "labels": [-1, 0, 1, 2],
        "label_colours": {"0": "#ff7f0e", "1": "#2ca02c", "2": "#d62728", "-1": "#1f77b4"},
        "labels_to_strings": {"0": "Star", "1": "Galaxy", "2": "QSO", "-1": "Unknown"},
        "strings_to_labels": {"Unknown": -1, "Star": 0, "Galaxy": 1, "QSO": 2},
        "extra_info_cols": ["mag"],
        "extra_image_cols": [],
        "labels_to_train": ["Star", "Galaxy", "QSO"],
        "features_for_training": BANDS,
        "exclude_labels": False,
        "exclude_unknown_labels": True,
        "unclassified_labels": [],
        "scale_data": True,
        "feature_generation": [["subtract (a-b)", 2]],
        "test_set_file": False,
        "classifiers": trained,
    }
    return {**content, **changes}


def parts(kind):
    """AstronomicAL's draw: shuffled, then 60/20/20 of the known ones, each class alike."""
    np.random.seed(0)  # noqa: NPY002
    order = np.random.permutation(np.arange(len(kind)))  # noqa: NPY002
    order = order[kind[order] != -1]
    state = np.random.RandomState(0)
    train, rest = train_test_split(
        order, test_size=1 - 0.6, stratify=kind[order], random_state=state
    )
    test_share = 1 - 0.6 - 0.2
    validation, test = train_test_split(
        rest, test_size=test_share / (test_share + 0.2), stratify=kind[rest], random_state=state
    )
    return train, validation, test


def held_out():
    _, validation, test = parts(sky()["kind"].to_numpy())
    return {f"S{row}" for row in (*validation, *test)}


@pytest.fixture
def put(tmp_path):
    def write(content, name="config.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def catalogue(**options):
    return aal.Catalogue.from_table(sky(**options), id="name", label="kind", name="sky")


def imported(file, *args, **options):
    with pytest.warns(aal.AstroALWarning, match="have no equal here"):
        return aal.import_astronomical(file, *args, **options)


class TestEveryKey:
    def test_roles_classes_colours_and_features(self, put):
        session = imported(put(configuration()), catalogue())

        roles = session.catalogue.roles
        assert (roles.id, roles.label, roles.info) == ("name", "kind", ("mag",))
        assert list(session.tasks) == ["Star", "Galaxy", "QSO"]
        task = session.tasks["QSO"]
        assert task.names == ("QSO", "~QSO")
        assert task.aliases == {"0": "Star", "1": "Galaxy", "2": "QSO"}
        assert task.colours == {"Star": "#ff7f0e", "Galaxy": "#2ca02c", "QSO": "#d62728"}
        assert session.features.names == (*BANDS, "u-g", "u-r", "u-i", "g-r", "g-i", "r-i")
        assert session.pool == "labelled"
        assert session.projection_recipe.title == "g against u"
        assert [one["projection"]["x"] for one in session.window["views"]] == ["mag"]

    def test_the_same_sources_are_held_out(self, put):
        session = imported(put(configuration()), catalogue(unknown=20))
        _, validation, test = parts(sky(unknown=20)["kind"].to_numpy())
        asked = {source for one in configuration()["classifiers"].values() for source in one["id"]}

        named = session.split.ids
        assert set(named["validation"]) == {f"S{row}" for row in validation} - asked
        assert set(named["test"]) == {f"S{row}" for row in test} - asked

    def test_answers_keep_their_order_and_say_who_asked(self, put):
        content = configuration()
        session = imported(put(content), catalogue())

        for raw, name in (("0", "Star"), ("1", "Galaxy"), ("2", "QSO")):
            given = [
                (event.payload["source"], event.payload["label"])
                for event in session.book.answers()()
                if event.payload["asked"]["task"] == name
            ]
            one, names = content["classifiers"][raw], ("Star", "Galaxy", "QSO")
            assert given == [(i, names[y]) for i, y in zip(one["id"], one["y"], strict=True)]
        assert len(session.labels) == 40

    def test_what_has_no_equal_is_listed_and_kept(self, put, tmp_path):
        content = configuration(surprise=7, feature_generation=[["twist (a@b)", 2]])
        session = imported(put(content), catalogue(), path=tmp_path / "s.astroal")
        session.close()
        session = aal.Session.open(session.path, catalogue())

        told = {one.key: one for one in session.imported.no_equal}
        assert {"Author", "doi", "layout.2", "surprise", "feature_generation"} <= set(told)
        assert told["feature_generation"].value == "twist (a@b), 2"
        assert session.imported.leftover["surprise"] == 7
        session.close()

    def test_unsure_is_neither_asked_nor_learnt(self, put):
        content = configuration()
        content["classifiers"]["0"]["y"][3] = -1
        source = content["classifiers"]["0"]["id"][3]
        session = imported(put(content), catalogue())

        assert session.book.state_of(source) == "unsure"
        assert source not in session.query(n=N, task="Star")

    def test_two_classifiers_may_disagree(self, put):
        content = configuration()
        first, second = content["classifiers"]["0"], content["classifiers"]["1"]
        shared = sorted(set(first["id"]) & set(second["id"]))
        assert len(shared) == 5
        place = first["id"].index(shared[0])
        first["y"][place] = (first["y"][place] + 1) % 3
        session = imported(put(content), catalogue())

        assert session.sets["answered differently"].count == 1
        assert len(session.book.history_of(shared[0])) == 2

    def test_answers_of_yes_and_no(self, put):
        content = configuration()
        for raw, one in content["classifiers"].items():
            one["y"] = [int(number == int(raw)) for number in one["y"]]
        session = imported(put(content), catalogue())
        kind = dict(zip(sky()["name"], sky()["kind"], strict=True))

        names = ("Star", "Galaxy", "QSO")
        for source, label in session.labels.items():
            assert session.tasks["QSO"].target(label) in (None, "QSO", "~QSO")
            assert label.startswith("~") or label == names[kind[source]]

    def test_labels_left_out(self, put):
        content = configuration(
            exclude_labels=True, unclassified_labels=["QSO"], labels_to_train=["Star", "Galaxy"]
        )
        del content["classifiers"]["2"]
        session = imported(put(content), catalogue())

        assert list(session.tasks) == ["Star", "Galaxy"]
        assert session.excluded.count == int((sky()["kind"] == 2).sum())

    def test_settings_alone(self, put):
        session = imported(put(configuration()), catalogue(), answers=False)
        assert len(session.labels) == 0

    def test_the_catalogue_is_found_beside(self, put, tmp_path):
        (tmp_path / "data").mkdir()
        Table.from_pandas(sky()).write(tmp_path / "data" / "sky.fits")
        session = imported(put(configuration()))
        assert len(session.catalogue) == N


class TestOtherFiles:
    def test_a_curated_test_set_takes_the_place_of_the_drawn_one(self, put):
        content = configuration(test_set_file=True)
        learnt = content["classifiers"]["0"]["id"][0]
        _, validation, test = parts(sky()["kind"].to_numpy())
        first, second = f"S{test[0]}", f"S{validation[0]}"
        put({first: 1, second: 2, f"S{test[1]}": -1, learnt: 0}, "test_set.json")
        session = imported(put(content), catalogue())

        assert list(session.split.ids["test"]) == [first, second]
        assert set(session.split.ids["validation"]) == held_out() - {first, second}
        assert [session.labels[one] for one in (first, second)] == ["Galaxy", "QSO"]
        told = [one for one in session.imported.no_equal if one.key == "test_set"]
        assert [one.value for one in told] == [learnt]

    def test_an_export_of_labelled_sources(self, put, tmp_path):
        path = tmp_path / "labelled.fits"
        Table({"id": ["S1", "S2", "S3"], "label": ["2", "Star", "-1"]}).write(path)
        content = configuration(classifiers={})
        session = imported(put(content), catalogue(), labelled=path)

        assert session.labels.to_dict() == {"S1": "QSO", "S2": "Star"}
        assert session.book.state_of("S3") == "unsure"


def negative_margin(learner, X):
    return -classifier_margin(learner, X)


class Rounded:
    """A model whose probabilities are equal where they differ by rounding alone."""

    def __init__(self, model):
        self.model, self.classes_ = model, model.classes_

    def predict_proba(self, X):
        return np.round(self.model.predict_proba(X), 6)

    def predict(self, X):
        return self.model.predict(X)


class TestTheNextQuery:
    """What each classifier asks next, from numpy, scikit-learn and modAL alone."""

    @pytest.fixture
    def data(self):
        table = sky()
        train, _, _ = parts(table["kind"].to_numpy())
        columns = [table[name].to_numpy() for name in BANDS]
        pairs = [columns[a] - columns[b] for a in range(4) for b in range(a + 1, 4)]
        X = np.stack([*columns, *pairs], axis=1)
        return RobustScaler().fit(X[train]).transform(X), train

    def asked(self, session, learner, utility, data, rows):
        """Its answer; of sources that it finds equal, the one with the smallest seeded hash."""
        X, train = data
        pool = np.setdiff1d(train, rows)
        key = derived_seed(0, "query", len(session.labels))
        hashes = splitmix64(session.partition.hashes[pool] ^ np.uint64(key))
        pool = pool[np.argsort(hashes)]
        values = utility(learner, X[pool])
        (place,), _ = learner.query(X[pool])
        assert values[place] == values.max()
        return f"S{pool[np.argmax(values)]}"

    @pytest.mark.parametrize(
        ("task", "alone"), [("Star", False), ("Galaxy", False), ("QSO", False), ("QSO", True)]
    )
    def test_is_what_modal_asks(self, put, data, task, alone):
        content = configuration()
        path = put(content)
        session = imported(path, catalogue(), classifier=task if alone else None)
        X, _ = data
        kind = sky()["kind"].to_numpy()
        rows = np.array([int(one[1:]) for one in session.labels.index])
        if alone:
            own = content["classifiers"][str(["Star", "Galaxy", "QSO"].index(task))]
            assert list(session.labels.index) == own["id"]
        y = (kind[rows] == ["Star", "Galaxy", "QSO"].index(task)).astype(int)

        def taught(estimator, strategy=uncertainty_sampling):
            learner = ActiveLearner.__new__(ActiveLearner)
            learner.estimator = Rounded(estimator.fit(X[rows], y))
            learner.query_strategy = strategy
            learner.on_transformed = False
            return learner

        if task == "Star":
            learner = taught(RandomForestClassifier(1000, random_state=0))
            utility = classifier_uncertainty
        elif task == "Galaxy":
            boosted = AdaBoostClassifier(n_estimators=500, random_state=0)
            learner = taught(boosted, margin_sampling)
            utility = negative_margin
        else:
            learners = [
                taught(KNeighborsClassifier(3)),
                taught(DecisionTreeClassifier(random_state=0)),
            ]
            learner = Committee.__new__(Committee)
            learner.learner_list, learner.query_strategy = learners, vote_entropy_sampling
            learner.classes_ = np.array([0, 1])
            learner.n_classes_ = 2
            utility = vote_entropy
        expected = self.asked(session, learner, utility, data, rows)

        assert session.query(task=task) == [expected]


class TestBack:
    def test_comes_back_as_it_was(self, put, tmp_path):
        content = configuration()
        session = imported(put(content), catalogue())
        told = session.export_astronomical(tmp_path / "back.json")

        back = json.loads((tmp_path / "back.json").read_text())
        assert [one.key for one in told.no_equal] == ["dataset_filepath"]
        assert {**back, "dataset_filepath": "data/sky.fits"} == content

    def test_of_a_session_of_ours(self, tmp_path):
        survey = aal.samples.simulated_survey(200, seed=0)
        session = aal.Session(survey, pool="labelled", start=10)
        told = session.export_astronomical(tmp_path / "config.json")
        content = json.loads((tmp_path / "config.json").read_text())

        assert content["strings_to_labels"] == {"Unknown": -1, "GALAXY": 0, "QSO": 1, "STAR": 2}
        assert {one["classifier"][0] for one in content["classifiers"].values()} == {"RForest"}
        assert len(content["classifiers"]["2"]["id"]) == 10
        keys = {one.key for one in told.no_equal}
        assert {"labels", "classifiers.2.model", "features.tails", "split"} <= keys


class TestWhatCannotBe:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"id_col": "nosuch"}, "has no column 'nosuch'"),
            ({"labels": [0, 1]}, "has '2', which the configuration does not name"),
            ({"features_for_training": []}, "features_for_training: List should have at least 1"),
            ({"features_for_training": ["u", "zz"]}, "no column 'zz'"),
            ({"classifiers": {"0": {"id": ["S1"], "y": []}}}, "1 ids and 0 answers"),
            ({"classifiers": {"0": {"id": ["S1"], "y": [9]}}}, "have the class 9"),
            ({"classifiers": {"0": {"id": ["T1"], "y": [0]}}}, "None of the 1 sources"),
            ({"classifiers": {"9": {"id": [], "y": []}}}, "classifiers has '9'"),
            ({"labels": list(range(100_000))}, "labels: List should have at most 1000"),
        ],
    )
    def test_is_refused_in_words_and_leaves_nothing(self, put, tmp_path, changes, words):
        path = tmp_path / "new.astroal"
        with pytest.raises(aal.AstroALError, match=words):
            aal.import_astronomical(put(configuration(**changes)), catalogue(), path=path)
        assert not path.exists()

    @pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"id_col": "\\ud800"}', "{'a': 1}"])
    def test_nor_is_what_is_no_configuration(self, put, text):
        with pytest.raises(SessionError, match=r"config\.json"):
            aal.import_astronomical(put(text), catalogue())
