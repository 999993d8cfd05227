"""HATS catalogues: Parquet files by HEALPix pixel, with files that say what is where.

References
----------
HATS: Hierarchical Adaptive Tiling Scheme, IVOA Note 2025; hats.readthedocs.io.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from napari_astro_al.errors import CatalogueError
from napari_astro_al.scale.parts import Part
from napari_astro_al.scale.stores import below, is_file, is_local, is_parquet

FILES = ("hats.properties", "properties")
"""What tells a HATS catalogue by; its data are in the folder ``dataset``."""
COLLECTION = "collection.properties"
_MAPS = ("partition_info.csv", "skymap.fits", "point_map.fits")
"""What holds for predictions as for the catalogue: they are of the same sources."""


def is_hats(path: Path) -> bool:
    """Whether a folder is a HATS catalogue."""
    if is_parquet(path) or (is_local(path) and not (path / "dataset").is_dir()):
        return False
    return any(is_file(path / name) for name in FILES)


def hats_files(path: Path) -> list[Path]:
    """The data files of a HATS catalogue on another computer, as its list of partitions says.

    Raises
    ------
    CatalogueError
        If the list is damaged. Where it is not there, or the catalogue is on this computer: none.
    """
    place = path / _MAPS[0]
    if is_local(path) or not is_file(place):
        return []
    found = []
    for row in place.read_text("utf-8").splitlines()[1:]:
        cells = [one.strip() for one in row.split(",")]
        if not all(one.isdecimal() for one in cells[:2]) or len(cells) < 2:
            raise CatalogueError(f"{place} is damaged: {row[:60]!r} names no partition.")
        order, pixel = map(int, cells[:2])
        folder = path / "dataset" / f"Norder={order}" / f"Dir={pixel // 10_000 * 10_000}"
        found.append(folder / f"Npix={pixel}.parquet")
    return sorted(found, key=str)


def catalogue_in(path: Path) -> Path:
    """The catalogue itself, where a folder is a collection of it and its margins.

    Raises
    ------
    CatalogueError
        If the collection does not say which.
    """
    if is_parquet(path) or not is_file(path / COLLECTION):
        return path
    name = read_properties(path / COLLECTION).get("hats_primary_table_url", "")
    if is_local(path):
        inside = (path / name).resolve()
        fits = bool(name) and inside.is_relative_to(path.resolve())
    else:
        fits = name not in ("", ".", "..") and not set(name) & set("/\\:?#%")
        inside = path / name if fits else path
    if not fits or not is_hats(inside):
        raise CatalogueError(
            f"{path / COLLECTION} names {name!r} as its primary table, which is no HATS catalogue "
            "in this folder."
        )
    return inside


def read_properties(file: Path) -> dict[str, str]:
    """Keys and values of a file of properties.

    Raises
    ------
    CatalogueError
        If it cannot be read.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file} cannot be read: {error}.") from error
    pairs = (line.partition("=") for line in lines if not line.lstrip().startswith(("#", "!")))
    return {key.strip(): value.strip() for key, sign, value in pairs if sign}


def properties_of(path: Path) -> dict[str, str]:
    """Properties of a HATS catalogue."""
    return next(read_properties(path / name) for name in FILES if is_file(path / name))


def place_columns(path: Path, there: Sequence[str]) -> tuple[str, ...]:
    """Columns that say where on the sky a row is, which every HATS catalogue has."""
    about = properties_of(path)
    keys = ("hats_col_ra", "hats_col_dec", "hats_col_healpix")
    named = [about.get(key, "") for key in keys]
    return tuple(name for name in dict.fromkeys((*named, "_healpix_29")) if name in there)


def finish(whole: Path, target: Path, parts: Sequence[Part], n_rows: int) -> None:
    """Write what makes a folder of files a HATS catalogue of the same partitions.

    Parameters
    ----------
    whole : Path
        The catalogue that predictions were made for.
    target : Path
        The folder with a file for each of its files.
    parts : sequence of Part
    n_rows : int
    """
    files = [Path(below(part.path, whole)) for part in parts]
    _write_metadata(target, files)
    for name in _MAPS:
        if is_file(whole / name):
            (target / name).write_bytes((whole / name).read_bytes())
    size = sum((target / file).stat().st_size for file in files)
    about: Mapping[str, str] = {
        **properties_of(whole),
        "obs_collection": target.name,
        "hats_nrows": str(n_rows),
        "hats_estsize": str(size // 1024),
    }
    dropped = ("default_columns", "hats_cols_default")
    text = "".join(f"{key}={value}\n" for key, value in about.items() if key not in dropped)
    for name in FILES:
        (target / name).write_text(f"#HATS catalog\n{text}", encoding="utf-8")


def _write_metadata(target: Path, files: Sequence[Path]) -> None:
    import pyarrow.parquet

    footers: list[Any] = []
    for file in files:
        footer = pyarrow.parquet.read_metadata(target / file)
        footer.set_file_path(file.relative_to("dataset").as_posix())
        footers.append(footer)
    schema = pyarrow.parquet.read_schema(target / files[0])
    dataset = target / "dataset"
    pyarrow.parquet.write_metadata(schema, dataset / "_common_metadata")
    pyarrow.parquet.write_metadata(schema, dataset / "_metadata", metadata_collector=footers)
