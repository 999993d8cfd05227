"""Pictures in zip and tar archives: what is found, what is refused, and from several threads."""

from __future__ import annotations

import io
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from PIL import Image

import napari_astro_al as aal
from napari_astro_al.cutouts import ImageArchive, members, packed, pictures
from napari_astro_al.errors import CutoutError


def png(level: int, shape: tuple[int, int] = (4, 6)) -> bytes:
    written = io.BytesIO()
    Image.fromarray(np.full(shape, level, dtype=np.uint8)).save(written, "PNG")
    return written.getvalue()


FILES = {f"stamps/{n}.png": png(n) for n in (1, 2, 3)}


def sources(*names: str | None) -> aal.Catalogue:
    frame = pd.DataFrame({"id": range(1, len(names) + 1), "file": pd.Series(names, dtype=object)})
    return aal.Catalogue.from_table(frame, id="id", images=[])


NAMED = sources("stamps/1.png", "stamps/2.png", "./stamps//3.png")


def write_zip(path: Path, files: dict[str, bytes] = FILES) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_tar(path: Path, mode: str = "w", files: dict[str, bytes] = FILES) -> Path:
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


ARCHIVES = {
    "a.zip": write_zip,
    "a.tar": write_tar,
    "a.tar.gz": lambda path: write_tar(path, "w:gz"),
    "a.tar.bz2": lambda path: write_tar(path, "w:bz2"),
    "a.tar.xz": lambda path: write_tar(path, "w:xz"),
}


def level(archive: ImageArchive, catalogue: aal.Catalogue, source: int) -> int:
    picture = archive.cutout(catalogue, source, None)
    assert picture.missing == ""
    return int(picture.pixels[0, 0])


class TestWhatIsFound:
    @pytest.mark.parametrize("name", ARCHIVES)
    def test_files_that_a_column_names_in_every_kind_of_archive(self, tmp_path, name):
        archive = ImageArchive(ARCHIVES[name](tmp_path / name), "file")
        archive.check(NAMED)
        assert [level(archive, NAMED, one) for one in (3, 1, 2)] == [3, 1, 2]
        picture = archive.cutout(NAMED, 1, None)
        assert (picture.name, picture.provenance) == ("a", f"1.png in {name}")

    def test_files_that_are_called_like_the_source(self, tmp_path):
        archive = ImageArchive(write_zip(tmp_path / "a.zip"))
        archive.check(NAMED)
        assert level(archive, NAMED, 2) == 2
        more = {**FILES, "other/2.jpg": b"", "2.png/readme.txt": b""}
        archive = ImageArchive(write_zip(tmp_path / "b.zip", more))
        assert archive.cutout(NAMED, 2, None).missing == "b.zip has not one file called 2"
        assert level(archive, NAMED, 3) == 3

    def test_a_folder_in_the_archive(self, tmp_path):
        catalogue = sources("1.png")
        path = write_zip(tmp_path / "a.zip")
        with pytest.raises(CutoutError, match=r"no picture for .* no file 1.png.*folder="):
            ImageArchive(path, "file").check(catalogue)
        assert level(ImageArchive(path, "file", folder="stamps"), catalogue, 1) == 1

    def test_fits_of_several_bands_and_a_pixel_scale(self, tmp_path):
        written = io.BytesIO()
        bands = [fits.ImageHDU(np.full((8, 8), float(n)), name=f"B{n}") for n in (1, 2)]
        fits.HDUList([fits.PrimaryHDU(), *bands]).writeto(written)
        path = write_tar(tmp_path / "a.tar", files={"1.fits": written.getvalue()})
        archive = ImageArchive(path, extension="B2", pixel_scale=0.5)
        picture = archive.cutout(NAMED, 1, 2.0)
        assert picture.name == "a[B2]"
        assert picture.pixels.tolist() == [[2.0] * 4] * 4

    def test_a_hard_link_is_the_file_that_it_links_to(self, tmp_path):
        with tarfile.open(write_tar(tmp_path / "a.tar"), "a") as archive:
            link = tarfile.TarInfo("again.png")
            link.type, link.linkname = tarfile.LNKTYPE, "stamps/2.png"
            archive.addfile(link)
        assert level(ImageArchive(tmp_path / "a.tar", "file"), sources("again.png"), 1) == 2

    def test_a_tar_that_ends_in_a_zip_is_a_tar(self, tmp_path):
        last = write_zip(tmp_path / "last.zip", {"x.png": png(1)}).read_bytes()
        path = write_tar(tmp_path / "a.tar", files={**FILES, "last.zip": last})
        assert ImageArchive(path).names == (*FILES, "last.zip")

    def test_a_zip_behind_something_else_is_a_zip(self, tmp_path):
        """Such as one that unpacks itself."""
        path = write_zip(tmp_path / "a.zip")
        path.write_bytes(b"#!/bin/sh\n" * 100 + path.read_bytes())
        assert level(ImageArchive(path), NAMED, 2) == 2

    @pytest.mark.parametrize("name", ["a.zip", "a.tar"])
    def test_several_threads_at_once(self, tmp_path, name):
        many = {f"{n}.png": png(n % 250, (30, 30)) for n in range(1, 101)}
        path = tmp_path / name
        (write_zip if name == "a.zip" else lambda p, f: write_tar(p, files=f))(path, many)
        catalogue, archive = sources(*[None] * 100), ImageArchive(path)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda n: level(archive, catalogue, n), [*range(1, 101)] * 3))
        assert found == [n % 250 for n in range(1, 101)] * 3

    def test_it_is_let_go_and_opened_again(self, tmp_path):
        archive = ImageArchive(write_zip(tmp_path / "a.zip"))
        assert level(archive, NAMED, 1) == 1
        archive.close()
        (tmp_path / "a.zip").unlink()
        assert "There is no archive" in archive.cutout(NAMED, 1, None).missing
        write_zip(tmp_path / "a.zip", {"1.png": png(9)})
        assert level(archive, NAMED, 1) == 9


