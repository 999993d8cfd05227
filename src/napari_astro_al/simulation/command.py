"""``napari-astro-al simulate``: ways to learn, played on a labelled catalogue."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import Progress
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.session.command_line import catalogue_of, followed
from napari_astro_al.simulation.arms import Arm
from napari_astro_al.simulation.astronomical import AstronomicAL
from napari_astro_al.simulation.compare import compare_job
from napari_astro_al.simulation.report import in_words, named_arms, write

PEER = "AstronomicAL"


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    own = argparse.ArgumentParser(
        prog="napari-astro-al simulate",
        description="Play ways to learn on a catalogue whose classes are known, and say how many "
        "labels each needs. Finished curves are kept and not played again.",
    )
    own.add_argument("catalogue", help="a catalogue file with a label column")
    own.add_argument("--id", nargs="+", metavar="COLUMN", help="of the source ids")
    own.add_argument("--label", metavar="COLUMN", help="of the classes")
    own.add_argument("--classes", nargs="+", metavar="CLASS", help="only these")
    own.add_argument("--features", nargs="+", metavar="COLUMN", help="columns or expressions")
    own.add_argument(
        "--combine",
        nargs="+",
        default=[],
        metavar="GENERATOR",
        help="features from every two of them: subtract, divide, ...",
    )
    own.add_argument("--models", nargs="+", default=["auto"], metavar="MODEL")
    own.add_argument("--strategies", nargs="+", default=["auto", "random"], metavar="STRATEGY")
    own.add_argument(
        "--astronomical", action="store_true", help="with AstronomicAL's own set-up as well"
    )
    own.add_argument("--seeds", type=int, default=10, metavar="N", help="how many (10)")
    own.add_argument("--n-labels", type=int, default=100, metavar="N", help="a curve (100)")
    own.add_argument("--held-out", type=float, default=0.3, metavar="SHARE", help="to score on")
    own.add_argument("--metric", default="f1", help="of the table and the figure (f1)")
    own.add_argument("--target", type=float, metavar="SCORE", help="of the metric, to be reached")
    own.add_argument("--processes", type=int, metavar="N", help="at the same time; all cores")
    own.add_argument(
        "--output", type=Path, default=Path("simulation"), metavar="FOLDER", help="for results"
    )
    return own


def run(arguments: Sequence[str], tell: Callable[[str], None], show: Callable[[str], None]) -> None:
    """Play what the options ask for and write the results.

    Parameters
    ----------
    arguments : sequence of str
    tell : callable
        Takes lines that stay.
    show : callable
        Takes how far it is, again and again.

    Raises
    ------
    AstroALError
        For what the person can put right.
    """
    options = parser().parse_args(arguments)
    if options.seeds < 1:
        raise SessionError(f"--seeds is how many there are, from 1 on, not {options.seeds}.")
    catalogue = catalogue_of(options.catalogue, options, ("label",))
    job = compare_job(
        catalogue,
        _arms(options),
        features=FeatureRecipe(
            columns=options.features, generators=[(name, 2) for name in options.combine]
        ),
        task=Task(options.classes) if options.classes else None,
        split=Split(validation=0.0, test=options.held_out),
        seeds=range(options.seeds),
        n_labels=options.n_labels,
        cache=options.output / "finished",
        processes=options.processes,
    )
    curves = followed(job, lambda said: show(_so_far(said)))
    show("")
    tell(in_words(curves, options.metric, options.target))
    files = write(
        curves,
        options.output,
        title=catalogue.name,
        metric=options.metric,
        target=options.target,
    )
    tell(f"\nIn {options.output}: {', '.join(file.name for file in files)}.")


def _arms(options: argparse.Namespace) -> dict[str, Arm | LearnerRecipe]:
    arms: dict[str, Arm | LearnerRecipe] = {
        name: LearnerRecipe(model=model, strategy=strategy)
        for name, (model, strategy) in named_arms(options.models, options.strategies).items()
    }
    if options.astronomical:
        arms[PEER] = AstronomicAL()
    return arms


def _so_far(progress: Progress) -> str:
    share = f", {100 * progress.done / progress.total:.0f} %" if progress.total else ""
    return f"{progress.message}{share}"
