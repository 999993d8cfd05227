"""What is told of one source: every digit, and nothing that gives the answer away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.session.particulars import in_words, particulars_of

OBJID = 1237648720693755918


@pytest.fixture
def session(catalogue):
    """Blobs with columns of every kind beside each other."""
    n = len(catalogue)
    table = catalogue.table.assign(
        objid=OBJID + np.arange(n),
        specobjid=np.uint64(2**63) + np.arange(n, dtype=np.uint64),
        match=np.where(np.arange(n) % 2, np.nan, 4_611_686_018_427.0),
        clean=np.arange(n) % 2 == 0,
        name="NGC 1",
    )
    columns = {"u": Column(unit="mag", description="u band")}
    arrays = {"spectrum": np.zeros((n, 40))}
    return aal.Session(
        aal.Catalogue.from_table(
            table, id="source", label="kind", columns=columns, arrays=arrays, guess=False
        ),
        features=aal.FeatureRecipe(columns=["u", "g"]),
    )


def values(lines):
    return {line.name: line.value for line in lines}


def test_integers_beside_floats_keep_every_digit(session):
    told = values(particulars_of(session, 1001))
    assert told["objid"] == str(OBJID + 1)
    assert told["specobjid"] == str(2**63 + 1)
    assert told["u"] == f"{session.catalogue.table['u'][1]:.7g}"


def test_and_beside_nothing_but_floats(catalogue):
    table = catalogue.table[["source", "u", "g"]].assign(objid=OBJID + np.arange(len(catalogue)))
    session = aal.Session(
        aal.Catalogue.from_table(table, id="source", guess=False),
        features=aal.FeatureRecipe(columns=["u", "g"]),
    )
    assert values(particulars_of(session, 1001))["objid"] == str(OBJID + 1)


def test_integers_with_gaps_too(session):
    assert values(particulars_of(session, 1000))["match"] == "4611686018427"
    assert values(particulars_of(session, 1001))["match"] == "–"


def test_flags_and_text(session):
    told = values(particulars_of(session, 1001))
    assert (told["clean"], told["name"]) == ("no", "NGC 1")


def test_the_sessions_lines_come_first_and_the_answer_is_not_told(session):
    session.annotate(1001, "STAR")
    lines = particulars_of(session, 1001)
    assert values(lines[:3]) == {"id": "1001", "label": "STAR", "part": "validation"}
    assert not {"kind", "source"} & {line.name for line in lines}


def test_unit_and_description_of_a_column(session):
    (line,) = particulars_of(session, 1001, containing=" U ")[-1:]
    assert [one.name for one in particulars_of(session, 1001, containing="obj")] == [
        "objid",
        "specobjid",
    ]
    assert (line.name, line.unit, line.description) == ("u", "mag", "u band")


def test_only_what_the_roles_name(session):
    told = aal.Session(
        session.catalogue.with_roles(info=["g", "spectrum"]),
        features=session.features.recipe,
    )
    lines = particulars_of(told, 1001)[3:]
    assert [line.name for line in lines] == ["g", "spectrum"]
    assert lines[1].value == "array of 40"


def test_of_no_source_there_is_nothing_to_tell(session):
    assert particulars_of(session, None) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.1, "0.1"),
        (np.float32(0.1), "0.1"),
        (np.float32(1e15), "1e+15"),
        (1e300, "1e+300"),
        (123456.789, "123456.8"),
        (-0.0, "0"),
        (np.inf, "–"),
        (pd.NA, "–"),
        (pd.NaT, "–"),
        (np.int64(7), "7"),
        (True, "yes"),
    ],
)
def test_a_cell_in_words(value, words):
    assert in_words(value) == words
