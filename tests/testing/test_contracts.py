"""The checks that an author of an extension runs: built-ins pass, and each rule can be broken."""

from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.features import GENERATORS
from napari_astro_al.learning import MODELS, STRATEGIES
from napari_astro_al.plots import SOURCE_PLOTS, Figure, PlotAxis
from napari_astro_al.registry import BUILT_IN
from napari_astro_al.testing import (
    ContractBroken,
    check_cutout_service,
    check_generator,
    check_model,
    check_projection,
    check_source_plot,
    check_strategy,
)

SIGNED = ["subtract", "add", "multiply", "divide"]


def built_in(registry):
    return [name for name in registry if registry.origin_of(name) == BUILT_IN]


@pytest.mark.parametrize("name", built_in(STRATEGIES))
def test_strategies_of_the_program_keep_the_rules(name):
    check_strategy(name, needs_model=STRATEGIES.about(name).needs_model)


@pytest.mark.parametrize("name", built_in(MODELS))
def test_models_of_the_program_keep_the_rules(name):
    check_model(lambda seed: MODELS[name](seed))


@pytest.mark.parametrize("name", SIGNED)
def test_generators_of_the_program_keep_the_rules(name):
    check_generator(GENERATORS[name])
    check_generator(GENERATORS[name], n_columns=3)


def by_place(candidates):
    return np.arange(len(candidates), dtype=float)


def by_chance(candidates):
    return np.random.default_rng().random(len(candidates))


def changing(candidates):
    candidates.features[:] = 0
    return candidates.probabilities.max(axis=1)


def wrong_shape(candidates):
    return np.zeros(3)


def raising(candidates):
    raise ZeroDivisionError("by nought")


@pytest.mark.parametrize(
    ("strategy", "why"),
    [
        (by_place, "in another order"),
        (by_chance, "asked for .* twice|Asked for 1 twice"),
        (changing, "read-only"),
        (wrong_shape, r"scores of shape \(3,\)"),
        (raising, "ZeroDivisionError: by nought"),
    ],
)
def test_a_strategy_that_breaks_a_rule_is_told_which(strategy, why):
    with pytest.raises(ContractBroken, match=why):
        check_strategy(strategy)
    assert not any("checked by" in name for name in STRATEGIES)


class Scripted:
    """A classifier that does what a test wants."""

    def __init__(self, does="well"):
        self.does = does

    def get_params(self, deep=True):
        return {"does": self.does}

    def set_params(self, **params):
        return self

    def __sklearn_tags__(self):
        from sklearn.utils import ClassifierTags, Tags, TargetTags

        return Tags("classifier", TargetTags(required=True), None, ClassifierTags())

    def fit(self, features, labels):
        if self.does == "raise":
            raise ValueError("too few")
        if self.does == "change":
            features[:] = 0
        self.classes_ = np.unique(labels)[:: -1 if self.does == "reverse" else 1]
        return self

    def predict_proba(self, features):
        k = len(self.classes_)
        if self.does == "half":
            return np.full((len(features), k), 0.2)
        if self.does == "short":
            return np.full((len(features) - 1, k), 1 / k)
        if self.does == "chance":
            return np.random.default_rng().dirichlet(np.ones(k), len(features))
        return np.full((len(features), k), 1 / k)

    def predict(self, features):
        return self.classes_[np.zeros(len(features), dtype=int)]


def test_a_model_that_keeps_the_rules_passes():
    check_model(Scripted())


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("raise", "ValueError: too few"),
        ("change", "changes the features"),
        ("reverse", "classes_"),
        ("half", "do not sum to one"),
        ("short", r"shape \(49, 2\)"),
        ("chance", "same seed"),
    ],
)
def test_a_model_that_breaks_a_rule_is_told_which(does, why):
    with pytest.raises(ContractBroken, match=why):
        check_model(Scripted(does))
    assert not any("checked by" in name for name in MODELS)


@pytest.mark.parametrize(
    ("generator", "why"),
    [
        (lambda parts: ("rank", parts[0][1].argsort().argsort()), "depends on the others"),
        (lambda parts: (f"{len(parts[0][1])} of", parts[0][1]), "Of no sources it calls"),
        (lambda parts: ("short", parts[0][1][:3]), "of shape"),
        (lambda parts: ("in place", parts[0][1].fill(1)), "read-only"),
        (lambda parts: (None, parts[0][1]), "a text was expected"),
    ],
)
def test_a_generator_that_breaks_a_rule_is_told_which(generator, why):
    with pytest.raises(ContractBroken, match=why):
        check_generator(generator)
    assert not any("checked by" in name for name in GENERATORS)


def changes_features(features, seed):
    features[:] = 0
    return features[:, :2]


@pytest.mark.parametrize(
    ("lay_out", "why"),
    [
        (lambda features, seed: features[:, :3], r"shape \(60, 3\)"),
        (lambda features, seed: np.random.default_rng().random((60, 2)), "other places"),
        (changes_features, "changes the features"),
        (lambda features: features[:, :2], "TypeError"),
    ],
)
def test_a_projection_that_breaks_a_rule_is_told_which(lay_out, why):
    with pytest.raises(ContractBroken, match=why):
        check_projection(lay_out)


class Plot:
    title = "Plot"
    requires = ("u",)

    def __init__(self, gives=None):
        self.gives = gives

    def draw(self, given):
        if self.gives is not None:
            return self.gives
        return Figure(self.title, PlotAxis("x"), PlotAxis("y"))


def test_a_plot_is_drawn_or_told_why_not():
    survey = aal.samples.simulated_survey(n_sources=20, seed=0)
    check_source_plot(Plot, survey)
    with pytest.raises(ContractBroken, match="gave int"):
        check_source_plot(Plot(3), survey)
    with pytest.raises(ContractBroken, match="it has no 'title', 'requires', 'draw'"):
        check_source_plot(object(), survey)
    lacking = Plot()
    lacking.requires = ("no such column",)
    with pytest.raises(ContractBroken, match="needs the column 'no such column'"):
        check_source_plot(lacking, survey)
    assert not any("checked by" in name for name in SOURCE_PLOTS)


class Service:
    title, hosts, natural_size = "Sky", ("sky.example.org",), 30.0

    def __init__(self, asks="https://sky.example.org/cut"):
        self.asks = asks

    def picture(self, place, ask):
        if self.asks == "nothing":
            return None
        return ask(self.asks, lambda body: body)


def test_a_service_asks_its_own_hosts_alone():
    check_cutout_service(Service)
    with pytest.raises(ContractBroken, match=r"\['other.example.org'\]"):
        check_cutout_service(Service, asks="https://other.example.org/cut")
    with pytest.raises(ContractBroken, match="asked for nothing"):
        check_cutout_service(Service, asks="nothing")


@pytest.mark.parametrize("name", ["hips2fits", "legacysurvey", "sdss", "first", "panstarrs"])
def test_services_of_the_program_keep_the_rules(name):
    from napari_astro_al.cutouts.online import SERVICES

    options = {"hips": "CDS/P/DSS2/color"} if name == "hips2fits" else {}
    check_cutout_service(SERVICES[name], **options)
