"""Which features each projection was made from, beside the projections themselves."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary, ref

from napari_astro_al.features import FeatureMatrix
from napari_astro_al.projection import PROJECTIONS, Projection


@dataclass(frozen=True, eq=False)
class Provenance:
    """What of the features a projection shows.

    Attributes
    ----------
    matrix : weak reference to FeatureMatrix
        Those that it was made from.
    sentinels : tuple of float
        Which values counted as missing.
    """

    matrix: ref[FeatureMatrix]
    sentinels: tuple[float, ...]

    @classmethod
    def of(cls, features: FeatureMatrix) -> Provenance:
        """That of a projection made from these features."""
        return cls(ref(features), tuple(features.recipe.sentinels))

    def is_of(self, kind: str, features: FeatureMatrix) -> bool:
        """Whether these features would give the same projection of a kind."""
        needs = PROJECTIONS[kind].needs if kind in PROJECTIONS else "features"
        if needs in ("columns", "image"):
            return self.sentinels == tuple(features.recipe.sentinels)
        return needs == "position" or self.matrix() is features


class Origins:
    """The provenance of projections that are still held by somebody."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Projection, Provenance] = WeakKeyDictionary()

    def note(self, projection: Projection, provenance: Provenance) -> Projection:
        """Remember where a projection is from, and give it back."""
        self._known[projection] = provenance
        return projection

    def fit(self, projection: Projection, features: FeatureMatrix) -> bool:
        """Whether a projection is that of these features; so is one that is from elsewhere."""
        provenance = self._known.get(projection)
        return provenance is None or provenance.is_of(projection.kind, features)
