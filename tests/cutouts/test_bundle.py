"""Pictures of many sources in one file."""

from __future__ import annotations

import json
import time
import zipfile

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import Cutout, CutoutBundle, Cutouts, bundled
from napari_astro_al.cutouts import bundle as module
from napari_astro_al.cutouts.bundling import BundleReport
from napari_astro_al.cutouts.fields import Field
from napari_astro_al.errors import CatalogueError, CutoutError, JobError

TABLE = pd.DataFrame({"x": np.arange(6.0)})
CATALOGUE = Catalogue(TABLE, np.arange(10, 16), Roles(), name="sky")
RNG = np.random.default_rng(0)

KINDS = {
    "grey": RNG.integers(0, 255, (8, 9), dtype=np.uint8),
    "colour": RNG.integers(0, 255, (8, 9, 3), dtype=np.uint8),
    "counts": RNG.integers(0, 60_000, (8, 9)).astype(np.uint16),
    "negative": RNG.integers(-9, 9, (8, 9)).astype(np.int32),
    "flux": RNG.normal(size=(8, 9)).astype(np.float32),
    "precise": RNG.normal(size=(8, 9)),
    "blank": np.where(RNG.random((8, 9)) < 0.5, np.nan, 1.0).astype(np.float32),
    "colour flux": RNG.normal(size=(8, 9, 3)).astype(np.float32),
}


class Sky:
    """Pictures of every kind, or none of those sources that are outside."""

    def __init__(self, name="sky", pixels=None, outside=(), natural_size=None, **about):
        self.name, self.outside, self.about, self.asked = name, outside, about, []
        self.pixels = KINDS["colour"] if pixels is None else pixels

    def cutout(self, catalogue, source, size):
        self.asked.append(source)
        if source in self.outside:
            return Cutout.absent("outside the survey")
        return Cutout(self.pixels, **self.about)


class Slower(Sky):
    """Pictures that take their time, but the first three."""

    def cutout(self, catalogue, source, size):
        if len(self.asked) >= 3:
            time.sleep(0.3)
        return super().cutout(catalogue, source, size)


class Sized(Sky):
    natural_size = 30.0


class Off(Sky):
    """A service that is off, or fails, until it is on."""

    on = False

    def cutout(self, catalogue, source, size):
        self.asked.append(source)
        if self.on:
            return Cutout(self.pixels)
        return Cutout(None, missing="off until you allow a.example", asks_for=("a.example",))


def of(*providers):
    cutouts = Cutouts(CATALOGUE)
    for one in providers:
        cutouts.add(one)
    return cutouts


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "pictures.aalpics"


class TestWhatIsKept:
    @pytest.mark.parametrize("kind", KINDS)
    def test_pixels_come_back_as_they_were(self, path, kind):
        of(Sky(pixels=KINDS[kind])).bundle(path, [10])
        pixels = CutoutBundle(path).cutout(CATALOGUE, 10, None).pixels
        np.testing.assert_array_equal(pixels, KINDS[kind])
        assert pixels.dtype == KINDS[kind].dtype

    def test_coordinates_scale_origin_and_where_it_came_from(self, path):
        field = Field(187.7059307512, 12.3910071, 9, 0.25)
        square = np.zeros((9, 9), dtype=np.float32)
        square[4, 4] = 1
        about = {
            "wcs": field.wcs(),
            "pixel_scale": 0.25,
            "provenance": "CDS/P/DSS2/color",
            "origin": "lower",
            "covered": 0.75,
        }
        of(Sky(pixels=square, **about)).bundle(path, [10])
        picture = CutoutBundle(path).cutout(CATALOGUE, 10, None)
        assert (picture.pixel_scale, picture.covered) == (0.25, 0.75)
        assert (picture.provenance, picture.origin) == ("CDS/P/DSS2/color", "lower")
        x, y = picture.wcs.all_world2pix([[187.7059307512, 12.3910071]], 0)[0]
        assert (x, y) == (pytest.approx(4, abs=1e-6), pytest.approx(4, abs=1e-6))
        small = CutoutBundle(path).cutout(CATALOGUE, 10, 1.25)
        assert small.pixels.shape == (5, 5)
        assert small.pixels[2, 2] == 1

    def test_reasons_are_kept_too(self, path):
        report = of(Sky(outside=[11])).bundle(path, [10, 11])
        assert report == BundleReport(path, 2, 1, 1, {"sky: outside the survey": 1})
        bundle = CutoutBundle(path)
        assert bundle.cutout(CATALOGUE, 11, None).missing == "outside the survey"
        reason = bundle.cutout(CATALOGUE, 12, None).missing
        assert reason == "pictures.aalpics has no picture of this source"

    def test_the_pictures_of_several_providers_and_sizes(self, path):
        cutouts = of(Sized("a"), Sky("b", pixels=KINDS["flux"]))
        cutouts.bundle(path, [10])
        cutouts.bundle(path, [10], "1 arcmin")
        with pytest.raises(CutoutError, match="has pictures of 'a', 'b'"):
            CutoutBundle(path)
        a, b = bundled(path)
        assert [one.size for one in a._file.by_source["10"]] == [30.0, None, 60.0, 60.0]
        assert b.cutout(CATALOGUE, 10, None).pixels.dtype == np.float32
        again = Cutouts(CATALOGUE)
        for one in (a, CutoutBundle(path, "b", title="flux")):
            again.add(one)
        assert [one.name for one in again.get(10)] == ["a", "flux"]

    def test_what_others_see_in_it(self, path):
        of(Sky(), Sky("flux", pixels=KINDS["flux"])).bundle(path, [10])
        with zipfile.ZipFile(path) as packed:
            index = json.loads(packed.read("index.json"))
            names = packed.namelist()
        assert index["kind"] == "napari-astro-al pictures"
        assert (index["format"], index["id_kind"]) == (1, "int64")
        members = [one["member"] for one in index["pictures"]]
        assert names == ["index.json", *members]
        assert [one.rpartition(".")[2] for one in members] == ["png", "fits"]

    def test_the_same_pictures_make_the_same_file(self, path):
        of(Sky()).bundle(path, [10, 11])
        first = path.read_bytes()
        path.unlink()
        of(Sky()).bundle(path, [10, 11])
        assert path.read_bytes() == first


