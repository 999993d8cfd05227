"""Arrays in files, read a part at a time: HDF5, Zarr and .npy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from napari_astro_al.errors import CutoutError, listing

MOST_CHUNK = 512 * 2**20
"""Arrays whose chunks are larger unpacked are refused: a picture would need a whole one."""
CHUNK_CACHE = 32 * 2**20
"""Bytes of unpacked chunks that HDF5 keeps for each array."""
CODECS = {
    "bytes", "transpose", "blosc", "gzip", "zstd", "crc32c", "sharding_indexed", "vlen-utf8",
    "vlen-bytes", "zlib", "bz2", "lzma", "lz4", "delta", "shuffle", "fixedscaleoffset", "quantize",
    "bitround", "astype", "packbits", "crc32", "adler32", "fletcher32", "pcodec", "zfpy",
}  # fmt: skip
"""What Zarr arrays may be packed with: some of its codecs run programs that are in the file."""


@dataclass(frozen=True)
class StackFile:
    """An open file with arrays.

    Attributes
    ----------
    arrays : dict
        By path in the file, each with ``shape``, ``dtype``, and elements by index. The arrays of
        h5py, zarr and numpy alike.
    close : callable
    """

    arrays: dict[str, Any]
    close: Callable[[], None]

    def array(self, name: str, file: str) -> Any:
        """The array of a name.

        Raises
        ------
        CutoutError
            Naming those that are there, or why this one is not read.
        """
        plain = name.strip("/")
        if plain not in self.arrays:
            raise CutoutError(f"{file} has no array {name!r}. Arrays: {listing(self.arrays)}.")
        array = self.arrays[plain]
        chunks = getattr(array, "chunks", None)
        size = prod(chunks) * np.dtype(array.dtype).itemsize if chunks else 0
        if size > MOST_CHUNK:
            raise CutoutError(
                f"{name!r} of {file} is stored in chunks of {size / 2**30:,.1f} GiB, of which each "
                "picture would need a whole one. Write it again with one picture a chunk."
            )
        return array


def stack_file(path: Path) -> StackFile:
    """Open a file of arrays, or a Zarr folder, for reading.

    Raises
    ------
    CutoutError
        If it is not there, is of no such kind, or what reads it is not installed.
    """
    if not path.exists():
        raise CutoutError(f"There is no file {str(path)!r} with pictures.")
    kind = _kind_of(path)
    try:
        if kind == "npy":
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            return StackFile({path.stem: array}, lambda: None)
        return _hdf5(path) if kind == "hdf5" else _zarr(path)
    except CutoutError:
        raise
    except Exception as error:  # damaged files make these libraries raise anything
        raise CutoutError(f"{path.name} cannot be read as {kind}: {error}.") from error


def _kind_of(path: Path) -> str:
    if path.is_dir() or path.name.endswith(".zarr.zip"):
        return "Zarr"
    with path.open("rb") as stream:
        beginning = stream.read(8)
    if beginning.startswith(b"\x89HDF"):
        return "hdf5"
    if beginning.startswith(b"\x93NUMPY"):
        return "npy"
    raise CutoutError(
        f"{path.name} is no file of arrays. HDF5 files, Zarr folders, .zarr.zip and .npy are read."
    )


def _hdf5(path: Path) -> StackFile:
    try:
        import h5py
    except ImportError:
        raise CutoutError(
            f"{path.name} is an HDF5 file, and h5py, which reads them, is not installed: "
            'pip install "napari-astro-al[hdf5]".'
        ) from None
    root = h5py.File(path, "r", rdcc_nbytes=CHUNK_CACHE)
    arrays: dict[str, Any] = {}

    def look(name: str, node: Any) -> None:
        if not isinstance(node, h5py.Dataset) or node.dtype.names is not None or not node.shape:
            return
        # pixels that lie in other files of the person's are not read because this one says so
        others = node.is_virtual and any(one.file_name != "." for one in node.virtual_sources())
        if not others and not node.external:
            arrays[name] = node

    root.visititems(look)
    return StackFile(arrays, root.close)


def _zarr(path: Path) -> StackFile:
    try:
        import zarr
        from zarr.storage import LocalStore, ZipStore
    except ImportError:
        raise CutoutError(
            f"{path.name} is Zarr, and zarr, which reads it, is not installed: "
            'pip install "napari-astro-al[zarr]".'
        ) from None
    store = LocalStore(path, read_only=True) if path.is_dir() else ZipStore(path, mode="r")
    root = zarr.open(store=store, mode="r")
    if isinstance(root, zarr.Array):
        found = {path.name.split(".")[0]: root}
    else:
        nodes = root.members(max_depth=None)
        found = {name: node for name, node in nodes if isinstance(node, zarr.Array)}
    for name, array in found.items():
        strangers = sorted(set(_codecs(array.metadata.to_dict())) - CODECS)
        if strangers:
            store.close()
            raise CutoutError(
                f"{name!r} of {path.name} is packed with {listing(strangers)}, which is not read: "
                "it could run a program. Write it again with zstd or gzip."
            )
    return StackFile(found, store.close)


def _codecs(metadata: dict[str, Any]) -> Iterator[str]:
    """Names of all codecs of an array of either version of Zarr, also those inside others."""
    inner = metadata.get("codecs") or ()
    packers = [*(metadata.get("filters") or ()), metadata.get("compressor")]
    for one in [*inner, *packers]:
        if isinstance(one, dict):
            yield str(one.get("name") or one.get("id")).removeprefix("numcodecs.")
            configuration = one.get("configuration")
            if isinstance(configuration, dict):
                yield from _codecs(configuration)
                yield from _codecs({"codecs": configuration.get("index_codecs")})
        elif one is not None:
            yield str(getattr(one, "codec_id", type(one).__name__))
