"""A session as napari layers, on napari's models: nothing here needs Qt."""

from napari_astro_al.viewer.cutout_canvas import CutoutCanvas
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.keys import bind_keys, bind_layer
from napari_astro_al.viewer.reader import catalogue_layer

__all__ = ["CutoutCanvas", "FeatureSpace", "bind_keys", "bind_layer", "catalogue_layer"]
