"""Names for what a recipe can hold: models, query strategies, feature generators.

A recipe is JSON, so whatever is not JSON itself is registered under a name and found by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from napari_astro_al.errors import RegistrationError, listing

T = TypeVar("T")


class Registry(Generic[T]):
    """Things of one kind by name.

    Parameters
    ----------
    kind : str
        What it holds, in the singular, for messages: "query strategy".
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}
        self._own: set[str] = set()

    def __call__(self, name: str) -> Callable[[T], T]:
        """Register what is decorated under a name.

        Registering a name again replaces the earlier entry, so that a notebook cell can be run
        twice; names that come with the package are refused.

        Raises
        ------
        RegistrationError
            If the name is empty, "auto", or belongs to a built-in.
        """
        if not name or name == "auto" or name in self._own:
            raise RegistrationError(
                f"A {self.kind} cannot be called {name!r}: the name "
                f"{'is empty' if not name else 'belongs to a built-in'}. Choose another name."
            )

        def register(entry: T) -> T:
            self._entries[name] = entry
            return entry

        return register

    def provide(self, name: str) -> Callable[[T], T]:
        """Register a built-in, whose name nobody else may take."""

        def register(entry: T) -> T:
            self._entries[name] = entry
            self._own.add(name)
            return entry

        return register

    def __getitem__(self, name: str) -> T:
        try:
            return self._entries[name]
        except KeyError:
            raise RegistrationError(
                f"There is no {self.kind} called {name!r}. Known: {listing(sorted(self), most=20)}."
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def name_of(self, entry: object) -> str | None:
        """The name that an entry is registered under, or None."""
        for name, known in self._entries.items():
            if known is entry:
                return name
        return None
