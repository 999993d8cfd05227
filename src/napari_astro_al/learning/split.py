"""Which sources are held out to score the classifier and never train it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import SourceId, as_ids, id_hashes
from napari_astro_al.errors import CatalogueError, SessionError, listing
from napari_astro_al.learning.whole_numbers import whole_number

POOL, VALIDATION, TEST = 0, 1, 2
CODES = {"validation": VALIDATION, "test": TEST}
SKETCH_SIZE = 100_000
"""Sources of the pool that everything fitted to it is fitted to."""


@dataclass(frozen=True)
class Split:
    """Fractions of the sources with a column label that are held out.

    Membership depends on a source's id and the seed alone, so it survives a catalogue that grows
    or is put in another order.

    Parameters
    ----------
    validation, test : float
        Fractions, each in [0, 1), together below 1.
    seed : int
        Of the id hash.
    ids : dict of {"validation" or "test": sequence of ids}, optional
        Hold out exactly these sources, with or without a column label, in place of the fraction
        of that name. A split that is not named keeps its fraction.

    Raises
    ------
    SessionError
        If fractions are out of range, a split has another name, or a source is in two splits.
    CatalogueError
        Naming what cannot be an id.
    """

    validation: float = 0.2
    test: float = 0.2
    seed: int = 0
    ids: Mapping[str, Sequence[SourceId]] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", whole_number(self.seed, "Split(seed=...)", SessionError))
        for name in CODES:
            fraction = getattr(self, name)
            number = isinstance(fraction, (int, float, np.number)) and not isinstance(
                fraction, bool
            )
            if not (number and 0 <= fraction < 1):
                raise SessionError(
                    f"Split({name}={fraction!r}): the fraction must be at least 0 and below 1."
                )
            object.__setattr__(self, name, float(fraction))
        if self.validation + self.test >= 1:
            raise SessionError(
                f"Split(validation={self.validation}, test={self.test}) leaves nothing to learn "
                "from: the two must add up to less than 1."
            )
        if self.ids is None:
            return
        if not isinstance(self.ids, Mapping):
            raise SessionError(
                f'Split(ids={self.ids!r}): give a dict of ids by split, such as {{"test": [...]}}.'
            )
        strangers = [name for name in self.ids if name not in CODES]
        if strangers:
            raise SessionError(
                f"Split(ids=...) names {listing(strangers)}; only 'validation' and 'test' exist."
            )
        frozen = {name: tuple(as_ids(self.ids[name])) for name in CODES if name in self.ids}
        object.__setattr__(self, "ids", frozen)
        texts = [{str(one) for one in members} for members in frozen.values()]
        twice = set.intersection(*texts) if len(texts) > 1 else set()
        if twice:
            raise SessionError(f"Held out for validation and for test: {listing(sorted(twice))}.")

    def assign(
        self,
        ids: npt.NDArray[Any],
        has_label: npt.NDArray[np.bool_],
        *,
        all_there: bool = True,
    ) -> npt.NDArray[np.int8]:
        """The split that every source belongs to.

        Parameters
        ----------
        ids : (n,) ndarray
            Integer or text ids.
        has_label : (n,) bool ndarray
            Whether the source has a label in the label column; those without stay in the pool
            unless `Split.ids` names them.
        all_there : bool
            False for a part of a catalogue, which need not have all that `Split.ids` names.

        Returns
        -------
        (n,) int8 ndarray
            0 pool, 1 validation, 2 test. With u = hash / 2^64: test where u < test, validation
            where u < test + validation.

        Raises
        ------
        CatalogueError
            If `Split.ids` names sources that are not there.
        """
        u = id_hashes(ids, self.seed).astype(np.float64) / 2.0**64
        split = np.zeros(len(ids), dtype=np.int8)
        named = self.ids or {}
        if "validation" not in named:
            split[has_label & (u >= self.test) & (u < self.test + self.validation)] = VALIDATION
        if "test" not in named:
            split[has_label & (u < self.test)] = TEST
        for name, members in named.items():
            rows, missing = _rows_of(ids, members)
            if missing and all_there:
                raise CatalogueError(
                    f"Split(ids=...) holds out sources for {name} that the catalogue does not "
                    f"have: {listing(sorted(missing))}. Remove them from the list, or check the "
                    "id column."
                )
            split[rows] = CODES[name]
        return split

    def to_json(self) -> dict[str, Any]:
        """The split as JSON values; ids as text."""
        ids = None
        if self.ids is not None:
            ids = {name: [str(one) for one in members] for name, members in self.ids.items()}
        return {"validation": self.validation, "test": self.test, "seed": self.seed, "ids": ids}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Split:
        """The split that `to_json` wrote; its ids stay text, which `assign` understands."""
        return cls(**{key: content[key] for key in ("validation", "test", "seed", "ids")})


def _rows_of(
    ids: npt.NDArray[Any], members: Sequence[SourceId]
) -> tuple[npt.NDArray[np.int64], set[str]]:
    """Where members are, and those that are not there."""
    wanted = {str(one) for one in members}
    if ids.dtype.kind in "iu":
        spelled = {_as_int(text): text for text in wanted}
        bounds = np.iinfo(ids.dtype)
        inside = [one for one in spelled if one is not None and bounds.min <= one <= bounds.max]
        rows = np.flatnonzero(np.isin(ids, np.array(inside, dtype=ids.dtype)))
        missing = wanted - {spelled[int(one)] for one in ids[rows]}
    else:
        texts = [str(one) for one in ids]
        rows = np.flatnonzero(np.fromiter((one in wanted for one in texts), bool, len(texts)))
        missing = wanted - {texts[row] for row in rows}
    return rows, missing


def _as_int(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
