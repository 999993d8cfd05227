"""What is added by files of one's own and by installed packages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import AstroALWarning, RegistrationError
from napari_astro_al.learning import STRATEGIES
from napari_astro_al.session.extensions import Extensions

EXAMPLE = Path(__file__).parents[2] / "examples" / "extension_package"
MINE = """
import napari_astro_al as aal

@aal.register.strategy("of a file")
def widest(candidates):
    '''The widest first.'''
    return candidates.probabilities.max(axis=1)
"""


@pytest.fixture
def mine():
    """The person's own extensions, with an empty folder."""
    made = Extensions()
    made.folder.mkdir(parents=True)
    yield made
    for name in [one for one in sys.modules if one.startswith("napari_astro_al_extensions.")]:
        del sys.modules[name]
    STRATEGIES._entries.pop("of a file", None)


def test_no_file_is_run_unless_that_was_allowed(mine):
    (mine.folder / "mine.py").write_text("raise SystemExit('it was run')")
    assert not mine.allowed
    mine.load_folder()
    assert list(mine) == []


def test_files_register_what_they_hold(mine):
    (mine.folder / "mine.py").write_text(MINE)
    (mine.folder / "_not_this.py").write_text("raise OSError")
    mine.allow_folder()
    assert Extensions().allowed
    (found,) = (one for one in mine if one.name == "of a file")
    assert (found.kind, found.origin, found.error) == ("query strategy", "file mine.py", "")
    recipe = aal.LearnerRecipe(model="knn", strategy="of a file")
    assert aal.LearnerRecipe.from_json(recipe.to_json()) == recipe
    mine.allow_folder(False)
    assert not Extensions().allowed


def test_a_file_that_fails_is_named_and_the_others_are_run(mine):
    (mine.folder / "a.py").write_text("import no_such_module_anywhere")
    (mine.folder / "mine.py").write_text(MINE)
    with pytest.warns(AstroALWarning, match=r"file 'a\.py' of your folder cannot be used"):
        mine.allow_folder()
    assert "of a file" in STRATEGIES
    (failed,) = (one for one in mine if one.error)
    assert (failed.kind, failed.name) == ("file", "a.py")
    assert "no_such_module_anywhere" in failed.error

    (mine.folder / "a.py").write_text("x = 1")
    mine.load_folder()  # once it is mended
    assert [one for one in mine if one.error] == []


@pytest.mark.parametrize("text", ["", "[]", '{"run_folder": "yes"}', "\x00"])
def test_a_damaged_choice_allows_nothing(mine, text):
    (mine.folder.parent / "extensions.json").write_text(text)
    assert not mine.allowed


def test_it_is_allowed_or_not(mine):
    with pytest.raises(RegistrationError, match="True or False"):
        mine.allow_folder("yes")
    assert not mine.allowed


RUNNING = """
import json
import numpy as np
import napari_astro_al as aal
from napari_astro_al import testing

survey = aal.samples.simulated_survey(n_sources=300, seed=1)
session = aal.Session(
    survey,
    features=aal.FeatureRecipe(columns=["u", "g", "r"], generators=[("log_ratio", 2)]),
    learner=aal.LearnerRecipe(model="calibrated_forest", strategy="bright_doubt"),
)
truth = aal.ColumnOracle(survey)
pool = [int(one) for one in survey.ids if session.partition.part_name(survey.row_of(one)) == "pool"]
for source, label in zip(pool[:40], truth.label(pool[:40])):
    session.annotate(source, label)
(asked,) = session.query()
places = session.project("two_furthest")
figure = session.plot("colours", asked)
import astro_al_example as example
testing.check_strategy(example.bright_doubt)
testing.check_model(example.calibrated_forest)
testing.check_generator(example.log_ratio)
testing.check_projection(example.two_furthest)
testing.check_source_plot(example.Colours, survey)
print(json.dumps({
    "origins": sorted({one.origin for one in aal.extensions}),
    "names": sorted(one.name for one in aal.extensions),
    "feature": "log(g/r)" in session.features.names,
    "asked": asked in pool[40:],
    "placed": bool(np.isfinite(places.points).all()),
    "plot": figure.title,
}))
"""


def test_the_example_package_is_found_once_it_is_installed(tmp_path):
    package = tmp_path / "package"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    copy = shutil.copytree(EXAMPLE, tmp_path / "source")  # building writes beside the sources
    subprocess.run([*install, "--target", str(package), str(copy)], check=True, cwd=tmp_path)
    paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", RUNNING],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told == {
        "origins": ["package astro-al-example 1.0"],
        "names": ["bright_doubt", "calibrated_forest", "colours", "log_ratio", "two_furthest"],
        "feature": True,
        "asked": True,
        "placed": True,
        "plot": "Colours u-g, g-r, r-i, i-z",
    }
