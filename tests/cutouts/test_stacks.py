"""Pictures that lie in one array: how a source's is found, and what is refused."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numcodecs
import numpy as np
import pandas as pd
import pytest
import zarr

import napari_astro_al as aal
from napari_astro_al.cutouts import ImageStack, stack_files
from napari_astro_al.errors import CutoutError

IDS = np.array([12, 5, 9], dtype=np.int64)
STACK = np.arange(3, dtype=np.float32)[:, None, None] * np.ones((3, 8, 6), dtype=np.float32)


def catalogue(ids=IDS, **columns) -> aal.Catalogue:
    return aal.Catalogue.from_table(pd.DataFrame({"source": ids, **columns}), id="source")


def hdf5(path: Path, **arrays) -> Path:
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            chunks = (1, *values.shape[1:]) if values.ndim > 2 else None
            file.create_dataset(name, data=values, chunks=chunks)
    return path


def zarr_of(version: int):
    def write(path: Path, **arrays) -> Path:
        group = zarr.open_group(path, mode="w", zarr_format=version)
        for name, values in arrays.items():
            chunks = (1, *values.shape[1:]) if values.ndim > 2 else values.shape
            group.create_array(name, data=values, chunks=chunks)
        return path

    return write


WRITERS = {"a.h5": hdf5, "b.zarr": zarr_of(2), "c.zarr": zarr_of(3)}


@pytest.fixture(params=WRITERS)
def write(request, tmp_path):
    """Writes arrays by name into a file of each kind."""
    return lambda **arrays: WRITERS[request.param](tmp_path / request.param, **arrays)


def shown(stack: ImageStack, sources: aal.Catalogue) -> list[float | None]:
    """The first pixel of each source's picture."""
    found = [stack.cutout(sources, one, None) for one in sources.ids_at(range(len(sources)))]
    return [None if one.pixels is None else float(one.pixels.flat[0]) for one in found]


class TestWhichPicture:
    def test_by_rows_where_nothing_says_otherwise(self, write):
        stack = ImageStack(write(pictures=STACK))
        stack.check(catalogue())
        assert shown(stack, catalogue()) == [0.0, 1.0, 2.0]
        picture = stack.cutout(catalogue(), 9, None)
        assert picture.pixels.shape == (8, 6)
        assert picture.provenance.endswith("[2]")

    def test_by_ids_in_the_file(self, write):
        path = write(pictures=STACK, source=np.array([9, 7, 12]))
        for stack in (ImageStack(path), ImageStack(path, "pictures", ids="source")):
            assert shown(stack, catalogue()) == [2.0, None, 0.0]
        assert "has no picture of this source" in stack.cutout(catalogue(), 5, None).missing

    def test_by_a_column_of_the_catalogue(self, write):
        stack = ImageStack(write(pictures=STACK), index="place")
        sources = catalogue(np.arange(5), place=[2.0, 0.0, np.nan, 3.0, 0.5])
        assert shown(stack, sources) == [2.0, 0.0, None, None, None]

    def test_texts_and_numbers_are_the_same_ids(self, tmp_path):
        path = hdf5(tmp_path / "a.h5", pictures=STACK, name=np.array([b"5", b"9", b"12"]))
        assert shown(ImageStack(path, ids="name"), catalogue()) == [2.0, 0.0, 1.0]
        texts = catalogue(np.array(["a", "5", "9"], dtype=object))
        assert shown(ImageStack(path, ids="name"), texts) == [None, 0.0, 1.0]

    def test_ids_beyond_floating_point_and_of_other_types(self, tmp_path):
        big = np.array([2**63 + 1, 2**63 + 2, 5], dtype=np.uint64)
        path = hdf5(tmp_path / "a.h5", pictures=STACK, id=big)
        assert shown(ImageStack(path), catalogue(big[[1, 0]])) == [1.0, 0.0]
        assert shown(ImageStack(path), catalogue(np.array([5], dtype=np.int64))) == [2.0]

    def test_a_table_in_another_order(self, write):
        stack = ImageStack(write(pictures=STACK, id=IDS))
        assert shown(stack, catalogue(IDS[::-1])) == [2.0, 1.0, 0.0]
        assert shown(stack, catalogue()) == [0.0, 1.0, 2.0]


