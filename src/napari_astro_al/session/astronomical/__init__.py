"""AstronomicAL's configurations as sessions, and sessions as AstronomicAL's configurations."""

from napari_astro_al.session.astronomical.importing import (
    import_astronomical,
    import_astronomical_job,
)
from napari_astro_al.session.comparison import Comparison, NoEqual, comparison_of

__all__ = [
    "Comparison",
    "NoEqual",
    "comparison_of",
    "import_astronomical",
    "import_astronomical_job",
]
