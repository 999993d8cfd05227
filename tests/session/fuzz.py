"""Files that somebody could send us, changed at random, and what reading them may do.

Used by the tests, with a few inputs of each kind, and by ``benchmarks/fuzzing.py`` with thousands.
"""

from __future__ import annotations

import io
import json
import random
import resource
import shutil
import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import napari_astro_al as aal
from napari_astro_al.errors import AstroALError

N = 60
LIMIT = 3 * 2**30
"""Bytes of address space beyond what the process has, of which reading one input may take."""
_ODD: list[Any] = [
    None,
    True,
    -1,
    2**70,
    1e308,
    float("nan"),
    "",
    "\ud800",
    "x" * 5000,
    "../../outside",
    "/etc/passwd",
    "C:\\x",
    "a\x00b",
    "__class__",
    "os.system",
    [],
    {},
    [[[[]]]],
    {"class": "os.system", "params": {}},
    list(range(300)),
    "1e999",
    "sklearn.pipeline.Pipeline",
]


@dataclass(frozen=True)
class Outcome:
    """What became of an input."""

    seed: int
    kind: str
    words: str = ""
    failed: bool = False


def catalogue() -> aal.Catalogue:
    rng = np.random.default_rng(0)
    kind = np.arange(N) % 3
    table = pd.DataFrame(rng.normal(size=(N, 3)) + kind[:, None], columns=["u", "g", "r"])
    table = table.assign(name=[f"S{row}" for row in range(N)], kind=kind)
    return aal.Catalogue.from_table(table, id="name", label="kind", name="sky")


def configuration() -> dict[str, Any]:
    ids = [f"S{row}" for row in range(0, N, 5)]
    return {
        "dataset_filepath": "data/sky.fits",
        "optimise_data": True,
        "layout": {"0": {"contents": "Basic Plot", "panel_contents": ["u", "g"], "x": 0}},
        "id_col": "name",
        "label_col": "kind",
        "default_vars": ["u", "g-r"],
        "labels": [-1, 0, 1, 2],
        "label_colours": {"0": "#ff7f0e", "1": "#2ca02c", "-1": "#1f77b4"},
        "labels_to_strings": {"0": "Star", "1": "Galaxy", "2": "QSO", "-1": "Unknown"},
        "strings_to_labels": {"Unknown": -1, "Star": 0, "Galaxy": 1, "QSO": 2},
        "extra_info_cols": ["u"],
        "extra_image_cols": [],
        "labels_to_train": ["Star", "QSO"],
        "features_for_training": ["u", "g", "r"],
        "exclude_labels": False,
        "exclude_unknown_labels": True,
        "unclassified_labels": ["Galaxy"],
        "scale_data": True,
        "feature_generation": [["subtract (a-b)", 2]],
        "test_set_file": True,
        "classifiers": {
            "0": {
                "classifier": ["KNN", "DTree"],
                "query": ["Uncertainty Sampling", "Uncertainty Sampling"],
                "id": ids,
                "y": [int(one[1:]) % 3 for one in ids],
            }
        },
    }


