"""Tables in HDF5 files.

A table is a dataset with a compound type (as astropy writes it, with its header beside it), or a
group whose datasets are one-dimensional and of one length: a column each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from napari_astro_al.catalogue.astropy_tables import columns_from_yaml, one_line, unit_text
from napari_astro_al.catalogue.choosing import Candidate, choose
from napari_astro_al.catalogue.parts import RawTable, TableParts
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.catalogue.tables import structured_parts
from napari_astro_al.errors import CatalogueError

_META = ".__table_column_meta__"


def read_hdf5(
    file: BinaryIO | Path, name: str, path: Path, table: str | int | None = None
) -> RawTable:
    """Read a table of an HDF5 file, by its path within the file or its number from 0.

    Raises
    ------
    CatalogueError
        If h5py is not installed, or the file has no table, or not that one.
    """
    try:
        import h5py
    except ImportError:
        raise CatalogueError(
            f"{path.name} is an HDF5 file, and h5py, which reads them, is not installed: "
            'pip install "napari-astro-al[hdf5]".'
        ) from None
    with h5py.File(file, "r") as root:
        found, contents = _tables_of(root, h5py)
        candidates = [
            Candidate(number, (inner or "/", f"/{inner}", inner.rsplit("/", 1)[-1]))
            for number, inner in enumerate(found)
        ]
        chosen = choose(candidates, table, file=path.name, contents=", ".join(contents))
        inner = found[chosen.number]
        node = root[inner] if inner else root
        if isinstance(node, h5py.Dataset):
            meta = root.get(inner + _META)
            lines = [bytes(line).decode("utf-8") for line in meta[()]] if meta is not None else []
            about = columns_from_yaml(lines) if lines else {}
            parts = structured_parts(node[()], path.name, about)
        else:
            parts = _group_parts(node, path.name, h5py)
    return parts.done(name=name, path=path)


def _tables_of(root: Any, h5py: Any) -> tuple[list[str], list[str]]:
    """Paths of the tables, and a description of everything."""
    found, contents = [], []

    def look(inner: str, node: Any) -> None:
        if isinstance(node, h5py.Dataset):
            if inner.endswith(_META):
                return
            is_table = node.dtype.names is not None and node.ndim == 1
            kind = "a table" if is_table else f"an array of shape {node.shape}"
            contents.append(f"{inner!r} {kind}")
            if is_table:
                found.append(inner)
        elif "pandas_type" in node.attrs:
            contents.append(
                f"{inner!r} written by pandas.to_hdf (open it with pandas.read_hdf and give the "
                "DataFrame to Catalogue.from_table)"
            )
        elif _columns_of(node, h5py):
            found.append(inner)

    look("", root)
    root.visititems(look)
    inside_pandas = tuple(f"{inner}/" for inner in _groups_of_pandas(root))
    return [one for one in found if not one.startswith(inside_pandas or ("\0",))], contents


def _groups_of_pandas(root: Any) -> list[str]:
    groups: list[str] = []

    def look(inner: str, node: Any) -> None:
        if "pandas_type" in node.attrs:
            groups.append(inner)

    root.visititems(look)
    return groups


def _columns_of(group: Any, h5py: Any) -> dict[str, Any]:
    """The datasets of a group where they make a table, else nothing."""
    columns = {
        name: node
        for name, node in group.items()
        if isinstance(node, h5py.Dataset)
        and node.ndim >= 1
        and node.dtype.names is None
        and not name.endswith(_META)
    }
    flat = [one for one in columns.values() if one.ndim == 1]
    if not flat or len({one.shape[0] for one in columns.values()}) != 1:
        return {}
    return columns


def _group_parts(group: Any, what: str, h5py: Any) -> TableParts:
    columns = _columns_of(group, h5py)
    parts = TableParts(next(iter(columns.values())).shape[0], what)
    for name, node in columns.items():
        attributes = {key.lower(): value for key, value in node.attrs.items()}
        about = Column(
            unit_text(_attribute(attributes, "unit", "units")),
            one_line(_attribute(attributes, "description", "title")),
            _attribute(attributes, "ucd"),
        )
        parts.add(name, node[()], about=about)
    return parts


def _attribute(attributes: dict[str, Any], *names: str) -> str | None:
    for name in names:
        value = attributes.get(name)
        if value is not None:
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return None
