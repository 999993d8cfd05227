"""A catalogue that stays on disk: roles, partitions, chosen rows, damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError
from napari_astro_al.jobs import Progress, drain
from napari_astro_al.scale.best import Best

Write = Callable[[pd.DataFrame, int], Path]


def test_roles_are_guessed_and_partitions_are_row_groups(
    table: pd.DataFrame, as_parquet: Write
) -> None:
    catalogue = aal.PartitionedCatalogue.open(as_parquet(table, 4), label="kind")

    assert len(catalogue) == 8_000
    assert (catalogue.roles.id, catalogue.roles.label) == ("source_id", "kind")
    assert [part.n_rows for part in catalogue.partitions] == [2_000] * 4
    assert [part.start for part in catalogue.partitions] == [0, 2_000, 4_000, 6_000]
    assert str(catalogue.partitions[2]) == "survey-4.parquet, row group 2"
    assert repr(catalogue) == (
        "<PartitionedCatalogue 'survey-4': 8,000 sources in 4 partitions, id='source_id', "
        "label='kind', engine='serial'>"
    )


def test_a_folder_is_one_catalogue_in_the_order_of_its_files(tmp_path: Path) -> None:
    for number, name in enumerate(["b/2.parquet", "a/1.parquet", "_metadata/x.parquet"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        some = pd.DataFrame({"name": [f"s{number}"], "flux": [float(number)]})
        some.to_parquet(tmp_path / name)

    catalogue = aal.PartitionedCatalogue.open(tmp_path, id="name")

    assert [part.path.name for part in catalogue.partitions] == ["1.parquet", "2.parquet"]
    assert catalogue.rows(["s0", "s1"]).table["flux"].sum() == 1.0


def test_the_table_says_what_to_use(table: pd.DataFrame, as_parquet: Write) -> None:
    catalogue = aal.PartitionedCatalogue.open(as_parquet(table, 1))

    with pytest.raises(CatalogueError, match=r"8,000 sources.*session\.catalogue\.table.*rows"):
        _ = catalogue.table


@pytest.mark.parametrize("engine", ["serial", "threads"])
def test_chosen_rows_have_exact_ids_and_all_columns(
    table: pd.DataFrame, as_parquet: Write, engine: str
) -> None:
    catalogue = aal.PartitionedCatalogue.open(as_parquet(table, 7), engine=engine)
    wanted = [int(table.source_id[k]) for k in (7_999, 0, 4_321)]

    rows = catalogue.rows(wanted)

    assert sorted(rows.ids.tolist()) == sorted(wanted)  # beyond 2^53, where floats would err
    expected = table.set_index("source_id").loc[rows.ids]
    np.testing.assert_array_equal(rows.table["u"], expected["u"])
    assert list(rows.table.columns) == list(table.columns)
    with pytest.raises(CatalogueError, match="has no source '5', '6'"):
        catalogue.rows([wanted[0], 5, 6])
    with pytest.raises(CatalogueError, match="whole numbers; 'x' cannot be there"):
        catalogue.rows("x")


def test_rows_without_an_id_column_are_numbered_across_partitions(tmp_path: Path) -> None:
    path = tmp_path / "plain.parquet"
    pd.DataFrame({"flux": np.arange(10.0)}).to_parquet(path, row_group_size=4)

    catalogue = aal.PartitionedCatalogue.open(path, id=aal.ROWS)

    assert catalogue.rows([9, 4]).table["flux"].sum() == 13.0


def test_damaged_files_are_named_and_left_out_by_consent_alone(tmp_path: Path) -> None:
    for name in "abc":
        some = pd.DataFrame({"name": [f"{name}{k}" for k in range(50)], "flux": np.arange(50.0)})
        some.to_parquet(tmp_path / f"{name}.parquet")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 and no more")

    with pytest.raises(CatalogueError, match=r"b\.parquet.*skip_unreadable=True"):
        aal.PartitionedCatalogue.open(tmp_path, id="name")
    catalogue = aal.PartitionedCatalogue.open(tmp_path, id="name", skip_unreadable=True)

    assert len(catalogue) == 100
    assert [one.partition(":")[0] for one in catalogue.left_out] == ["b.parquet"]


def test_damage_within_a_partition_is_found_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "one.parquet"
    rng = np.random.default_rng(0)
    some = pd.DataFrame({"name": np.arange(4_000), "flux": rng.normal(size=4_000)})
    some.to_parquet(path, row_group_size=2_000)
    content = bytearray(path.read_bytes())
    at = pyarrow.parquet.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    content[at : at + 40] = b"\xff" * 40
    path.write_bytes(bytes(content))

    damaged = aal.PartitionedCatalogue.open(path, id="name")
    with pytest.raises(CatalogueError, match=r"one\.parquet, row group 1.*skip_unreadable"):
        damaged.rows(3_999)
    whole = aal.PartitionedCatalogue.open(path, id="name", skip_unreadable=True)

    assert len(whole) == 2_000
    assert whole.left_out[0].startswith("one.parquet, row group 1: ")
    assert whole.rows(1_999).ids.tolist() == [1_999]


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    opened = aal.PartitionedCatalogue.open
    with pytest.raises(CatalogueError, match="no file or folder"):
        opened(tmp_path / "nowhere")
    with pytest.raises(CatalogueError, match="has no Parquet files"):
        opened(tmp_path)
    pd.DataFrame({"id": [0.5, 1.5], "flux": [1.0, 2.0]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(CatalogueError, match="floating-point numbers"):
        opened(tmp_path, id="id")
    with pytest.raises(CatalogueError, match=r"engine='spark' is not known.*Client"):
        opened(tmp_path, id=aal.ROWS, engine="spark")
    pd.DataFrame({"id": [0.5], "mag": [1.0]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(CatalogueError, match=r"b\.parquet lacks 'flux', unlike a\.parquet"):
        opened(tmp_path, id=aal.ROWS)


def test_progress_counts_partitions_and_a_closed_job_stops(
    table: pd.DataFrame, as_parquet: Write
) -> None:
    catalogue = aal.PartitionedCatalogue.open(as_parquet(table, 7), engine="threads")

    job = catalogue.gaps_job(["u", "g"], [])
    for done in (0, 1):
        words = f"Looking for missing values: {done} of 7 partitions"
        assert next(job) == Progress(words, done, 7)
    job.close()

    assert drain(catalogue.gaps_job(["u", "g"], [])) == {"g"}


def test_the_best_are_the_same_in_whatever_order_they_are_merged() -> None:
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 5, 300).astype(float)  # many ties
    scores[:20] = np.nan
    hashes = rng.permutation(300).astype(np.uint64)
    expected = sorted(range(20, 300), key=lambda k: (-scores[k], hashes[k]))[:40]

    for n_parts in (1, 3, 50):
        found = Best.nobody(40)
        for part in rng.permutation(n_parts):
            rows = np.arange(300)[np.arange(300) % n_parts == part]
            found = found.merged(Best.of(40, hashes[rows], part, rows, scores=scores[rows]))
        assert found.rows.tolist() == expected


def test_ids_that_stand_in_two_partitions_are_refused(tmp_path: Path) -> None:
    for name in "ab":
        some = pd.DataFrame({"name": [f"s{k}" for k in range(9)], "flux": np.arange(9.0)})
        some.to_parquet(tmp_path / f"{name}.parquet")
    catalogue = aal.PartitionedCatalogue.open(tmp_path, id="name")

    with pytest.raises(CatalogueError, match="not unique: of 18 sources 9 share theirs"):
        aal.Session(catalogue)


def test_ids_and_labels_may_be_text_with_gaps(tmp_path: Path) -> None:
    path = tmp_path / "named.parquet"
    labels = ["STAR", None, " ", "QSO", "?", "STAR"]
    arrow = pa.table({"name": list("abcdef"), "flux": np.arange(6.0), "type": labels})
    pyarrow.parquet.write_table(arrow, path, row_group_size=2)

    catalogue = aal.PartitionedCatalogue.open(path, id="name", label="type", unknown=["?"])
    sample = drain(catalogue.sample_job(aal.Split(), 0))

    assert sample.classes == {"STAR", "QSO"}
    assert sum(sample.counts) == 6
    assert sample.id_digest == aal.Catalogue.read(path, id="name").id_digest
