from __future__ import annotations

import json

import numpy as np
import pytest

from napari_astro_al.errors import LabelError
from napari_astro_al.learning import STRATEGIES, Candidates, Task
from napari_astro_al.learning.forking import Forking
from napari_astro_al.learning.questions import Fork, QuestionTree, forks_of
from napari_astro_al.learning.store import load_model, save_model

GALAXIES = [
    {"ask": "What is it?", "answers": ["smooth", "disc"]},
    {"ask": "Edge-on?", "answers": ["edge-on", "face-on"], "after": "disc"},
    {"ask": "A bar?", "answers": ["bar", "no bar"], "after": "disc / face-on"},
    {"ask": "Arms?", "answers": ["arms", "no arms"], "after": "disc/face-on"},
]
PATHS = (
    "smooth",
    "disc / edge-on",
    "disc / face-on / bar / arms",
    "disc / face-on / bar / no arms",
    "disc / face-on / no bar / arms",
    "disc / face-on / no bar / no arms",
)


class TestTree:
    tree = QuestionTree(GALAXIES)

    def test_ways_to_answer_all_questions_are_classes(self):
        assert self.tree.paths == PATHS

    def test_answers_decide_which_question_comes_next(self):
        assert self.tree.next_after([]).ask == "What is it?"
        assert self.tree.next_after(["smooth"]) is None
        assert self.tree.next_after(["disc", "face-on"]).ask == "A bar?"
        assert self.tree.next_after(["disc", "face-on", "no bar"]).ask == "Arms?"
        with pytest.raises(LabelError, match="'smooth / bar' is no way to answer"):
            self.tree.next_after(["smooth", "bar"])

    def test_half_way_is_a_coarse_label(self):
        assert self.tree.partial["disc / face-on"] == PATHS[2:]
        assert "smooth" not in self.tree.partial

    def test_a_path_tells_its_answers(self):
        told = [(q.ask, answer) for q, answer in self.tree.asked_on("disc / edge-on")]
        assert told == [("What is it?", "disc"), ("Edge-on?", "edge-on")]

    def test_is_json_and_is_read_from_a_file(self, tmp_path):
        file = tmp_path / "galaxies.json"
        file.write_text(json.dumps(self.tree.to_json()))
        assert QuestionTree.read(file) == self.tree
        file.write_text('{"ask": "no list"}')
        with pytest.raises(LabelError, match="must hold a list of questions"):
            QuestionTree.read(file)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ([], "needs one question or more"),
            ([{"ask": "?", "answers": ["a"]}], "needs a list of two answers"),
            ([{"ask": "?", "answers": "ab"}], "must be a list, not 'ab'"),
            ([{"ask": "?", "answers": ["a", "b/c"]}], 'without "/"'),
            ([{"ask": "?"}], "a dict with ask, answers"),
            (
                [
                    {"ask": "1", "answers": ["a", "b"]},
                    {"ask": "2", "answers": ["c", "d"], "after": "e"},
                ],
                "'2' is never asked: no answers lead to 'e'",
            ),
            (
                [{"ask": str(n), "answers": ["y", "n"]} for n in range(8)],
                "there are 256 ways to answer, and 200 at most",
            ),
        ],
    )
    def test_what_makes_no_tree_is_refused(self, wrong, words):
        with pytest.raises(LabelError, match=words):
            QuestionTree(wrong)


class TestTask:
    task = Task({"ell": "smooth", "sp": "disc / face-on / no bar / arms"}, questions=GALAXIES)

    def test_classes_and_groups_are_those_of_the_tree(self):
        assert self.task.classes == PATHS
        assert self.task.target("sp") == "disc / face-on / no bar / arms"
        assert self.task.target("disc") is None
        assert self.task.allowed("disc") == frozenset(PATHS[1:])

    def test_is_json(self):
        assert Task.from_json(self.task.to_json()) == self.task

    def test_its_classes_are_changed_with_its_questions_alone(self):
        with pytest.raises(LabelError, match="'ring' is no way to answer the questions"):
            self.task.with_class("ring")
        with pytest.raises(LabelError, match="is a way to answer the questions of this task"):
            self.task.with_changes(classes=PATHS[1:])


