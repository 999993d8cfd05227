"""What can be told of an error to somebody else: where in the code it was, and nothing else.

An error's words may have a file, a column, a source or a person in them, and a traceback has the
names of folders. So no words and no file names are taken over at all: a report has the kinds of
errors, the places in code that everybody can get, and versions.
"""

from __future__ import annotations

import inspect
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from types import CodeType, FrameType, TracebackType

PUBLIC = frozenset(
    (
        *sys.stdlib_module_names,
        *("astropy", "astropy_iers_data", "coniferest", "dask", "distributed", "h5py", "magicgui"),
        *("modAL", "napari", "napari_astro_al", "npe2", "numba", "numpy", "onnx", "onnxruntime"),
        *("openTSNE", "pandas", "photutils", "PIL", "psygnal", "pyarrow", "pydantic"),
        *("pyqtgraph", "pyvo", "qtpy", "requests", "scipy", "skimage", "sklearn", "skops"),
        *("superqt", "threadpoolctl", "torch", "umap", "urllib3", "vispy", "zarr"),
    )
)
"""Packages whose names say nothing about a person; of all others not even the name is told."""
ELSEWHERE = "code from elsewhere"
_VERSIONS = ("napari", "numpy", "pandas", "pyarrow", "astropy", "scikit-learn", "numba", "vispy")
_MOST_PLACES = 25
_MOST_CAUSES = 10


def lines_of(error: BaseException) -> tuple[str, ...]:
    """The kinds of an error and its causes, each with the places in code that it came through.

    Parameters
    ----------
    error : BaseException
        One that was never raised is told with the places that call this function.

    Returns
    -------
    tuple of str
    """
    lines: list[str] = []
    for number, one in enumerate(_with_causes(error)):
        lines.append(f"{'caused by ' if number else ''}{_kind_of(one)}")
        raised = one.__traceback__
        places = _of_traceback(raised) if raised is not None or number else _of_callers()
        lines += [f"  {place}" for place in list(places)[-_MOST_PLACES:]]
    return tuple(lines)


def report_of(lines: tuple[str, ...]) -> str:
    """A text to send to those who develop the program.

    Parameters
    ----------
    lines : tuple of str
        Of `lines_of`.
    """
    return "\n".join((*_machine(), "", *lines, ""))


def is_of_the_program(error: BaseException) -> bool:
    """Whether an error came through code of this package."""
    return any(
        place.startswith("napari_astro_al.")
        for one in _with_causes(error)
        for place in _of_traceback(one.__traceback__)
    )


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, what that was raised from."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen and len(seen) < _MOST_CAUSES:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _kind_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if _is_public(kind.__module__) else "an error from elsewhere"


def _is_public(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] in PUBLIC


def _of_traceback(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        frame = traceback.tb_frame
        yield _place(frame.f_globals.get("__name__"), frame.f_code, traceback.tb_lineno)
        traceback = traceback.tb_next


def _of_callers() -> Iterator[str]:
    frames: list[FrameType] = []
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_globals.get("__name__") != __name__:
            frames.append(frame)
        frame = frame.f_back
    for one in reversed(frames):
        yield _place(one.f_globals.get("__name__"), one.f_code, one.f_lineno)


def _place(module: str | None, code: CodeType, line: int) -> str:
    if not _is_public(module):
        return ELSEWHERE
    return f"{module}, line {line}, {code.co_qualname}"


def _machine() -> tuple[str, ...]:
    from qtpy import API_NAME, QT_VERSION

    told = ", ".join(f"{name} {_version(name)}" for name in _VERSIONS)
    return (
        f"napari-astro-al {_version('napari-astro-al')}",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        f"{told}, {API_NAME} with Qt {QT_VERSION}",
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"
