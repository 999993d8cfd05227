"""What README and docs say is so: their Python runs, their tables are those of the code."""

from __future__ import annotations

import ast
import json
import re
import runpy
import sqlite3
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.interop.services import XML, Jobs, gaia, with_tables
from tests.loopback import send, serving

import napari_astro_al as aal
from napari_astro_al.features.expression import FUNCTIONS
from napari_astro_al.learning.strategies import about, grouped
from napari_astro_al.plots import SOURCE_PLOTS
from napari_astro_al.projection import PLANES, PROJECTIONS
from napari_astro_al.session.document import CatalogueReference, SessionDocument
from napari_astro_al.session.extensions import REGISTRIES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "napari_astro_al"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NEEDS_A_WINDOW, NEEDS_MORE = "<!-- window -->\n", "<!-- further -->\n"
BLOCK = re.compile(
    rf"^(?P<mark>{NEEDS_A_WINDOW}|{NEEDS_MORE})?^```python\n(?P<code>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """Python of a document."""

    document: Path
    code: str
    line: int
    needs_a_window: bool
    needs_more: bool
    """Libraries that are not here; tests_further runs it."""

    def run(self, names: dict[str, Any], elsewhere: Mapping[str, str]) -> None:
        """Run it as if typed after those before; a traceback names its line in the document.

        Addresses on the network are those of a server on loopback.
        """
        code = self.code
        for address, here in elsewhere.items():
            code = code.replace(address, here)
        exec(compile("\n" * self.line + code, self.document, "exec"), names)


def blocks_of(document: Path) -> list[Block]:
    text = document.read_text("utf-8")
    return [
        Block(
            document,
            one["code"],
            text.count("\n", 0, one.start("code")),
            one["mark"] == NEEDS_A_WINDOW,
            one["mark"] == NEEDS_MORE,
        )
        for one in BLOCK.finditer(text)
    ]


def name_of(document: Path) -> str:
    return document.stem


PAGES_WITH_PYTHON = [
    one for one in DOCUMENTS[1:] if any(not block.needs_more for block in blocks_of(one))
]
WITH_A_WINDOW = [one for one in DOCUMENTS if any(b.needs_a_window for b in blocks_of(one))]


@pytest.fixture
def elsewhere() -> Iterator[dict[str, str]]:
    """A server that plays recorded answers, by the addresses whose place it takes."""
    with serving() as server:
        Jobs(server, "EXECUTING", "COMPLETED", at="/tap-server/tap")
        with_tables(server, at="/tap-server/tap")
        server.answers["/viz-bin/conesearch/I/355/gaiadr3"] = send(gaia(), kind=XML)
        hosts = ("gea.esac.esa.int", "vizier.cds.unistra.fr")
        yield {f"https://{host}": server.url("") for host in hosts} | dict.fromkeys(
            hosts, server.host
        )


@pytest.fixture
def play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: dict[str, str]
) -> Callable[..., dict[str, Any]]:
    """Run blocks one after the other in an empty folder; what they register is forgotten."""
    monkeypatch.chdir(tmp_path)
    for registry in REGISTRIES:
        for kept in ("_entries", "_origins"):
            monkeypatch.setattr(registry, kept, dict(getattr(registry, kept)))

    def run(blocks: list[Block]) -> dict[str, Any]:
        names: dict[str, Any] = {}
        with warnings.catch_warnings():
            # of libraries of each other, where a page calls them itself
            warnings.filterwarnings("ignore", "", DeprecationWarning, r"(lsdb|nested_pandas)\b")
            for block in blocks:
                block.run(names, elsewhere)
        return names

    return run


def close_sessions(names: dict[str, Any]) -> None:
    for one in names.values():
        if isinstance(one, aal.Session):
            one.ledger.close()


class TestPython:
    @pytest.mark.parametrize("document", PAGES_WITH_PYTHON, ids=name_of)
    def test_runs(self, document: Path, play: Callable[..., dict[str, Any]]) -> None:
        blocks = blocks_of(document)
        names = play([one for one in blocks if not (one.needs_a_window or one.needs_more)])

        close_sessions(names)

    @pytest.mark.usefixtures("qapp")
    @pytest.mark.parametrize("document", WITH_A_WINDOW, ids=name_of)
    def test_runs_with_a_window(self, document: Path, play: Callable[..., dict[str, Any]]) -> None:
        from napari_astro_al.widgets.portrait import settle
        from napari_astro_al.widgets.workbench import workbench_of

        names = play(blocks_of(document))

        bench = workbench_of(names["viewer"])
        try:
            settle(bench)
            assert bench.workspace.session is names["session"]
            assert "sources" in names["viewer"].layers
        finally:
            names["viewer"].close()
            close_sessions(names)

    def test_the_readme_is_a_session_that_goes_on(
        self, play: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        names = play([one for one in blocks_of(ROOT / "README.md") if not one.needs_a_window])

        assert len(names["session"].labels) == 30
        assert names["curve"]["n_labels"].max() == 60
        assert "f1_low" in capsys.readouterr().out
        assert Path("labelled.fits").stat().st_size > 0
        close_sessions(names)

    def test_every_registry_is_put_back(self) -> None:
        code = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
        made = re.findall(r"^[A-Z_]+(?:: [^=\n]+)? = \w*Registry\(", code, re.MULTILINE)

        assert len(made) == len(REGISTRIES)

    def test_every_fence_is_seen(self) -> None:
        fences = sum(one.read_text("utf-8").count("```python") for one in DOCUMENTS)

        assert fences == sum(len(blocks_of(one)) for one in DOCUMENTS) > 20


def section(document: str, heading: str) -> str:
    """The text under a heading, up to the next heading of any level."""
    text = (ROOT / document).read_text("utf-8")
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#+ |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"{document} has no section {heading!r}"
    return found[1]


def first_column(text: str) -> list[str]:
    """The names between backquotes at the beginning of the rows of a table."""
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def keys_of(text: str) -> set[str]:
    """The keys of a table, "`1` to `9`" and "`Alt-0` to `Alt-5`" spelled out."""
    names = first_column(text)
    if re.search(r"^\| `1` to `9` \|", text, re.MULTILINE):
        names = [*map(str, range(1, 10)), *names[2:]]
    if "Alt-0" in names:
        place = names.index("Alt-0")
        names[place : place + 2] = [f"Alt-{score}" for score in range(6)]
    assert len(names) == len(set(names))
    return set(names)


@pytest.fixture
def bound() -> set[str]:
    """The keys that the window binds."""
    from napari.components import ViewerModel

    from napari_astro_al.widgets.labelling import Labelling
    from napari_astro_al.widgets.workspace import Workspace

    return set(Labelling(Workspace(ViewerModel())).actions())


@pytest.mark.usefixtures("qapp")
class TestKeys:
    def test_of_the_page_are_those_bound(self, bound: set[str]) -> None:
        assert keys_of(section("docs/keyboard.md", "Labelling")) == bound

    def test_of_the_readme_are_among_them(self, bound: set[str]) -> None:
        assert keys_of(section("README.md", "Keys")) <= bound

    def test_of_the_tutorial_give_the_suggested_classes(self) -> None:
        rows = re.findall(
            r"^\| `(\d)` \| (.*) \|$", section("docs/tutorial_hubble.md", "2. Answer"), re.MULTILINE
        )

        classes = aal.samples.hubble_deep_field().suggested_classes
        assert rows == [(str(place), name) for place, name in enumerate(classes, 1)]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def is_there(room: str) -> bool:
    return (PACKAGE / room).is_dir() or (PACKAGE / f"{room}.py").is_file()


class TestArchitecture:
    def test_rooms_are_the_layers_of_the_contract(self, project: dict[str, Any]) -> None:
        (contract,) = (
            one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
        )
        layers = [room.strip(" ()") for line in contract["layers"] for room in line.split("|")]

        rooms = first_column(section("docs/architecture.md", "Rooms"))
        assert rooms == [room for room in layers if is_there(room)]

    def test_the_diagram_is_drawn_from_the_contracts(self, project: dict[str, Any]) -> None:
        script = ROOT / "docs" / "make_diagram.py"
        diagram = runpy.run_path(str(script))

        layers = diagram["layers_of"](project)
        assert "widgets" in layers[1]
        expected = diagram["drawn"](layers)
        assert diagram["FILE"].read_text("utf-8") == expected, f"run {script.name}"

    def test_dependencies_are_those_declared(self, project: dict[str, Any]) -> None:
        declared = [re.split(r"[<>=~!]", one)[0] for one in project["project"]["dependencies"]]
        table = section("docs/architecture.md", "Dependencies")

        assert re.findall(r"^\| ([\w-]+) \| (?!for)", table, re.MULTILINE) == declared

    def test_everything_imported_is_declared(self, project: dict[str, Any]) -> None:
        distributions = {"sklearn": "scikit-learn", "skimage": "scikit-image", "PIL": "pillow"}
        distributions |= {"modAL": "modAL-python", "napari_builtins": "napari"}
        distributions |= {"umap": "umap-learn", "upath": "universal-pathlib"}
        extras = project["project"]["optional-dependencies"]
        declared = {
            re.split(r"[<>=~!\[]", one)[0]
            for one in [
                *project["project"]["dependencies"],
                *extras["hdf5"],
                *extras["umap"],
                *extras["tsne"],
                *extras["zarr"],
                *extras["vo"],
                *extras["onnx"],
                *extras["torch"],
                *extras["scale"],
                *extras["hats"],
                *extras["anomaly"],
            ]
        }
        imported = {name for path in PACKAGE.rglob("*.py") for name in imports_of(path)}

        assert {distributions.get(name, name) for name in imported} <= declared


def imports_of(path: Path) -> set[str]:
    """Top-level packages that a module imports, other than this and the standard library."""
    import sys

    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"napari_astro_al"}


class TestProjections:
    PAGE = "docs/how_to_projections.md"

    def test_kinds_are_those_there_are(self) -> None:
        assert first_column(section(self.PAGE, "Kinds")) == list(PROJECTIONS)

    @pytest.mark.parametrize(
        ("kind", "heading"),
        [("umap", "UMAP and t-SNE"), ("tsne", "UMAP and t-SNE"), ("sky", "The sky")],
    )
    def test_parameters_and_their_defaults(self, kind: str, heading: str) -> None:
        _, _, table = section(self.PAGE, heading).partition(f"| parameter of `{kind}` |")
        rows = re.findall(r"^\| `(\w+)` \| `?([\w.]+)`? \|", table.split("\n\n")[0], re.MULTILINE)

        parameters = PROJECTIONS[kind].parameters
        assert [name for name, _ in rows] == [one.name for one in parameters]
        for (_, default), parameter in zip(rows, parameters, strict=True):
            assert default == str(parameter.default).removesuffix(".0")

    def test_functions_of_expressions(self) -> None:
        text = section(self.PAGE, "Columns and expressions")
        rows = re.findall(r"^\| (?:one value|two values) \| (.*) \|$", text, re.MULTILINE)

        assert re.findall(r"`(\w+)`", " ".join(rows)) == list(FUNCTIONS)


class TestPlotsAndPlanes:
    def test_plots_are_those_there_are(self) -> None:
        assert first_column(section("docs/how_to_plots.md", "Which there are")) == list(
            SOURCE_PLOTS
        )

    def test_planes_are_those_there_are(self) -> None:
        assert first_column(section("docs/how_to_planes.md", "Which there are")) == list(PLANES)

    def test_columns_of_planes(self) -> None:
        rows = re.findall(
            r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|",
            section("docs/how_to_planes.md", "Which there are"),
            re.MULTILINE,
        )

        for name, columns in rows:
            assert re.findall(r"`(\w+)`", columns) == [one.name for one in PLANES[name].columns]


class TestStrategies:
    PAGE = "docs/how_to_strategies.md"

    def test_are_those_there_are(self) -> None:
        documented = first_column(section(self.PAGE, "All of them"))

        assert documented == [name for names in grouped().values() for name in names]

    def test_look_at_as_many_as_is_said(self) -> None:
        rows = re.findall(
            r"^\| `(\w+)` \| .* \| ([\w,]+)(?:, (.*))? \|$",
            section(self.PAGE, "All of them"),
            re.MULTILINE,
        )
        ways = {"the most doubtful": "doubtful", "half by chance": "mixed", "by chance": "any"}

        for name, limit, way in rows:
            known = about(name)
            assert limit == ("all" if known.limit is None else f"{known.limit:,}"), name
            assert not way or ways[way] == known.shown, name


class TestFileFormats:
    def test_fields_of_the_document(self) -> None:
        text = section("docs/file_formats.md", "session.json")

        assert first_column(text) == list(SessionDocument.model_fields)
        assert all(f"`{name}`" in text for name in CatalogueReference.model_fields)

    def test_kinds_of_events(self, tmp_path: Path) -> None:
        kinds, documented = kinds_in_a_ledger(tmp_path / "all.astroal"), {}
        table = section("docs/file_formats.md", "Kinds of events")
        for kind, payload in re.findall(r"^\| `([\w-]+)` \| (.*) \|$", table, re.MULTILINE):
            documented[kind] = set(re.findall(r"`(\w+)`", payload))

        assert documented == kinds

    def test_schema(self, tmp_path: Path) -> None:
        session = aal.Session(
            aal.samples.simulated_survey(20, seed=0), path=tmp_path / "new.astroal"
        )
        session.close()
        with sqlite3.connect(tmp_path / "new.astroal" / "ledger.sqlite") as ledger:
            query = "SELECT sql FROM sqlite_master WHERE sql NOT NULL"
            made = [plain_sql(sql) for (sql,) in ledger.execute(query)]
        ledger.close()
        (documented,) = re.findall(
            r"```sql\n(.*?)```", section("docs/file_formats.md", "ledger.sqlite"), re.DOTALL
        )

        assert [plain_sql(one) for one in documented.split(";")[:-1]] == made


def plain_sql(text: str) -> str:
    return " ".join(re.sub(r"--.*", "", text).split())


def kinds_in_a_ledger(path: Path) -> dict[str, set[str]]:
    """Every kind of event that a session records, with the keys of its payloads."""
    survey = aal.samples.simulated_survey(300, seed=0)
    session = aal.Session(survey, task=aal.Task(["STAR", "GALAXY", "QSO"]), path=path)
    expert = aal.ColumnOracle(survey)
    said = {"comment": "bright", "confidence": 0.9, "seconds": 1.5}
    while not session.can_train():
        (source,) = session.query()
        session.annotate(source, expert.label([source])[0], **said)
    session.on_screen = lambda: {"size": 30.0}
    for answer in (session.unsure, session.skip, lambda one: session.annotate(one, "STAR")):
        (source,) = session.query()
        session.show(source)
        answer(source)
    first, second, third = session.query(3)
    cell = {"kind": "batch", "row": 0, "column": 0}
    session.unsure(first, comment="blended", seconds=2, mosaic={first: cell})
    session.annotate(second, "STAR", mosaic={second: cell})
    session.skip(third, seconds=0.5, mosaic={third: cell})
    session.undo()
    session.redo()
    session.show_again(second)
    session.answer_again(second, "QSO", seconds=1.5, comment="twice looked at")
    session.mark(session.query(), like=False)
    session.score_interest(session.query(), 4, seconds=1.5)
    session.train()
    session.test_scores(reason="all kinds")
    session.curate(n=3)
    session.drop_curated()
    session.draw_survey(3)
    session.survey_rate = 0.5
    session.drop_survey()
    session.add_class("WD")
    session.merge_classes(["WD"], into="STAR")
    session.found_class("ODD", session.query())
    with aal.Session(survey, task=aal.Task(["STAR"]), annotator="bo") as bo:
        bo.annotate(first, "STAR")
        session.merge(bo.export_ledger(path.with_name("bo.labels")))
    session.draw_survey(3)
    session.survey_rate = 0.2
    session.drop_survey()
    session.checkpoint("all kinds")
    session.exclude(session.query())
    session.set_learner(aal.LearnerRecipe(model="knn"))
    session.go_back("all kinds")
    share = session.export_config(path.with_name("share.json"))
    session.close()
    again = path.with_name("again.astroal")
    aal.Session.from_config(share, survey, path=again).close()
    kinds: dict[str, set[str]] = {}
    for folder in (path, again):
        with sqlite3.connect(folder / "ledger.sqlite") as ledger:
            for kind, payload in ledger.execute("SELECT kind, payload FROM events"):
                kinds.setdefault(kind, set()).update(json.loads(payload))
        ledger.close()
    return kinds


class TestSite:
    def test_the_reference_has_every_public_name(self) -> None:
        page = (ROOT / "docs" / "api.md").read_text("utf-8")
        told = set(re.findall(r"napari_astro_al\.(\w+)", page))
        elsewhere = {"imaging", "plots", "simulation", "register", "extensions", "ROWS", "errors"}
        assert set(aal.__all__) - told <= elsewhere | {"AstroALError", "AstroALWarning"}


class TestPreferences:
    def test_are_those_there_are_with_their_defaults(self) -> None:
        from dataclasses import asdict

        from napari_astro_al.widgets.preferences import Preferences

        text = section("docs/how_to_preferences.md", "Preferences")
        table = text[: text.index("A new session is")]
        told = {
            name: value.strip("`")
            for names, value in re.findall(r"^\| (`.*?) \| (.*?) \|", table, re.MULTILINE)
            for name in re.findall(r"`(\w+)`", names)
        }

        words = {"True": "on", "False": "off"}
        assert told == {
            name: words.get(str(value), str(value)) for name, value in asdict(Preferences()).items()
        }


class TestLinks:
    @pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
    def test_lead_somewhere(self, document: Path) -> None:
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
            if "://" in target:
                continue
            name, _, heading = target.partition("#")
            page = (document.parent / name) if name else document
            assert page.is_file(), target
            if heading:
                titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
                assert heading in [anchor_of(title) for title in titles], target


def anchor_of(title: str) -> str:
    """The anchor that a heading gets on GitHub."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
