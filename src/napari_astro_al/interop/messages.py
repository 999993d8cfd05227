"""What other programs say by SAMP, checked like any other input.

References
----------
Taylor et al. (2015), "SAMP: Simple Application Messaging Protocol 1.3", IVOA Recommendation; and
the IVOA's list of message types (MTypes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from napari_astro_al.errors import InteropError

TABLE = {"table.load.votable": ".vot", "table.load.fits": ".fits"}
"""Message types that bring a table, with the suffix of what they bring."""
HIGHLIGHT, SELECT, POINT = "table.highlight.row", "table.select.rowList", "coord.pointAt.sky"
MOST_ROWS = 10_000_000
_MOST_TEXT = 4_096
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Received:
    """A table that another program offers.

    Attributes
    ----------
    url : str
        A file of this computer, or an address on it.
    suffix : str
        Of its format.
    table : str
        What the sender calls it in later messages.
    name : str
        For a person.
    """

    url: str
    suffix: str
    table: str
    name: str

    @property
    def path(self) -> str | None:
        """The file, where it is one."""
        parts = urlsplit(self.url)
        return url2pathname(unquote(parts.path)) if parts.scheme == "file" else None


@dataclass(frozen=True)
class Highlighted:
    """A row of a table that is looked at elsewhere, from 0."""

    table: str
    row: int


@dataclass(frozen=True)
class Selected:
    """Rows of a table that are selected elsewhere, from 0."""

    table: str
    rows: tuple[int, ...]


Message = Received | Highlighted | Selected


def read_message(kind: str, params: Mapping[str, Any]) -> Message:
    """What a message says.

    Parameters
    ----------
    kind : str
        Its MType.
    params : mapping
        Whatever the sender put into it.

    Raises
    ------
    InteropError
        If it is not what the MType says, or names anything outside this computer.
    """
    if kind in TABLE:
        url = _text(params, "url")
        _check_here(url)
        table = _text(params, "table-id", url)
        return Received(url, TABLE[kind], table, _text(params, "name", table))
    if kind == HIGHLIGHT:
        return Highlighted(_table(params), _row(params.get("row")))
    if kind == SELECT:
        rows = params.get("row-list")
        if not isinstance(rows, list | tuple) or len(rows) > MOST_ROWS:
            raise InteropError(f"Another program selected rows, but sent {_short(rows)} for them.")
        return Selected(_table(params), tuple(_row(one) for one in rows))
    raise InteropError(f"Messages of type {kind[:80]!r} are not known here.")


def _table(params: Mapping[str, Any]) -> str:
    return _text(params, "table-id", _text(params, "url", ""))


def _text(params: Mapping[str, Any], name: str, default: str | None = None) -> str:
    text = params.get(name, default)
    if not isinstance(text, str) or len(text) > _MOST_TEXT:
        raise InteropError(
            f"Another program sent a message with {_short(text)} for {name!r}; a text was expected."
        )
    return text


def _row(said: object) -> int:
    try:
        row = int(str(said))
    except ValueError:
        row = -1
    if row < 0:
        raise InteropError(f"Another program sent {_short(said)} for a row; rows count from 0.")
    return row


def _check_here(url: str) -> None:
    """Refuse what is not on this computer: nothing is fetched from elsewhere unasked."""
    try:
        parts = urlsplit(url)
        here = (
            parts.hostname in _HERE
            if parts.scheme == "http"
            else parts.scheme == "file" and parts.netloc in ("", "localhost")
        )
    except ValueError:
        here = False
    if not here:
        raise InteropError(
            f"Another program offered a table at {_short(url)}, which is not on this computer. It "
            "was not fetched. Save it there, and open the file here."
        )


def _short(said: object) -> str:
    text = repr(said)
    return text if len(text) <= 80 else f"{text[:80]}…"