class TestMakingItAgain:
    def test_what_is_there_is_not_asked_for_again(self, path):
        sky = Sky()
        of(sky).bundle(path, [10, 11])
        report = of(sky).bundle(path, [10, 11, 12])
        assert sorted(sky.asked) == [10, 11, 12]
        assert (report.n_pictures, report.n_new) == (3, 1)

    def test_what_failed_is_tried_again(self, path):
        off = Off("radio")
        report = of(off).bundle(path, [10, 11])
        assert (report.n_pictures, report.n_failed) == (0, 2)
        assert report.asks_for == ("a.example",)
        off.on = True
        report = of(off).bundle(path, [10, 11])
        assert (report.n_pictures, report.n_new, report.n_failed) == (2, 2, 0)

    def test_an_interrupted_one_goes_on_where_it_was(self, path):
        sky = Slower()
        job = of(sky).bundle_job(path, list(range(10, 16)))
        for said in job:
            if said.done >= 3:
                break
        job.close()
        assert not path.exists()
        with (path.with_name("pictures.aalpics.part") / "done.jsonl").open("a") as done:
            done.write('{"source": "15", "of":')  # half a line
        done_before = set(sky.asked)
        report = of(sky).bundle(path, list(range(10, 16)))
        assert report.n_pictures == 6
        assert len(sky.asked) < 12
        assert done_before <= set(sky.asked)
        assert [one.name for one in path.parent.iterdir()] == ["pictures.aalpics"]

    def test_a_disk_that_cannot_be_written_leaves_what_was_there(self, path, monkeypatch):
        of(Sky()).bundle(path, [10])
        before = path.read_bytes()

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("napari_astro_al.cutouts.bundling._put", full)
        with pytest.raises(CutoutError, match="No space left"):
            of(Sky()).bundle(path, [11])
        assert path.read_bytes() == before

    def test_a_file_that_is_no_bundle_is_not_written_over(self, path):
        path.parent.mkdir()
        path.write_text("my thesis")
        with pytest.raises(CutoutError, match="is no zip file"):
            of(Sky()).bundle(path, [10])
        assert path.read_text() == "my thesis"

    def test_what_cannot_be_made(self, path):
        with pytest.raises(CutoutError, match="There is no provider"):
            of().bundle(path, [10])
        with pytest.raises(CatalogueError, match="has no source '99'"):
            of(Sky()).bundle(path, [10, 99])


