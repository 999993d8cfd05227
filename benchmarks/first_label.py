"""How long a new user takes from nothing to the first label, in two commands.

    xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX +render" python benchmarks/first_label.py

The first command is ``pip install``, of a wheel made of what is committed, into a virtual
environment that was just made, without pip's cache; the second ``napari-astro-al demo``. A key is
pressed as soon as a source is asked about. Needs git, a network and a screen. Writes its section of
docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, time

from report import MACHINE, markdown_table, put_section

HEADING = "From nothing to the first label"
ROOT = Path(__file__).resolve().parents[1]
PRESS = """
import json, sys, time
import napari
from napari_astro_al.cli import main

run = napari.run
seconds = {}


def driven():
    from qtpy.QtCore import Qt, QTimer
    from qtpy.QtTest import QTest
    from napari_astro_al.widgets.workbench import workbench_of

    viewer = napari.current_viewer()

    def look():
        now = time.time() - float(sys.argv[1])
        session = workbench_of(viewer).workspace.session
        if session is None:
            return
        if session.labels.size:
            seconds["label"] = now
            timer.stop()
            viewer.close()
        elif "asked" not in seconds and session.current is not None and "query" in viewer.layers:
            seconds["asked"] = now
            QTest.keyClick(viewer.window._qt_window, Qt.Key.Key_1)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    run()


napari.run = driven
main(["demo"])
print(json.dumps(seconds))
"""


def wheel(folder: Path, tools: Path) -> Path:
    """The wheel of what is committed."""
    subprocess.run(["git", "clone", "--quiet", ROOT, folder / "clone"], check=True)
    pip = [tools, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder]
    subprocess.run([*pip, folder / "clone"], check=True)
    (made,) = folder.glob("*.whl")
    return made


def started(python: Path, folder: Path) -> dict[str, float]:
    """Seconds from the command to the first question, and to the label that answers it."""
    clean = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "QT_API")
    }
    clean["NAPARI_ASTRO_AL_HOME"] = str(folder)
    ended = subprocess.run(
        [python, "-W", "ignore", "-c", PRESS, str(time())],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds: dict[str, float] = json.loads(ended.stdout.strip().splitlines()[-1])
    return seconds


def main() -> int:
    """Walk the path once, and start a second time."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        begun = perf_counter()
        venv.create(folder / "new", with_pip=True)
        made_in = perf_counter() - begun
        python = folder / "new" / "bin" / "python"
        made = wheel(folder, python)
        begun = perf_counter()
        pip = [python, "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        subprocess.run([*pip, f"napari-astro-al[qt] @ {made.as_uri()}"], check=True)
        installed_in = perf_counter() - begun
        homes = folder / "first", folder / "second"
        for home in homes:
            home.mkdir()
        first, second = (started(python, home) for home in homes)
    whole = made_in + installed_in + first["label"]
    rows = [
        ["", "`python -m venv new`", made_in],
        ["1", '`pip install "napari-astro-al[qt]"`', installed_in],
        ["2", "`napari-astro-al demo`, to the first question", first["asked"]],
        ["", "key `1`, until the label is kept", first["label"] - first["asked"]],
        ["", "**all of it**", whole],
        ["", "a later start, to the first question", second["asked"]],
        ["", "key `1`, until the label is kept", second["label"] - second["asked"]],
    ]
    text = (
        "Written by `benchmarks/first_label.py`: a new virtual environment, two commands, and a "
        "key pressed as soon as something is asked, so without the time that a person looks. "
        "Nothing is in pip's cache; at the first start Python and numba compile what was "
        "installed. Seconds; "
        f"{MACHINE}, software OpenGL.\n\n"
        + markdown_table(["command", "what", "s"], [[a, b, f"{c:.1f}"] for a, b, c in rows])
    )
    put_section(HEADING, text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
