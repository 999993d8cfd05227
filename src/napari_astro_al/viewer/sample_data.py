"""Sample catalogues for napari's "open sample" menu."""

from __future__ import annotations

from napari_astro_al.viewer.reader import LayerTuple, catalogue_layer


def hubble_deep_field() -> list[LayerTuple]:
    """Sources of a Hubble deep field, with their cutouts."""
    from napari_astro_al.samples import hubble_deep_field as sample

    return [catalogue_layer(sample())]


def simulated_survey() -> list[LayerTuple]:
    """A simulated survey of stars, galaxies and quasars, with cutouts."""
    from napari_astro_al.samples import simulated_survey as sample

    return [catalogue_layer(sample())]
