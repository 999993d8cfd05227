"""AstronomicAL's configuration file, read and checked before anything is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from napari_astro_al.errors import SessionError, listing

LARGEST_FILE = 64 * 2**20
"""Bytes. A configuration with a million answers is half as large."""
MOST_CLASSES = 1000
MOST_PANELS = 1000
MOST_FEATURES = 10_000
UNKNOWN = -1
"""AstronomicAL's number for a label that nobody knows, and for "unsure"."""

_LAX = ConfigDict(extra="allow", str_strip_whitespace=False)
_Number = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class Classifier(BaseModel):
    """One of `Settings.classifiers`."""

    model_config = _LAX

    classifier: list[str] = Field(default_factory=list, max_length=100)
    query: list[str] = Field(default_factory=list, max_length=100)
    id: list[int | str] = Field(default_factory=list)
    y: list[_Number] = Field(default_factory=list)


class Panel(BaseModel):
    """One of `Settings.layout`."""

    model_config = _LAX

    contents: str = ""
    panel_contents: Any = None


class Settings(BaseModel):
    """The keys of a configuration; those that are not named here are in `model_extra`."""

    model_config = _LAX

    Author: Any = None
    doi: Any = None
    dataset_filepath: str = ""
    optimise_data: bool = True
    layout: dict[str, Panel] = Field(default_factory=dict, max_length=MOST_PANELS)
    id_col: str
    label_col: str
    default_vars: list[str] = Field(default_factory=list, max_length=2)
    labels: list[_Number] = Field(default_factory=list, max_length=MOST_CLASSES)
    label_colours: dict[str, str] = Field(default_factory=dict, max_length=MOST_CLASSES)
    labels_to_strings: dict[str, str] = Field(default_factory=dict, max_length=MOST_CLASSES)
    strings_to_labels: dict[str, _Number] = Field(default_factory=dict, max_length=MOST_CLASSES)
    extra_info_cols: list[str] = Field(default_factory=list)
    extra_image_cols: list[str] = Field(default_factory=list)
    labels_to_train: list[str] = Field(default_factory=list, max_length=MOST_CLASSES)
    features_for_training: list[str] = Field(min_length=1, max_length=MOST_FEATURES)
    exclude_labels: bool = False
    exclude_unknown_labels: bool = True
    unclassified_labels: list[str] = Field(default_factory=list, max_length=MOST_CLASSES)
    scale_data: bool = False
    feature_generation: list[tuple[str, int]] = Field(default_factory=list, max_length=100)
    test_set_file: bool = False
    classifiers: dict[str, Classifier] = Field(default_factory=dict, max_length=MOST_CLASSES)

    def alias(self, raw: int) -> str:
        """What a class is called; its number where the file does not say."""
        return self.labels_to_strings.get(str(raw), str(raw))

    @property
    def aliases(self) -> dict[str, str]:
        """Name of each class by its number as text, without the unknown one."""
        return {str(raw): self.alias(raw) for raw in self.labels if raw != UNKNOWN}

    def raw_of(self, alias: str) -> str | None:
        """A class's number as text."""
        found = [raw for raw, name in self.aliases.items() if name == alias]
        return found[0] if found else None


def read_settings(path: Path) -> tuple[Settings, dict[str, Any]]:
    """Read a configuration.

    Returns
    -------
    settings : Settings
    content : dict
        What stands in the file.

    Raises
    ------
    SessionError
        If it cannot be read, is too large, or is no configuration; names the key.
    """
    content = read_json(path, "an AstronomicAL configuration")
    if not isinstance(content, dict):
        raise SessionError(
            f"{path.name} is no AstronomicAL configuration: it is not a JSON object."
        )
    try:
        settings = Settings.model_validate(content)
    except (ValidationError, RecursionError) as error:
        raise SessionError(
            f"{path.name} is no AstronomicAL configuration that can be imported: {_first(error)}. "
            "Export it again from AstronomicAL, or put the key right by hand."
        ) from error
    if not settings.aliases:
        raise SessionError(f"{path.name} names no classes: labels is {settings.labels!r}.")
    for raw, one in settings.classifiers.items():
        if len(one.id) != len(one.y):
            raise SessionError(
                f"{path.name} has {len(one.id)} ids and {len(one.y)} answers in classifiers.{raw}; "
                "there must be one answer an id."
            )
    return settings, content


def read_json(path: Path, what: str) -> Any:
    """What stands in a JSON file that somebody else may have written.

    Raises
    ------
    SessionError
        If it cannot be read, is larger than `LARGEST_FILE`, or is not valid JSON and Unicode.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SessionError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST_FILE:
        raise SessionError(
            f"{path.name} has more than {LARGEST_FILE // 2**20} MiB, which is more than {what} has."
        )
    try:
        content = json.loads(data.decode("utf-8-sig"))
        json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise SessionError(f"{path.name} is not valid JSON: {error}.") from error
    return content


def read_test_set(path: Path) -> dict[str, int]:
    """AstronomicAL's ``test_set.json``: id as text to the number of its class.

    Raises
    ------
    SessionError
        If it cannot be read or is something else.
    """
    content = read_json(path, "a test set of AstronomicAL")
    numbers = content.values() if isinstance(content, Mapping) else [None]
    odd = [one for one in numbers if isinstance(one, bool) or not isinstance(one, int)]
    if odd:
        raise SessionError(
            f"{path.name} is no test set of AstronomicAL: a JSON object of ids and class numbers "
            f"is expected, and it has {listing(odd, most=3)}."
        )
    return {str(key): int(value) for key, value in content.items()}


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "it is nested too deeply"
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
