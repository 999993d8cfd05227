"""Which hosts this person allows the program to call. Nobody else's file can change that."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Lock

from napari_astro_al.cutouts.online.address import is_host
from napari_astro_al.errors import CutoutError
from napari_astro_al.home import configuration_folder, write_whole

FILE = "hosts.json"
_WRITING = Lock()


def allowed_hosts() -> frozenset[str]:
    """The hosts that cutouts may be fetched from; none until the person allows one.

    A file that cannot be read allows nothing.
    """
    try:
        stored = json.loads(_path().read_text(encoding="utf-8"))
        return frozenset(one for one in stored["allowed"] if isinstance(one, str))
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def allow(*hosts: str) -> None:
    """Allow requests to hosts, on this machine and for good, until `withdraw`.

    Parameters
    ----------
    *hosts : str
        Such as ``"alasky.cds.unistra.fr"``, with the port where it is not the usual one.

    Raises
    ------
    CutoutError
        If one is not a host's name; an address with a path is not.
    """
    names = [_checked(one) for one in hosts]
    with _WRITING:
        _write(allowed_hosts() | set(names))


def withdraw(*hosts: str) -> None:
    """Allow no more requests to hosts. Pictures that were fetched stay."""
    with _WRITING:
        _write(allowed_hosts() - {one.strip().lower() for one in hosts})


def _checked(host: str) -> str:
    name = host.strip().lower()
    if not is_host(name):
        raise CutoutError(
            f"{host!r} is not the name of a host. Give it alone, without https:// and path, such "
            "as 'alasky.cds.unistra.fr'."
        )
    return name


def _write(hosts: frozenset[str] | set[str]) -> None:
    write_whole(
        _path(),
        json.dumps({"version": 1, "allowed": sorted(hosts)}, indent=2) + "\n",
        replace_existing=True,
    )


def _path() -> Path:
    return configuration_folder() / FILE
