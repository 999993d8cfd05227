"""Names of classes: that looking through many of them takes as many steps as there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from napari_astro_al.errors import LabelError
from napari_astro_al.learning.class_names import check_names, ends_of


class Counted(str):
    """A name that counts how often it is compared."""

    __slots__ = ()
    comparisons = 0

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__eq__(self, str(other))

    __hash__ = str.__hash__


class Watched(Mapping[str, str]):
    """Renames that count how often one is followed."""

    def __init__(self, renames: Mapping[str, str]) -> None:
        self.renames = renames
        self.followed = 0

    def __getitem__(self, name: str) -> str:
        self.followed += 1
        return self.renames[name]

    def __contains__(self, name: object) -> bool:
        return name in self.renames

    def __iter__(self) -> Iterator[str]:
        return iter(self.renames)

    def __len__(self) -> int:
        return len(self.renames)


def test_names_are_not_compared_each_with_each() -> None:
    names: list[str] = [Counted(f"C{n}") for n in range(1000)]
    Counted.comparisons = 0
    check_names(names, names, "drop")
    assert Counted.comparisons <= 2 * len(names)


def test_every_name_that_is_repeated_is_told_once() -> None:
    with pytest.raises(LabelError, match="The task names 'A', 'B' more than once"):
        check_names(["B", "A", "B", "C", "A", "B"], ["B", "A", "B", "C", "A", "B"], "drop")


@pytest.mark.parametrize("backwards", [False, True])
def test_each_rename_is_followed_once(backwards: bool) -> None:
    steps = [(f"C{n}", f"C{n + 1}") for n in range(1000)]
    chain = Watched(dict(reversed(steps) if backwards else steps))
    ends = ends_of(chain)
    assert ends == {f"C{n}": "C1000" for n in range(1000)}
    assert chain.followed == 1000
