"""Share files that are broken in every way: what a reader makes of them is a session or an error.

For a long run::

    .venv/bin/python -m tests.session.fuzzing 10000
"""

from __future__ import annotations

import copy
import json
import random
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.session.make_golden import FILE, golden_catalogue

import napari_astro_al as aal
from napari_astro_al.jobs import drain, guarded
from napari_astro_al.session.beginning import beginning_job
from napari_astro_al.session.replaying import replay_job
from napari_astro_al.session.share_document import parse_share

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1,
    10**30,
    1e308,
    0.5,
    "",
    "x",
    "\ud800",
    "../../etc/passwd",
    "C:\\Windows\\win.ini",
    "/etc/passwd",
    "\x00",
    "nan",
    "1000",
    "STAR",
    "~STAR",
    [],
    [[]],
    [None],
    ["u", "u"],
    {},
    {"": None},
    {"a": {"b": {"c": []}}},
    "9" * 5000,
    "é" * 300,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values inside JSON values."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, one in inside:
        found.append((*path, key))
        if isinstance(one, (dict, list)):
            found += places(one, (*path, key))
    return found


def mutated(content: dict[str, Any], rng: random.Random) -> bytes:
    """The bytes of a share file with a few values exchanged, doubled, moved or gone, or cut."""
    content = copy.deepcopy(content)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        known = places(content)
        *way, key = rng.choice(known)
        inside: Any = content
        for one in way:
            inside = inside[one]
        what = rng.random()
        if what < 0.6:
            inside[key] = rng.choice(ODD)
        elif what < 0.75:
            del inside[key]
        elif what < 0.85 and isinstance(inside, dict):
            inside[rng.choice(("x", "kind", "step", "made"))] = inside[key]
        else:
            other: Any = content
            for one in rng.choice(known):
                other = other[one]
            inside[key] = copy.deepcopy(other)
    text = json.dumps(content).encode("utf-8", "surrogatepass")
    if rng.random() < 0.1:
        at = rng.randrange(len(text))
        return rng.choice((text[:at], text[:at] + bytes([rng.randrange(256)]) + text[at + 1 :]))
    return text


def use(session: aal.Session) -> None:
    """What a window does with a session first."""
    _ = session.labels, session.scores, session.looks, session.marked
    session.look_back(0)
    session.return_to_present()
    for one in session.checkpoints.values():
        one.score()
    _ = session.query(2), session.disagreements()
    for source in session.labels.index[:3]:
        session.book.history_of(source)
    with TemporaryDirectory() as folder:
        session.export_config(Path(folder) / "again.json")


def outcome(text: bytes, catalogue: aal.Catalogue, *, level: Any, place: Path | None) -> str:
    """What becomes of the bytes: "read", or the error's type. Anything but ours is raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            document = parse_share(text, "fuzz.json")
            if level == "replay":
                session = drain(replay_job(document, catalogue, path=place))
            else:
                job = beginning_job(document, catalogue, level=level, path=place)
                session = drain(guarded(job, "begin the session"))
            use(session)
        except aal.AstroALError as error:
            if place is not None and place.exists():
                raise AssertionError(f"{place} was left behind") from error
            if error.__cause__ is not None and type(error).__name__ == "JobError":
                return f"JobError: {type(error.__cause__).__name__}: {error.__cause__}"
            return type(error).__name__
    session.close()
    return "read"


def main(n: int) -> None:
    """Try so many inputs, and count what became of them."""
    from collections import Counter

    rng = random.Random(0)
    golden, catalogue = json.loads(FILE.read_text("utf-8")), golden_catalogue()
    told: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        for number in range(n):
            level = rng.choices(("everything", "settings", "layout", "replay"), (8, 2, 1, 1))[0]
            place = Path(folder) / f"{number}.astroal" if number % 10 == 0 else None
            told[outcome(mutated(golden, rng), catalogue, level=level, place=place)] += 1
    for words, count in told.most_common():
        sys.stdout.write(f"{count:7,d}  {words[:150]}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
