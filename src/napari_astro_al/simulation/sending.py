"""Settings as other processes can be given them."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.simulation.setting import Setting

_LEFT_BEHIND = {"path", "texts"}
_MAPPINGS = {"columns", "arrays"}


@dataclass(frozen=True)
class Parcel:
    """A setting without what only this process has: where the catalogue was read from."""

    catalogue: dict[str, Any]
    recipes: dict[str, Any]

    @classmethod
    def of(cls, setting: Setting) -> Parcel:
        """Pack a setting."""
        names = [one.name for one in fields(Catalogue) if one.init and one.name not in _LEFT_BEHIND]
        catalogue = {name: getattr(setting.catalogue, name) for name in names}
        for name in _MAPPINGS:
            catalogue[name] = _sendable(dict(catalogue[name]))
        recipes = ("features", "task", "split", "seed")
        return cls(catalogue, {name: getattr(setting, name) for name in recipes})

    def unpacked(self) -> Setting:
        """The setting again."""
        content = dict(self.catalogue)
        for name in _MAPPINGS:
            content[name] = MappingProxyType(content[name])
        return Setting(Catalogue(**content), **self.recipes)


def _sendable(content: dict[str, Any]) -> dict[str, Any]:
    """What pickle takes: pictures that are drawn when they are looked at stay behind."""
    kept = {}
    for name, value in content.items():
        try:
            pickle.dumps(value)
        except (pickle.PicklingError, TypeError, AttributeError):
            continue
        kept[name] = value
    return kept
