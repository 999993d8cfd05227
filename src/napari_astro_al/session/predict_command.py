"""The command ``napari-astro-al predict``: apply a model to a catalogue."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from napari_astro_al.jobs import Progress
from napari_astro_al.session.command_line import followed
from napari_astro_al.session.predicting import predict_job


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    own = argparse.ArgumentParser(
        prog="napari-astro-al predict",
        description="Apply a model that session.export_model wrote to every source of a catalogue. "
        "Parquet and uncompressed FITS are read some rows at a time, so that the catalogue may be "
        "larger than memory.",
    )
    own.add_argument("model", metavar="MODEL", help="NAME.skops or NAME.onnx")
    own.add_argument("catalogue", metavar="CATALOGUE", help="a catalogue file")
    own.add_argument(
        "--out",
        metavar="FILE",
        help="where predictions go: .fits, .vot, .ecsv, .csv or .parquet; by default beside the "
        "catalogue, as Parquet",
    )
    own.add_argument("--columns", nargs="+", default=[], metavar="COLUMN", help="columns to copy")
    own.add_argument(
        "--id",
        nargs="+",
        default=[],
        metavar="COLUMN",
        help="the column of ids, or several to be joined; by default those that the model knows",
    )
    own.add_argument("--table", metavar="NAME", help="which table of the catalogue's file")
    return own


def run(arguments: Sequence[str], tell: Callable[[str], None], show: Callable[[str], None]) -> None:
    """Predict what the options say.

    Parameters
    ----------
    arguments : sequence of str
    tell : callable
        Takes lines for a person.
    show : callable
        Takes a line that says how far it is.

    Raises
    ------
    AstroALError
        For what the person can put right; then nothing was written.
    """
    options = parser().parse_args(arguments)
    catalogue = Path(options.catalogue)
    out = catalogue.with_name(f"{catalogue.name.partition('.')[0]}-predicted.parquet")
    table = options.table
    job = predict_job(
        options.model,
        catalogue,
        out if options.out is None else options.out,
        columns=options.columns,
        id=options.id,
        table=int(table) if table is not None and table.isdecimal() else table,
    )

    def line(progress: Progress) -> None:
        share = f" {progress.done:,} of {progress.total:,}" if progress.total else ""
        show(f"{progress.message}{share}")

    applied = followed(job, line)
    show("")
    tell(str(applied))
