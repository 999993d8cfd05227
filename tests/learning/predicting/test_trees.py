from __future__ import annotations

import numpy as np

from napari_astro_al.learning.predicting.trees import Nodes, TreeTable


def _chain(n_leaves):
    """A tree that asks ``x <= 0``, ``x <= 1`` and so on, a leaf to the left of each."""
    n = 2 * n_leaves - 1
    left, right = np.full(n, -1), np.full(n, -1)
    for test in range(n_leaves - 1):
        left[2 * test], right[2 * test] = 2 * test + 1, 2 * test + 2
    number = np.repeat(np.arange(n_leaves, dtype=float), 2)[:n]
    return Nodes(
        roots=np.array([0]),
        left=left,
        right=right,
        feature=np.zeros(n, dtype=np.int32),
        threshold=number,
        left_if_missing=np.zeros(n, dtype=bool),
        values=number[:, None].copy(),
    )


class TestTreeTable:
    def test_of_three_leaves(self):
        table = TreeTable.of(_chain(3))

        assert table.first_test.tolist() == [0, 2]
        assert table.byte.tolist() == [0, 0]
        assert [f"{kept:08b}" for kept in table.kept] == ["11111110", "11111101"]

    def test_tests_touch_only_the_bytes_of_the_leaves_to_their_left(self):
        table = TreeTable.of(_chain(20))

        assert table.first_byte.tolist() == [0, 3]
        assert table.byte.tolist() == [test // 8 for test in range(19)]

    def test_thresholds_are_rounded_down_to_what_still_goes_left(self):
        nodes = _chain(2)
        nodes.threshold[0] = 0.1  # of the two float32 values around it, one is more
        table = TreeTable.of(nodes)

        limit = float(table.threshold[0])
        assert limit <= 0.1 < float(np.nextafter(np.float32(limit), np.float32(1)))

    def test_each_source_gets_the_value_of_its_leaf(self):
        X = np.asfortranarray([[-1.0], [0.0], [0.5], [7.0], [17.5], [99.0]], dtype=np.float32)
        out = np.zeros((6, 1))
        TreeTable.of(_chain(20)).add(X, 0, 6, 2.0, out)

        assert out[:, 0].tolist() == [0.0, 0.0, 2.0, 14.0, 36.0, 38.0]

    def test_leaves_of_one_class_each_are_counted(self):
        nodes = _chain(3)
        one_class = np.array([[0, 0], [1, 0], [0, 0], [0, 1], [1, 0]], dtype=float)
        sure = TreeTable.of(Nodes(**{**vars(nodes), "values": one_class}))
        doubtful = TreeTable.of(Nodes(**{**vars(nodes), "values": np.full((5, 2), 0.5)}))

        assert sure.hits.tolist() == [[0b101, 0b010]]
        assert doubtful.hits is None
