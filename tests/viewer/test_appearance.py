"""How feature space is drawn, as one value that sessions store."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from napari_astro_al.errors import AstroALError
from napari_astro_al.viewer.appearance import PLAIN_COLOURS, PLAIN_DENSITIES, Appearance


def test_at_first_counts_lie_below_grey_sources_and_the_projection_chooses_the_aspect():
    first = Appearance()
    assert (first.colour, first.density) == ("label", "count")
    assert (first.scaling, first.aspect) == ("log", "natural")
    assert first.colour_column is None
    assert first.density_column is None


@pytest.mark.parametrize("colour", [*PLAIN_COLOURS, "column:u-g"])
@pytest.mark.parametrize("density", [*PLAIN_DENSITIES, "mean:log10(w3 / w2)"])
def test_it_survives_json(colour, density):
    there = Appearance(colour, density, "equalised", "equal")
    assert Appearance.from_json(json.loads(json.dumps(there.to_json()))) == there


def test_what_is_absent_from_json_takes_its_default():
    assert Appearance.from_json({"scaling": "asinh"}) == Appearance(scaling="asinh")
    assert Appearance.from_json({}) == Appearance()


def test_the_name_of_a_column_stands_behind_the_colon():
    assert Appearance(colour="column:u-g").colour_column == "u-g"
    assert Appearance(density="mean:column:x").density_column == "column:x"
    assert Appearance(colour="column: E(B-V) ").colour_column == "E(B-V)"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("colour", "redshift", "coloured by 'label', .* not 'redshift'"),
        ("colour", "column:", "or column:NAME"),
        ("colour", "column:  ", "or column:NAME"),
        ("colour", "mean:x", "not 'mean:x'"),
        ("density", "split", "The image shows 'count', .* or mean:NAME .* not 'split'"),
        ("density", "column:x", "not 'column:x'"),
        ("scaling", "sqrt", "Counts are scaled 'log', .*; not 'sqrt'"),
        ("aspect", 1.5, "The aspect is 'natural', 'free', 'equal'; not 1.5"),
        ("colour", ["label"], r"not \['label'\]"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(field, value, message):
    with pytest.raises(AstroALError, match=message):
        replace(Appearance(), **{field: value})
    with pytest.raises(AstroALError, match=message):
        Appearance.from_json({field: value})


def test_unknown_fields_are_refused():
    with pytest.raises(AstroALError, match=r"has no 'colormap', 'gamma'\. Known: 'colour'"):
        Appearance.from_json({"gamma": 1, "colormap": "viridis"})
