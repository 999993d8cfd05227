"""What a session keeps of how pictures are shown."""

import pytest

from napari_astro_al.cutouts import Composite
from napari_astro_al.errors import CutoutError
from napari_astro_al.viewer.cutout_settings import Arrangement, Look


def test_json_and_back():
    look = Look(colormap="magma", gamma=0.7, contrast=(0.1, 0.8), opacity=0.4)
    one = Arrangement(
        size=300.0, overlaid=True, crosshair=False, composite=Composite("i", "r", "g")
    ).with_look("r", look)
    assert Arrangement.from_json(one.to_json()) == one
    assert one.look_of("r") == look
    assert one.look_of("i") == Look()


def test_what_is_not_there_is_as_at_first():
    assert Arrangement.from_json({}) == Arrangement()


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"zoom": 3}, "arrangement of cutouts has no 'zoom'"),
        ({"looks": {"r": {"colour": "red"}}}, "A look has no 'colour'"),
        ({"looks": {"r": {"contrast": 3}}}, "cannot be used"),
        ({"size": "wide"}, "cannot be used"),
        (["size"], r"is not \['size'\]"),
    ],
)
def test_what_cannot_be_is_refused(stored, message):
    with pytest.raises(CutoutError, match=message):
        Arrangement.from_json(stored)