def make_originals(folder: Path) -> Path:
    """One sound file of each kind."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(configuration()))
    (folder / "test_set.json").write_text(json.dumps({"S1": 1, "S2": 2, "S3": -1}))
    few = {"n_estimators": 4}
    boosting = ("gradient_boosting", {"max_iter": 3})
    learner = aal.LearnerRecipe(models=[("random_forest", few), boosting, "knn"])
    with aal.Session(catalogue(), learner=learner, start=20, path=folder / "s.astroal") as session:
        session.cutouts.add(aal.cutouts.ImageColumn("name"))
        session.unsure("S4")
        session.annotate("S7", "1", comment="odd")
        session.undo()
        session.project(x="u", y="g")
        session.train()
        session.export_model(folder / "forest.skops")
    with aal.Session(catalogue(), start=20) as automatic:
        automatic.export_model(folder / "auto.skops")
        automatic.export_model(folder / "auto.onnx")
    catalogue().table.to_parquet(folder / "new.parquet")
    return folder


def changed_json(text: str, rng: random.Random) -> str:
    """A JSON text with some of its values, keys or characters changed."""
    if rng.random() < 0.15:
        return changed_bytes(text.encode(), rng).decode("utf-8", "replace")
    content = json.loads(text)
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        content = _changed_value(content, rng, 0)
    try:
        return json.dumps(content)
    except (ValueError, RecursionError):
        return "[" * 50_000


def _changed_value(value: Any, rng: random.Random, depth: int) -> Any:
    stop = rng.random() < 0.15 + 0.1 * depth
    if isinstance(value, dict) and value and not stop:
        key = rng.choice(list(value))
        copy = dict(value)
        match rng.randrange(8):
            case 0:
                del copy[key]
            case 1:
                copy[str(rng.choice(_ODD))[:200]] = copy.pop(key)
            case 2:
                copy[str(rng.choice(_ODD))[:200]] = rng.choice(_ODD)
            case _:
                copy[key] = _changed_value(value[key], rng, depth + 1)
        return copy
    if isinstance(value, list) and value and not stop:
        place = rng.randrange(len(value))
        copy = list(value)
        match rng.randrange(6):
            case 0:
                del copy[place]
            case 1:
                copy.insert(place, rng.choice(_ODD))
            case 2:
                copy = copy * rng.choice([2, 50])
            case _:
                copy[place] = _changed_value(value[place], rng, depth + 1)
        return copy
    if isinstance(value, (int, float)) and not isinstance(value, bool) and rng.random() < 0.4:
        return rng.choice([-value, value + 1, value * 2**40, 2**63, -(2**63), 0, 0.5, 1e-320])
    return rng.choice(_ODD)


def changed_bytes(data: bytes, rng: random.Random) -> bytes:
    """Bytes with some flipped, cut out, doubled, or cut off."""
    found = bytearray(data)
    match rng.randrange(5):
        case 0:
            return bytes(found[: rng.randrange(len(found) + 1)])
        case 1:
            place = rng.randrange(len(found))
            del found[place : place + rng.choice([1, 8, 300])]
        case 2:
            place = rng.randrange(len(found))
            found[place:place] = found[place : place + rng.choice([1, 16, 500])]
        case _:
            for _ in range(rng.choice([1, 2, 8, 64])):
                found[rng.randrange(len(found))] = rng.choice([0, 255, rng.randrange(256)])
    return bytes(found)


def changed_zip(data: bytes, rng: random.Random) -> bytes:
    """A zip file with its parts changed, so that its checksums are right all the same."""
    if rng.random() < 0.2:
        return changed_bytes(data, rng)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        victim = rng.choice([*names, "schema.json", "schema.json"])
        for name in names:
            part = old.read(name)
            if name == victim:
                if name == "schema.json":
                    part = changed_json(part.decode(), rng).encode("utf-8", "surrogatepass")
                else:
                    part = changed_bytes(part, rng)
            if name == victim and rng.random() < 0.1:
                name = rng.choice(["../../evil", "/evil", "schema.json"])
            new.writestr(name, part)
    return out.getvalue()


def changed_onnx(data: bytes, rng: random.Random) -> bytes:
    """A graph with one of its attributes, constants or what it says of itself changed."""
    if rng.random() < 0.3:
        return changed_bytes(data, rng)
    import onnx

    model = onnx.load_from_string(data)
    if rng.random() < 0.4:
        (entry,) = model.metadata_props
        text = changed_json(entry.value, rng)
        entry.value = text.encode("utf-8", "replace").decode()
        return bytes(model.SerializeToString())
    lists = [
        values
        for node in model.graph.node
        for attribute in node.attribute
        for values in (attribute.ints, attribute.floats)
        if len(values)
    ]
    if lists and rng.random() < 0.7:
        values = rng.choice(lists)
        place = rng.randrange(len(values))
        values[place] = type(values[place])(rng.choice([-1, 0, 1, 10**6, -(10**9), 7]))
    else:
        constant = rng.choice(model.graph.initializer)
        constant.raw_data = changed_bytes(constant.raw_data, rng) if constant.raw_data else b"x"
    return bytes(model.SerializeToString())


def changed_ledger(path: Path, rng: random.Random) -> None:
    """A ledger with bytes changed, or with rows changed under their hashes."""
    if rng.random() < 0.5:
        path.write_bytes(changed_bytes(path.read_bytes(), rng))
        return
    odd = [one for one in _ODD if isinstance(one, (str, int, float)) or one is None]
    odd = [one for one in odd if one != "\ud800" and one != 2**70]
    connection = sqlite3.connect(path)
    try:
        for trigger in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{trigger[0]}"')
        names = [row[1] for row in connection.execute("PRAGMA table_info(events)")]
        name = rng.choice(names)
        values = [
            rng.choice(odd),
            json.dumps({"source": "S1", "label": rng.choice(["1", [], None])}),
        ]
        where = f"arrival = {rng.randrange(1, 25)}"
        connection.execute(f'UPDATE events SET "{name}" = ? WHERE {where}', (rng.choice(values),))
        connection.commit()
    except (sqlite3.Error, OverflowError):
        pass
    finally:
        connection.close()


def _import(folder: Path) -> None:
    session = aal.import_astronomical(
        folder / "config.json", catalogue(), path=folder / "new.astroal"
    )
    with session:
        session.labels  # noqa: B018


def _open(folder: Path) -> None:
    # what fails once it is open has not refused it: the opening is in its ledger
    with aal.Session.open(folder / "s.astroal", catalogue()) as session, suppress(AstroALError):
        session.labels  # noqa: B018
        for label in list(session.classes)[:1]:
            session.annotate("S9", label)


def _predict(name: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        out = folder / "out.parquet"
        aal.predict(folder / name, folder / "new.parquet", out)

    return read


def _change_text(name: str) -> Callable[[Path, random.Random], None]:
    def change(folder: Path, rng: random.Random) -> None:
        path = folder / name
        text = changed_json(path.read_text(), rng)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))

    return change


def _change_model(name: str) -> Callable[[Path, random.Random], None]:
    def change(folder: Path, rng: random.Random) -> None:
        path = folder / name
        change = changed_onnx if path.suffix == ".onnx" else changed_zip
        path.write_bytes(change(path.read_bytes(), rng))

    return change


SHARES = {
    "configuration": 0.26,
    "test set": 0.1,
    "session.json": 0.22,
    "ledger": 0.12,
    "skops, forest": 0.16,
    "skops, vote": 0.04,
    "ONNX": 0.1,
}
"""How many of all inputs are of each kind."""
KINDS: dict[str, tuple[Callable[[Path, random.Random], None], Callable[[Path], None]]] = {
    "configuration": (_change_text("config.json"), _import),
    "test set": (_change_text("test_set.json"), _import),
    "session.json": (_change_text("s.astroal/session.json"), _open),
    "ledger": (lambda folder, rng: changed_ledger(folder / "s.astroal/ledger.sqlite", rng), _open),
    "skops, forest": (_change_model("forest.skops"), _predict("forest.skops")),
    "skops, vote": (_change_model("auto.skops"), _predict("auto.skops")),
    "ONNX": (_change_model("auto.onnx"), _predict("auto.onnx")),
}


def play(kind: str, seed: int, originals: Path, work: Path) -> Outcome:
    """Change one file and read it."""
    change, read = KINDS[kind]
    shutil.rmtree(work, ignore_errors=True)
    inside = work / "inside"
    shutil.copytree(originals, inside)
    rng = random.Random(f"{kind} {seed}")
    change(inside, rng)
    before = set(work.rglob("*"))
    kept = _kept(inside)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Limited():
                read(inside)
            outcome = Outcome(seed, "loads")
        except AstroALError as error:
            outcome = Outcome(seed, "refused", str(error))
        except Exception as error:  # this is what is looked for
            return Outcome(seed, "failure", f"{type(error).__name__}: {error}", failed=True)
    if outcome.kind == "refused" and _kept(inside) != kept:
        return Outcome(seed, "failure", f"changed the session: {outcome.words}", failed=True)
    return _checked(outcome, before, work)


class Limited:
    """An end to the address space, so that a file cannot take all memory."""

    def __enter__(self) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        used = pages * resource.getpagesize()
        self._before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (used + LIMIT, self._before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self._before)


def _kept(inside: Path) -> list[bytes]:
    """What of a session must be as it was where it is refused."""
    return [
        (inside / "s.astroal" / name).read_bytes() for name in ("session.json", "ledger.sqlite")
    ]


def _checked(outcome: Outcome, before: set[Path], work: Path) -> Outcome:
    """Whether reading wrote where it may not."""
    new = set(work.rglob("*")) - before
    allowed = ("new.astroal", "s.astroal", "out.parquet")
    strays = [one for one in new if not str(one.relative_to(work / "inside")).startswith(allowed)]
    if strays:
        return Outcome(outcome.seed, "failure", f"wrote {strays[:3]}", failed=True)
    left = [one for one in new if "new.astroal" in one.parts or one.name == "out.parquet"]
    if outcome.kind == "refused" and left:
        return Outcome(outcome.seed, "failure", f"left {left[:3]}", failed=True)
    return outcome
