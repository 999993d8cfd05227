"""The whole of learning on 10,000 SDSS spectra, from no labels to a classifier."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import derived_seed, id_hashes, splitmix64
from napari_astro_al.features import FeatureRecipe, build_features
from napari_astro_al.jobs import drain
from napari_astro_al.learning import (
    POOL,
    TEST,
    Candidates,
    LearnerRecipe,
    Split,
    Task,
    TrainRequest,
    coverage_order,
    rank,
    train_job,
)

TASK = Task(["STAR", "GALAXY", "QSO"])
NOBODY = np.empty(0, dtype=np.int64)


class Survey:
    def __init__(self, path: Path, columns: list[str], pairs: bool) -> None:
        table = pd.read_csv(path)
        self.truth = table["class"].to_numpy(str)
        self.ids = (table.plate * 10**9 + table.mjd * 10**4 + table.fiberid).to_numpy()
        table["name"] = self.ids
        recipe = FeatureRecipe(columns=columns, generators=[("subtract", 2)] if pairs else [])
        catalogue = Catalogue.from_table(table, id="name", label="class", ra="ra", dec="dec")
        self.features = build_features(recipe, catalogue, np.arange(len(table)))

    def curve(self, n_labels: list[int], seed: int = 0) -> dict[int, dict]:
        """Test scores by number of labels, played as a session plays."""
        hashes = id_hashes(self.ids, seed)
        part = Split(seed=seed).assign(self.ids, np.ones(len(self.ids), dtype=bool))
        pool, test = np.flatnonzero(part == POOL), np.flatnonzero(part == TEST)
        recipe = LearnerRecipe("logistic_regression", strategy="margin")
        rows, scores = [], {}
        while len(rows) <= max(n_labels):
            labelled = np.array(rows, dtype=np.int64)
            labels = [str(one) for one in self.truth[labelled]]
            free = np.setdiff1d(pool, labelled)
            chosen = recipe.resolve(len(labels), Counter(labels), named=TASK.names)
            result = None
            if not chosen.covers or len(rows) in n_labels:
                request = TrainRequest(
                    task_name="class",
                    task=TASK,
                    recipe=recipe,
                    features=self.features,
                    labelled_rows=labelled,
                    labels=labels,
                    id_hashes=hashes,
                    heldout={"test": (test, self.truth[test])},
                    seed=seed,
                )
                result = drain(train_job(request))
                scores[len(rows)] = result.scores[0]
            if chosen.covers or result is None:
                rows += coverage_order(self.features.values, free, labelled, hashes, 1).tolist()
                continue
            key = np.uint64(derived_seed(seed, "query", len(rows)))
            candidates = Candidates(result.probabilities[free], self.features.values[free])
            order, _ = rank(chosen.strategy, candidates, splitmix64(hashes[free] ^ key), 1)
            rows += free[order].tolist()
        return scores


@pytest.fixture(scope="module")
def colours(shared_data: Path) -> Survey:
    return Survey(shared_data / "sdss_dr14" / "sdss_dr14.csv", list("ugriz"), pairs=True)


class TestSdss:
    def test_a_hundred_labels(self, colours: Survey) -> None:
        scores = colours.curve([30, 100])

        assert scores[100]["f1"] >= 0.90
        assert scores[100]["f1"] > scores[30]["f1"]
        assert scores[100]["f1_low"] < scores[100]["f1"] < scores[100]["f1_high"]

    def test_the_start_finds_every_class_sooner_than_chance(self, colours: Survey) -> None:
        everyone = np.arange(len(colours.truth))

        def until_two_of_each(order: np.ndarray) -> int:
            places = [np.flatnonzero(colours.truth[order] == name)[1] for name in TASK.names]
            return int(max(places)) + 1

        covering, random = [], []
        for seed in range(3):
            hashes = id_hashes(colours.ids, seed)
            order = coverage_order(colours.features.values, everyone, NOBODY, hashes, 40)
            covering.append(until_two_of_each(order))
        for seed in range(50):
            shuffled = np.random.default_rng(seed).permutation(everyone)
            random.append(until_two_of_each(shuffled))

        assert max(covering) <= 15
        assert np.mean(covering) < np.mean(random) / 1.5
