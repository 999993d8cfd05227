"""Web addresses: which host they call, and whether that host is a public one."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from napari_astro_al.errors import NetworkError

Resolve = Callable[[str], Iterable[str]]

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9])?)(:\d{1,5})?")


def is_host(name: object) -> bool:
    """Whether something is the name of a host, with or without a port, in lower case."""
    return isinstance(name, str) and _HOST.fullmatch(name) is not None


def parsed(url: str) -> SplitResult:
    """The parts of an address that may be fetched.

    Raises
    ------
    NetworkError
        If it is not http or https, names no host, or carries a user name or password.

    Notes
    -----
    A host of other characters than letters, digits, points and hyphens is refused: programs
    disagree on where in such an address the host ends.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    name = (parts.hostname or "").rstrip(".")
    known = is_host(f"[{name}]" if ":" in name else name)
    if parts.scheme in _PORTS and "@" in parts.netloc:
        raise NetworkError(
            f"The address at {parts.hostname} has a user name in it. Those are not sent; give an "
            "address that works without one."
        )
    if parts.scheme not in _PORTS or not known or port == 0:
        raise NetworkError(
            f"{url[:80]!r} is no web address; it must begin with https:// and a host"
        )
    return parts


def host_of(url: str) -> str:
    """The host that an address calls, in lower case, with its port where that is unusual.

    Examples
    --------
    >>> host_of("https://Sky.Example:443/a"), host_of("http://127.0.0.1:8080/a")
    ('sky.example', '127.0.0.1:8080')
    """
    parts = parsed(url)
    name = (parts.hostname or "").rstrip(".")
    if ":" in name:
        name = f"[{name}]"
    if parts.port is None or parts.port == _PORTS[parts.scheme]:
        return name
    return f"{name}:{parts.port}"


def resolved(name: str) -> list[str]:
    """The numeric addresses of a host's name; none where it has none."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(name, None)]
    except (OSError, UnicodeError):
        return []


def is_public(url: str, resolve: Resolve = resolved) -> bool:
    """Whether all that a host's name stands for is on the public internet.

    Parameters
    ----------
    url : str
    resolve : callable
        From a host's name to its numeric addresses.

    Returns
    -------
    bool
        False for loopback, private, link-local, multicast and reserved addresses, also inside
        IPv6, and for names that are not known.
    """
    addresses = list(resolve(parsed(url).hostname or ""))
    return bool(addresses) and all(_is_public(one) for one in addresses)


def _is_public(text: str) -> bool:
    address = ip_address(text.split("%")[0])
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is not None:
            address = inside
    return address.is_global and not address.is_multicast
