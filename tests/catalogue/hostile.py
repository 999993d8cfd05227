"""Files that are broken, or made to do harm, and what becomes of them."""

from __future__ import annotations

import bz2
import gzip
import io
import pickle
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import napari_astro_al as aal
from napari_astro_al.errors import AstroALError, AstroALWarning

SUFFIXES = (".csv", ".fits", ".vot", ".ecsv", ".parquet", ".feather", ".h5", ".npy", ".gz", ".xml")
EXECUTED = "executed-by-a-file"


@dataclass(frozen=True)
class Outcome:
    """What became of a file.

    Attributes
    ----------
    kind : str
        "read", "refused", or "failed".
    words : str
        What was said, or what went wrong.
    """

    kind: str
    words: str = ""


def read(path: Path) -> Outcome:
    """Read a file as a person would; whatever is no table and no error of ours is a failure."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            catalogue = aal.Catalogue.read(path)
            len(catalogue.column_labels)
            outcome = Outcome("read", f"{len(catalogue)} rows")
        except AstroALError as error:
            outcome = Outcome("refused", str(error))
        except (Exception, MemoryError, RecursionError) as error:
            return Outcome("failed", f"{type(error).__name__}: {error}")
    foreign = [str(one.message) for one in caught if one.category is not AstroALWarning]
    if foreign:
        return Outcome("failed", f"a foreign warning: {foreign[0]}")
    if outcome.kind == "refused" and len(outcome.words) > 2_000:
        return Outcome("failed", f"an error of {len(outcome.words)} characters")
    return outcome


def truncated(original: Path, n: int, folder: Path) -> Iterator[Path]:
    """A file that ends too early, at `n` places."""
    content = original.read_bytes()
    rng = np.random.default_rng(1)
    for cut in rng.integers(1, len(content), n).tolist():
        yield _written(folder, f"cut{cut}-{original.name}", content[:cut])


def flipped(original: Path, n: int, folder: Path) -> Iterator[Path]:
    """A file with a few bits the other way; most of them near its beginning, where headers are."""
    content = np.frombuffer(original.read_bytes(), np.uint8)
    for seed in range(n):
        rng = np.random.default_rng(seed)
        changed = content.copy()
        reach = len(content) if seed % 3 == 0 else min(len(content), 6_000)
        places = rng.integers(0, reach, int(rng.integers(1, 12)))
        changed[places] ^= (1 << rng.integers(0, 8, len(places))).astype(np.uint8)
        yield _written(folder, f"bits{seed}-{original.name}", changed.tobytes())


def misnamed(original: Path, folder: Path) -> Iterator[Path]:
    """A file under every other suffix."""
    for suffix in SUFFIXES:
        if not original.name.endswith(suffix):
            yield _written(folder, f"{original.stem}{suffix}", original.read_bytes())


def made_to_harm(folder: Path) -> Iterator[Path]:
    """Bombs, lies about sizes, and code."""
    for name, make in _HARM.items():
        yield _written(folder, name, make())


def _written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


class _Runs:
    """Unpickling it would write a file where it is done."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, (EXECUTED, "w")


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE VOTABLE [<!ENTITY l0 "ha">{entities}]>'
    return (
        f'{head}<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>'
        '<TABLE name="&l9;"><FIELD name="a" datatype="int"/><DATA><TABLEDATA><TR><TD>1</TD></TR>'
        "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    ).encode()


def _outside() -> bytes:
    return (
        b'<?xml version="1.0"?><!DOCTYPE VOTABLE [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b'<VOTABLE version="1.4"><RESOURCE><TABLE><FIELD name="a" datatype="char" arraysize="*"/>'
        b"<DATA><TABLEDATA><TR><TD>&e;</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    )


def _fits(**changes: int | str) -> bytes:
    """A table whose header says other things than its data."""
    cards: dict[str, int | str] = {
        "XTENSION": "'BINTABLE'",
        "BITPIX": 8,
        "NAXIS": 2,
        "NAXIS1": 8,
        "NAXIS2": 3,
        "PCOUNT": 0,
        "GCOUNT": 1,
        "TFIELDS": 1,
        "TTYPE1": "'a       '",
        "TFORM1": "'D       '",
    }
    first = {"SIMPLE": "T", "BITPIX": 8, "NAXIS": 0, "EXTEND": "T"}
    return _header(first) + _header({**cards, **changes}) + bytes(2880)


def _header(cards: dict[str, int | str]) -> bytes:
    lines = [
        f"{name:<8}= {value if str(value).startswith(chr(39)) else f'{value:>20}'}".ljust(80)
        for name, value in cards.items()
    ]
    text = "".join([*lines, "END".ljust(80)])
    return text.ljust(-(-len(text) // 2880) * 2880).encode()


def _zip_of_zeros() -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("table.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(400):
            member.write(bytes(2**20))
    return made.getvalue()


def _npy_of_objects() -> bytes:
    made = io.BytesIO()
    np.save(made, np.array([_Runs()], dtype=object), allow_pickle=True)
    return made.getvalue()


def _npy_that_lies() -> bytes:
    made = io.BytesIO()
    np.lib.format.write_array_header_2_0(
        made, {"descr": [("a", "<f8")], "fortran_order": False, "shape": (10**15,)}
    )
    return made.getvalue()


def _hdf5_of_pickles() -> bytes:
    import h5py

    made = io.BytesIO()
    with h5py.File(made, "w") as file:
        group = file.create_group("table")
        group.attrs["pandas_type"] = "frame"
        group.attrs["info"] = np.void(pickle.dumps(_Runs()))
        group.create_dataset("values", data=np.void(pickle.dumps(_Runs())))
    return made.getvalue()


def _hdf5_that_lies() -> bytes:
    import h5py

    made = io.BytesIO()
    with h5py.File(made, "w") as file:
        file.create_dataset(
            "t", shape=(10**13,), dtype=[("a", "<f8"), ("b", "<i8")], chunks=(1024,)
        )
    return made.getvalue()


_HARM: dict[str, Callable[[], bytes]] = {
    "laughs.vot": _laughs,
    "outside.vot": _outside,
    "deep.vot": lambda: b"<VOTABLE>" + b"<RESOURCE>" * 200_000,
    "zeros.csv.gz": lambda: gzip.compress(bytes(300 * 2**20), 9),
    "zeros.csv.bz2": lambda: bz2.compress(bytes(300 * 2**20), 9),
    "zeros.zip": _zip_of_zeros,
    "exabytes.fits": lambda: _fits(NAXIS1=2**30, NAXIS2=2**30),
    "rows.fits": lambda: _fits(NAXIS2=10**12),
    "negative.fits": lambda: _fits(NAXIS2=-5),
    "wide.fits": lambda: _fits(TFORM1=f"'{10**9}D'", NAXIS1=8 * 10**9),
    "fields.fits": lambda: _fits(TFIELDS=10**6),
    "no-end.fits": lambda: _fits()[:3_000],
    "heap.fits": lambda: _fits(TFORM1="'PD(9)   '", PCOUNT=2**40),
    "objects.npy": _npy_of_objects,
    "lies.npy": _npy_that_lies,
    "pickle.csv": lambda: pickle.dumps(_Runs()),
    "pickles.h5": _hdf5_of_pickles,
    "lies.h5": _hdf5_that_lies,
    "code.ecsv": lambda: (
        b"# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, datatype: int64}\n"
        b"# meta: !!python/object/apply:os.system ['touch " + EXECUTED.encode() + b"']\n"
        b"# schema: astropy-2.0\na\n1\n"
    ),
    "columns.csv": lambda: ",".join(f"c{k}" for k in range(200_000)).encode() + b"\n1\n",
    "one-line.csv": lambda: b"a,b\n" + b"x" * 60_000_000,
    "quote.csv": lambda: b'id,a\n1,"' + b"never closed\n" * 2_000_000,
    "nothing.csv": lambda: b"",
    "zeros.csv": lambda: bytes(10_000),
    "random.csv": lambda: np.random.default_rng(0).integers(0, 256, 100_000, np.uint8).tobytes(),
    "header.csv": lambda: b"id,a,b\n",
    "nul.csv": lambda: b"id,a\n1,2\x00\n2,3\n",
    "utf16.csv": lambda: "id,a\n1,2\n2,3\n".encode("utf-16"),
    "parquet.parquet": lambda: b"PAR1" + bytes(100) + b"\xff\xff\xff\x7fPAR1",
    "feather.feather": lambda: b"ARROW1\x00\x00" + bytes(100) + b"\xff\xff\xff\x7fARROW1",
}
