"""Sharing in the Session dock: whose it is, write, load, replay."""

from __future__ import annotations

from pathlib import Path

from napari.utils.notifications import show_info
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLineEdit

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session
from napari_astro_al.session.file_names import folder_stem
from napari_astro_al.session.replaying import replay_job
from napari_astro_al.session.share_document import ShareDocument, read_share
from napari_astro_al.widgets.load_dialog import LoadDialog
from napari_astro_al.widgets.loading import ReadShare, load, reading_job
from napari_astro_al.widgets.replay_dialog import ReplayDialog
from napari_astro_al.widgets.section import Section, button
from napari_astro_al.widgets.workspace import Workspace, report

KINDS = "Share files (*.json);;All files (*)"
_FIELDS = (
    ("author", "Author", "Who shares it"),
    ("doi", "DOI", "Of the paper or data, such as 10.5281/zenodo.1234"),
    ("licence", "Licence", "Such as CC-BY-4.0"),
    ("description", "About", "What was labelled, and why"),
)


class ShareForm(Section):
    """Author, DOI, licence and description, and what is done with share files.

    Parameters
    ----------
    workspace : Workspace
        Whose session is shared.

    Attributes
    ----------
    about_to_write : Signal
        Emitted before the session is written to a file.
    """

    about_to_write = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Share")
        self._workspace = workspace
        self._session: Session | None = None
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(4)
        self.fields: dict[str, QLineEdit] = {}
        for key, title, tip in _FIELDS:
            line = QLineEdit()
            line.setPlaceholderText(tip)
            line.setToolTip(f"{tip}. Written into the share file; may stay empty")
            line.editingFinished.connect(self._note)
            self.fields[key] = line
            form.addRow(title, line)
        self.writes = button(
            "Share…",
            "Write one readable file: settings, layout and all answers with who gave them; none of "
            "the catalogue's data, no paths, no name but those that people chose",
            self.ask_where_to,
        )
        self.loads = button(
            "Load…", "Take over a share file: its layout, settings, or everything", self.ask_what
        )
        self.replays = button(
            "Replay…",
            "Ask every question of a share file again, and train and score every model, to see "
            "whether all comes out the same",
            self.ask_which,
        )
        self._tips = {one: one.toolTip() for one in (self.writes, self.loads, self.replays)}
        line = QHBoxLayout()
        for one in (self.writes, self.loads, self.replays):
            line.addWidget(one)
        self.rows.addLayout(form)
        self.rows.addLayout(line)
        self.rows.addStretch(1)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _take(self, session: Session | None) -> None:
        self._session = session
        known = {} if session is None else session.about_share
        for key, line in self.fields.items():
            line.setText(known.get(key, ""))
            line.setCursorPosition(0)
            line.setEnabled(session is not None)
        why_not = "" if session is None else session.why_not("share")
        for one, tip in self._tips.items():
            one.setEnabled(session is not None and not why_not)
            one.setToolTip(why_not or tip)

    def _note(self) -> None:
        session = self._session
        if session is not None:
            session.say_about_share(**{key: line.text() for key, line in self.fields.items()})
            self._workspace.note_what_is_shown()

    def ask_where_to(self) -> None:
        """Choose a file, and share the session as it."""
        session = self._session
        if session is None:
            return
        name = f"{folder_stem(session.name)}.share.json"
        path, _ = QFileDialog.getSaveFileName(self, "Share the session", name, KINDS)
        if path:
            self.share(Path(path))

    def share(self, path: Path) -> None:
        """Write the session to a file."""
        session = self._session
        if session is None:
            return
        said = {key: line.text() for key, line in self.fields.items()}
        self.about_to_write.emit()
        try:
            job = session.export_config_job(path, **said)
        except AstroALError as error:
            report(error)
            return
        self._workspace.run(
            job,
            title="Writing the share file",
            done=lambda file: show_info(f"The session can be shared as {file.name}."),
        )

    def ask_what(self) -> None:
        """Choose a share file, and how much of it to take over."""
        path, _ = QFileDialog.getOpenFileName(self, "Load a share file", "", KINDS)
        if path:
            self.read(Path(path))

    def read(self, path: Path) -> None:
        """Read a share file, then ask how much of it to take over."""
        session = self._session
        if session is not None:
            job = reading_job(path, session.catalogue)
            self._workspace.run(job, title=f"Reading {path.name}", done=self._ask_level)

    def _ask_level(self, found: ReadShare) -> None:
        dialog = LoadDialog(found, self)
        dialog.chosen.connect(lambda level: load(self._workspace, found, level))
        dialog.open()

    def ask_which(self) -> None:
        """Choose a share file, and replay it."""
        path, _ = QFileDialog.getOpenFileName(self, "Replay a share file", "", KINDS)
        if path:
            self.replay(Path(path))

    def replay(self, path: Path) -> None:
        """Replay a share file with the catalogue that is open."""
        session = self._session
        if session is None:
            return

        def done(replayed: Session) -> None:
            found = replayed.replayed
            assert found is not None  # it comes from a replay
            replayed.close()
            ReplayDialog(path.name, found, self).open()

        self._workspace.jobs.run(
            guarded(_replayed(path, session), "replay the session"),
            title=f"Replaying {path.name}",
            done=done,
            failed=report,
            discard=lambda late: late.close(),
        )


def _replayed(path: Path, session: Session) -> Job[Session]:
    yield Progress(f"Reading {path.name}")
    document: ShareDocument = read_share(path)
    return (yield from replay_job(document, session.catalogue))
