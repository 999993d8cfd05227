"""How much memory and time it takes to write predictions for all of a large catalogue.

    python benchmarks/exporting.py

Tycho-2 (1.87 million sources): predictions, labels and three columns of every source, from a
session with a trained model, in each format; and a model alone applied to the file by
``napari-astro-al predict``, to Tycho-2 and to a file of four times as many rows. Each in an
interpreter of its own; memory is the peak of the process above what it held before it began to
write. Beside each, the same for a tenth of the sources: what does not grow with them is flat.
Writes its section of docs/benchmarks.md and exits with 1 above a limit.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from report import MACHINE, markdown_table, put_section

HEADING = "Exporting"
TYCHO = Path(__file__).resolve().parents[2] / "shared" / "data" / "tycho2"
FILE = TYCHO / "tycho2_positions_vt.parquet"
FORMATS = {
    ".parquet": "Parquet",
    ".fits": "FITS",
    ".csv": "CSV",
    ".ecsv": "ECSV",
    ".vot": "VOTable",
}
MOST = 120
"""MiB that writing may take, whatever the number of sources."""
SHARED = """
import json, sys, warnings
from time import perf_counter

import numpy as np

import napari_astro_al as aal
from napari_astro_al.session import Selection

warnings.simplefilter("ignore")


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def measured(action):
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before, start = peak(), perf_counter()
    action()
    print(json.dumps({"seconds": perf_counter() - start, "more": peak() - before, "peak": peak()}))
"""
SESSION = (
    SHARED
    + """
folder, suffix, share = sys.argv[2], sys.argv[3], int(sys.argv[4])
catalogue = aal.Catalogue.read(sys.argv[1])
features = aal.FeatureRecipe(columns=["MAG_VT", "ra", "dec"])
session = aal.Session(catalogue, features=features, task=aal.Task(["bright", "faint"]))
magnitude = catalogue.table["MAG_VT"].to_numpy()
for source in catalogue.ids[:: len(catalogue) // 40]:
    bright = magnitude[catalogue.row_of(source)] < 10.5
    session.annotate(source, "bright" if bright else "faint")
session.train()
rows = "all" if share == 1 else session.catalogue.ids[::share]
rows = rows if isinstance(rows, str) else Selection(catalogue, catalogue.rows_of(rows))
session.export(f"{folder}/warm{suffix}", rows="labelled", predictions=True)
if suffix == ".skops":
    session.export_model(f"{folder}/model.skops")
    session.export_model(f"{folder}/model.onnx")
    print("{}")
else:
    columns = ["ra", "dec", "MAG_VT"]
    measured(lambda: session.export(f"{folder}/all{suffix}", rows=rows, columns=columns))
"""
)
ALONE = (
    SHARED
    + """
model, catalogue, out = sys.argv[1:4]
measured(lambda: aal.predict(model, catalogue, out, columns=["ra", "dec", "MAG_VT"]))
"""
)


def run(code: str, *arguments: object) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def fourfold(folder: Path) -> Path:
    """Tycho-2 four times over, in one file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(FILE)
    path = folder / "fourfold.parquet"
    with pq.ParquetWriter(path, table.schema) as writer:
        for _ in range(4):
            writer.write_table(pa.table(table), row_group_size=200_000)
    return path


def main() -> int:
    rows, worst = [], 0.0
    with TemporaryDirectory() as name:
        folder = Path(name)
        for suffix, title in FORMATS.items():
            part = run(SESSION, FILE, folder, suffix, 10)
            whole = run(SESSION, FILE, folder, suffix, 1)
            size = (folder / f"all{suffix}").stat().st_size / 2**20
            worst = max(worst, whole["more"])
            rows.append(
                [
                    f"session.export, {title}",
                    f"{whole['seconds']:.0f} s",
                    f"{whole['more']:.0f} MiB",
                    f"{part['more']:.0f} MiB",
                    f"{size:.0f} MiB",
                ]
            )
            print(rows[-1], flush=True)
        make_models(folder)
        more = fourfold(folder)
        for model in ("model.skops", "model.onnx"):
            whole = run(ALONE, folder / model, FILE, folder / "out.fits")
            large = run(ALONE, folder / model, more, folder / "out.fits")
            worst = max(worst, large["more"] - whole["more"] + 0.0)
            rows.append(
                [
                    f"predict, {model}, to FITS",
                    f"{whole['seconds']:.0f} s",
                    f"{whole['peak']:.0f} MiB in all",
                    f"{large['peak']:.0f} MiB in all for four times as many",
                    f"{(folder / 'out.fits').stat().st_size / 2**20:.0f} MiB for those",
                ]
            )
            print(rows[-1], flush=True)
    put_section(HEADING, text(rows))
    return int(worst > MOST)


def make_models(folder: Path) -> None:
    code = SESSION.replace(
        'session.export(f"{folder}/warm{suffix}", rows="labelled", predictions=True)\n', ""
    )
    run(code, FILE, folder, ".skops", 1)


def text(rows: list[list[str]]) -> str:
    header = ["what", "time", "memory above before", "the same for a tenth", "file"]
    return (
        f"Written by `benchmarks/exporting.py`; {MACHINE}. Predictions of the automatic vote, "
        "labels and three columns of the 1,871,011 sources of Tycho-2, written in one pass, 65,536 "
        "sources at a time. Memory is the peak of the process while it writes, above what it held "
        f"before: limit {MOST} MiB. `predict` reads the catalogue's file some rows at a time and "
        "holds no more of it; its memory is that of the whole process, Python and libraries among "
        "it.\n\n" + markdown_table(header, rows)
    )


if __name__ == "__main__":
    sys.exit(main())
