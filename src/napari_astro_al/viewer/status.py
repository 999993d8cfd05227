"""What napari's status bar says while the mouse is over feature space."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from napari_astro_al.catalogue import SourceId

if TYPE_CHECKING:
    from napari_astro_al.viewer.stage import Stage


def describe_sources(
    stage: Stage,
    role: str,
    nearest: Callable[[float, float], SourceId | None],
    moving: Callable[[], bool],
) -> None:
    """Let a layer's status be the source under the mouse: its id and its place in data values.

    The layer's own would be world coordinates, which mean nothing to a person. napari asks for
    the status on a thread of its own, so that nothing is changed here.

    Parameters
    ----------
    stage : Stage
        What is shared with the other parts of feature space.
    role : str
        Of a Points layer. Its ``get_status`` is replaced on the object, because napari's writers
        go by the name of a layer's class and would not know a subclass.
    nearest : callable
        ``nearest(x, y)`` finds the source at world coordinates.
    moving : callable
        Whether the camera moves: until it rests the status stays as it is, since each change of
        the text would have the whole window composed anew.
    """
    from napari.layers import Layer

    layer: Any = stage.layers.get(role)

    said: dict[str, str] = {}

    def get_status(position: Any = None, **_: Any) -> dict[str, str]:
        if said and moving():
            return dict(said)
        status: dict[str, str] = Layer.get_status(layer)
        text = ""
        if position is not None:
            y, x = tuple(position)[-2:]
            source = nearest(float(x), float(y))
            text = describe_place(stage, float(x), float(y))
            if source is not None:
                text = describe(stage, source)
        said.update(status, coordinates=text, value=text)
        return dict(said)

    layer.get_status = get_status


def describe(stage: Stage, source: SourceId) -> str:
    """A source's id and where it is, such as ``"17: u-g [mag] = 0.4, ..."``."""
    scene = stage.scene
    if scene is None:
        return str(source)
    x, y = scene.projection.points[stage.session.catalogue.row_of(source)].tolist()
    return f"{source}: {scene.projection.read(x, y)}"


def describe_place(stage: Stage, x: float, y: float) -> str:
    """What a place of the world is, in data values; empty while nothing is shown."""
    scene = stage.scene
    return "" if scene is None else scene.projection.read(*scene.values_at(x, y))
