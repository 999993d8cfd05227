"""Things by name: built-in, from packages, from whoever calls."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from napari_astro_al import registry
from napari_astro_al.errors import AstroALWarning, RegistrationError
from napari_astro_al.registry import BUILT_IN, SCRIPT, Registry, registering_from


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An installed package with a module and entry points; called with both."""

    def install(module: str, **points: str) -> None:
        about = tmp_path / "shapes-2.1.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shapes\nVersion: 2.1\n")
        lines = "\n".join(f"{name} = {value}" for name, value in points.items())
        (about / "entry_points.txt").write_text(f"[test.shapes]\n{lines}\n")
        (tmp_path / "shapes_of_a_test.py").write_text(module)

    monkeypatch.syspath_prepend(str(tmp_path))
    yield install
    sys.modules.pop("shapes_of_a_test", None)


def shapes() -> Registry[object]:
    made: Registry[object] = Registry("shape", "test.shapes")
    made.provide("square")(4)
    return made


def test_a_name_finds_what_was_registered():
    one = shapes()
    assert one("circle")(1) == 1
    assert one["circle"] == 1
    assert list(one) == ["square", "circle"]
    assert (one.origin_of("square"), one.origin_of("circle")) == (BUILT_IN, SCRIPT)
    with registering_from("file a.py"):
        one("circle")(2)
    assert (one["circle"], one.origin_of("circle")) == (2, "file a.py")


@pytest.mark.parametrize("name", ["", "auto", "square"])
def test_some_names_are_refused(name):
    with pytest.raises(RegistrationError, match="Choose another name"):
        shapes()(name)


def test_a_name_that_nobody_knows_is_told_with_those_that_are():
    with pytest.raises(RegistrationError, match=r"no shape called 'star'\. Known: 'square'"):
        shapes()["star"]


def test_packages_are_loaded_when_somebody_asks_and_no_sooner(package):
    package("circle = 1", circle="shapes_of_a_test:circle")
    one = shapes()
    assert one["square"] == 4
    assert "shapes_of_a_test" not in sys.modules
    assert one["circle"] == 1
    assert one.origin_of("circle") == "package shapes 2.1"
    assert "shapes_of_a_test" in sys.modules


def test_a_package_may_register_by_itself_when_it_is_loaded(package, monkeypatch):
    one = shapes()
    monkeypatch.setattr(registry, "shapes_of_a_test", one, raising=False)
    package(
        "from napari_astro_al import registry\n"
        "registry.shapes_of_a_test('circle')('by itself')\n"
        "circle = 'by its entry point'\n",
        circle="shapes_of_a_test:circle",
    )
    assert one["circle"] == "by itself"


@pytest.mark.parametrize(
    ("module", "points", "why"),
    [
        ("raise OSError('no disk')", {"circle": "shapes_of_a_test:circle"}, "OSError: no disk"),
        ("", {"circle": "shapes_of_a_test:circle"}, "AttributeError"),
        ("circle = 1", {"square": "shapes_of_a_test:circle"}, "belongs to a built-in"),
    ],
)
def test_a_package_that_fails_is_named_and_the_others_go_on(package, module, points, why):
    package(module, **points)
    one = shapes()
    with pytest.warns(AstroALWarning, match=r"of package shapes 2\.1 cannot be used.*goes on"):
        assert list(one) == ["square"]
    (failure,) = one.failures
    assert why in failure.why
    name = next(iter(points))
    if name != "square":
        with pytest.raises(RegistrationError, match="package shapes"):
            one[name]
    assert one["square"] == 4


def test_what_is_lent_is_taken_back():
    one = shapes()
    with one.lent("circle", 1):
        assert one["circle"] == 1
    assert "circle" not in one
