"""A session's verbs for columns that the catalogue's file does not have."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from napari_astro_al.catalogue import Catalogue, Column
from napari_astro_al.catalogue.further import without_columns
from napari_astro_al.catalogue.joining import On, columns_job
from napari_astro_al.errors import AstroALError, AstroALWarning, FeatureError, SessionError, listing
from napari_astro_al.features import FeatureMatrix, build_features_job
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.session.columnfiles import ColumnGroup, group_bytes, read_group
from napari_astro_al.session.file_names import file_stems
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.recipes import Recipes
from napari_astro_al.session.setfiles import Draft, remove_file

FOLDER = "columns"
LONGEST = 80
"""Characters of a group's name."""


@dataclass(frozen=True, eq=False)
class NewColumns:
    """Columns that are ready to be added.

    Attributes
    ----------
    before, after : Catalogue
        Without and with them; a group of the same name is in `before` alone.
    group : ColumnGroup
    features : FeatureMatrix or None
        The session's features anew, where they are made of a group that is replaced, or where there
        were none before.
    made_for : FeatureMatrix
        The features when this was worked out.
    draft : Draft or None
        The file, not yet in its place.
    """

    before: Catalogue
    after: Catalogue
    group: ColumnGroup
    features: FeatureMatrix | None
    made_for: FeatureMatrix
    draft: Draft | None

    def drop(self) -> None:
        """Take away what was written."""
        if self.draft is not None:
            self.draft.drop()


@dataclass(frozen=True, eq=False)
class Adding:
    """What adding columns under a name needs of a session, captured."""

    name: str
    replaced: ColumnGroup | None
    stem: str
    path: Path | None
    catalogue: Catalogue
    features: FeatureMatrix
    partition: Partition

    @cached_property
    def base(self) -> Catalogue:
        """The catalogue without the columns that are replaced."""
        return without_columns(self.catalogue, () if self.replaced is None else self.replaced.names)

    def job(
        self, table: pd.DataFrame, columns: Mapping[str, Column], made: Mapping[str, Any]
    ) -> Job[NewColumns]:
        """Make the catalogue with the columns, and write their file."""
        yield Progress(f"Adding {table.shape[1]} columns")
        about = {str(one): columns.get(str(one), Column()) for one in table.columns}
        group = ColumnGroup(self.name, self.stem, about, dict(made))
        gone = () if self.replaced is None else self.replaced.names
        after = self.base.with_columns(table, about)
        features: FeatureMatrix | None = None
        if self.features.is_empty or _made_of(self.features, gone):
            recipe, sketch = self.features.recipe, self.partition.sketch_rows()
            features = yield from build_features_job(recipe, after, sketch)
            features = None if features.is_empty else features
        draft = None
        if self.path is not None:
            yield Progress(f"Writing {self.path.name}")
            draft = Draft(self.path, group_bytes(group, after))
        return NewColumns(self.catalogue, after, group, features, self.features, draft)


