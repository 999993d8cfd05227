"""A service's answer as a file that says where it came from.

References
----------
IVOA Recommendation VOTable 1.4; IVOA Note "Data Origin in the VO" 1.1.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from napari_astro_al.catalogue.provenance import DataOrigin
from napari_astro_al.errors import InteropError
from napari_astro_al.home import data_folder, flush_folder
from napari_astro_al.interop.vo.failing import in_words
from napari_astro_al.interop.vo.said import error_in, is_page, words_in, words_of
from napari_astro_al.jobs import Job, aside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_astro_al.catalogue import Catalogue

FOLDER = "from services"
_PIECE = 2**18
_MOST_HEAD = 2**22
"""Bytes within which the first resource of a VOTable begins."""
_TAIL = 2**16
_ROOT = re.compile(rb"<(?:\w+:)?VOTABLE\b")
_RESOURCE = re.compile(rb"<((?:\w+:)?)RESOURCE\b")
_END = re.compile(rb"</(?:\w+:)?VOTABLE\s*>")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def free_file(name: str) -> Path:
    """A file of the person's own data folder that is not there yet.

    Parameters
    ----------
    name : str
        What it is of; what a file's name may not have is left out.
    """
    stem = re.sub(r"[^\w.+ -]+", "_", name).strip("._ ")[:40] or "table"
    folder = data_folder() / FOLDER
    free, number = folder / f"{stem}.vot", 1
    while free.exists():
        number += 1
        free = folder / f"{stem} {number}.vot"
    return free


def checked_place(to: str | os.PathLike[str] | None, name: str) -> Path:
    """Where an answer is to be kept; a new file in the person's data folder where none is given.

    Raises
    ------
    InteropError
        If it is there already, or its folder is not.
    """
    if to is None:
        return free_file(name)
    place = Path(to).expanduser().absolute()
    if place.exists():
        raise InteropError(f"{place} is there already. Remove it, or give another name.")
    if not place.parent.is_dir():
        raise InteropError(f"There is no folder {place.parent} to keep the answer in.")
    return place


def received_job(fetch: Callable[[], Any], host: str, place: Path, origin: DataOrigin) -> Job[Path]:
    """Bring an answer into a file, and note in it where it is from.

    Parameters
    ----------
    fetch : callable
        ``fetch()`` gives the `requests.Response`; its body is a `door.Body`.
    host : str
        For messages.
    place : Path
        A file that is not there yet. Whatever fails, it is not there afterwards.
    origin : DataOrigin

    Raises
    ------
    InteropError
        If it is an error, a web page, not whole, or no VOTable.
    """
    size = 0

    def bring() -> None:
        with in_words(host), closing(fetch()) as response:
            if response.status_code != 200:
                raise InteropError(words_of(response, host))
            with place.open("wb") as file:
                _write(response.raw, host, file, origin, tell)
                file.flush()
                os.fsync(file.fileno())

    def tell(now: int) -> None:
        nonlocal size
        size = now

    def say() -> str:
        came = f"Receiving from {host}: {size / 2**20:,.1f} MiB"
        return came if size else f"Waiting for {host}"

    yield from aside(bring, say)
    return place


def kept(part: Path, place: Path, roles: Mapping[str, Any]) -> Catalogue:
    """Read an answer as a catalogue, and only then put it into its place.

    Raises
    ------
    CatalogueError
        If the table cannot become a catalogue: it has no rows, say.
    """
    from napari_astro_al.catalogue.assemble import assemble
    from napari_astro_al.catalogue.reading import read_table

    catalogue = assemble(replace(read_table(part), path=place), **roles)
    part.replace(place)
    flush_folder(place.parent)
    return catalogue


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A file of the same name in a folder beside a place, which is gone afterwards."""
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=".receiving-", dir=place.parent))
    try:
        yield folder / place.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(
    body: Any, host: str, file: IO[bytes], origin: DataOrigin, tell: Callable[[int], object]
) -> None:
    head = b""
    while not (start := _resource(head)) and len(head) < _MOST_HEAD:
        piece = body.read(_PIECE)
        if not piece:
            break
        head += piece
        tell(body.size)
    if start is None:
        raise InteropError(_no_table(head, host))
    error = error_in(head)
    if error is not None:
        raise InteropError(_refusal(host, error))
    at, prefix = start
    file.write(head[:at] + _infos(origin, prefix) + head[at:])
    tail = head[-_TAIL:]
    while piece := body.read(_PIECE):
        file.write(piece)
        tail = (tail + piece)[-_TAIL:]
        tell(body.size)
    error = error_in(tail)
    if error is not None:
        raise InteropError(_refusal(host, error))
    if not _END.search(tail):
        raise InteropError(f"{host} broke off after {body.size:,} bytes, in the middle of a table.")


def _refusal(host: str, words: str) -> str:
    return f"{host} says: “{words}”" if words else f"{host} reports an error, without a word on it."


def _resource(head: bytes) -> tuple[int, bytes] | None:
    """Where the first resource of a VOTable begins, and the prefix of its name."""
    plain = _COMMENT.sub(lambda found: b" " * len(found[0]), head)
    root = _ROOT.search(plain)
    found = _RESOURCE.search(plain, root.end()) if root else None
    return (found.start(), found[1]) if found else None


def _no_table(head: bytes, host: str) -> str:
    if not head.strip():
        return f"{host} sent nothing."
    error = error_in(head)
    if error is not None:
        return _refusal(host, error)
    words = words_in(head)
    if is_page(head):
        return (
            f"{host} sent a web page instead of a table: “{words}” Is the address that of the "
            "service, and not of the page about it?"
        )
    if _ROOT.search(head):
        return f"{host} sent a VOTable without a table, or broke off before it."
    return f"{host} sent something that is no VOTable: “{words}”"


def _infos(origin: DataOrigin, prefix: bytes) -> bytes:
    tag = prefix.decode("ascii") + "INFO"
    lines = [
        f"<{tag} name={quoteattr(name)} value={quoteattr(text)}/>\n"
        for name, text in origin.facts.items()
    ]
    return "".join(lines).encode("ascii", "xmlcharrefreplace")
