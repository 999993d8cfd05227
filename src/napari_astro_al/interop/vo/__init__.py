"""Tables from services of the Virtual Observatory: TAP and cone searches."""

from napari_astro_al.interop.vo.cone import cone_search, cone_search_job
from napari_astro_al.interop.vo.tables import (
    TapColumn,
    TapTable,
    tap_columns,
    tap_columns_job,
    tap_tables,
    tap_tables_job,
)
from napari_astro_al.interop.vo.tap import read_tap, read_tap_job

__all__ = [
    "TapColumn",
    "TapTable",
    "cone_search",
    "cone_search_job",
    "read_tap",
    "read_tap_job",
    "tap_columns",
    "tap_columns_job",
    "tap_tables",
    "tap_tables_job",
]
