"""Names for files and folders that every system takes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import quote

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_LONGEST = 100


def folder_stem(name: str) -> str:
    """A name as people wrote it, as far as every system takes it for a folder with a suffix.

    What a system refuses becomes a hyphen; names that Windows keeps for devices get an underscore.

    Parameters
    ----------
    name : str
        A title or a file's name without its suffix.

    Returns
    -------
    str
        At most 100 characters, never empty.
    """
    plain = _REFUSED.sub("-", name)[:_LONGEST].strip(" .-") or "catalogue"
    return f"_{plain}" if _RESERVED.match(plain) else plain


def file_stems(names: Iterable[str]) -> dict[str, str]:
    """A file name without suffix for each name, different even where upper and lower case are one.

    Parameters
    ----------
    names : iterable of str
        Distinct names, such as those of tasks.

    Returns
    -------
    dict of str to str
        Percent-encoded as in a URL; long ones are cut and told apart by a digest, and of those
        that differ by case alone, later ones are numbered.
    """
    stems: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        stem = quote(name, safe=" ")
        if _RESERVED.match(stem):
            stem = f"%{ord(stem[0]):02X}{stem[1:]}"
        if len(stem) > _LONGEST:
            digest = hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
            stem = f"{stem[: _LONGEST - 17]}-{digest}"
        free, number = stem, 2
        while free.casefold() in taken:
            free, number = f"{stem}-{number}", number + 1
        taken.add(free.casefold())
        stems[name] = free
    return stems
