"""Two numbers a source: column pairs, PCA, UMAP, t-SNE, the sky; tile index and density."""

from napari_astro_al.projection.columns import project_columns_job
from napari_astro_al.projection.curves import curves_content, read_curves
from napari_astro_al.projection.frame import SIDE, Frame, Rect
from napari_astro_al.projection.image import image_of, on_image, recipe_on
from napari_astro_al.projection.kinds import PLANES, PROJECTIONS
from napari_astro_al.projection.methods import Method, Parameter
from napari_astro_al.projection.pca import project_pca_job
from napari_astro_al.projection.planes import Plane
from napari_astro_al.projection.project import project, project_job
from napari_astro_al.projection.raster import density
from napari_astro_al.projection.recipe import ProjectionRecipe
from napari_astro_al.projection.ticks import Tick
from napari_astro_al.projection.tile_index import TileIndex
from napari_astro_al.projection.types import Axis, Curve, Note, Projection

__all__ = [
    "PLANES",
    "PROJECTIONS",
    "SIDE",
    "Axis",
    "Curve",
    "Frame",
    "Method",
    "Note",
    "Parameter",
    "Plane",
    "Projection",
    "ProjectionRecipe",
    "Rect",
    "Tick",
    "TileIndex",
    "curves_content",
    "density",
    "image_of",
    "on_image",
    "project",
    "project_columns_job",
    "project_job",
    "project_pca_job",
    "read_curves",
    "recipe_on",
]
