import bz2
import gzip
import lzma
import zipfile

import pytest

from napari_astro_al.catalogue.reading import read_table
from napari_astro_al.errors import CatalogueError

CSV = b"id,u\n1,19.5\n2,20.5\n"


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["stars.csv.gz", "stars.csv", "stars"])
def test_compression_is_told_by_content_whatever_the_suffix(tmp_path, compress, name):
    path = tmp_path / name
    path.write_bytes(compress(CSV))
    raw = read_table(path)
    assert raw.frame["id"].tolist() == [1, 2]
    assert raw.name == "stars"


def test_a_zip_archive_of_one_file_is_that_file(tmp_path):
    path = tmp_path / "stars.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner/stars.csv", CSV)
        archive.writestr("__MACOSX/inner/._stars.csv", b"rubbish")
    assert read_table(path).frame["u"].tolist() == [19.5, 20.5]


def test_a_zip_archive_of_several_files_is_refused_with_their_names(tmp_path):
    path = tmp_path / "stars.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
    with pytest.raises(CatalogueError, match=r"zip archive of 2 files \('a.csv', 'b.csv'\)"):
        read_table(path)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_archives_that_are_cut_short_are_refused(tmp_path, compress):
    path = tmp_path / "stars.csv.gz"
    path.write_bytes(compress(CSV * 1000)[:-12])
    with pytest.raises(CatalogueError, match=r"stars.csv.gz cannot be read: .*cut short"):
        read_table(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"\xff\xd8\xff\xe0rest", "a JPEG picture: not a table"),
        (b"%PDF-1.7", "a PDF document"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"\x80\x04\x95pickled", "pickle, which is never opened"),
        (b"\x1f\x9dabc", "run `uncompress` on it first"),
        (b"\x28\xb5\x2f\xfdabc", "run `zstd -d` on it first"),
        (b"\x01\x00\x02\x00binary", "bytes of a kind that is not known"),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>", "a web page"),
        (b"<?xml version='1.0'?><other/>", "XML without a VOTABLE"),
        (b"\\catalog=x\n| id|\n| int|\n  1\n", r"an IPAC or LaTeX table.*Catalogue\.from_table"),
        (b"# nothing\n# but comments\n", "holds no table, only lines of comment"),
        (b"PAR1 and then nothing", "cannot be read"),
        (b"ARROW1 and then nothing", "cannot be read"),
        (b"\x89HDF\r\n\x1a\n and then nothing", "cannot be read"),
        (b"\x93NUMPY\x01\x00 and then nothing", "cannot be read"),
        (b"SIMPLE  =                    T", "cannot be read|holds no table"),
        (b"<VOTABLE>and then nothing", "cannot be read"),
        (b"# %ECSV 1.0\n# ---\n# nothing", "cannot be read"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".fits"])
def test_what_is_no_table_is_refused_by_its_content(tmp_path, content, message, suffix):
    path = tmp_path / f"thing{suffix}"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=message):
        read_table(path)


def test_a_file_that_is_not_there_gets_near_names(tmp_path):
    (tmp_path / "stars.csv").write_bytes(CSV)
    with pytest.raises(CatalogueError, match=r"no file .*star.csv'. Near it .* 'stars.csv'"):
        read_table(tmp_path / "star.csv")
    with pytest.raises(CatalogueError, match=r"folder .*elsewhere' does not exist either"):
        read_table(tmp_path / "elsewhere" / "stars.csv")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match="is a folder; give a file in it"):
        read_table(tmp_path)
