"""Install the program in clean environments, start it there, and keep a table of what came out.

    .ci/matrix --list
    .ci/matrix python3.13-pyside6 core   # these; all without a name
    .ci/matrix --write                   # and put the results in docs/install_matrix.md

Environments and copies are made in a temporary folder and removed. Needs a network, for uv and for
what is installed, and on Linux without a screen Xvfb. An interpreter is named PYTHON3_12 in the
environment, or python3.12 on the path or among pyenv's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from entries import ENTRIES, NEEDS_A_SCREEN, SHOWN, Entry
from table import PAGE, put_rows

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOURS = HERE / "tours"
UV = "uv>=0.9"
PATIENCE = 1_800  # seconds
XVFB = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24 +extension GLX +render"]


class Failed(Exception):
    """A step did not do what it should; the message says which and why."""


@dataclass
class Outcome:
    """What became of an entry."""

    entry: Entry
    versions: dict[str, str] = field(default_factory=dict)
    install_seconds: float = 0.0
    tour_seconds: float = 0.0
    failure: str = ""


def run(command: Iterable[str | Path], folder: Path, **environment: str) -> str:
    """Run a command where nothing of this checkout is on the path, and give what it prints.

    Raises
    ------
    Failed
        If it fails, takes too long, or prints a traceback: an error in a slot of PySide6 ends
        nothing.
    """
    words = [str(one) for one in command]
    clean = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "QT_API")
    }
    clean |= {"NAPARI_ASTRO_AL_HOME": str(folder / "home"), **environment}
    try:
        ended = subprocess.run(
            words,
            cwd=folder,
            env=clean,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{words[0]} took more than {PATIENCE} s") from None
    if ended.returncode or "Traceback (most recent call last)" in ended.stderr:
        print(ended.stdout, ended.stderr, sep="\n", file=sys.stderr)
        last = (ended.stderr.strip() or ended.stdout.strip() or "no words").splitlines()[-1]
        raise Failed(f"{' '.join([Path(words[0]).name, *words[1:]])[:80]}: {last[:200]}")
    return ended.stdout


def interpreter(version: str) -> Path | None:
    """The Python of a version, such as "3.12"; None where none is found."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [
        os.environ.get(f"PYTHON{version.replace('.', '_')}"),
        shutil.which(f"python{version}"),
        *sorted(map(str, pyenv.glob(f"{version}.*/bin/python"))),
    ]
    for one in filter(None, found):
        said = subprocess.run(
            [one, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if said.stdout.strip() == version:
            return Path(one)
    return None


def tools(folder: Path) -> Path:
    """An environment with uv, which makes the others; its program."""
    venv.create(folder, with_pip=True)
    bin_ = folder / ("Scripts" if os.name == "nt" else "bin")
    run([bin_ / "python", "-m", "pip", "install", "--quiet", UV], folder)
    return bin_ / "uv"


def built(uv: Path, folder: Path) -> dict[str, Path]:
    """The wheel, made of the sdist, and the sdist, of what is committed."""
    run(["git", "clone", "--quiet", ROOT, folder / "clone"], folder)
    run([uv, "build", "--quiet", "--out-dir", folder / "dist", folder / "clone"], folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


def install(uv: Path, entry: Entry, python: Path, made: Path, folder: Path) -> Path:
    """A clean environment with the program; its folder of programs."""
    home = folder / "venv"
    run([uv, "venv", "--quiet", "--no-python-downloads", "--python", python, home], folder)
    bin_ = home / ("Scripts" if os.name == "nt" else "bin")
    command: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", bin_ / "python"]
    if entry.lowest:
        command += ["--constraints", lowest(uv, entry, made.parents[1] / "clone", folder)]
    extras = f"[{','.join(entry.extras)}]" if entry.extras else ""
    run([*command, f"napari-astro-al{extras} @ {made.as_uri()}", *entry.packages], folder)
    return bin_


def lowest(uv: Path, entry: Entry, clone: Path, folder: Path) -> Path:
    """Constraints: every direct dependency, and the binding to Qt, at its lowest."""
    file = folder / "lowest.txt"
    words = ["pip", "compile", "--quiet", "--no-header", "--no-annotate", "--extra", "qt"]
    run(
        [uv, *words, "--resolution=lowest-direct", "--python-version", entry.python, "-o", file,
         clone / "pyproject.toml"],
        folder,
    )  # fmt: skip
    return file


def versions(bin_: Path, folder: Path) -> dict[str, str]:
    """The versions of what the table shows."""
    code = (
        "import sys, platform; from importlib.metadata import version, PackageNotFoundError\n"
        "print('Python', platform.python_version())\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(name, version(name))\n"
        "    except PackageNotFoundError: pass"
    )
    lines = run([bin_ / "python", "-c", code, *SHOWN], folder).splitlines()
    return dict(line.split() for line in lines)


def start(tour: str, bin_: Path, folder: Path) -> None:
    """Run a tour away from the checkout."""
    away = folder / tour
    away.mkdir()
    if tour == "commands":
        for words in (["--help"], ["simulate", "--help"], ["replay", "--help"]):
            run([bin_ / "napari-astro-al", *words], away)
        said = run([bin_ / "napari-astro-al", "demo", "--headless"], away, DISPLAY="")
        if "macro-F1" not in said:
            raise Failed(f"the demonstration said {said!r}")
        return
    command: list[str | Path] = [
        bin_ / "python",
        "-W",
        "ignore::FutureWarning",
        TOURS / f"{tour}.py",
    ]
    environment: dict[str, str] = {}
    if tour not in NEEDS_A_SCREEN:
        environment["DISPLAY"] = ""
    elif sys.platform == "linux" and not os.environ.get("DISPLAY"):
        command = [*XVFB, *command]
        environment |= {"QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1"}
    print(run(command, away, **environment), flush=True)


def tried(uv: Path, entry: Entry, made: dict[str, Path]) -> Outcome:
    """Install and start one entry."""
    outcome = Outcome(entry)
    python = interpreter(entry.python)
    if python is None:
        name = f"PYTHON{entry.python.replace('.', '_')}"
        outcome.failure = f"no Python {entry.python} found: name one, {name}=/path/to/python"
        return outcome
    with TemporaryDirectory(prefix="napari-astro-al-") as temporary:
        folder = Path(temporary)
        try:
            begun = monotonic()
            bin_ = install(uv, entry, python, made[entry.source], folder)
            outcome.install_seconds = monotonic() - begun
            outcome.versions = versions(bin_, folder)
            begun = monotonic()
            for tour in entry.tours:
                start(tour, bin_, folder)
            outcome.tour_seconds = monotonic() - begun
        except Failed as error:
            outcome.failure = str(error)
    return outcome


def main() -> int:
    """Try the entries that are named, or all."""
    parser = argparse.ArgumentParser(
        prog=".ci/matrix", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="ENTRY", help="which; all by default")
    parser.add_argument("--list", action="store_true", help="name the entries, and stop")
    parser.add_argument("--write", action="store_true", help=f"put the results in {PAGE.name}")
    options = parser.parse_args()
    if options.list:
        for entry in ENTRIES:
            missing = "" if interpreter(entry.python) else f"  (no Python {entry.python} here)"
            print(f"{entry.name:20}  {', '.join(entry.tours)}{missing}")
        return 0
    known = {entry.name: entry for entry in ENTRIES}
    if unknown := set(options.names) - set(known):
        parser.error(f"{', '.join(sorted(unknown))}: not among {', '.join(known)}")
    failed = 0
    with TemporaryDirectory(prefix="napari-astro-al-tools-") as temporary:
        folder = Path(temporary)
        uv = tools(folder / "tools")
        made = built(uv, folder)
        for name in options.names or known:
            print(f"=== {name}", flush=True)
            outcome = tried(uv, known[name], made)
            failed += bool(outcome.failure)
            print(f"    {outcome.failure or 'passed'}", flush=True)
            if options.write:
                put_rows([outcome])
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
