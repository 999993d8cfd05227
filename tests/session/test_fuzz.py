"""Files that somebody could send us, changed at random: they load, or are refused in words.

``benchmarks/fuzzing.py`` reads ten thousand of them.
"""

from __future__ import annotations

import json
import shutil
import warnings
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.session.fuzz import KINDS, catalogue, configuration, make_originals, play

import napari_astro_al as aal
from napari_astro_al.errors import AstroALError


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    return make_originals(tmp_path_factory.mktemp("fuzz") / "originals")


@pytest.mark.parametrize("kind", KINDS)
def test_changed_at_random(originals, tmp_path, kind):
    outcomes = [play(kind, seed, originals, tmp_path / "work") for seed in range(4)]
    assert not [one for one in outcomes if one.failed]


@pytest.mark.parametrize(("kind", "seed"), [("ledger", 501)])
def test_what_once_failed(originals, tmp_path, kind, seed):
    outcome = play(kind, seed, originals, tmp_path / "work")
    assert (outcome.kind, outcome.failed) == ("refused", False)


@pytest.mark.parametrize("kind", KINDS)
def test_unchanged_they_load(originals, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", aal.AstroALWarning)
        KINDS[kind][1](originals)
    shutil.rmtree(originals / "new.astroal", ignore_errors=True)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(key=st.sampled_from(sorted(configuration())), value=_ANYTHING)
def test_any_value_of_any_key(tmp_path, key, value):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**configuration(), key: value}))
    with warnings.catch_warnings(), suppress(AstroALError):
        warnings.simplefilter("ignore", aal.AstroALWarning)
        session = aal.import_astronomical(path, catalogue())
        assert session.features.names[:1] == ("u",) or key == "features_for_training"


class TestTooLarge:
    def test_a_million_classes(self, tmp_path):
        path = tmp_path / "config.json"
        path.write_text(json.dumps({**configuration(), "labels": list(range(1_000_000))}))
        with pytest.raises(AstroALError, match="List should have at most 1000 items"):
            aal.import_astronomical(path, catalogue())

    def test_a_text_without_end(self, tmp_path, monkeypatch):
        from napari_astro_al.session.astronomical import settings as read

        monkeypatch.setattr(read, "LARGEST_FILE", 10_000)
        path = tmp_path / "config.json"
        path.write_text(json.dumps({**configuration(), "Author": "x" * 20_000}))
        with pytest.raises(AstroALError, match="which is more than"):
            aal.import_astronomical(path, catalogue())

    def test_a_model_that_unpacks_to_more_than_it_may(self, originals, tmp_path, monkeypatch):
        from napari_astro_al.learning import store

        path = tmp_path / "bomb.skops"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
            bomb.writestr("schema.json", "[" + " " * 1_000_000 + "]")
        monkeypatch.setattr(store, "LARGEST", 100_000)
        with pytest.raises(AstroALError, match="unpacks to more than a model may be"):
            store.load_model(path)
