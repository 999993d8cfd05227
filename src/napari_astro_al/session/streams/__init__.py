"""Tables written chunk by chunk: FITS, VOTable, ECSV, CSV and Parquet, in any number of rows."""

from napari_astro_al.session.streams.fields import Field, Profile
from napari_astro_al.session.streams.opening import (
    ASTROPY_FORMATS,
    SUFFIXES,
    TableStream,
    check_suffix,
    open_stream,
)

__all__ = [
    "ASTROPY_FORMATS",
    "SUFFIXES",
    "Field",
    "Profile",
    "TableStream",
    "check_suffix",
    "open_stream",
]
