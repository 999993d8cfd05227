"""Names for what a recipe can hold: models, query strategies, feature generators.

A recipe is JSON, so whatever is not JSON itself is registered under a name and found by it. Entries
come with this package, from installed packages that name them in their metadata (entry points), or
from whoever calls a registry.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from threading import RLock
from typing import Any, Generic, TypeVar

from napari_astro_al.errors import AstroALWarning, RegistrationError, listing

T = TypeVar("T")

BUILT_IN, SCRIPT = "built-in", "script or console"
_origin: ContextVar[str] = ContextVar("origin", default=SCRIPT)
_lock = RLock()
_sources: list[Callable[[], None]] = []


@dataclass(frozen=True)
class Failure:
    """Something that could not be registered.

    Attributes
    ----------
    kind, name, origin : str
        What it would have been, and where it comes from.
    why : str
        In words.
    """

    kind: str
    name: str
    origin: str
    why: str

    def __str__(self) -> str:
        return f"The {self.kind} {self.name!r} of {self.origin} cannot be used: {self.why}"


@contextmanager
def registering_from(origin: str) -> Iterator[None]:
    """Let what is registered in the block be known to come from somewhere."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def on_discovery(source: Callable[[], None]) -> None:
    """Call a function, once, before any registry first tells what there is beside the built-ins."""
    _sources.append(source)


class Registry(Generic[T]):
    """Things of one kind by name.

    Parameters
    ----------
    kind : str
        What it holds, in the singular, for messages: "query strategy".
    group : str, optional
        The group of entry points in which packages name things of this kind:
        ``"napari_astro_al.strategies"``. They are loaded when somebody first asks for what is not
        there, or for all names.

    Attributes
    ----------
    takes : callable
        ``takes(name, entry)`` registers what a package gives under the name of its entry point.
    failures : list of Failure
        What packages named and could not be registered.
    """

    def __init__(self, kind: str, group: str | None = None) -> None:
        self.kind = kind
        self.group = group
        self.failures: list[Failure] = []
        self.takes: Callable[[str, Any], object] = lambda name, entry: self(name)(entry)
        self._entries: dict[str, T] = {}
        self._origins: dict[str, str] = {}
        self._discovered = group is None

    def __call__(self, name: str) -> Callable[[T], T]:
        """Register what is decorated under a name.

        Registering a name again replaces the earlier entry, so that a notebook cell can be run
        twice; names that come with the package are refused.

        Raises
        ------
        RegistrationError
            If the name is empty, "auto", or belongs to a built-in.
        """
        if not name or name == "auto" or self._origins.get(name) == BUILT_IN:
            raise RegistrationError(
                f"A {self.kind} cannot be called {name!r}: the name "
                f"{'is empty' if not name else 'belongs to a built-in'}. Choose another name."
            )
        origin = _origin.get()

        def register(entry: T) -> T:
            self._entries[name] = entry
            self._origins[name] = origin
            return entry

        return register

    @contextmanager
    def lent(self, name: str, entry: Any) -> Iterator[None]:
        """Let a name stand for something in the block, as if a package had brought it."""
        self.takes(name, entry)
        try:
            yield
        finally:
            self._entries.pop(name, None)
            self._origins.pop(name, None)

    def provide(self, name: str) -> Callable[[T], T]:
        """Register a built-in, whose name nobody else may take."""

        def register(entry: T) -> T:
            self._entries[name] = entry
            self._origins[name] = BUILT_IN
            return entry

        return register

    def origin_of(self, name: str) -> str:
        """Where an entry comes from: `BUILT_IN`, `SCRIPT`, a package or a file."""
        return self._origins[name] if name in self else ""

    def __getitem__(self, name: str) -> T:
        if name in self:
            return self._entries[name]
        failed = [str(one) for one in self.failures if one.name == name]
        raise RegistrationError(
            failed[0]
            if failed
            else f"There is no {self.kind} called {name!r}. Known: "
            f"{listing(sorted(self), most=20)}."
        )

    def __contains__(self, name: object) -> bool:
        if name not in self._entries:
            self._discover()
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        self._discover()
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        self._discover()
        return len(self._entries)

    def name_of(self, entry: object) -> str | None:
        """The name that an entry is registered under, or None."""
        for name, known in self._entries.items():
            if known is entry:
                return name
        return None

    def _discover(self) -> None:
        """Load what packages name, once."""
        if self._discovered:
            return
        with _lock:
            while _sources:
                _sources.pop()()
            if self._discovered or self.group is None:
                return
            self._discovered = True
            for point in sorted(entry_points(group=self.group), key=lambda one: one.name):
                self._load(point)

    def _load(self, point: EntryPoint) -> None:
        package = point.dist
        origin = f"package {package.name} {package.version}" if package else "a package"
        try:
            with registering_from(origin):
                entry = point.load()
                if self._origins.get(point.name) != origin:  # loading it may have registered it
                    self.takes(point.name, entry)
        except Exception as error:  # a package may do anything when it is loaded
            plain = str(error) if isinstance(error, RegistrationError) else ""
            why = plain or f"{type(error).__name__}: {error}"
            failure = Failure(self.kind, point.name, origin, why)
            self.failures.append(failure)
            warnings.warn(f"{failure} Everything else goes on.", AstroALWarning, stacklevel=2)
