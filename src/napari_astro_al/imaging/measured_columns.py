"""What the columns of a catalogue of detected sources are."""

from __future__ import annotations

from napari_astro_al.catalogue import Column

_PIXEL = "0 in the middle of the first pixel"

COLUMNS = {
    "source": Column(None, "Number, the brightest first", "meta.id;meta.main"),
    "ra": Column("deg", "Right ascension, ICRS", "pos.eq.ra;meta.main"),
    "dec": Column("deg", "Declination, ICRS", "pos.eq.dec;meta.main"),
    "x": Column("pix", f"Column of the centre of light, {_PIXEL}", "pos.cartesian.x"),
    "y": Column("pix", f"Row of the centre of light, {_PIXEL}", "pos.cartesian.y"),
    "mag": Column("mag", "Magnitude of flux", "phot.mag"),
    "mag_err": Column("mag", "Error of mag", "stat.error;phot.mag"),
    "flux": Column(None, "Flux in the ellipse of 2.5 Kron radii", "phot.flux"),
    "flux_err": Column(None, "Error of flux, of the background's noise", "stat.error;phot.flux"),
    "signal_to_noise": Column(None, "flux / flux_err", "stat.snr"),
    "segment_flux": Column(None, "Sum of the source's own pixels", "phot.flux"),
    "flux_red": Column(None, "Sum of the source's own pixels in red", "phot.flux"),
    "flux_green": Column(None, "Sum of the source's own pixels in green", "phot.flux"),
    "flux_blue": Column(None, "Sum of the source's own pixels in blue", "phot.flux"),
    "peak": Column(None, "Brightest pixel, above the background", "phot.flux;stat.max"),
    "background": Column(None, "Level of the background", "instr.background"),
    "area": Column("pix2", "Pixels above the threshold", "phys.angArea"),
    "semi_major": Column(
        "pix", "Standard deviation of the light along the major axis", "phys.angSize.smajAxis"
    ),
    "semi_minor": Column(
        "pix", "Standard deviation of the light along the minor axis", "phys.angSize.sminAxis"
    ),
    "ellipticity": Column(None, "1 - b/a", "src.ellipticity"),
    "position_angle": Column(
        "deg", "Major axis, from the direction of rising x towards that of rising y", "pos.posAng"
    ),
    "fwhm": Column(
        "pix", "Full width at half maximum of the round Gaussian of these moments", "phys.angSize"
    ),
    "half_light_radius": Column(
        "pix", "Radius of the circle with half of the flux", "phys.angSize"
    ),
    "concentration": Column(None, "5 log10(r80 / r20) of the flux", "src.morph.param"),
    "kron_radius": Column(None, "Kron radius, in units of the semi-axes", "phys.angSize"),
    "gini": Column(
        None, "Gini coefficient of the own pixels: 0 even, 1 all in one", "src.morph.param"
    ),
    "at_edge": Column(None, "Touches the edge, or pixels without data", "meta.code"),
    "blended": Column(None, "Was taken apart from a neighbour", "meta.code"),
}
"""In the order of the table; those that an image cannot give are left out."""

IN_UNITS_OF_THE_IMAGE = ("flux", "flux_err", "segment_flux", "peak", "background")
