from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.errors import RegistrationError
from napari_astro_al.learning.forecast import forecast
from napari_astro_al.learning.stopping import CRITERIA, Course, Verdict, advise

N = np.arange(5, 101)


def course(kappa=0.99, uncertainty=0.2, score=None, counts=None, n=N):
    """One that has settled, by default; `kappa` and `uncertainty` may be one number or many."""
    kappas = np.broadcast_to(np.asarray(kappa, dtype=float), n.shape)
    nothing = np.full(n.shape, np.nan)
    carried = None
    if score is not None:
        carried = forecast(n.astype(float), np.asarray(score(n)), nothing, nothing)
    return Course(
        n_labels=n,
        kappa=kappas,
        changed=1 - kappas,
        uncertainty=np.broadcast_to(np.asarray(uncertainty, dtype=float), n.shape),
        counts={"STAR": 50, "QSO": 46} if counts is None else counts,
        forecast=carried,
    )


def flat(n):
    return np.full(len(n), 0.9)


def rising(n):
    return 1 - 1.6 * n.astype(float) ** -0.5


class TestStablePredictions:
    criterion = staticmethod(CRITERIA["stable_predictions"])

    def test_that_agree_are_stable(self):
        verdict = self.criterion(course(kappa=0.98))
        assert verdict == Verdict(True, "2 % of predictions changed with a fifth more labels")

    def test_that_change_are_not(self):
        assert not self.criterion(course(kappa=0.9)).stop

    def test_the_last_models_count(self):
        kappa = np.where(N > 90, 0.99, 0.5)
        assert self.criterion(course(kappa=kappa)).stop
        assert not self.criterion(course(kappa=kappa[::-1])).stop

    def test_nothing_is_said_without_comparisons(self):
        assert self.criterion(course(kappa=np.nan)) is None
        assert self.criterion(course(kappa=np.where(N > 97, 0.99, np.nan))) is None


class TestOverallUncertainty:
    criterion = staticmethod(CRITERIA["overall_uncertainty"])

    def test_that_is_as_at_half_the_labels_has_levelled_off(self):
        assert self.criterion(course(uncertainty=0.3)).stop

    def test_that_falls_has_not(self):
        verdict = self.criterion(course(uncertainty=20 / N))
        assert not verdict.stop
        assert verdict.words == "the uncertainty over the pool is 22 %, and was 40 %"

    def test_nothing_is_said_of_a_few_labels(self):
        assert self.criterion(course(n=np.arange(5, 20))) is None
        assert self.criterion(course(n=np.arange(0))) is None


class TestExpectedGain:
    criterion = staticmethod(CRITERIA["expected_gain"])

    def test_of_a_flat_curve_is_not_worth_it(self):
        verdict = self.criterion(course(score=flat))
        assert verdict == Verdict(True, "50 more labels would add less than 1 % to the score")

    def test_of_a_rising_curve_is(self):
        assert not self.criterion(course(score=rising)).stop

    def test_nothing_is_said_without_a_forecast(self):
        assert self.criterion(course()) is None


class TestAdvice:
    def test_to_stop_where_everything_has_settled(self):
        advice = advise(course(score=flat))
        assert advice.stop
        assert advice.words.startswith("Perhaps enough: 1 % of predictions changed")
        assert set(advice.verdicts) == set(CRITERIA)

    def test_one_of_three_may_disagree(self):
        assert advise(course(uncertainty=20 / N, score=flat)).stop

    def test_one_alone_is_not_enough(self):
        assert not advise(course(uncertainty=np.nan)).stop

    def test_not_before_every_class_has_some_labels(self):
        advice = advise(course(score=flat, counts={"STAR": 95, "QSO": 1}))
        assert not advice.stop
        assert advice.words == "Worth going on: there are fewer than 5 labels of 'QSO'."

    def test_to_go_on_says_why(self):
        words = advise(course(kappa=0.9, uncertainty=20 / N)).words
        assert words == "Worth going on: 10 % of predictions changed with a fifth more labels."

    def test_nothing_is_said_while_nothing_is_known(self):
        advice = advise(course(n=np.arange(0)))
        assert (advice.stop, advice.words, advice.verdicts) == (False, "", {})

    def test_criteria_of_ones_own_are_asked(self, monkeypatch):
        monkeypatch.setattr(CRITERIA, "_entries", dict(CRITERIA._entries))
        CRITERIA("tea")(lambda course: Verdict(False, "it is not yet five o'clock"))
        assert advise(course()).verdicts["tea"].words == "it is not yet five o'clock"

    def test_built_in_names_are_taken(self):
        with pytest.raises(RegistrationError, match="belongs to a built-in"):
            CRITERIA("expected_gain")