class TestWhatPicturesLookLike:
    @pytest.mark.parametrize(
        ("shape", "band", "expected"),
        [
            ((3, 8, 6), None, (8, 6)),
            ((3, 8, 6, 3), None, (8, 6, 3)),
            ((3, 8, 6, 4), None, (8, 6, 3)),
            ((3, 3, 8, 6), None, (8, 6, 3)),
            ((3, 3, 8, 6), 2, (8, 6)),
            ((3, 5, 8, 6), 4, (8, 6)),
        ],
    )
    def test_axes(self, write, shape, band, expected):
        path = write(pictures=np.zeros(shape, dtype=np.uint8))
        stack = ImageStack(path, band=band)
        stack.check(catalogue())
        assert stack.cutout(catalogue(), 5, None).pixels.shape == expected

    def test_a_band_is_that_band(self, write):
        bands = STACK[:, None] + 10 * np.arange(5, dtype=np.float32)[None, :, None, None]
        stack = ImageStack(write(cube=bands), band=3)
        assert shown(stack, catalogue()) == [30.0, 31.0, 32.0]
        assert stack.name.endswith("[3]")

    def test_byte_order_and_pixel_scale(self, tmp_path):
        path = hdf5(tmp_path / "a.h5", pictures=STACK.astype(">f4"))
        picture = ImageStack(path, pixel_scale=2.0).cutout(catalogue(), 5, 8.0)
        assert picture.pixels.dtype.isnative
        assert picture.pixels.tolist() == [[1.0] * 4] * 4

    def test_npy(self, tmp_path):
        np.save(tmp_path / "stamps.npy", STACK)
        stack = ImageStack(tmp_path / "stamps.npy")
        stack.check(catalogue())
        assert stack.name == "stamps"
        assert shown(stack, catalogue()) == [0.0, 1.0, 2.0]

    def test_a_picture_of_nothing_but_nan(self, write):
        stack = ImageStack(write(pictures=np.full((3, 4, 4), np.nan, dtype=np.float32)))
        assert "no pixel with data" in stack.cutout(catalogue(), 5, None).missing

    def test_zipped_zarr(self, tmp_path):
        with zarr.storage.ZipStore(tmp_path / "a.zarr.zip", mode="w") as store:
            zarr.create_array(store, name="x", data=STACK)
        assert shown(ImageStack(tmp_path / "a.zarr.zip"), catalogue()) == [0.0, 1.0, 2.0]


def test_one_chunk_is_read_a_source(tmp_path, monkeypatch):
    zarr_of(3)(tmp_path / "a.zarr", pictures=STACK)
    stack = ImageStack(tmp_path / "a.zarr")
    stack.check(catalogue())
    read = []
    get = zarr.storage.LocalStore.get

    async def noted(store, key, *arguments, **options):
        read.append(key)
        return await get(store, key, *arguments, **options)

    monkeypatch.setattr(zarr.storage.LocalStore, "get", noted)
    stack.cutout(catalogue(), 5, None)
    assert read == ["pictures/c/1/0/0"]


def test_several_threads_at_once(write):
    many = np.arange(50, dtype=np.float32)[:, None, None] * np.ones((50, 9, 9), dtype=np.float32)
    sources, stack = catalogue(np.arange(50)), ImageStack(write(pictures=many))
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda n: stack.cutout(sources, n, None).pixels[0, 0], [*range(50)] * 3)
        assert list(found) == [*range(50)] * 3