class TestHostileFiles:
    """A bundle comes from somebody else: nothing in it may do harm."""

    @pytest.fixture
    def good(self, path):
        of(Sky(pixel_scale=1.0)).bundle(path, [10])
        return path

    def rewrite(self, path, change=None, body=None, index=None):
        """The bundle with its index changed, or other bytes in it."""
        with zipfile.ZipFile(path) as packed:
            content = json.loads(packed.read("index.json"))
            (member,) = [name for name in packed.namelist() if name != "index.json"]
            picture = packed.read(member)
        if change is not None:
            change(content)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("index.json", json.dumps(content) if index is None else index)
            packed.writestr(member, picture if body is None else body)
        return path

    @pytest.mark.parametrize(
        "member", ["/etc/passwd", "../../secret.png", "pictures/../a.png", "C:\\a.png", "pictures/"]
    )
    def test_names_that_lead_elsewhere(self, good, member):
        self.rewrite(good, lambda index: index["pictures"][0].update(member=member))
        with pytest.raises(CutoutError, match=r"damaged at pictures\.0\.member"):
            CutoutBundle(good)

    @pytest.mark.parametrize(
        ("index", "reason"),
        [
            ("", "not valid JSON"),
            ("[1, 2", "not valid JSON"),
            ("[" * 100_000, "not valid JSON"),
            ("[]", "damaged at the whole"),
            ('{"format": 2}', "is of format 2; this version reads up to 1"),
            ('{"format": 1}', "damaged at package_version"),
            ('{"kind": "zip", "format": 1}', "damaged at kind"),
        ],
    )
    def test_a_damaged_index(self, good, index, reason):
        self.rewrite(good, index=index)
        with pytest.raises(CutoutError, match=reason):
            CutoutBundle(good)

    @pytest.mark.parametrize(
        "change",
        [{"pixel_scale": -1.0}, {"pixel_scale": "1"}, {"covered": 2.0}, {"origin": "left"}],
    )
    def test_values_that_make_no_sense(self, good, change):
        self.rewrite(good, lambda index: index["pictures"][0].update(change))
        with pytest.raises(CutoutError, match=rf"damaged at pictures\.0\.{next(iter(change))}"):
            CutoutBundle(good)

    def test_a_bomb_is_not_unpacked(self, good, monkeypatch):
        monkeypatch.setattr(module, "MOST_MEMBER", 2**20)
        self.rewrite(good, body=bytes(2**21))
        assert good.stat().st_size < 2**16
        reason = CutoutBundle(good).cutout(CATALOGUE, 10, None).missing
        assert "is 2 MiB, too much" in reason
        monkeypatch.setattr(module, "MOST_INDEX", 2**20)
        self.rewrite(good, index=" " * 2**21)
        with pytest.raises(CutoutError, match=r"index\.json is 2 MiB, too much"):
            CutoutBundle(good)

    def test_a_picture_that_is_damaged_is_a_reason(self, good):
        self.rewrite(good, body=b"\x89PNG\r\n\x1a\n nothing")
        assert CutoutBundle(good).cutout(CATALOGUE, 10, None).missing
        content = bytearray(good.read_bytes())
        with zipfile.ZipFile(good) as packed:
            info = packed.infolist()[1]
        place = info.header_offset + 30 + len(info.filename) + 2
        content[place : place + 8] = b"\xff" * 8
        good.write_bytes(content)
        assert "cannot be read" in CutoutBundle(good).cutout(CATALOGUE, 10, None).missing

    def test_a_picture_that_is_not_in_it(self, good):
        change = {"member": f"pictures/{'0' * 32}.png"}
        self.rewrite(good, lambda index: index["pictures"][0].update(change))
        assert "is not in it" in CutoutBundle(good).cutout(CATALOGUE, 10, None).missing

    @pytest.mark.parametrize("cards", ["CTYPE1  = 'RA---TAN'", "x" * 79, "SIMPLE  =   T\0" * 9])
    def test_damaged_coordinates_are_a_reason_or_none(self, good, cards):
        self.rewrite(good, lambda index: index["pictures"][0].update(wcs=cards))
        picture = CutoutBundle(good).cutout(CATALOGUE, 10, None)
        assert picture.pixels is not None or "damaged coordinates" in picture.missing

    def test_half_a_file(self, good):
        good.write_bytes(good.read_bytes()[:-30])
        with pytest.raises(CutoutError, match="is no zip file"):
            CutoutBundle(good)

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(CutoutError, match="There is no bundle of pictures at"):
            CutoutBundle(tmp_path / "gone.aalpics")

    def test_a_bundle_of_other_sources_is_refused(self, good):
        other = Catalogue(TABLE, np.arange(100, 106), Roles(), name="another")
        with pytest.raises(CutoutError, match="has pictures of the sources '10', and none of"):
            Cutouts(other).add(CutoutBundle(good))


def test_a_provider_of_no_care_ends_in_a_reason(path):
    class Broken(Sky):
        def cutout(self, catalogue, source, size):
            raise JobError("no beam")

    report = of(Broken("broken"), Sky()).bundle(path, [10])
    assert report.missing == {"broken: broken failed: JobError: no beam": 1}
    assert report.n_pictures == 1
