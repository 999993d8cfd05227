"""A table whose columns have roles: reading, guessing roles, ids."""

from napari_astro_al.catalogue.arrays import ArrayColumn
from napari_astro_al.catalogue.catalogue import Catalogue
from napari_astro_al.catalogue.criteria import AllOf, AnyOf, Condition, Criterion
from napari_astro_al.catalogue.footprint import Footprint
from napari_astro_al.catalogue.ids import SourceId
from napari_astro_al.catalogue.roles import ROWS, Column, Roles

__all__ = [
    "ROWS",
    "AllOf",
    "AnyOf",
    "ArrayColumn",
    "Catalogue",
    "Column",
    "Condition",
    "Criterion",
    "Footprint",
    "Roles",
    "SourceId",
]
