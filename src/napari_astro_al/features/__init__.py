"""Recipe to float32 matrix: generators, missing values, scaling."""

from napari_astro_al.features.defaults import default_columns
from napari_astro_al.features.generators import GENERATORS
from napari_astro_al.features.matrix import (
    FeatureMatrix,
    apply_features,
    apply_features_job,
    build_features,
    build_features_job,
)
from napari_astro_al.features.noise import MeasurementNoise
from napari_astro_al.features.plan import can_be_measured, feature_names
from napari_astro_al.features.preprocessing import PreprocessingFit
from napari_astro_al.features.recipe import FeatureRecipe
from napari_astro_al.features.single import feature_unit, is_magnitude, raw_feature

__all__ = [
    "GENERATORS",
    "FeatureMatrix",
    "FeatureRecipe",
    "MeasurementNoise",
    "PreprocessingFit",
    "apply_features",
    "apply_features_job",
    "build_features",
    "build_features_job",
    "can_be_measured",
    "default_columns",
    "feature_names",
    "feature_unit",
    "is_magnitude",
    "raw_feature",
]
