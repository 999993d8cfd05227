"""The tables of a TAP service and their columns, to be looked at before a query is written.

References
----------
IVOA Recommendations VOSI 1.1 and VODataService 1.1.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from napari_astro_al.catalogue.astropy_tables import one_line
from napari_astro_al.errors import InteropError
from napari_astro_al.interop.vo.door import connected, permitted
from napari_astro_al.interop.vo.failing import in_words
from napari_astro_al.interop.vo.said import words_of
from napari_astro_al.interop.vo.tap import base_of
from napari_astro_al.jobs import Job, aside, drain, guarded

_REGULAR = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")


@dataclass(frozen=True)
class TapColumn:
    """A column of a table at a service."""

    name: str
    unit: str = ""
    ucd: str = ""
    description: str = ""
    kind: str = ""


@dataclass(frozen=True)
class TapTable:
    """A table at a service.

    Attributes
    ----------
    name : str
    description : str
    columns : tuple of TapColumn
        Empty where the service tells them one table at a time: `tap_columns`.
    """

    name: str
    description: str = ""
    columns: tuple[TapColumn, ...] = ()


def tap_tables(url: str) -> list[TapTable]:
    """The tables of a TAP service, by name.

    Raises
    ------
    NotAllowedError, InteropError
        As of `read_tap`.
    """
    return drain(tap_tables_job(url))


def tap_tables_job(url: str) -> Job[list[TapTable]]:
    """The work of `tap_tables`."""
    base = base_of(url)
    host = permitted(base)
    job = _asked(f"{base}/tables", {"detail": "min"}, host, f"Asking {host} for its tables")
    return guarded(job, f"ask {host} for its tables")


def tap_columns(url: str, table: str) -> TapTable:
    """One table of a TAP service with its columns.

    Raises
    ------
    NotAllowedError, InteropError
        As of `read_tap`.
    """
    return drain(tap_columns_job(url, table))


def tap_columns_job(url: str, table: str) -> Job[TapTable]:
    """The work of `tap_columns`."""
    base = base_of(url)
    host = permitted(base)
    address = f"{base}/tables/{quote(table, safe='')}"

    def job() -> Job[TapTable]:
        found = yield from _asked(address, {}, host, f"Asking {host} for the columns of {table}")
        for one in found:
            if one.name == table:
                return one
        raise InteropError(f"{host} tells nothing of a table {table!r}.")

    return guarded(job(), f"ask {host} for columns")


def example_query(table: TapTable, rows: int = 1000) -> str:
    """A first query for a table: its main columns, or all where none is known."""
    names = [one.name for one in table.columns][:12]
    columns = ", ".join(map(_delimited, names)) if names else "*"
    return f"SELECT TOP {rows} {columns}\nFROM {in_adql(table.name)}"


def in_adql(table: str) -> str:
    """The name of a table as a query writes it: between quotes where it is no plain name."""
    if _REGULAR.fullmatch(table) or table.startswith('"'):
        return table
    schema, dot, rest = table.partition(".")
    if dot and _REGULAR.fullmatch(schema) and "/" not in schema:
        return f"{schema}.{_delimited(rest)}"
    return _delimited(table)


def _delimited(name: str) -> str:
    if name.startswith('"') or (_REGULAR.fullmatch(name) and "." not in name):
        return name
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _asked(address: str, asked: dict[str, str], host: str, say: str) -> Job[list[TapTable]]:
    with connected() as client:

        def fetch() -> bytes:
            with in_words(host):
                response = client.get(address, params=asked, stream=True)
                if response.status_code != 200:
                    raise InteropError(words_of(response, host))
                document: bytes = response.raw.read()
                return document

        document = yield from aside(fetch, lambda: say)
    with in_words(host):
        return _tables_in(document)


def _tables_in(document: bytes) -> list[TapTable]:
    from pyvo.io.vosi import parse_tables

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = parse_tables(io.BytesIO(document).read)
        found = [_table(one) for one in parsed.iter_tables()]
    return sorted(found, key=lambda one: one.name.casefold())


def _table(said: Any) -> TapTable:
    columns = tuple(
        TapColumn(
            str(one.name),
            one_line(one.unit) or "",
            one_line(one.ucd) or "",
            one_line(one.description) or "",
            one_line(getattr(one.datatype, "content", None)) or "",
        )
        for one in said.columns
    )
    return TapTable(
        str(said.name), one_line(said.description) or one_line(said.title) or "", columns
    )
