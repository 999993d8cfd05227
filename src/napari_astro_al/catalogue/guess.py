"""Roles of columns, guessed: by UCD first, then by name, and only where the values allow it.

References
----------
IVOA Recommendation UCD1+ 1.5 (``meta.id;meta.main``, ``pos.eq.ra``, ``src.class``), and the older
UCD1 words that VizieR used (``ID_MAIN``, ``POS_EQ_RA_MAIN``, ``CLASS_OBJECT``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from napari_astro_al.catalogue.keys import best_id, ucd_of
from napari_astro_al.catalogue.labels import label_texts
from napari_astro_al.catalogue.naming import plain, words
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.roles import ROWS, IdRole, LabelUse, Roles

MOST_CLASSES = 64
"""A label column has at most this many distinct values."""

_LABEL_WORDS = (
    "label", "class", "target", "type", "disposition", "classification", "category",
    "morphology", "spectype", "objtype", "sourcetype", "srctype", "objclass", "labels", "kind",
)  # fmt: skip
_POSITIONS = (
    ("ra", "dec"), ("raj2000", "dej2000"), ("raj2000", "decj2000"), ("radeg", "decdeg"),
    ("radeg", "dedeg"), ("raicrs", "deicrs"), ("raicrs", "decicrs"), ("ra2000", "dec2000"),
    ("ra2000", "de2000"), ("alphaj2000", "deltaj2000"), ("alphawinj2000", "deltawinj2000"),
    ("alphasky", "deltasky"), ("rightascension", "declination"), ("meanra", "meandec"),
    ("ramean", "decmean"), ("rastack", "decstack"), ("targetra", "targetdec"),
    ("plugra", "plugdec"), ("fiberra", "fiberdec"), ("sra", "sdec"), ("ra1", "dec1"),
    ("alpha", "delta"),
)  # fmt: skip
_DEGREES = {"", "deg", "degree", "degrees", "d", "degs"}
_IMAGE_WORDS = (
    "image", "img", "cutout", "cut", "picture", "thumbnail", "thumb", "stamp", "jpeg", "jpg", "png",
    "path", "file", "filename", "url",
)  # fmt: skip
_IMAGE_SUFFIX = re.compile(
    r"\.(png|jpe?g|gif|tiff?|bmp|webp|fits?|fts)(\.(gz|bz2|fz|xz))?([?#].*)?$", re.I
)
_UNKNOWN = {
    "unknown", "unk", "unclassified", "unlabelled", "unlabeled", "undefined", "undetermined",
    "unclear", "n/a", "na", "nan", "null", "none", "?", "-", "--", "...", "not available",
}  # fmt: skip
_SAMPLED = 200
_SMALLEST_PICTURE = 8


def guess_roles(raw: RawTable, given: Mapping[str, Any]) -> Roles:
    """Roles, guessed where they are not given.

    Parameters
    ----------
    raw : RawTable
        The table.
    given : mapping
        Fields of `Roles` that are decided already; a guess never contradicts them.

    Returns
    -------
    Roles
        `ROWS` for the id and None for others where no column will do.
    """
    id_: IdRole = given["id"] if "id" in given else best_id(raw) or ROWS
    if "ra" in given and "dec" in given:
        ra, dec = given["ra"], given["dec"]
    else:
        ra, dec = _guess_position(raw, given.get("ra"), given.get("dec"))
    images = tuple(given["images"]) if "images" in given else guess_images(raw)
    taken = {ra, dec, *images, *(id_ if isinstance(id_, tuple) else (id_,))}
    label = given["label"] if "label" in given else _guess_label(raw, taken)
    if "unknown" in given:
        unknown = tuple(given["unknown"])
    else:
        unknown = guess_unknown(raw.frame[label]) if label in raw.frame.columns else ()
    use: LabelUse = given.get("label_use", "reference")
    return Roles(id_, label, ra, dec, tuple(given.get("info", ())), images, unknown, use)


def _guess_position(
    raw: RawTable, ra: str | None, dec: str | None
) -> tuple[str | None, str | None]:
    columns = [str(name) for name in raw.frame.columns]
    pairs: list[tuple[str, str]] = []
    for suffix in (";meta.main", "_main", ""):
        words_of = (("pos.eq.ra", "pos.eq.dec"), ("pos_eq_ra", "pos_eq_dec"))
        for first, second in words_of:
            ras = [one for one in columns if ucd_of(raw, one) == first + suffix]
            decs = [one for one in columns if ucd_of(raw, one) == second + suffix]
            pairs += zip(ras, decs, strict=False)
    by_name = {plain(one): one for one in reversed(columns)}
    pairs += [(by_name[a], by_name[b]) for a, b in _POSITIONS if a in by_name and b in by_name]
    for first, second in pairs:
        if ra not in (None, first) or dec not in (None, second):
            continue
        if is_angle(raw, first, -180, 360) and is_angle(raw, second, -90, 90):
            return first, second
    return ra, dec


def is_angle(raw: RawTable, name: str, low: float, high: float) -> bool:
    """Whether a column holds degrees in a range: numbers, with that unit or none."""
    column = raw.frame[name]
    known = raw.columns.get(name)
    unit = ((known.unit or "") if known else "").strip().lower()
    if unit not in _DEGREES or not pd.api.types.is_numeric_dtype(column.dtype):
        return False
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    present = values[np.isfinite(values)]
    return present.size > 0 and bool(present.min() >= low) and bool(present.max() <= high)


def _guess_label(raw: RawTable, taken: Iterable[object]) -> str | None:
    closed = set(taken)
    ranked = []
    for place, name in enumerate(map(str, raw.frame.columns)):
        rank = _label_rank(raw, name)
        if rank is not None and name not in closed:
            ranked.append((rank, place, name))
    for _, _, name in sorted(ranked):
        if _could_be_label(raw, name):
            return name
    return None


def _label_rank(raw: RawTable, name: str) -> int | None:
    ucd = ucd_of(raw, name)
    if ucd.startswith(("src.class", "class_object", "var_class", "meta.code.class;meta.main")):
        return 0
    parts = words(name)
    if plain(name) in _LABEL_WORDS:
        return 1 + _LABEL_WORDS.index(plain(name))
    if parts and parts[-1] in _LABEL_WORDS:
        return 100 + _LABEL_WORDS.index(parts[-1])
    return None


def _could_be_label(raw: RawTable, name: str) -> bool:
    """2 to 64 distinct values, fewer than rows, that are text or whole numbers without a unit."""
    column = raw.frame[name]
    known = raw.columns.get(name)
    if known is not None and known.unit:
        return False
    if not isinstance(column.dtype, np.dtype) or column.dtype.kind != "f":
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "mMc":
            return False
    else:
        values = column.to_numpy()
        present = values[np.isfinite(values)]
        if not bool((present == np.floor(present)).all()):
            return False
    labels = label_texts(column)
    distinct = {one for one in pd.unique(labels) if one is not None}
    classes = len(distinct - _found_unknown(distinct))
    return classes >= 2 and len(distinct) <= MOST_CLASSES and len(distinct) < len(labels)


def _found_unknown(distinct: Iterable[str]) -> set[str]:
    return {one for one in distinct if one.casefold() in _UNKNOWN}


def guess_unknown(column: pd.Series[Any]) -> tuple[str, ...]:
    """Values of a label column that mean "not known".

    Words such as "unknown" do, and -1 where there are two or more other labels, all of them whole
    numbers from 0 on.
    """
    distinct = [one for one in pd.unique(label_texts(column)) if one is not None]
    found = _found_unknown(distinct)
    rest = [one for one in distinct if one not in found and one != "-1"]
    if "-1" in distinct and len(rest) > 1 and all(one.isdigit() for one in rest):
        found.add("-1")
    return tuple(sorted(found))


def guess_images(raw: RawTable) -> tuple[str, ...]:
    """Columns of pictures: arrays of at least 8 x 8 pixels, and text that names picture files.

    Where some of the files are there beside the catalogue, only the columns that name them.
    """
    arrays = [
        name
        for name, values in raw.arrays.items()
        if len(values.shape) in (3, 4)
        and min(values.shape[1:3]) >= _SMALLEST_PICTURE
        and (len(values.shape) == 3 or values.shape[3] in (1, 3, 4))
    ]
    texts = [str(name) for name in raw.frame.columns if _names_pictures(raw.frame[name], str(name))]
    there = [name for name in texts if _is_there(raw, name)]
    return (*arrays, *(there or [name for name in texts if _is_called_image(name)]))


def _sample(column: pd.Series[Any]) -> list[str]:
    return [str(one).strip() for one in column.dropna().iloc[:_SAMPLED]]


def _names_pictures(column: pd.Series[Any], name: str) -> bool:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind != "O":
        return False
    texts = _sample(column)
    if not texts:
        return False
    if all(_IMAGE_SUFFIX.search(one) for one in texts):
        return True
    return _is_called_image(name) and all(one.startswith(("http://", "https://")) for one in texts)


def _is_called_image(name: str) -> bool:
    return any(one in _IMAGE_WORDS or one.startswith(("image", "cutout")) for one in words(name))


def _is_there(raw: RawTable, name: str) -> bool:
    if raw.path is None:
        return False
    folder = raw.path.parent
    return any(
        (folder / one).is_file() for one in _sample(raw.frame[name])[:10] if "://" not in one
    )
