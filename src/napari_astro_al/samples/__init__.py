"""Catalogues to try things on: the Hubble eXtreme Deep Field and a simulated survey."""

from napari_astro_al.samples.hubble import hubble_deep_field
from napari_astro_al.samples.simulated import simulated_survey

__all__ = ["hubble_deep_field", "simulated_survey"]