class TestWhatIsRefused:
    @pytest.mark.parametrize("name", ["../1.png", "/etc/passwd", "stamps/../../1.png", "C:\\1.png"])
    def test_names_that_lead_out(self, tmp_path, name):
        """Nothing is ever written to disk; that such a member exists does not make it found."""
        catalogue = sources(name)
        for path in (
            write_zip(tmp_path / "a.zip", {name: png(1)}),
            write_tar(tmp_path / "a.tar", files={name: png(1)}),
        ):
            picture = ImageArchive(path, "file").cutout(catalogue, 1, None)
            assert picture.missing == f"{name} leads out of the archive, which is not allowed"

    def test_links_out_of_a_tar(self, tmp_path):
        (tmp_path / "secret.png").write_bytes(png(1))
        with tarfile.open(tmp_path / "a.tar", "w") as archive:
            for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                link = tarfile.TarInfo(f"{kind.decode()}.png")
                link.type, link.linkname = kind, str(tmp_path / "secret.png")
                archive.addfile(link)
        for name in ("1.png", "2.png"):
            picture = ImageArchive(tmp_path / "a.tar", "file").cutout(sources(name), 1, None)
            assert picture.missing == f"a.tar has no file {name}"

    def test_a_member_too_large(self, tmp_path, monkeypatch):
        path = write_zip(tmp_path / "a.zip", {"1.png": bytes(2_000_000)})
        monkeypatch.setattr(pictures, "MOST_BYTES", 1_000_000)
        picture = ImageArchive(path).cutout(NAMED, 1, None)
        assert picture.missing == "1.png in a.zip is too large for a cutout: 2 MiB"

    def test_a_member_that_is_larger_than_it_says(self, tmp_path):
        path = write_zip(tmp_path / "a.zip", {"1.png": bytes(2_000_000)})
        said = (2_000_000).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(said, (100).to_bytes(4, "little")))
        assert "cannot be read: Bad CRC-32" in ImageArchive(path).cutout(NAMED, 1, None).missing

    def test_a_packed_tar_that_fills_the_disk(self, tmp_path, monkeypatch):
        path = write_tar(tmp_path / "a.tar.gz", "w:gz", {"1.png": bytes(30_000_000)})
        assert path.stat().st_size < 100_000
        monkeypatch.setattr(packed, "MOST_ON_DISK", 10_000_000)
        with pytest.raises(CutoutError, match=r"larger than 0.0093 GiB unpacked. Unpack it"):
            ImageArchive(path).check(NAMED)

    def test_a_name_of_gigabytes(self, tmp_path, monkeypatch):
        path = write_tar(tmp_path / "a.tar", files={f"{'x' * 5000}.png": png(1)})
        monkeypatch.setattr(members, "MOST_HEADER", 4000)
        with pytest.raises(CutoutError, match=r"cannot be read .* it has a header of 5,"):
            ImageArchive(path).check(NAMED)

    def test_encrypted(self, tmp_path):
        path = write_zip(tmp_path / "a.zip", {"1.png": png(1)})
        data = bytearray(path.read_bytes())
        for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(start) + offset] |= 1
        path.write_bytes(data)
        picture = ImageArchive(path).cutout(NAMED, 1, None)
        assert picture.missing == "1.png in a.zip cannot be read: it is encrypted"

    @pytest.mark.parametrize("name", ARCHIVES)
    @pytest.mark.parametrize("keep", [0, 10, 0.4, 0.8])
    def test_cut_short(self, tmp_path, name, keep):
        """Refused as a whole, or each picture that is damaged says so."""
        path = ARCHIVES[name](tmp_path / name)
        data = path.read_bytes()
        path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
        archive = ImageArchive(path, "file")
        for source in (1, 2, 3):
            picture = archive.cutout(NAMED, source, None)
            assert name in picture.missing or (picture.pixels == source).all()

    def test_what_is_no_archive_and_what_is_not_there(self, tmp_path):
        (tmp_path / "a.zip").write_text("this is text")
        with pytest.raises(CutoutError, match=r"a.zip cannot be read as a zip or tar archive"):
            ImageArchive(tmp_path / "a.zip").check(NAMED)
        with pytest.raises(CutoutError, match=r"There is no archive '.*b.zip'"):
            ImageArchive(tmp_path / "b.zip").check(NAMED)
        with pytest.raises(CutoutError, match=r"no column 'path' with names of pictures"):
            ImageArchive(write_zip(tmp_path / "c.zip"), "path").check(NAMED)
        with pytest.raises(CutoutError, match=r"no files in d.zip"):
            ImageArchive(write_zip(tmp_path / "d.zip", {})).check(NAMED)
        with pytest.raises(CutoutError, match=r"not one file called 1. It has 'x.png'. Name the"):
            ImageArchive(write_zip(tmp_path / "e.zip", {"x.png": png(1)})).check(NAMED)

    def test_a_source_without_a_name(self, tmp_path):
        archive = ImageArchive(write_zip(tmp_path / "a.zip"), "file")
        catalogue = sources("stamps/1.png", None, "  ")
        for source in (2, 3):
            missing = archive.cutout(catalogue, source, None).missing
            assert missing == "column 'file' names no picture for this source"
