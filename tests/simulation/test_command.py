"""The command ``napari-astro-al simulate``."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

import pandas as pd
import pytest

from napari_astro_al import cli
from napari_astro_al.simulation.report import in_words, middle, named_arms


@pytest.fixture
def file(catalogue, tmp_path):
    path = tmp_path / "blobs.csv"
    catalogue.table.to_csv(path, index=False)
    return path


def simulate(file, *options: str) -> int:
    fixed = ["--id", "source", "--label", "kind", "--processes", "1", "--seeds", "2"]
    return cli.main(["simulate", str(file), *fixed, *options])


class TestCommand:
    def test_says_and_writes_what_the_arms_come_to(self, file, tmp_path, capsys):
        output = tmp_path / "results"
        options = ["--models", "knn", "--strategies", "margin", "random", "--n-labels", "12"]
        assert simulate(file, *options, "--target", "0.7", "--output", str(output)) == 0

        told = capsys.readouterr().out
        assert "area under curve  macro-F1 at 12  labels to 0.7  seeds that reach it" in told
        curves = pd.read_parquet(output / "curves.parquet")
        assert set(curves["arm"]) == {"margin", "random"}
        assert len(curves) == 2 * 2 * 12
        assert set(pd.read_parquet(output / "bands.parquet")["n_seeds"]) == {2}
        said = json.loads((output / "arms.json").read_text("utf-8"))
        assert said["target"] == 0.7
        assert set(said["arms"]) == {"margin", "random"}
        assert ElementTree.parse(output / "curves.svg").getroot().tag.endswith("svg")
        assert len(list((output / "finished").iterdir())) == 4

    def test_astronomicals_set_up_on_chosen_classes_and_features(self, file, tmp_path):
        output = tmp_path / "results"
        options = ["--models", "knn", "--strategies", "random", "--astronomical"]
        some = ["--classes", "STAR", "GALAXY", "--features", "u", "g", "--combine", "subtract"]
        assert simulate(file, *options, *some, "--n-labels", "3", "--output", str(output)) == 0

        assert set(pd.read_parquet(output / "curves.parquet")["arm"]) == {"random", "AstronomicAL"}

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--seeds", "0"], "--seeds is how many"),
            (["--models", "oracle"], "no model called 'oracle'"),
            (["--metric", "beauty", "--n-labels", "1"], "no 'beauty'"),
        ],
    )
    def test_errors_are_words(self, file, tmp_path, capsys, options, words):
        output = ["--output", str(tmp_path / "results")]
        assert simulate(file, "--n-labels", "1", *output, *options) == 1
        told = capsys.readouterr().err
        assert told.startswith("napari-astro-al: ")
        assert words in told


class TestNames:
    def test_say_what_varies(self):
        assert named_arms(["auto"], ["auto", "random"]) == {
            "auto": ("auto", "auto"),
            "random": ("auto", "random"),
        }
        assert list(named_arms(["knn", "svm"], ["margin"])) == ["knn", "svm"]
        assert list(named_arms(["knn", "svm"], ["margin", "random"]))[:2] == [
            "knn margin",
            "knn random",
        ]


class TestTable:
    def test_counts_seeds_that_do_not_get_there(self):
        rows = [
            {"arm": "ours", "seed": seed, "n_labels": n, "f1": 0.9 if seed and n > 2 else 0.1}
            for seed in range(2)
            for n in range(1, 10)
        ]
        told = in_words(pd.DataFrame(rows), "f1", 0.9).splitlines()[1].split()

        assert told == [
            "ours",
            f"{(9 * 0.1 + 2 * 0.1 + 7 * 0.9) / 18:.3f}",
            "0.500",
            ">",
            "9",
            "1",
            "of",
            "2",
        ]

    @pytest.mark.parametrize(("values", "median"), [([3, 1, 2], 2), ([4, 1, 2, 3], 3), ([5], 5)])
    def test_the_median_of_an_even_number_is_not_flattering(self, values, median):
        assert middle(pd.Series(values, dtype=float).to_numpy()) == median


def _heeds_interrupts() -> None:
    """Started from a shell's background, a process ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class TestInterruption:
    @pytest.mark.skipif(sys.platform == "win32", reason="no signal that stands for Ctrl-C")
    def test_keeps_what_is_finished(self, file, tmp_path):
        output = tmp_path / "results"
        options = ["--id", "source", "--label", "kind", "--processes", "2", "--seeds", "40"]
        learner = ["--models", "knn", "--strategies", "margin", "--n-labels", "30"]
        command = [sys.executable, "-m", "napari_astro_al.cli", "simulate", str(file)]
        with subprocess.Popen(
            [*command, *options, *learner, "--output", str(output)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_heeds_interrupts,
        ) as running:
            deadline = time.monotonic() + 60
            while not list(output.glob("finished/*.parquet")) and time.monotonic() < deadline:
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)
            told, errors = running.communicate(timeout=30)

        assert running.returncode == 130
        assert "The same command goes on after the curves that are finished" in told
        assert not errors
        assert list(output.glob("finished/*.parquet"))
        assert not list(output.glob("*.parquet"))
