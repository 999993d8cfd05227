"""The density of all sources of a catalogue on disk: counted once, read anew close up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from tests.partitioned import shrink_sketch, survey

import napari_astro_al as aal
from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection import ProjectionRecipe, density
from napari_astro_al.projection.healpix import pixel_area, pixels_of
from napari_astro_al.scale.counting import Counting, CountingInView
from napari_astro_al.scale.parts import Part

N_PARTS = 8
SIZE = 2**10


@pytest.fixture(autouse=True)
def _small_sketch(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_sketch(monkeypatch)


@pytest.fixture
def table() -> pd.DataFrame:
    """Partitions are stripes of the sky, as in a HATS catalogue."""
    table = survey()
    rng = np.random.default_rng(3)
    table["ra"] = np.sort(rng.uniform(0, 360, len(table)))
    table["dec"] = np.degrees(np.arcsin(rng.uniform(-1, 1, len(table))))
    return table


@pytest.fixture
def session(table: pd.DataFrame, tmp_path: Path) -> Any:
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    file = tmp_path / "survey.parquet"
    pyarrow.parquet.write_table(arrow, file, row_group_size=len(table) // N_PARTS)
    catalogue = aal.PartitionedCatalogue.open(file, label="kind")
    features = aal.FeatureRecipe(columns=["u", "g"])
    with aal.Session(catalogue, features, path=tmp_path / "s.astroal") as session:
        yield session


def passes(monkeypatch: pytest.MonkeyPatch, work: type) -> list[int]:
    """Numbers of the partitions that a pass reads from now on."""
    read: list[int] = []
    plain = work.__call__

    def counted(self: Any, part: Part) -> Any:
        read.append(part.number)
        return plain(self, part)

    monkeypatch.setattr(work, "__call__", counted)
    return read


def test_counts_are_those_of_the_table_in_memory(session: Any, table: pd.DataFrame) -> None:
    session.project(x="u", y="u - g")

    found = session.count_all()

    frame = found.grid.frame
    points = np.column_stack([table["u"], table["u"] - table["g"]]).astype(np.float32)
    world = frame.to_world(points, beyond=True)
    inside = ((world >= 0) & (world <= 1_000)).all(axis=1)
    whole = found.picture(shape=(SIZE, SIZE)).counts
    np.testing.assert_array_equal(whole, density(world, (0, 0, 1_000, 1_000), (SIZE, SIZE)))
    assert int(whole.sum()) == np.count_nonzero(inside) == 8_000 - found.counted.n_outside
    # coarser, cells are added up
    coarse = found.picture(shape=(64, 64)).counts
    np.testing.assert_array_equal(coarse, whole.reshape(64, 16, 64, 16).sum(axis=(1, 3)))


def test_principal_components_are_those_of_the_projection(session: Any) -> None:
    projection = session.project("pca")

    found = session.count_all()

    place = found.grid.placing(session.catalogue)
    np.testing.assert_allclose(place, projection.points, atol=1e-5)
    assert found.picture().counts.sum() + found.counted.n_outside == 8_000


def test_close_up_only_partitions_in_view_are_read(
    session: Any, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.project("sky", projection="mollweide")
    read_once = passes(monkeypatch, Counting)
    found = session.count_all()
    assert sorted(read_once) == list(range(N_PARTS))

    read = passes(monkeypatch, CountingInView)
    found.picture(shape=(400, 800))
    assert read == []  # what was counted once is fine enough

    frame, plane = found.grid.frame, found.grid.placing.plane
    x, y = plane.place(np.array([table["ra"].iloc[1_500]]), np.array([0.0]))
    ((at_x, at_y),) = frame.to_world(np.column_stack([x, y])).tolist()
    rect = (at_x - 10, at_y - 10, at_x + 10, at_y + 10)
    close = found.picture(rect, (300, 300))
    assert set(read) == {1}  # a stripe, of rows 1,000 to 1,999
    places = np.column_stack(plane.place(table["ra"].to_numpy(), table["dec"].to_numpy()))
    world = frame.to_world(places, beyond=True)
    np.testing.assert_array_equal(close.counts, density(world, rect, (300, 300)))


def test_the_sky_is_counted_in_pixels_of_equal_area(session: Any, table: pd.DataFrame) -> None:
    session.project("sky", projection="mollweide")
    found = session.count_all()

    picture = found.picture(shape=(60, 120))

    assert picture.title == "sources a square degree"
    orders = [
        order
        for order in range(9)
        if np.isclose(picture.counts[30, 60] * pixel_area(order) % 1, [0, 1], atol=1e-3).any()
    ]
    pixels = [
        np.bincount(pixels_of(table["ra"].to_numpy(), table["dec"].to_numpy(), order))
        for order in orders
    ]
    levels = np.unique(picture.counts[picture.counts > 0])
    assert any(
        np.isin(np.round(levels * pixel_area(order)), counts).all()
        for order, counts in zip(orders, pixels, strict=True)
    )
    assert picture.counts[0, 0] == 0  # beyond the sky


def test_counts_are_kept_and_may_be_deleted(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session.project(x="u", y="g")
    first = session.count_all()
    (file,) = session.cache_folder.glob("density-*.npz")
    read = passes(monkeypatch, Counting)

    again = session.count_all()
    assert read == []
    np.testing.assert_array_equal(again.counted.totals, first.counted.totals)
    assert again.counted.footprints == first.counted.footprints

    strangers = [one for one in survey().source_id if int(one) not in session.catalogue]
    session.bring([int(one) for one in strangers[:50]])
    session.project(x="u", y="g")
    session.count_all()
    assert read == []  # whatever is in memory beside the sample

    file.write_bytes(b"something else")
    session.count_all()
    assert len(read) == N_PARTS
    session.project(x="g", y="u")
    session.count_all()
    assert len(read) == 2 * N_PARTS


def test_projections_of_all_sources_together_are_refused(session: Any) -> None:
    with pytest.raises(ProjectionError, match="There is no projection"):
        session.count_all()
    session.project("pca")
    session.projection_recipe = ProjectionRecipe("umap")
    with pytest.raises(ProjectionError, match="made of those in memory together"):
        session.count_all()
