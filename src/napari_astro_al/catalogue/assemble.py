"""A catalogue out of a table and roles: everything is checked before anything is made."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from napari_astro_al.catalogue.guess import MOST_CLASSES, guess_roles, guess_unknown
from napari_astro_al.catalogue.identity import make_ids
from napari_astro_al.catalogue.labels import label_texts, unknown_texts
from napari_astro_al.catalogue.naming import near_names
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.roles import ROWS, Column, IdRole, LabelUse, Roles
from napari_astro_al.errors import AstroALWarning, CatalogueError, listing

if TYPE_CHECKING:
    from napari_astro_al.catalogue.catalogue import Catalogue

_ANGLES = {"rad", "radian", "radians", "hourangle", "hms", "dms", '"h:m:s"', '"d:m:s"', "h", "hour"}


def assemble(
    raw: RawTable,
    *,
    id: IdRole | list[str] | None = None,
    label: str | None = None,
    ra: str | None = None,
    dec: str | None = None,
    info: Sequence[str] = (),
    images: Sequence[str] | None = None,
    unknown: Sequence[object] | None = None,
    label_use: str = "reference",
    expand: Sequence[str] = (),
    guess: bool = True,
) -> Catalogue:
    """Make a catalogue.

    Parameters
    ----------
    raw : RawTable
        The table.
    id, label, ra, dec, info, images, unknown, label_use, expand, guess
        As for `Catalogue.read`.

    Raises
    ------
    CatalogueError
        If the table is empty or a role does not fit its column.
    """
    if len(raw) == 0:
        raise CatalogueError(f"{_what(raw)} has no rows: a catalogue needs at least one source.")
    if not raw.names:
        raise CatalogueError(f"{_what(raw)} has no column of numbers, text or equal arrays.")
    raw = expanded(raw, expand)
    given: dict[str, Any] = {"info": _several(info), "label_use": label_use}
    given |= {
        key: value
        for key, value in (("label", label), ("ra", ra), ("dec", dec))
        if value is not None
    }
    if id is not None:
        given["id"] = _id_role(id)
    if images is not None:
        given["images"] = _several(images)
    if unknown is not None:
        given["unknown"] = unknown_texts(unknown)
    check_columns(raw, given)
    roles = guess_roles(raw, given) if guess else Roles(**given)
    check_roles(raw, roles)
    ids = make_ids(raw, roles.id)
    if id is None and guess and roles.id is ROWS:
        warnings.warn(
            AstroALWarning(
                f"{_what(raw)} has no column that is an id: its rows are numbered from 0, so "
                "labels belong to this order of rows. id= names a column, or joins several."
            ),
            stacklevel=3,
        )
    from napari_astro_al.catalogue.catalogue import Catalogue

    return Catalogue(
        table=raw.frame,
        ids=ids,
        roles=roles,
        columns=MappingProxyType(dict(raw.columns)),
        arrays=MappingProxyType(dict(raw.arrays)),
        name=raw.name,
        path=raw.path,
        expanded=_several(expand),
        texts=raw.text_of,
        origin=raw.origin,
    )


def with_roles(catalogue: Catalogue, changes: Mapping[str, Any]) -> Catalogue:
    """The same table with other roles; see `Catalogue.with_roles`.

    A new label column brings its own `unknown` values where none are given.
    """
    known = [one.name for one in fields(Roles)]
    strangers = [one for one in changes if one not in known]
    if strangers:
        raise CatalogueError(f"Roles are {listing(known)}; there is no {listing(strangers)}.")
    raw = RawTable(
        catalogue.table,
        dict(catalogue.columns),
        dict(catalogue.arrays),
        catalogue.name,
        catalogue.path,
        catalogue.texts,
    )
    wanted = dict(changes)
    for key in ("info", "images"):
        if key in wanted:
            wanted[key] = _several(wanted[key])
    if "unknown" in wanted:
        wanted["unknown"] = unknown_texts(wanted["unknown"])
    if "id" in wanted:
        wanted["id"] = _id_role(wanted["id"])
    check_columns(raw, wanted)
    label = wanted.get("label", catalogue.roles.label)
    if label != catalogue.roles.label and "unknown" not in wanted:
        wanted["unknown"] = guess_unknown(raw.frame[label]) if label is not None else ()
    roles = replace(catalogue.roles, **wanted)
    check_roles(raw, roles)
    ids = catalogue.ids if roles.id == catalogue.roles.id else make_ids(raw, roles.id)
    return replace(catalogue, roles=roles, ids=ids)


def expanded(raw: RawTable, names: Sequence[str]) -> RawTable:
    """The table with elements of array columns as columns ``name[0]``, ``name[1]``, ...

    Elements of arrays of more dimensions are called ``name[0,0]`` and so on.

    Raises
    ------
    CatalogueError
        If a name is not an array column.
    """
    if not names:
        return raw
    strangers = [one for one in _several(names) if one not in raw.arrays]
    if strangers:
        raise CatalogueError(
            f"{listing(strangers)} cannot be expanded: the array columns of {_what(raw)} are "
            f"{listing(raw.arrays)}."
        )
    new: dict[str, Any] = {}
    about: dict[str, Column] = {}
    for name in _several(names):
        values = raw.arrays[name]
        whole = np.stack([np.asarray(values[row]) for row in range(len(raw))])
        for place in np.ndindex(whole.shape[1:]):
            element = f"{name}[{','.join(map(str, place))}]"
            new[element] = whole[(slice(None), *place)]
            if name in raw.columns:
                about[element] = raw.columns[name]
    twice = [one for one in new if one in raw.names]
    if twice:
        raise CatalogueError(f"{_what(raw)} has columns called {listing(twice)} already.")
    frame = pd.concat([raw.frame, pd.DataFrame(new, index=raw.frame.index)], axis=1)
    return replace(raw, frame=frame, columns={**raw.columns, **about})


def check_columns(raw: RawTable, roles: Mapping[str, Any]) -> None:
    """Refuse roles for columns that do not exist.

    Raises
    ------
    CatalogueError
        Naming each such column, its role, and columns of similar names.
    """
    scalars = list(map(str, raw.frame.columns))
    for role in ("id", "label", "ra", "dec", "info", "images"):
        value = roles.get(role)
        if value is None or value is ROWS:
            continue
        allowed = raw.names if role in ("info", "images") else scalars
        for name in value if isinstance(value, tuple) else (value,):
            if name in allowed:
                continue
            if name in raw.arrays:
                raise CatalogueError(
                    f"{name!r} cannot be the {role}: it holds an array for each source."
                )
            near = near_names(str(name), allowed)
            raise CatalogueError(
                f"{_what(raw)} has no column {name!r}, which was given as {role}. {near}"
            )


def check_roles(raw: RawTable, roles: Roles) -> None:
    """Refuse roles that their columns cannot fill.

    Raises
    ------
    CatalogueError
        For a label column with more than 64 distinct values, a position that is not in degrees, a
        half-given position, or an unknown `label_use`.
    """
    if roles.label_use not in get_args(LabelUse):
        raise CatalogueError(
            f"label_use is {roles.label_use!r}; it may be {listing(get_args(LabelUse))}."
        )
    if (roles.ra is None) != (roles.dec is None):
        there, lacking = ("ra", "dec") if roles.dec is None else ("dec", "ra")
        raise CatalogueError(
            f"{there}={getattr(roles, there)!r} is given without {lacking}, and no column of "
            f"{_what(raw)} could be found for it. Give {lacking}= too."
        )
    for role, name, limit in (("ra", roles.ra, 360.0), ("dec", roles.dec, 90.0)):
        if name is not None:
            _check_angle(raw, role, name, limit)
    if roles.label is not None:
        _check_label(raw, roles.label)


def _check_label(raw: RawTable, name: str) -> None:
    labels = [one for one in pd.unique(label_texts(raw.frame[name])) if one is not None]
    if len(labels) > MOST_CLASSES:
        raise CatalogueError(
            f"The label column {name!r} has {len(labels):,} distinct values, such as "
            f"{listing(labels, most=3)}; labels are at most {MOST_CLASSES} classes. Choose another "
            "column, or make classes of its values before reading."
        )


def _check_angle(raw: RawTable, role: str, name: str, limit: float) -> None:
    column = raw.frame[name]
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        present = column.dropna()
        example = f", such as {str(present.iloc[0])!r}" if len(present) else ""
        raise CatalogueError(
            f"The {role} column {name!r} is not numeric{example}; decimal degrees are expected. "
            "astropy.coordinates.Angle(column, unit=...).deg converts sexagesimal text."
        )
    unit = (raw.columns[name].unit or "") if name in raw.columns else ""
    if unit.strip().lower() in _ANGLES or "radian" in unit.lower():
        raise CatalogueError(
            f"The {role} column {name!r} is in {unit}; degrees are expected. Convert it first."
        )
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    outside = np.isfinite(values) & (np.abs(values) > limit)
    if outside.any():
        warnings.warn(
            AstroALWarning(
                f"The {role} column {name!r} has {int(outside.sum()):,} values outside "
                f"-{limit:g} to {limit:g} degrees, such as {values[outside][0]:g}."
            ),
            stacklevel=4,
        )


def _what(raw: RawTable) -> str:
    return raw.path.name if raw.path is not None else repr(raw.name)


def _several(names: Sequence[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _id_role(role: IdRole | Sequence[str]) -> IdRole:
    if role is ROWS or isinstance(role, str):
        return role
    names = tuple(role)
    if not names:
        raise CatalogueError("id=[] joins no columns. Name at least one, or give id=aal.ROWS.")
    return names[0] if len(names) == 1 else names
