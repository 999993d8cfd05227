"""The command ``napari-astro-al verify``: is a ledger as it was written?"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from napari_astro_al.annotation import Chain, Ledger
from napari_astro_al.errors import LedgerError
from napari_astro_al.session.merging import ledger_file

READER = Chain("reader", "reader")
"""Who reads a ledger without writing to it."""


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    own = argparse.ArgumentParser(
        prog="napari-astro-al verify",
        description="Compute the hashes of every answer again, and name the first that was changed "
        "or is missing. The status is 0 where all is well, and 1 otherwise.",
    )
    own.add_argument("what", metavar="SESSION", help="NAME.astroal, or a file of labels")
    return own


def run(arguments: Sequence[str], tell: Callable[[str], None]) -> None:
    """Verify the ledger that the options name.

    Parameters
    ----------
    arguments : sequence of str
    tell : callable
        Takes lines for a person.

    Raises
    ------
    LedgerError
        Naming the first broken link, or if it cannot be read.
    """
    file = ledger_file(Path(parser().parse_args(arguments).what))
    with Ledger(file, READER, read_only=True) as ledger:
        broken = ledger.verify()
        if broken is not None:
            raise LedgerError(f"{file} is NOT as it was written. {broken} Restore it from a copy.")
        tips = ledger.tips()
        kinds = Counter(event.kind for event in ledger.events())
    tell(f"{file}: {sum(kinds.values()):,} events, every hash is right.")
    for chain, (sequence, digest) in sorted(tips.items()):
        tell(f"  {chain}: {sequence:,} events, the last one {digest}")
    tell("  " + ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common()))
