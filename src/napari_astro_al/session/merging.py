"""A session's verbs for working in a team without a server: export_ledger, merge."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from napari_astro_al.annotation.events import ANSWERS, LABEL, STEPPING, Event
from napari_astro_al.annotation.merging import (
    MERGED,
    Additions,
    check_whole,
    merged_payload,
    take_from,
)
from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import CatalogueError, LabelError, SessionError, listing
from napari_astro_al.home import flush_folder
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.session.classes import Classes
from napari_astro_al.session.folder import ledger_path


@dataclass(frozen=True)
class MergeReport:
    """What a merge brought.

    Attributes
    ----------
    n_events : int
        Events that were new.
    answers : dict of str to int
        New labels, unsures and skips by annotator.
    changed : tuple of int or str
        The sources whose label, or unsure or skipped state, is another one now.
    """

    n_events: int
    answers: dict[str, int]
    changed: tuple[SourceId, ...]

    def __str__(self) -> str:
        if not self.n_events:
            return "Nothing new: all of it was here already."
        by = ", ".join(f"{count:,} by {who}" for who, count in sorted(self.answers.items()))
        return (
            f"{self.n_events:,} new events; answers: {by or 'none'}. "
            f"{len(self.changed):,} sources stand otherwise than before."
        )


class Merging(Classes):
    """Ledgers of several people, brought together as files."""

    def export_ledger(self, path: str | PathLike[str]) -> Path:
        """Write every event of the session to one file, for others to merge.

        Parameters
        ----------
        path : path-like
            The file; one that is there is replaced. It holds ids, labels, comments and random ids
            of annotators, and nothing of the catalogue.

        Raises
        ------
        SessionError
            If it would replace the ledger of a session.
        LedgerError
            If it cannot be written.
        """
        file = Path(path).expanduser().absolute()
        of_a_session = file.name == "ledger.sqlite" and (file.parent / "session.json").exists()
        if file.is_dir() or of_a_session:
            raise SessionError(
                f"{file} is a folder or the ledger of a session. Choose another file, such as "
                f"{file.parent / 'labels.sqlite'}."
            )
        beside = file.with_name(f".{file.name}.{os.getpid()}.part")
        try:
            self.ledger.copy_to(beside)
            beside.replace(file)
            flush_folder(file.parent)
        except OSError as error:
            raise SessionError(f"{file} cannot be written: {error.strerror or error}.") from error
        finally:
            with suppress(OSError):
                beside.unlink()
        return file

    def merge(self, paths: str | PathLike[str] | Iterable[str | PathLike[str]]) -> MergeReport:
        """Take in what others have answered.

        A union: in whatever order files are merged, and however often, the labels are the same.
        Each annotator has one vote a source; see `disagreements` for sources where they differ.

        Parameters
        ----------
        paths : path-like, or iterable of path-like
            Files that `export_ledger` wrote, or folders of sessions.

        Returns
        -------
        MergeReport

        Raises
        ------
        LedgerError
            Naming a file or chain that is broken, is about other ids, or contradicts what is here.
        CatalogueError
            Naming sources that this session's catalogue does not have.
        LabelError
            Naming classes that no task knows.
        SessionError
            If there is no such file, or the session cannot be written to. In each case nothing
            has changed.
        """
        return self.accept_merge(drain(self.merge_job(paths)))

    def merge_job(
        self, paths: str | PathLike[str] | Iterable[str | PathLike[str]]
    ) -> Job[Additions]:
        """Read and check what `merge` would take in; hand the result to `accept_merge`."""
        self.check_open()
        given = [paths] if isinstance(paths, (str, PathLike)) else list(paths)
        files = [ledger_file(Path(path)) for path in given]
        return guarded(self._looked_at(files), "merge the labels")

    def _looked_at(self, files: list[Path]) -> Job[Additions]:
        found = Additions()
        yield Progress("Verifying the ledger here")
        check_whole(self.ledger)
        for done, file in enumerate(files):
            yield Progress(f"Reading {file.name}", done, len(files))
            if self.ledger.path is None or not file.samefile(self.ledger.path):
                take_from(file, self.ledger, found)
        return found

    def accept_merge(self, found: Additions) -> MergeReport:
        """Record what `merge_job` found. Durable when it returns."""
        self.check_open()
        events = found.in_order()
        if not events:
            return MergeReport(0, {}, ())
        self._check_answers(events)
        changed = self.book.take_in(events, (MERGED, merged_payload(found)))
        who = Counter(one.chain.partition("/")[0] for one in events if one.kind in ANSWERS)
        self._tell_labels(changed)
        return MergeReport(len(events), dict(who), changed)

    def _check_answers(self, events: list[Event]) -> None:
        answers = [event for event in events if event.kind in ANSWERS]
        try:
            self.book.check_sources(
                event.payload["source"] for event in events if event.kind in STEPPING
            )
        except CatalogueError as error:
            raise CatalogueError(
                f"Nothing was merged: the labels are about another catalogue. {error}"
            ) from error
        labels = dict.fromkeys(event.payload["label"] for event in answers if event.kind == LABEL)
        strangers = [
            label
            for label in labels
            if not any(task.accepts(task.alias(label)) for task in self.tasks.values())
        ]
        if strangers:
            raise LabelError(
                f"Nothing was merged: no task of this session knows {listing(strangers)}. Its "
                f"classes are {listing(self.classes)}. Add a class with "
                "session.add_class(...); session.merge_classes(...) then makes it one with another."
            )


def ledger_file(path: Path) -> Path:
    """The ledger of a session's folder, or the file itself.

    Raises
    ------
    SessionError
        If nothing of that name is there.
    """
    given = path.expanduser().absolute()
    file = ledger_path(given) if given.is_dir() else given
    if file is None or not file.is_file():
        raise SessionError(
            f"There is no ledger of labels at {path}. Name a session's folder, NAME.astroal, or a "
            "file that session.export_ledger wrote."
        )
    return file
