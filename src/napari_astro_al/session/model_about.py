"""What a model's file says of it: what it is given, what it answers, where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from napari_astro_al.errors import AstroALError, LearnerError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.features.preprocessing import PreprocessingFit
from napari_astro_al.learning.committee import Vote

MOST_CLASSES = 10_000
LARGEST = 2**26
"""Characters."""


class ModelAbout(BaseModel):
    """The description that travels with a model, as JSON.

    Attributes
    ----------
    format : 1
    task : str
    classes : list of str
        The columns of probabilities.
    vote : {"soft", "hard"}
        How several models answer together.
    model : str
        Names of the models.
    recipe : dict
        Of the features (`FeatureRecipe`).
    fit : dict
        What prepares them (`PreprocessingFit`).
    id : list of str
        Columns of the id; empty where rows were numbered.
    labels : dict of str to int
        How many labels of each class it learnt from.
    scores : list of dict
        By split, with intervals.
    origin : dict
        Where it came from (see `origin_of`).
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal[1] = 1
    task: str
    classes: list[str] = Field(min_length=2, max_length=MOST_CLASSES)
    vote: Vote = "soft"
    model: str
    recipe: dict[str, Any]
    fit: dict[str, Any]
    id: list[str] = Field(default_factory=list)
    labels: dict[str, int] = Field(default_factory=dict)
    scores: list[dict[str, Any]] = Field(default_factory=list)
    origin: dict[str, Any] = Field(default_factory=dict)

    def features(self) -> tuple[FeatureRecipe, PreprocessingFit]:
        """What makes the features.

        Raises
        ------
        LearnerError
            If the description is damaged.
        """
        try:
            return FeatureRecipe.from_json(self.recipe), PreprocessingFit.from_json(self.fit)
        except (AstroALError, TypeError, ValueError) as error:
            raise LearnerError(f"The model's recipe of features cannot be used: {error}") from error

    @property
    def columns(self) -> list[str]:
        """Columns of a catalogue that it needs."""
        return [str(name) for name in self.recipe.get("columns") or ()]


def about_from_json(text: str | None, file: str) -> ModelAbout:
    """The description in a model's file.

    Raises
    ------
    LearnerError
        If there is none, or it is damaged.
    """
    if not text:
        raise LearnerError(
            f"{file} does not say what its model is given. Write it with "
            "session.export_model(...); models in a session's folder belong to the session."
        )
    if len(text) > LARGEST:
        raise LearnerError(f"The description in {file} is larger than any model's.")
    try:
        about = ModelAbout.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        where = "it is nested too deeply"
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False, include_input=False)[0]
            where = f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
        raise LearnerError(f"The description in {file} is damaged at {where}.") from error
    if len(set(about.classes)) < len(about.classes):
        raise LearnerError(f"The description in {file} names a class twice.")
    return about


def plain(value: Any) -> Any:
    """A value as JSON has it: numpy's numbers as Python's, NaN and infinities as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
