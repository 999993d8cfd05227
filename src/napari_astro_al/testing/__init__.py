"""Rules that an extension must keep, as checks that its author runs.

Each function takes what would be registered, uses it as the program does on made-up sources, and
raises `ContractBroken` with what was expected and what came. The program's own entries pass them.
"""

from napari_astro_al.testing.contract import ContractBroken
from napari_astro_al.testing.models import check_model
from napari_astro_al.testing.numbers import check_generator, check_projection
from napari_astro_al.testing.sights import check_cutout_service, check_source_plot
from napari_astro_al.testing.strategies import check_strategy

__all__ = [
    "ContractBroken",
    "check_cutout_service",
    "check_generator",
    "check_model",
    "check_projection",
    "check_source_plot",
    "check_strategy",
]
