"""A session in a few lines, counted once and not each time that somebody looks."""

from __future__ import annotations

import numpy as np

import napari_astro_al as aal
from napari_astro_al.session import overview
from napari_astro_al.session.overview import counts_of, overview_of


def test_size_split_features_and_place(session):
    counts = [int((session.partition.part == part).sum()) for part in (0, 1, 2)]
    assert overview_of(session) == [
        "200 sources",
        f"{counts[0]} in the pool, {counts[1]} for validation, {counts[2]} for testing",
        "2 features: u, g",
        "In memory only",
    ]


def test_sources_without_features_are_said(catalogue):
    table = catalogue.table.copy()
    table.loc[[3, 4], ["u", "g"]] = np.nan
    session = aal.Session(aal.Catalogue.from_table(table, id="source", label="kind"))
    assert overview_of(session)[3] == ("2 sources have no measured feature and are never asked for")


def test_without_held_out_sources(catalogue, tmp_path):
    split = aal.Split(validation=0, test=0)
    with aal.Session(catalogue, split=split, path=tmp_path / "a.astroal") as session:
        lines = overview_of(session)
    assert lines[1] == "200 in the pool, none held out"
    assert lines[-1] == f"Kept in {session.path}"


def test_it_is_counted_once_a_partition(session, monkeypatch):
    first = counts_of(session.partition)
    monkeypatch.setattr(overview.np, "count_nonzero", None)
    assert counts_of(session.partition) == first
    monkeypatch.undo()
    session.set_split(aal.Split(validation=0.4, test=0.1))
    assert counts_of(session.partition) != first
    assert sum(counts_of(session.partition)) == 200
