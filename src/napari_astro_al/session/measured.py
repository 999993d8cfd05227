"""Two ways to make numbers of cutouts, and how the numbers become columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, Column
from napari_astro_al.cutouts import Cutout
from napari_astro_al.cutouts.stretch import stretch
from napari_astro_al.errors import ImagingError
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.session.measured_parts import Parts
from napari_astro_al.vision import (
    FEWEST_COMPONENTS,
    QUANTITIES,
    RAW,
    WIDTH,
    Components,
    Network,
    measure,
    prepared,
    pretrained,
    raw_features,
)

What = Literal["morphology", "embedding", "pixels"]
"""What can be measured on pictures."""

MOST_COMPONENTS = WIDTH
"""Of an embedding."""

Values = npt.NDArray[np.float32]
Finished = tuple[dict[str, Values], dict[str, Column], dict[str, Any]]
"""Columns by name, what is known of them, and how they were made."""


class Measurement(Protocol):
    """From cutouts to columns."""

    @property
    def identity(self) -> str:
        """Another for a method that gives other numbers."""
        ...

    @property
    def width(self) -> int:
        """Numbers a source, before they become columns."""
        ...

    @property
    def batch(self) -> int:
        """Pictures measured at once."""
        ...

    def read(self, cutout: Cutout) -> Any:
        """The part of the work that goes on in several threads."""
        ...

    def measure(self, read: Sequence[Any]) -> Values:
        """The rest, for a batch: (n, width)."""
        ...

    def finish(
        self, kept: Parts, catalogue: Catalogue, sketch: npt.NDArray[np.int64], name: str
    ) -> Job[Finished]:
        """Columns out of all that was measured, their names beginning with that of the group."""
        ...


_SAID = {
    "concentration": "5 log10(r80/r20) of the light (Conselice 2003)",
    "asymmetry": "light left after subtracting the source turned by 180 degrees",
    "smoothness": "share of the light in small clumps; large for clumpy sources",
    "gini": "how unevenly pixels share the light (Lotz et al. 2004)",
    "m20": "log10 of the brightest fifth's share of the second moment (Lotz et al. 2004)",
    "ellipticity": "1 - b/a by second moments",
    "winding": "-1 to 1; above 0 where arms turn clockwise on their way out",
    "half_light_radius": "radius of the circle with half the light",
    "petrosian_radius": "Petrosian radius of a circle",
    "colour_1": "-2.5 log10 of the third channel's light over the second's",
    "colour_2": "-2.5 log10 of the second channel's light over the first's",
    "flag": "0 measured, 1 doubtful, 2 not measured",
}
_RADII = ("half_light_radius", "petrosian_radius")


@dataclass(frozen=True)
class _Morphology:
    identity: str = "morphology 1"
    width: int = len(QUANTITIES) + 1
    batch: int = 1

    def read(self, cutout: Cutout) -> list[float]:
        """The quantities, and the pixel scale."""
        pixels = cutout.upright
        assert pixels is not None
        morphology = measure(pixels)
        scale = np.nan if cutout.pixel_scale is None else float(cutout.pixel_scale)
        return [*(getattr(morphology, name) for name in QUANTITIES), scale]

    def measure(self, read: Sequence[Any]) -> Values:
        return np.array(read, dtype=np.float32)

    def finish(
        self, kept: Parts, catalogue: Catalogue, sketch: npt.NDArray[np.int64], name: str
    ) -> Job[Finished]:
        yield Progress("Gathering what was measured")
        raw = np.concatenate([values for _, values in kept.each(len(catalogue))])
        pictured = ~np.isnan(raw[:, QUANTITIES.index("flag")])
        scale = raw[:, -1]
        known = bool(pictured.any()) and not np.isnan(scale[pictured]).any()
        table: dict[str, Values] = {}
        columns: dict[str, Column] = {}
        for place, quantity in enumerate(QUANTITIES):
            values, unit = raw[:, place], None
            if quantity in _RADII:
                values, unit = (values * scale, "arcsec") if known else (values, "pix")
            if np.isnan(values).all():
                continue
            column = f"{name}_{quantity}"
            table[column] = values
            columns[column] = Column(unit, _SAID[quantity])
        good = int(np.count_nonzero(raw[:, QUANTITIES.index("flag")] < 2))
        made = {"what": self.identity, "measured": good, "pictures": int(pictured.sum())}
        return table, columns, made


@dataclass(frozen=True)
class _Embedding:
    network: Network
    n_components: int
    identity: str = "embedding 1"
    width: int = RAW
    batch: int = 4

    def read(self, cutout: Cutout) -> npt.NDArray[np.uint8]:
        pixels = cutout.upright
        assert pixels is not None
        return prepared(pixels, stretch(pixels))

    def measure(self, read: Sequence[Any]) -> Values:
        return raw_features(self.network, np.stack(read))

    def finish(
        self, kept: Parts, catalogue: Catalogue, sketch: npt.NDArray[np.int64], name: str
    ) -> Job[Finished]:
        n = len(catalogue)
        fitted: list[Values] = []
        in_sketch = np.zeros(n, dtype=bool)
        in_sketch[sketch] = True
        for rows, raw in kept.each(n):
            yield Progress("Fitting components", rows.start, n)
            fitted.append(raw[in_sketch[rows] & ~np.isnan(raw[:, 0])])
        some = np.concatenate(fitted)
        made: dict[str, Any] = {"what": self.identity, "measured": 0, "pictures": 0}
        if not len(some):
            return {}, {}, made
        components = Components.fit(some, self.n_components)
        values = np.empty((n, self.n_components), dtype=np.float32)
        for rows, raw in kept.each(n):
            yield Progress("Making columns", rows.start, n)
            values[rows] = components.of(raw)
        digits = len(str(self.n_components))
        names = [f"{name}_{place + 1:0{digits}}" for place in range(self.n_components)]
        n_odd = int(np.count_nonzero(np.any(components.axes[WIDTH:] != 0, axis=0)))
        columns = {
            one: Column(
                None,
                "component of the embedding; a mirror changes its sign"
                if place >= self.n_components - n_odd
                else "component of the embedding",
            )
            for place, one in enumerate(names)
        }
        pictured = int(np.count_nonzero(~np.isnan(values[:, 0])))
        made |= {"measured": pictured, "pictures": pictured, "fitted_to": len(some)}
        return {one: values[:, place] for place, one in enumerate(names)}, columns, made


def morphology_measurement() -> Measurement:
    """Measured morphology."""
    return _Morphology()


def embedding_measurement(n_components: int) -> Measurement:
    """The network's embedding in so many components.

    Raises
    ------
    ImagingError
        If a package of the extra is missing, or there cannot be so many components.
    """
    if not FEWEST_COMPONENTS <= n_components <= WIDTH:
        raise ImagingError(
            f"An embedding has {FEWEST_COMPONENTS} to {WIDTH} components, not {n_components}."
        )
    return _Embedding(pretrained(), n_components)
