"""A survey of stars, galaxies and quasars that does not exist."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from napari_astro_al.catalogue import Catalogue, Column
from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.errors import CatalogueError, listing
from napari_astro_al.samples.draws import Draws
from napari_astro_al.samples.photometry import observe
from napari_astro_al.samples.simulated_sky import CLASSES, simulate_sky
from napari_astro_al.samples.simulated_stamps import SimulatedStamps
from napari_astro_al.samples.spectral_colours import BANDS

FRACTIONS: Mapping[str, float] = {"STAR": 0.55, "GALAXY": 0.37, "QSO": 0.08}

_PATCH = (180.0, 190.0, 10.0, 20.0)
"""Right ascension and declination of the edges of the patch, degrees."""


def simulated_survey(
    n_sources: int = 10_000, seed: int = 0, *, fractions: Mapping[str, float] | None = None
) -> Catalogue:
    """Make up a survey with the bands and the depth of SDSS.

    A classifier of the colours cannot tell all sources apart, as on the real sky: errors grow to
    the faint end, white dwarfs look like quasars, quasars at redshift 2.5 to 3 like stars, and
    faint quasars have the light of their hosts.

    Parameters
    ----------
    n_sources : int
        How many.
    seed : int
        Another seed gives other sources with other ids. A larger survey of the same seed begins
        with the sources of the smaller one.
    fractions : mapping of str to float, optional
        Expected shares of ``"STAR"``, ``"GALAXY"`` and ``"QSO"``; divided by their sum. By default
        55, 37 and 8 per cent.

    Returns
    -------
    Catalogue
        Columns ``source_id`` (int64, 18 digits), ``ra``, ``dec`` (degrees), ``u g r i z`` (AB
        magnitudes, NaN where not detected) with ``err_u`` and so on, ``redshift``, ``class``;
        the array column ``image`` renders a (48, 48, 3) uint8 picture when asked, 0.396 arcsec a
        pixel. Its note is "simulated".

    Raises
    ------
    CatalogueError
        If there are no sources, or the fractions are not those of the three classes.
    """
    if n_sources < 1:
        raise CatalogueError(f"A survey needs at least one source; n_sources is {n_sources}.")
    shares = _shares(FRACTIONS if fractions is None else fractions)
    prefix = 100_000 + derived_seed(seed, "ids") % 800_000
    ids = prefix * 10**12 + np.arange(1, n_sources + 1, dtype=np.int64)
    draws = Draws(ids, seed)
    sky = simulate_sky(ids, seed, shares)
    measured, errors = observe(sky.magnitudes, draws)
    west, east, south, north = _PATCH
    sines = np.sin(np.radians([south, north]))
    table = pd.DataFrame(
        {
            "source_id": ids,
            "ra": west + (east - west) * draws.uniform("ra"),
            "dec": np.degrees(np.arcsin(sines[0] + (sines[1] - sines[0]) * draws.uniform("dec"))),
            **dict(zip(BANDS, measured, strict=True)),
            **{f"err_{band}": row for band, row in zip(BANDS, errors, strict=True)},
            "redshift": sky.redshift.astype(np.float32),
            "class": np.array(CLASSES, dtype=object)[sky.kind],
        }
    )
    return Catalogue.from_table(
        table,
        id="source_id",
        label="class",
        ra="ra",
        dec="dec",
        images=("image",),
        arrays={"image": SimulatedStamps(ids, seed, shares)},
        columns=_columns(),
        name="Simulated survey",
        note="simulated",
        guess=False,
    )


def _shares(fractions: Mapping[str, float]) -> tuple[float, float, float]:
    values = np.array([fractions.get(name, np.nan) for name in CLASSES], dtype=np.float64)
    if set(fractions) != set(CLASSES) or not (values >= 0).all() or not 0 < values.sum() < np.inf:
        raise CatalogueError(
            f"The fractions are of {listing(fractions)}; they must be of {listing(CLASSES)}, "
            "none negative and not all zero."
        )
    star, galaxy, quasar = (float(value) for value in values / values.sum())
    return star, galaxy, quasar


def _columns() -> dict[str, Column]:
    known = {
        "source_id": Column(description="Identifier; simulated source", ucd="meta.id;meta.main"),
        "ra": Column("deg", "Right ascension (ICRS); simulated", "pos.eq.ra;meta.main"),
        "dec": Column("deg", "Declination (ICRS); simulated", "pos.eq.dec;meta.main"),
        "redshift": Column(None, "True redshift; simulated", "src.redshift"),
        "class": Column(None, "True class: STAR, GALAXY or QSO; simulated", "src.class"),
        "image": Column(None, "Rendered picture, bands i, r, g as red, green, blue; simulated"),
    }
    ucds = ("em.opt.U", "em.opt.B", "em.opt.R", "em.opt.I", "em.opt.I")
    for band, ucd in zip(BANDS, ucds, strict=True):
        known[band] = Column("mag", f"Magnitude in {band} (AB); simulated", f"phot.mag;{ucd}")
        known[f"err_{band}"] = Column(
            "mag", f"Error of the magnitude in {band}; simulated", f"stat.error;phot.mag;{ucd}"
        )
    return known
