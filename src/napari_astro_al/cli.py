"""The command line: open a catalogue, see a demonstration, or compare ways to learn, and more."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_astro_al.errors import AstroALError

if TYPE_CHECKING:
    from napari_astro_al.session import Session

DEMO_LABELS = 60
INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        The exit status: 0 where all went well, 1 for an error that the person can put right, 130
        where Ctrl-C ended it.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        if given[:1] == ["simulate"]:
            return _simulate(given[1:])
        if given[:1] == ["bundle"]:
            return _bundle(given[1:])
        if given[:1] == ["verify"]:
            return _verify(given[1:])
        if given[:1] == ["merge"]:
            return _merge(given[1:])
        if given[:1] == ["predict"]:
            return _predict(given[1:])
        if given[:1] == ["replay"]:
            return _replay(given[1:])
        options = _parser().parse_args(given)
        if options.what == "demo":
            return _demo(headless=options.headless, screenshot=options.screenshot)
        return _open(options.what)
    except AstroALError as error:
        print(f"napari-astro-al: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="napari-astro-al",
        description="Active learning for astronomical catalogues in napari.",
    )
    parser.add_argument(
        "what",
        nargs="?",
        metavar="CATALOGUE",
        help="a catalogue file (FITS, VOTable, ECSV, CSV, Parquet, HDF5, ...), a folder of Parquet "
        "files or HATS catalogue, a session folder "
        "NAME.astroal, or the word demo; simulate, bundle, verify, merge, replay and predict, each "
        "with --help, are other commands",
    )
    parser.add_argument(
        "--headless",
        action="store_true",
        help="with demo: play a scripted session and write a screenshot, then stop",
    )
    parser.add_argument(
        "--screenshot",
        type=Path,
        default=Path("demo-screenshot.png"),
        metavar="PNG",
        help="with demo --headless: where the picture of the window goes",
    )
    return parser


def _open(what: str | None) -> int:
    return _run_window(lambda: None if what is None else Path(what))


def _run_window(opened: Callable[[], Any]) -> int:
    """Run the dashboard on what is opened, until it is closed."""
    gc.disable()  # nothing that is imported is ever garbage
    try:
        import napari

        from napari_astro_al.widgets import open_viewer

        gc.freeze()
    finally:
        gc.enable()
    open_viewer(opened())
    napari.run()
    return 0


def _simulate(arguments: Sequence[str]) -> int:
    from napari_astro_al.simulation.command import run

    return _followed(run, arguments, "goes on after the curves that are finished")


def _bundle(arguments: Sequence[str]) -> int:
    from napari_astro_al.session.bundle_command import run

    return _followed(run, arguments, "goes on after the pictures that were fetched")


def _verify(arguments: Sequence[str]) -> int:
    from napari_astro_al.session.verify_command import run

    run(arguments, print)
    return 0


def _merge(arguments: Sequence[str]) -> int:
    from napari_astro_al.session.merge_command import run

    run(arguments, print)
    return 0


def _predict(arguments: Sequence[str]) -> int:
    from napari_astro_al.session.predict_command import run

    return _followed(run, arguments, "begins anew")


def _replay(arguments: Sequence[str]) -> int:
    from napari_astro_al.session.replay_command import run

    return _followed(run, arguments, "begins anew")


def _followed(run: Callable[..., bool | None], arguments: Sequence[str], again: str) -> int:
    """Run a command that tells how far it is, and can be ended and given again.

    The status is 1 where it says that something is not as it should be.
    """
    on_a_terminal = sys.stderr.isatty()

    def show(line: str) -> None:
        if on_a_terminal:
            print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)

    try:
        return int(run(arguments, print, show) is False)
    except KeyboardInterrupt:
        print(f"\nStopped. The same command {again}.")
        return INTERRUPTED


def has_screen() -> bool:
    """Whether there is a display to open a window on."""
    if sys.platform.startswith(("darwin", "win")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _demo(*, headless: bool, screenshot: Path) -> int:
    if not headless and has_screen():
        from napari_astro_al import samples

        return _run_window(samples.hubble_deep_field)
    print("There is no screen: an oracle plays a session on the simulated survey.")
    session = play_session()
    if not has_screen():
        print("No screenshot: it needs a display, or Xvfb (./run demo starts it).")
        return 0
    from napari_astro_al.widgets.binding import require_binding

    require_binding()
    from napari_astro_al.widgets.portrait import portrait

    portrait(session, screenshot)
    print(f"Screenshot of the whole window: {screenshot}")
    return 0


def play_session(n_labels: int = DEMO_LABELS) -> Session:
    """A session on the simulated survey in which an oracle has labelled some sources.

    Prints the learning curve as it goes.
    """
    from napari_astro_al import samples
    from napari_astro_al.features import FeatureRecipe
    from napari_astro_al.session import ColumnOracle, Session

    catalogue = samples.simulated_survey(10_000, seed=0)
    colours = FeatureRecipe(columns=list("ugriz"), generators=[("subtract", 2)])
    session = Session(catalogue, features=colours, pool="labelled")
    session.project(x="g-r", y="u-g")
    session.window["appearance"] = {"colour": "prediction"}
    oracle = ColumnOracle(catalogue)
    print(f"{len(catalogue):,} simulated sources; the oracle labels {n_labels}.\n")
    print("labels  macro-F1 on validation, with 95 % interval")
    for count in range(1, n_labels + 1):
        source = session.query()[0]
        session.annotate(source, oracle.label([source])[0])
        if count % 10 == 0 and not session.is_covering():
            session.train()
            row = session.scores.iloc[-1]
            bar = "#" * round(40 * row["f1"])
            print(
                f"{count:6d}  {row['f1']:.3f} ({row['f1_low']:.3f} to {row['f1_high']:.3f})  {bar}"
            )
    session.query()
    print()
    return session


if __name__ == "__main__":
    sys.exit(main())
