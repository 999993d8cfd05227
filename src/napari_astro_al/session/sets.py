"""Named sets of sources, kept by id."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALWarning, SessionError, listing
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.session.file_names import file_stems
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.setfiles import Draft, read_set, remove_file, set_bytes

if TYPE_CHECKING:
    from napari_astro_al.session.state import State

Sources = SourceId | Iterable[SourceId] | Selection
"""One source or several: ids, the name of a set, or a `Selection`."""

FOLDER = "sets"
LONGEST = 100


@dataclass(frozen=True, eq=False)
class KeptSet:
    """A set and the file that it is in, without folder and suffix."""

    selection: Selection
    stem: str


@dataclass(frozen=True, eq=False)
class SavedSet:
    """A set that is ready to be taken (see `NamedSets.accept`)."""

    name: str
    kept: KeptSet
    draft: Draft | None

    def drop(self) -> None:
        """Take away what was written."""
        if self.draft is not None:
            self.draft.drop()


class NamedSets:
    """The named sets of a session: ``session.sets["quasars"]`` is a `Selection`.

    A session in a folder keeps each in a file of its own, as soon as it is saved. Iterating gives
    the names, sorted.

    Parameters
    ----------
    session : State
        Whose sets they are.
    """

    def __init__(self, session: State) -> None:
        self._session = session

    @property
    def names(self) -> tuple[str, ...]:
        """The names, sorted without regard to case."""
        return tuple(sorted(self._session.kept_sets, key=lambda name: (name.casefold(), name)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self._session.kept_sets)

    def __contains__(self, name: object) -> bool:
        return name in self._session.kept_sets

    def __getitem__(self, name: str) -> Selection:
        return self._kept(name).selection

    def __repr__(self) -> str:
        sizes = (f"{name!r}: {self[name].count:,}" for name in self.names)
        return f"<NamedSets: {', '.join(sizes) or 'none'}>"

    def _kept(self, name: str) -> KeptSet:
        kept = self._session.kept_sets.get(name)
        if kept is None:
            raise SessionError(
                f"There is no set {name!r}. The sets are {listing(self.names)}. Save one: "
                "session.sets.save(name, ids)."
            )
        return kept

    def save(self, name: str, sources: Sources) -> Selection:
        """Keep sources under a name; one of that name is replaced.

        Parameters
        ----------
        name : str
            At most 100 characters, on one line.
        sources : int, str, iterable of them, or Selection
            Ids, a selection, or the name of another set.

        Raises
        ------
        SessionError
            If the name cannot be one, or the folder cannot be written to. In each case nothing
            has changed.
        CatalogueError
            Naming sources that the catalogue does not have.
        """
        return self.accept(drain(self.save_job(name, sources)))

    def save_job(self, name: str, sources: Sources) -> Job[SavedSet]:
        """The work of `save`, captured now; hand its result to `accept`."""
        chosen, selection = _checked(name), self.resolve(sources)
        before = self._session.kept_sets.get(chosen)
        stem = self._free_stem(chosen) if before is None else before.stem
        path = self._file(stem)
        kept = KeptSet(selection, stem)
        return guarded(_save(chosen, kept, path), f"save the set {chosen!r}")

    def accept(self, saved: SavedSet) -> Selection:
        """Take a set that is ready."""
        if saved.draft is not None:
            self._session.check_open()
            saved.draft.put()
        self._session.kept_sets[saved.name] = saved.kept
        self._session.tell_sets()
        return saved.kept.selection

    def remove(self, name: str) -> None:
        """Forget a set; its sources are not touched.

        Raises
        ------
        SessionError
            If there is none of that name, or its file cannot be removed.
        """
        file = self._file(self._kept(name).stem)
        if file is not None:
            remove_file(file)
        del self._session.kept_sets[name]
        self._session.tell_sets()

    def rename(self, name: str, to: str) -> None:
        """Give a set another name.

        Raises
        ------
        SessionError
            If there is no such set, the new name is taken or cannot be one, or the folder cannot
            be written to.
        """
        selection, fresh = self[name], _checked(to)
        if fresh == name:
            return
        if fresh in self:
            raise SessionError(f"There is a set {fresh!r} already. Choose another name.")
        self.save(fresh, selection)
        self.remove(name)

    def resolve(self, sources: Sources) -> Selection:
        """What ids, the name of a set, or a selection stand for.

        Where a text is both the name of a set and an id, it is the set.

        Raises
        ------
        CatalogueError
            Naming sources that the catalogue does not have.
        SessionError
            If a text is no set, where ids are numbers.
        """
        catalogue = self._session.catalogue
        if isinstance(sources, Selection):
            if sources.catalogue.ids is catalogue.ids:
                return sources
            sources = sources.catalogue.ids_at(sources.rows)
        elif isinstance(sources, str) and (sources in self or catalogue.id_kind != "string"):
            return self[sources]
        return Selection.of_rows(catalogue, catalogue.rows_of(sources))

    def _file(self, stem: str) -> Path | None:
        self._session.check_open()
        path = self._session.path
        return None if path is None else path / FOLDER / f"{stem}.parquet"

    def _free_stem(self, name: str) -> str:
        """A file name that no other set has, even where upper and lower case are one."""
        taken = {kept.stem.casefold() for kept in self._session.kept_sets.values()}
        wanted = file_stems([name])[name]
        stem, number = wanted, 2
        while stem.casefold() in taken:
            stem, number = f"{wanted}-{number}", number + 1
        return stem


def _checked(name: str) -> str:
    plain = name.strip() if isinstance(name, str) else ""
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        raise SessionError(
            f"A set cannot be called {name!r}: its name is a text of 1 to {LONGEST} characters "
            "on one line."
        )
    return plain


def _save(name: str, kept: KeptSet, path: Path | None) -> Job[SavedSet]:
    yield Progress(f"Saving {name}")
    if path is None:
        return SavedSet(name, kept, None)
    content = set_bytes(name, kept.selection)
    yield Progress(f"Writing {name}")
    return SavedSet(name, kept, Draft(path, content))


def restored_sets(session: State, root: Path) -> dict[str, KeptSet]:
    """The sets in a session's folder; one that cannot be read is told in a warning and stays."""
    found: dict[str, KeptSet] = {}
    for file in sorted((root / FOLDER).glob("*.parquet")):
        try:
            name, selection = read_set(file, session.catalogue)
        except SessionError as error:
            warnings.warn(
                f"A set of {root.name} could not be brought back: {error}",
                AstroALWarning,
                stacklevel=5,
            )
        else:
            found[name] = KeptSet(selection, file.stem)
    return found
