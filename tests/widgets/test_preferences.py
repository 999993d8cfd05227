"""What napari's own preferences keep for a person, and which sessions go by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from napari.settings import get_plugin_settings
from npe2 import PluginManifest
from pydantic import ValidationError

import napari_astro_al as aal
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.cutout_settings import Arrangement
from napari_astro_al.widgets.cutouts_memory import restored
from napari_astro_al.widgets.preferences import (
    GROUPS,
    PLUGIN,
    Preferences,
    begin_as_preferred,
    preferences,
)
from napari_astro_al.widgets.triage_dock import stored_choice

MANIFEST = Path(aal.__file__).with_name("napari.yaml")


@pytest.fixture
def page(npe2pm, plugin_settings):
    """The page of napari's preferences, in a file of this test alone."""
    npe2pm.register(PluginManifest.from_file(MANIFEST))
    return get_plugin_settings(PLUGIN)


@pytest.fixture
def session():
    return aal.Session(aal.samples.simulated_survey(60, seed=0))


def test_the_pages_defaults_and_parts_are_those_of_the_program(page):
    assert preferences() == Preferences()
    assert {part: tuple(type(getattr(page, part)).model_fields) for part in GROUPS} == GROUPS


def test_every_entry_has_a_title_and_says_what_it_does():
    manifest = PluginManifest.from_file(MANIFEST)
    for part in manifest.contributions.configurations.values():
        for entry in part.properties.values():
            assert entry.title
            assert entry.description


def test_where_napari_does_not_know_the_plugin_the_defaults_hold(npe2pm, plugin_settings):
    assert preferences() == Preferences()


def test_a_new_session_begins_as_preferred(page, session):
    page.labelling.look_ahead = False
    page.labelling.blind = True
    page.canvas.colour = "uncertainty"
    page.canvas.sheet = 5
    page.pictures.rings = False

    begin_as_preferred(session)

    assert session.window["looking ahead"] is False
    assert session.blind
    assert Appearance.from_json(session.window["appearance"]) == Appearance("uncertainty")
    assert stored_choice(session.window["triage"])[1] == 5
    assert restored(session) == Arrangement(sources=False)


def test_what_a_session_says_itself_comes_first(page, session):
    page.labelling.blind = True
    session.blind = False
    session.window["blind"] = False

    begin_as_preferred(session)

    assert not session.blind


def test_a_session_with_answers_stays_as_it_is(page, session):
    session.annotate(session.query()[0], "STAR")
    page.labelling.blind = True

    begin_as_preferred(session)

    assert session.window == {}


def test_defaults_leave_no_trace_in_a_session(page, session):
    begin_as_preferred(session)

    assert session.window == {}


def test_they_are_kept_from_one_start_to_the_next(page):
    page.pictures.read_ahead = 0

    assert "read_ahead: 0" in page.config_path.read_text("utf-8")
    assert preferences().read_ahead == 0


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [("canvas", "colour", "pink"), ("canvas", "sheet", 2), ("pictures", "read_ahead", 25)],
)
def test_what_makes_no_sense_is_refused(page, part, name, value):
    with pytest.raises(ValidationError, match=name):
        setattr(getattr(page, part), name, value)
