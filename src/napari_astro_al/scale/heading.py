"""The first rows of a catalogue on disk: from them roles are guessed."""

from __future__ import annotations

from collections.abc import Sequence

from napari_astro_al.catalogue import ROWS, Catalogue, Roles
from napari_astro_al.catalogue.assemble import assemble
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.roles import IdRole
from napari_astro_al.errors import CatalogueError, listing
from napari_astro_al.scale.opening import Opened
from napari_astro_al.scale.parts import CHUNK, Source, raw_table


def head_of(
    opened: Opened,
    *,
    id: IdRole | list[str] | None = None,
    label: str | None = None,
    ra: str | None = None,
    dec: str | None = None,
    info: Sequence[str] = (),
    images: Sequence[str] | None = None,
    unknown: Sequence[object] | None = None,
) -> Catalogue:
    """The first rows as a catalogue, from which roles are guessed where they are not given."""
    source = Source(opened.name, Roles(), ())
    table = next(table for _, table in source.tables(opened.parts[0], None))
    raw = raw_table(table.slice(0, CHUNK), opened.name)
    given = [id] if isinstance(id, str) else id if isinstance(id, (list, tuple)) else []
    _refuse_floats(raw, given)
    head = assemble(
        raw,
        id=id,
        label=label,
        ra=ra,
        dec=dec,
        info=info,
        images=images,
        unknown=unknown,
    )
    role = head.roles.id
    _refuse_floats(raw, () if role is ROWS else (role,) if isinstance(role, str) else role)
    return head


def _refuse_floats(raw: RawTable, names: Sequence[str]) -> None:
    there = [name for name in names if name in raw.frame.columns]
    floats = [name for name in there if raw.frame[name].dtype.kind == "f"]
    if floats:
        raise CatalogueError(
            f"The id column {listing(floats)} of {raw.name!r} holds floating-point numbers, which "
            "may have lost digits. Write ids as whole numbers or text, name another column, or "
            "number the rows: id=aal.ROWS."
        )
