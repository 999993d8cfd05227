"""Services that are offered by name. None of them is asked before a person says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownService:
    """A service that many use.

    Attributes
    ----------
    name : str
    url : str
    example : str
        A first query; empty for cone searches.
    """

    name: str
    url: str
    example: str = ""


TAP_SERVICES = (
    KnownService(
        "VizieR (CDS)",
        "https://tapvizier.cds.unistra.fr/TAPVizieR/tap",
        'SELECT TOP 1000 RAJ2000, DEJ2000, "2MASS", Jmag, Hmag, Kmag\n'
        'FROM "II/246/out"\n'
        "WHERE 1 = CONTAINS(POINT('ICRS', RAJ2000, DEJ2000), CIRCLE('ICRS', 56.75, 24.12, 0.5))",
    ),
    KnownService(
        "SIMBAD (CDS)",
        "https://simbad.cds.unistra.fr/simbad/sim-tap",
        "SELECT TOP 1000 main_id, ra, dec, otype, rvz_redshift\n"
        "FROM basic\n"
        "WHERE 1 = CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', 150.1, 2.2, 0.5))",
    ),
    KnownService(
        "Gaia (ESA)",
        "https://gea.esac.esa.int/tap-server/tap",
        "SELECT TOP 1000 source_id, ra, dec, phot_g_mean_mag, bp_rp, parallax\n"
        "FROM gaiadr3.gaia_source\n"
        "WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE(56.75, 24.12, 0.5))",
    ),
    KnownService(
        "ESASky (ESA)",
        "https://sky.esa.int/esasky-tap/tap",
        "SELECT TOP 100 table_name, description\nFROM tap_schema.tables",
    ),
    KnownService(
        "Astro Data Lab (NOIRLab)",
        "https://datalab.noirlab.edu/tap",
        "SELECT TOP 1000 ls_id, ra, dec, type, mag_g, mag_r, mag_z, mag_w1\n"
        "FROM ls_dr10.tractor\n"
        "WHERE ra BETWEEN 150.0 AND 150.2 AND dec BETWEEN 2.1 AND 2.3",
    ),
    KnownService(
        "MAST (STScI)",
        "https://mast.stsci.edu/vo-tap/api/v0.1/caom",
        "SELECT TOP 1000 obs_id, s_ra, s_dec, obs_collection, instrument_name, t_exptime\n"
        "FROM dbo.obspointing\n"
        "WHERE s_ra BETWEEN 150.0 AND 150.2 AND s_dec BETWEEN 2.1 AND 2.3",
    ),
)
CONE_SERVICES = (
    KnownService("2MASS at VizieR", "https://vizier.cds.unistra.fr/viz-bin/conesearch/II/246/out?"),
    KnownService(
        "Gaia DR3 at VizieR", "https://vizier.cds.unistra.fr/viz-bin/conesearch/I/355/gaiadr3?"
    ),
    KnownService(
        "AllWISE at VizieR", "https://vizier.cds.unistra.fr/viz-bin/conesearch/II/328/allwise?"
    ),
    KnownService(
        "SDSS DR16 at VizieR", "https://vizier.cds.unistra.fr/viz-bin/conesearch/V/154/sdss16?"
    ),
)


def example_of(url: str) -> str:
    """A first query for a service that is known; one that asks any other for its tables."""
    for one in TAP_SERVICES:
        if one.url == url.strip().rstrip("/"):
            return one.example
    return "SELECT TOP 100 table_name, description\nFROM tap_schema.tables"
