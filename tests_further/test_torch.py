"""Networks of PyTorch as models: deterministic, a committee by themselves, warm where asked."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import napari_astro_al as aal
from napari_astro_al.errors import LearnerError
from napari_astro_al.learning import MODELS
from napari_astro_al.learning.deep import torch_model
from napari_astro_al.learning.deep.classifier import TorchClassifier
from napari_astro_al.learning.deep.networks import Convolutional, Perceptron
from napari_astro_al.learning.deep.passes import sampled_dropout
from napari_astro_al.learning.deep.remembered import REMEMBERED, beginning
from napari_astro_al.testing import check_model


class Linear(nn.Linear):
    """The smallest network of one's own."""


def blobs(n=120, seed=0):
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 3
    X = rng.normal(size=(n, 4)).astype(np.float32)
    X[:, 0] += 4 * codes
    return X, np.array(["a", "b", "c"])[codes]


@pytest.mark.parametrize(
    "model",
    [
        lambda seed: MODELS["torch_mlp"](seed),
        torch_model(Linear),
        torch_model(Perceptron, members=2, passes=2, warm_start=False),
    ],
)
def test_keeps_the_rules_of_models(model):
    check_model(model)


def test_learns_and_is_the_same_again_whatever_was_drawn_before():
    X, y = blobs()
    first = TorchClassifier(Perceptron, random_state=3).fit(X, y)
    torch.manual_seed(99)
    before = torch.random.get_rng_state()
    second = TorchClassifier(Perceptron, random_state=3).fit(X, y)

    assert torch.equal(before, torch.random.get_rng_state())  # the user's own chance is left alone
    assert np.array_equal(first.predict_proba(X), second.predict_proba(X))
    assert (first.predict(X) == y).mean() > 0.9
    other = TorchClassifier(Perceptron, random_state=4).fit(X, y)
    assert not np.array_equal(first.predict_proba(X), other.predict_proba(X))


def test_passes_leave_out_the_same_units_for_every_source():
    X, y = blobs()
    model = TorchClassifier(Perceptron, passes=4, members=2, random_state=0).fit(X, y)
    votes = [voter(X) for voter in model.voters()]

    assert len(votes) == model.n_voters == 8
    assert len({one.tobytes() for one in votes}) == 8
    one_by_one = np.concatenate([model.voters()[1](X[k : k + 1]) for k in range(len(X))])
    assert one_by_one == pytest.approx(votes[1], abs=1e-6)
    assert model.predict_proba(X) == pytest.approx(np.mean(votes, axis=0))


def test_dropout_keeps_what_comes_out_on_average():
    network = nn.Sequential(nn.Dropout(0.5))
    ones = torch.ones(1, 4_000)
    with sampled_dropout(network, 1, 0):
        values = network(ones)
    assert set(values.unique().tolist()) == {0.0, 2.0}
    assert float(values.mean()) == pytest.approx(1, abs=0.1)
    assert torch.equal(network(ones), ones)


def test_begins_where_it_was_said_and_gives_the_same_with_an_empty_memory():
    X, y = blobs(90)
    with pytest.warns(UserWarning, match="weights of the first 78 labels"):
        warm = TorchClassifier(Perceptron, warm_start=True, random_state=0).fit(X, y)
    REMEMBERED._weights.clear()
    with pytest.warns(UserWarning, match="weights of the first 78 labels"):
        again = TorchClassifier(Perceptron, warm_start=True, random_state=0).fit(X, y)
    cold = TorchClassifier(Perceptron, random_state=0).fit(X, y)

    assert np.array_equal(warm.predict_proba(X), again.predict_proba(X))
    assert not np.array_equal(warm.predict_proba(X), cold.predict_proba(X))
    assert [beginning(n) for n in (5, 10, 11, 12, 13, 20)] == [0, 0, 10, 10, 12, 18]


def test_a_convolutional_network_sees_shapes():
    rng = np.random.default_rng(0)
    pictures = rng.uniform(0, 0.2, size=(80, 12, 12, 3)).astype(np.float32)
    round_ones = np.arange(80) % 2 == 0
    places = np.hypot(*np.mgrid[-6:6, -6:6]) < 3
    pictures[round_ones] += 0.7 * places[..., None]
    pictures[~round_ones, :, 4:6] += 0.7
    y = np.where(round_ones, "round", "edge-on")
    X = pictures.reshape(80, -1)
    model = MODELS["torch_cnn"](0).fit(X[:60], y[:60])

    assert (model.predict(X[60:]) == y[60:]).mean() > 0.9
    turned = np.rot90(pictures, axes=(1, 2)).reshape(80, -1)
    assert (model.predict(turned) == y).mean() > 0.9
    with pytest.raises(LearnerError, match="5 features are no square picture"):
        Convolutional(5, 2)


class Broken(nn.Module):
    """Gives one number too many, or what is not finite."""

    def __init__(self, n_features, n_classes):
        super().__init__()
        self.layer = nn.Linear(n_features, n_classes + 1)

    def forward(self, features):
        return self.layer(features)


class Endless(Broken):
    def forward(self, features):
        return self.layer(features)[:, 1:] * float("inf")


def test_a_fifth_of_many_labels_tells_when_to_stop():
    """Labels at random: nothing can be learnt of those that it is not shown."""
    X, _ = blobs(300)
    y = np.random.default_rng(1).permutation(np.arange(300) % 2)
    model = TorchClassifier(Perceptron, random_state=0).fit(X, y)
    many = TorchClassifier(Perceptron, random_state=0, patience=200).fit(X[:150], y[:150])

    assert (model.predict(X) == y).mean() < 0.75
    assert (many.predict(X[:150]) == y[:150]).mean() > 0.75


@pytest.mark.parametrize(
    ("module", "words"),
    [(Broken, r"gave shape \(64, 4\)|gave shape"), (Endless, "loss is (nan|inf)")],
)
def test_a_network_that_is_none_is_told_why(module, words):
    with pytest.raises(LearnerError, match=words):
        TorchClassifier(module).fit(*blobs())


def test_a_session_asks_by_the_votes_of_one_network_and_opens_again(tmp_path):
    survey = aal.samples.simulated_survey(n_sources=900, seed=2)
    learner = aal.LearnerRecipe(("torch_mlp", {"passes": 6}), strategy="batch_bald")
    session = aal.Session(
        survey,
        features=aal.FeatureRecipe(columns=list("ugriz")),
        learner=learner,
        start=30,
        path=tmp_path / "a.astroal",
    )
    asked = session.query(4)
    assert len(set(asked)) == 4
    assert session.asked(asked[0])["why"].startswith("With the others of its batch")
    said = session.predictions()
    session.close()

    with aal.Session.open(tmp_path / "a.astroal", survey) as again:
        assert again.query(4) == asked
        columns = [one for one in said if one.startswith("p_")]
        assert again.predictions()[columns].equals(said[columns])


def test_weights_are_stored_without_code_under_the_name_of_the_network(tmp_path):
    from napari_astro_al.learning.deep.models import NETWORKS, network_name
    from napari_astro_al.learning.learners import build_learner
    from napari_astro_al.learning.store import load_model, save_model

    X, y = blobs()
    aal.register.model("linear of mine")(torch_model(Linear, members=2))
    learner = build_learner(aal.LearnerRecipe("linear of mine"), X, y, seed=0)
    file = save_model(learner, tmp_path / "model.skops")

    assert np.array_equal(load_model(file).predict_proba(X), learner.predict_proba(X))
    del NETWORKS[network_name(Linear)]
    with pytest.raises(LearnerError, match=r"network .*Linear', which nobody has registered here"):
        load_model(file)
