"""Catalogues to try things on: the Hubble eXtreme Deep Field and a simulated survey."""

from napari_astro_al.samples.simulated import simulated_survey

__all__ = ["simulated_survey"]