def test_it_is_let_go_and_opened_again(write):
    stack = ImageStack(write(pictures=STACK))
    assert stack.shape == (3, 8, 6)
    stack.close()
    assert stack.arrays == {"pictures": (3, 8, 6)}


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("arrays", "options", "words"),
        [
            ({"a": STACK, "b": STACK}, {}, r"2 arrays .*'a' \(3, 8, 6\).*Say which, with array="),
            ({"flux": IDS}, {}, r"0 arrays that could hold pictures: it has 'flux \(3,\)'"),
            ({"a": STACK}, {"array": "b"}, r"no array 'b'. Arrays: 'a'"),
            ({"a": STACK, "i": IDS}, {"array": "i"}, r"shape \(3,\), which is no stack"),
            ({"a": STACK[:2]}, {}, r"2 pictures and 'catalogue' 3 sources.*ids=.*index="),
            ({"a": STACK, "i": IDS[:2]}, {"ids": "i"}, r"'i' .* shape \(2,\).*3 pictures"),
            ({"a": STACK}, {"index": "row"}, r"no column 'row' with numbers of pictures"),
            ({"a": STACK, "id": IDS + 100}, {}, r"none of its ids is in the file"),
            ({"a": np.zeros((3, 5, 8, 6))}, {}, r"5 bands a picture. Say which, with band=0 to 4"),
            ({"a": np.zeros((3, 5, 8, 6))}, {"band": 5}, r"there is no band 5"),
            ({"a": STACK}, {"band": 0}, r"there is no band 0"),
        ],
    )
    def test_what_does_not_fit(self, write, arrays, options, words):
        with pytest.raises(CutoutError, match=words):
            ImageStack(write(**arrays), **options).check(catalogue())

    def test_two_ways_at_once(self):
        with pytest.raises(CutoutError, match=r"either by ids= .* or by index="):
            ImageStack("a.h5", ids="id", index="row")

    def test_files_of_another_kind_or_damaged_or_gone(self, tmp_path):
        (tmp_path / "a.h5").write_text("text")
        with pytest.raises(CutoutError, match=r"a.h5 is no file of arrays. HDF5 files, Zarr"):
            ImageStack(tmp_path / "a.h5").check(catalogue())
        (tmp_path / "b.h5").write_bytes(hdf5(tmp_path / "c.h5", a=STACK).read_bytes()[:300])
        with pytest.raises(CutoutError, match=r"b.h5 cannot be read as hdf5"):
            ImageStack(tmp_path / "b.h5").check(catalogue())
        gone = ImageStack(tmp_path / "gone.h5").cutout(catalogue(), 5, None)
        assert "There is no file" in gone.missing

    @pytest.mark.parametrize(("name", "library"), [("a.h5", "h5py"), ("b.zarr", "zarr")])
    def test_what_reads_it_is_not_installed(self, tmp_path, monkeypatch, name, library):
        path = WRITERS[name](tmp_path / name, a=STACK)
        monkeypatch.setitem(sys.modules, library, None)
        extra = {"h5py": "hdf5"}.get(library, library)
        with pytest.raises(
            CutoutError, match=rf"{library}, which reads .*napari-astro-al\[{extra}"
        ):
            ImageStack(path).check(catalogue())

    def test_chunks_that_do_not_fit_into_memory(self, tmp_path, monkeypatch):
        path = hdf5(tmp_path / "a.h5", a=STACK)
        monkeypatch.setattr(stack_files, "MOST_CHUNK", 100)
        with pytest.raises(CutoutError, match=r"stored in chunks of .* one picture a chunk"):
            ImageStack(path).check(catalogue())

    def test_pixels_in_other_files_of_the_person(self, tmp_path):
        (tmp_path / "secret").write_bytes(bytes(3 * 8 * 6))
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file.create_dataset(
                "a", (3, 8, 6), "u1", external=[(str(tmp_path / "secret"), 0, 3 * 8 * 6)]
            )
            file["linked"] = h5py.ExternalLink(str(tmp_path / "secret"), "a")
        with pytest.raises(CutoutError, match=r"0 arrays that could hold pictures"):
            ImageStack(tmp_path / "a.h5").check(catalogue())

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"compressor": {"id": "base64"}}, "'a' of a.zarr is packed with 'base64'"),
            ({"filters": [{"id": "base64"}]}, "'a' of a.zarr is packed with 'base64'"),
            ({"compressor": numcodecs.Pickle().get_config()}, "cannot be read as Zarr"),
            ({"filters": [numcodecs.Pickle().get_config()]}, "cannot be read as Zarr"),
            (
                {"dtype": "|O", "fill_value": 0, "filters": [numcodecs.Pickle().get_config()]},
                "cannot be read as Zarr",
            ),
        ],
    )
    def test_a_zarr_that_is_packed_with_programs(self, tmp_path, changes, words):
        """What is not known to be harmless is not unpacked, pickle least of all."""
        zarr_of(2)(tmp_path / "a.zarr", a=STACK)
        about = tmp_path / "a.zarr" / "a" / ".zarray"
        about.write_text(json.dumps({**json.loads(about.read_text()), **changes}))
        with pytest.raises(CutoutError, match=words):
            ImageStack(tmp_path / "a.zarr").check(catalogue())
