"""Where partitions lie: files of this computer, or of a web server or object store by fsspec.

Addresses are `universal_pathlib` paths, which do what is asked of a `pathlib.Path` here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, cast

from napari_astro_al.cutouts.online.address import host_of, parsed
from napari_astro_al.cutouts.online.permission import allowed_hosts
from napari_astro_al.errors import AstroALError, CatalogueError, NotAllowedError, listing

SCHEMES = ("http", "https", "memory")
SUFFIXES = (".parquet", ".pq", ".parq")
_SECONDS = 60.0


def place_of(path: str | PathLike[str]) -> Path:
    """A path of this computer, or an address.

    Raises
    ------
    CatalogueError
        If it is an address of a kind that is not read, or a library is missing.
    NotAllowedError
        If its host is not allowed.
    """
    text = str(path)
    scheme, sign, _ = text.partition("://")
    if not sign:
        return Path(path).expanduser().absolute()
    if scheme not in SCHEMES:
        raise CatalogueError(
            f"{text} is not read: partitions are read from files of this computer and from "
            f"{listing(f'{one}://' for one in SCHEMES)}. Most archives offer theirs by https, too."
        )
    try:
        from upath import UPath
    except ImportError as error:
        raise CatalogueError(
            "Partitions on other computers need universal-pathlib and aiohttp, which are not "
            "installed: pip install 'napari-astro-al[scale]'."
        ) from error
    if scheme == "memory":
        return cast("Path", UPath(text))
    _permit(text)
    return cast("Path", UPath(text.rstrip("/"), get_client=guarded_client))


def is_local(path: Path) -> bool:
    """Whether it is a file or folder of this computer."""
    return isinstance(path, Path)


def is_parquet(path: Path) -> bool:
    """Whether it is called as Parquet files are."""
    return path.suffix.lower() in SUFFIXES


def is_file(path: Path) -> bool:
    """Whether there is a file; a host that fails is not a file that is not there.

    Raises
    ------
    CatalogueError
        If it cannot be told.
    """
    if is_local(path):
        return path.is_file()
    try:
        about: Any = cast("Any", path).fs.info(cast("Any", path).path)
    except FileNotFoundError as error:
        cause = error.__cause__  # fsspec says of every failure that the file is not there
        if isinstance(cause, AstroALError):
            raise cause from None
        if cause is None or isinstance(cause, FileNotFoundError) or _is_gone(cause):
            return False
        raise CatalogueError(f"{path} cannot be asked for: {_reason(cause)}.") from error
    except AstroALError:
        raise
    except Exception as error:
        raise CatalogueError(f"{path} cannot be asked for: {_reason(error)}.") from error
    return bool(about["type"] == "file")


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """What pyarrow reads: the path itself, or a file of which only the parts needed are fetched.

    Raises
    ------
    OSError
        For whatever goes wrong with an address.
    """
    if is_local(path):
        yield path
        return
    import pyarrow as pa

    try:
        with path.open("rb") as file:
            if not file.seekable():
                raise OSError(f"{path} is sent as a whole only: its host reads no parts of files")
            yield file
    except (OSError, pa.ArrowException, AstroALError):
        raise
    except Exception as error:
        raise OSError(_reason(error)) from error


def below(path: Path, folder: Path) -> str:
    """The way from a folder to a file in it, with slashes."""
    if is_local(path):
        return path.relative_to(folder).as_posix()
    return str(path)[len(str(folder).rstrip("/")) :].strip("/")


def files_below(folder: Path) -> list[Path]:
    """Parquet files in a folder and below, in the order of their names.

    Hidden ones, and those whose name begins with an underscore, are left out.
    """
    try:
        everything = list(folder.rglob("*"))
    except AstroALError:
        raise
    except Exception as error:
        if is_local(folder):
            raise
        raise CatalogueError(
            f"The files of {folder} cannot be listed: {_reason(error)}. Give a single file, or a "
            "HATS catalogue, which says what its files are."
        ) from error
    return sorted(
        one
        for one in everything
        if is_parquet(one)
        and not any(name.startswith(("_", ".")) for name in below(one, folder).split("/"))
        and (not is_local(one) or one.is_file())
    )


async def guarded_client(loop: Any = None, **how: Any) -> Any:
    """An aiohttp client for fsspec, which asks allowed hosts only, also where they lead on.

    It keeps no cookies and knows no passwords.
    """
    import aiohttp

    async def start(_: Any, __: Any, request: Any) -> None:
        _permit(str(request.url))

    async def lead(_: Any, __: Any, told: Any) -> None:
        target = told.response.headers.get("Location", "")
        address = told.url.join(told.url.__class__(target))
        if told.url.scheme == "https" and address.scheme != "https":
            raise CatalogueError(f"{told.url.host} leads on without encryption; not followed.")
        _permit(str(address))

    watch = aiohttp.TraceConfig()
    watch.on_request_start.append(start)
    watch.on_request_redirect.append(lead)
    given = {"timeout": aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=_SECONDS)}
    return aiohttp.ClientSession(
        trace_configs=[watch], cookie_jar=aiohttp.DummyCookieJar(), **{**how, **given}
    )


def _permit(url: str) -> None:
    parsed(url)
    host = host_of(url)
    if host not in allowed_hosts():
        raise NotAllowedError(
            [host],
            f"{host} is not asked until you allow it: aal.cutouts.allow({host!r}). What is sent "
            "there is which parts of which files are read.",
        )


def _is_gone(error: BaseException) -> bool:
    """Whether a host says that a file is not there; object stores say that it is forbidden."""
    return getattr(error, "status", 0) in (403, 404, 410)


def _reason(error: BaseException) -> str:
    words = str(error).strip().splitlines()
    return f"{type(error).__name__}: {words[0][:200]}" if words else type(error).__name__
