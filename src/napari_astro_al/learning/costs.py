"""What labels cost: functions by name, beside columns and expressions of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari_astro_al.registry import Registry

Cost = Callable[[Any], Any]
"""From the catalogue's table, a pandas.DataFrame, to one number a row."""

COSTS: Registry[Cost] = Registry("cost of labels", "napari_astro_al.costs")
