"""Saving labels with napari's "save layer"."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from napari.layers import Points

from napari_astro_al.errors import SessionError
from napari_astro_al.viewer import FeatureSpace
from napari_astro_al.viewer.writer import write_labels


@pytest.fixture
def layer(viewer, session):
    session.annotate("s00003", "GALAXY")
    session.annotate("s00004", "STAR")
    space = FeatureSpace(viewer, session)
    yield space.layers.points("sources")
    space.close()


def test_any_of_our_layers_writes_the_sessions_labels(layer, tmp_path):
    data, attributes, _ = layer.as_layer_data_tuple()
    path = str(tmp_path / "labels.csv")
    assert write_labels(path, data, attributes) == [path]
    written = pd.read_csv(path)
    assert written["id"].tolist() == ["s00003", "s00004"]
    assert written["label"].tolist() == ["GALAXY", "STAR"]


def test_a_copy_of_a_layer_still_knows_its_session(layer, tmp_path):
    data, attributes, _ = deepcopy(layer.as_layer_data_tuple())
    assert write_labels(str(tmp_path / "labels.csv"), data, attributes)


def test_other_points_are_written_as_napari_does(tmp_path):
    data, attributes, _ = Points(np.eye(2)).as_layer_data_tuple()
    path = str(tmp_path / "points.csv")
    assert write_labels(path, data, attributes) == [path]
    assert pd.read_csv(path)["axis-0"].tolist() == [1, 0]


def test_other_points_have_no_labels_for_a_table(tmp_path):
    data, attributes, _ = Points(np.eye(2), name="mine").as_layer_data_tuple()
    with pytest.raises(SessionError, match="'mine' belongs to no open session"):
        write_labels(str(tmp_path / "points.fits"), data, attributes)