def test_forks_are_told_from_the_paths():
    assert forks_of(["a", "b"]) == [Fork((), ("a", "b"), ((0,), (1,)))]
    assert forks_of(["a", "b / c", "b / d"]) == [
        Fork((), ("a", "b"), ((0,), (1, 2))),
        Fork(("b",), ("c", "d"), ((1,), (2,))),
    ]
    assert forks_of(["b / c", "b / d"]) == [Fork(("b",), ("c", "d"), ((0,), (1,)))]


class TestStrategy:
    shares = np.array(
        [
            [1.0, 0.0, 0.0],  # nothing is in doubt
            [0.5, 0.5, 0.0],  # the first question is, and half of the sources are asked the second
            [0.0, 0.5, 0.5],  # the second is
            [0.5, 0.25, 0.25],  # both are
        ]
    )

    def of(self, how):
        candidates = Candidates(self.shares, np.zeros((4, 1)), classes=("a", "b / c", "b / d"))
        return STRATEGIES["questions"](candidates, how=how)

    def test_by_hand(self):
        # mean: (1 x 1 + 0.5 x 0) / 1.5, and (1 x 0 + 1 x 1) / 2, and (1 x 1 + 0.5 x 1) / 1.5
        assert self.of("mean") == pytest.approx([0, 2 / 3, 1 / 2, 1])
        assert self.of("max") == pytest.approx([0, 1, 1, 1])

    def test_the_sum_is_the_entropy_of_the_way(self):
        two = np.log(2)
        assert self.of("sum") == pytest.approx([0, two, two, 1.5 * two])


class TestModel:
    @pytest.fixture
    def data(self):
        """Two features: the first tells smooth from disc, the second how a disc lies."""
        rng = np.random.default_rng(0)
        X = rng.normal(size=(120, 2))
        y = np.where(X[:, 0] < 0, "smooth", np.where(X[:, 1] < 0, "disc / edge", "disc / face"))
        return X, y

    def test_each_question_is_learnt_from_those_that_were_asked_it(self, data):
        X, y = data
        model = Forking("logistic_regression", random_state=0).fit(X, y)
        smooth, disc = model.fitted_[0], model.fitted_[1]
        assert list(smooth.classes_) == ["disc", "smooth"]
        assert list(disc.classes_) == ["edge", "face"]
        assert abs(smooth.coef_[0, 0]) > 5 * abs(smooth.coef_[0, 1])
        assert abs(disc.coef_[0, 1]) > 5 * abs(disc.coef_[0, 0])

    def test_probabilities_are_products_along_the_way(self, data):
        X, y = data
        model = Forking("logistic_regression", random_state=0).fit(X, y)
        shares = model.predict_proba(X[:5])
        assert list(model.classes_) == ["disc / edge", "disc / face", "smooth"]
        disc, edge = (one.predict_proba(X[:5])[:, 0] for one in model.fitted_)
        assert shares == pytest.approx(np.stack([disc * edge, disc * (1 - edge), 1 - disc], axis=1))

    def test_weights_are_shared_among_the_questions_and_it_can_be_stored(self, data, tmp_path):
        from napari_astro_al.learning import LearnerRecipe, build_learner

        X, y = data
        weights = np.where(X[:, 1] < 0, 1.0, 0.1)
        model = Forking("knn").fit(X, y, sample_weight=weights)  # takes no weights: the sure ones
        assert len(model.classes_) == 3
        learner = build_learner(LearnerRecipe("questions"), X, y, seed=0)
        again = load_model(save_model(learner, tmp_path / "tree.skops"))
        np.testing.assert_array_equal(again.predict_proba(X[:9]), learner.predict_proba(X[:9]))