class FurtherColumns(Recipes):
    """Columns that are kept beside the session and are the catalogue's as long as it is open."""

    @property
    def added_columns(self) -> dict[str, tuple[str, ...]]:
        """Names of the columns that were added, by the name of their group."""
        return {name: group.names for name, group in self.column_groups.items()}

    def add_columns(
        self,
        table: pd.DataFrame,
        name: str = "added",
        *,
        columns: Mapping[str, Column] | None = None,
    ) -> tuple[str, ...]:
        """Give the catalogue further columns; they are kept beside the session.

        From then on they are like any others: features, projections, the table and the Source dock
        know them by name. `session.catalogue` is a new object with the same sources.

        Parameters
        ----------
        table : pandas.DataFrame
            Numbers or text, indexed by source id, in any order. Sources that are not in it have
            missing values.
        name : str
            What the columns are called together; a group of that name is replaced.
        columns : mapping of str to Column, optional
            Unit and description of columns.

        Returns
        -------
        tuple of str
            The names of the new columns.

        Raises
        ------
        CatalogueError
            As `Catalogue.with_columns`.
        FeatureError
            If the group of that name is replaced, and the features are made of a column that is
            then no longer there.
        SessionError
            If the name cannot be one, or the folder cannot be written to. In each case nothing has
            changed.
        """
        self.accept_columns(drain(self.add_columns_job(table, name, columns=columns)))
        return self.column_groups[name.strip()].names

    def add_columns_job(
        self,
        table: pd.DataFrame,
        name: str = "added",
        *,
        columns: Mapping[str, Column] | None = None,
        made: Mapping[str, Any] | None = None,
    ) -> Job[NewColumns]:
        """The work of `add_columns`, captured now; hand its result to `accept_columns`.

        Parameters
        ----------
        table, name, columns
            As for `add_columns`.
        made : mapping, optional
            How the columns were made, as JSON values, to be kept with them.
        """
        adding = self._adding(name)
        what = f"add the columns {adding.name!r}"
        return guarded(adding.job(table, columns or {}, made or {}), what)

    def join(
        self,
        other: Catalogue,
        name: str | None = None,
        *,
        on: On = None,
        sky: Any | None = None,
    ) -> tuple[str, ...]:
        """Give the catalogue another one's columns where sources match; the session keeps them.

        Parameters
        ----------
        other : Catalogue
        name : str, optional
            What the columns are called together; the other catalogue's name by default.
        on, sky
            As for `Catalogue.join`.

        Returns
        -------
        tuple of str
            The names of the new columns.

        Raises
        ------
        CatalogueError
            As `Catalogue.join`. Nothing has changed then.
        """
        self.accept_columns(drain(self.join_job(other, name, on=on, sky=sky)))
        return self.column_groups[(name or other.name).strip()].names

    def join_job(
        self,
        other: Catalogue,
        name: str | None = None,
        *,
        on: On = None,
        sky: Any | None = None,
    ) -> Job[NewColumns]:
        """The work of `join`, captured now; hand its result to `accept_columns`."""
        adding = self._adding(name or other.name)
        how = {
            "joined": other.name,
            "on": on if on is None or isinstance(on, str) else list(on),
            "sky": None if sky is None else str(sky),
        }

        def job() -> Job[NewColumns]:
            table, about = yield from columns_job(adding.base, other, on=on, sky=sky)
            return (yield from adding.job(table, about, {**how, "matched": len(table)}))

        return guarded(job(), f"join {other.name!r}")

    def _adding(self, name: str) -> Adding:
        """What adding columns needs of the session, as it is now."""
        self.check_open()
        plain = _checked(name)
        replaced = self.column_groups.get(plain)
        stem = replaced.stem if replaced is not None else self._free_stem(plain)
        return Adding(
            name=plain,
            replaced=replaced,
            stem=stem,
            path=None if self.path is None else self.path / FOLDER / f"{stem}.parquet",
            catalogue=self.catalogue,
            features=self.features,
            partition=self.partition,
        )

    def accept_columns(self, new: NewColumns) -> bool:
        """Add columns that are ready, unless the catalogue or the features are others by now.

        Returns
        -------
        bool
            False for a stale result, which is dropped.
        """
        stale = new.features is not None and new.made_for is not self.features
        if new.before is not self.catalogue or stale:
            new.drop()
            return False
        self.check_open()
        if new.draft is not None:
            new.draft.put()
        self._take_catalogue(new.after)
        self.column_groups = {**self.column_groups, new.group.name: new.group}
        self._tell(self.columns_changed)
        if new.features is not None:
            self._take_recipes(features=new.features)
        return True

    def remove_columns(self, name: str) -> None:
        """Take a group of added columns away, with its file.

        Raises
        ------
        FeatureError
            If the features are made of them.
        SessionError
            If there is no such group, or its file cannot be removed.
        """
        self.check_open()
        group = self.column_groups.get(name)
        if group is None:
            raise SessionError(
                f"No columns were added as {name!r}. There are: {listing(self.column_groups)}."
            )
        used = _made_of(self.features, group.names)
        if used:
            raise FeatureError(
                f"The features are made of {listing(used)} of {name!r}. Choose others first: "
                "session.set_features(FeatureRecipe(columns=[...]))."
            )
        if self.path is not None:
            remove_file(self.path / FOLDER / f"{group.stem}.parquet")
        self._take_catalogue(without_columns(self.catalogue, group.names))
        self.column_groups = {key: one for key, one in self.column_groups.items() if key != name}
        self._tell(self.columns_changed)

    def _take_catalogue(self, catalogue: Catalogue) -> None:
        self.catalogue = self.book.catalogue = catalogue

    def _free_stem(self, name: str) -> str:
        taken = {group.stem.casefold() for group in self.column_groups.values()}
        wanted = file_stems([name])[name]
        stem, number = wanted, 2
        while stem.casefold() in taken:
            stem, number = f"{wanted}-{number}", number + 1
        return stem


def _made_of(features: FeatureMatrix, names: tuple[str, ...]) -> list[str]:
    return [name for name in features.recipe.columns or () if name in names]


def _checked(name: str) -> str:
    plain = name.strip() if isinstance(name, str) else ""
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        raise SessionError(
            f"Columns cannot be called {name!r} together: the name is a text of 1 to {LONGEST} "
            "characters on one line."
        )
    return plain


def with_kept_columns(root: Path, catalogue: Catalogue) -> tuple[Catalogue, dict[str, ColumnGroup]]:
    """A catalogue with the columns in a session's folder; what cannot be read is told in a warning.

    Returns
    -------
    catalogue : Catalogue
    groups : dict of str to ColumnGroup
        By name.
    """
    groups: dict[str, ColumnGroup] = {}
    for file in sorted((root / FOLDER).glob("*.parquet")):
        try:
            group, table = read_group(file, catalogue)
            catalogue = catalogue.with_columns(table, group.columns)
        except AstroALError as error:
            warnings.warn(
                f"Columns of {root.name} could not be brought back: {error}",
                AstroALWarning,
                stacklevel=5,
            )
        else:
            groups[group.name] = group
    return catalogue, groups
