"""What a release is made of: its page, its versions, its citation, and what is pinned for CI."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
POLICIES = [ROOT / name for name in ("SECURITY.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md")]
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def home(declared: dict[str, Any]) -> str:
    address: str = declared["project"]["urls"]["Source"]
    return address


@pytest.fixture(scope="module")
def page(declared: dict[str, Any]) -> str:
    """The page that a package index shows of version 1.2.3: README.md with its links replaced."""
    text = (ROOT / "README.md").read_text("utf-8")
    for one in declared["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(one["pattern"], one["replacement"], text)
    return text.replace("$HFPR_VERSION", "1.2.3")


class TestPage:
    def test_links_are_addresses(self, page: str) -> None:
        targets = [target for _, target in LINK.findall(page)]
        assert len(targets) > 20
        assert [one for one in targets if not one.startswith("https://")] == []

    def test_pictures_are_files_of_the_tag(self, page: str, home: str) -> None:
        raw = home.replace("https://github.com/", "https://raw.githubusercontent.com/")
        pictures = [target for mark, target in LINK.findall(page) if mark]
        assert pictures
        for one in pictures:
            start, _, file = one.partition("/v1.2.3/")
            assert start == raw
            assert (ROOT / file).is_file(), one

    def test_other_links_are_pages_of_the_tag(self, page: str, home: str) -> None:
        start = f"{home}/blob/v1.2.3/"
        pages = [target for mark, target in LINK.findall(page) if not mark and start in target]
        assert f"{start}docs/install.md" in pages
        for one in pages:
            assert (ROOT / one.removeprefix(start).partition("#")[0]).is_file(), one


class TestPolicies:
    @pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
    def test_links_lead_somewhere(self, policy: Path) -> None:
        for _, target in LINK.findall(policy.read_text("utf-8")):
            assert target.startswith("https://") or (ROOT / target.partition("#")[0]).is_file()

    def test_are_in_the_sdist(self, declared: dict[str, Any]) -> None:
        included = declared["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
        assert {f"/{policy.name}" for policy in POLICIES} <= set(included)
        assert [one for one in included if not (ROOT / one.lstrip("/")).exists()] == []


class TestVersion:
    def test_comes_from_tags_alone(self, declared: dict[str, Any]) -> None:
        assert "version" not in declared["project"]
        assert "version" in declared["project"]["dynamic"]

    def test_of_the_citation_is_that_of_the_changelog(self, home: str) -> None:
        cited = (ROOT / "CITATION.cff").read_text("utf-8")
        versions = re.findall(
            r"^## .*?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
        )
        assert f"\nversion: {versions[0]}\n" in cited
        assert f'\nrepository-code: "{home}"\n' in cited

    def test_pythons_are_those_of_the_matrix(
        self, declared: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.syspath_prepend(str(ROOT / "tests_further" / "matrix"))
        import entries

        said = re.findall(r"Python :: (3\.\d+)", "\n".join(declared["project"]["classifiers"]))
        assert tuple(said) == entries.PYTHONS
        table = (ROOT / "docs" / "install_matrix.md").read_text("utf-8")
        rows = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
        assert rows == [one.name for one in entries.ENTRIES if one.name in rows]
        sys.modules.pop("entries")


class TestExtras:
    def test_are_explained(self, declared: dict[str, Any]) -> None:
        text = (ROOT / "docs" / "install.md").read_text("utf-8")
        told = re.findall(r"^\| `(\w+)` \|", text.partition("| extra |")[2], re.MULTILINE)
        assert sorted(told) == sorted(declared["project"]["optional-dependencies"])


class TestPins:
    def test_of_every_direct_dependency_fit(self, declared: dict[str, Any]) -> None:
        pinned = pins(CONSTRAINTS)
        project = declared["project"]
        extras = {
            name: [Requirement(one) for one in wanted]
            for name, wanted in project["optional-dependencies"].items()
        }
        (own,) = (one for one in extras["test"] if one.name == project["name"])
        wanted = [Requirement(one) for one in project["dependencies"]]
        wanted += [one for name in ("test", *own.extras) for one in extras[name] if one is not own]
        assert len(wanted) > 40
        for one in wanted:
            versions = pinned[canonicalize_name(one.name)]
            assert versions, f"{one.name} is not pinned: ./run pins"
            assert all(version in one.specifier for version in versions), one

    def test_of_the_builder_are_there(self, declared: dict[str, Any]) -> None:
        pinned = pins(ROOT / ".ci" / "build-constraints.txt")
        for one in map(Requirement, declared["build-system"]["requires"]):
            assert all(version in one.specifier for version in pinned[canonicalize_name(one.name)])


def pins(file: Path) -> dict[str, list[str]]:
    """The versions of each package; several where Pythons or systems differ."""
    found: dict[str, list[str]] = {}
    for line in file.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            one = Requirement(line)
            (exact,) = one.specifier
            assert exact.operator == "=="
            found.setdefault(canonicalize_name(one.name), []).append(exact.version)
    return found
