"""The Catalogue dock: open one, look at its roles, begin; then what is worked on and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError
from napari_astro_al.scale import holds_partitions
from napari_astro_al.session import Session
from napari_astro_al.session.overview import overview_of
from napari_astro_al.session.places import is_session
from napari_astro_al.widgets.astronomical import AstronomicalOpening, is_configuration
from napari_astro_al.widgets.detection_dialog import DetectionDialog
from napari_astro_al.widgets.export_dialog import ExportDialog, open_export
from napari_astro_al.widgets.footprint_menu import footprint_button
from napari_astro_al.widgets.join_button import JoinButton
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.measure_button import MeasureButton
from napari_astro_al.widgets.opening import Proposal, folder_job, proposal_job, session_job
from napari_astro_al.widgets.pass_panel import PassPanel
from napari_astro_al.widgets.planes_button import PlanesButton
from napari_astro_al.widgets.service_dialog import ServiceButton
from napari_astro_al.widgets.setup_form import SetupForm
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.view_panel import ViewPanel
from napari_astro_al.widgets.welcome import TEXT_WIDTH, Welcome, button
from napari_astro_al.widgets.whole_opening import FOLDER, WholeOpening
from napari_astro_al.widgets.workbench import Workbench
from napari_astro_al.widgets.workspace import report


class CatalogueDock(QScrollArea):
    """Welcome, set-up form, or summary: whichever fits.

    Parameters
    ----------
    bench : Workbench
        Whose session it opens, and whose main canvas its panel changes.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._workspace = workspace = bench.workspace
        self._links = Links()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view = ViewPanel()
        self.new_view = QPushButton("New view")
        self.new_view.setToolTip("Look at the sources in another way as well, in a dock of its own")
        self.new_view.hide()
        self.planes = PlanesButton(bench)
        self.measure = MeasureButton(workspace)
        self.join = JoinButton(workspace)
        self.footprint = footprint_button(workspace)
        self.service = ServiceButton(workspace, self.show_proposal)
        self.other_service = ServiceButton(workspace, self.show_proposal)
        self.astronomical = AstronomicalOpening(workspace, self)
        self.imported = button("What was imported…", self._show_import)
        self.imported.setToolTip("What of the configuration was taken over, and what has no equal")
        self.exporting: ExportDialog | None = None
        self.form: SetupForm | None = None
        self._proposal: Proposal | None = None
        self._detection: DetectionDialog | None = None
        self.start: QPushButton | None = None
        self.whole = WholeOpening(workspace)
        self.whole.proposed.connect(self.show_proposal)
        self.whole.settled.connect(lambda: self._setup.setEnabled(True))
        self.passes = PassPanel(workspace)
        ways = (
            button("Open a catalogue…", self.ask_for_catalogue),
            button(FOLDER, self.whole.ask_for_folder),
            self.service,
            button("Open a session…", self.ask_for_session),
            button("Open an AstronomicAL file…", self.astronomical.ask),
            button("Detect sources in an image…", self.ask_for_detection),
        )
        self._welcome = Welcome(ways, self.open_sample)
        self._summary = self._make_summary()
        self._setup = QWidget()
        QVBoxLayout(self._setup).setContentsMargins(0, 0, 0, 0)
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(10, 8, 10, 8)
        for part in (self.whole, self._welcome, self._setup, self._summary):
            rows.addWidget(part)
        rows.addStretch(1)
        self.setWidget(page)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _make_summary(self) -> QWidget:
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        self._title = caption("")
        self._title.setWordWrap(True)
        self._title.setMinimumWidth(TEXT_WIDTH)
        self._facts = QLabel()
        self._facts.setWordWrap(True)
        self._facts.setMinimumWidth(TEXT_WIDTH)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows.addWidget(self._title)
        rows.addWidget(self._facts)
        rows.addWidget(self.passes)
        rows.addSpacing(8)
        line = QHBoxLayout()
        line.addWidget(caption("Feature space"), 1)
        line.addWidget(self.planes)
        line.addWidget(self.new_view)
        rows.addLayout(line)
        rows.addWidget(self.view)
        rows.addSpacing(8)
        for entry in (
            *(self.imported, self.measure, self.join, self.footprint),
            button("Export…", self.ask_for_export),
            button("Open another catalogue…", self.ask_for_catalogue),
            button(FOLDER, self.whole.ask_for_folder),
            self.other_service,
            button("Detect sources in an image…", self.ask_for_detection),
            button("Close this session", self._workspace.release),
        ):
            rows.addWidget(entry)
        return part

    def _take(self, session: Session | None) -> None:
        self._drop_form()
        self._links.cut()
        self._welcome.setVisible(session is None)
        self._summary.setVisible(session is not None)
        self.view.take(self._bench.view)
        self.planes.forget()
        if session is None:
            return
        for signal in (
            *(session.recipes_changed, session.classes_changed, session.exclusions_changed),
            *(session.columns_changed, session.cutouts.changed),
        ):
            self._links.tie(signal, self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        self.imported.setVisible(session.imported is not None)
        self.measure.show_state(session)
        self._title.setText(session.catalogue.name)
        self._facts.setText("\n".join(overview_of(session)))

    def offer_views(self, add: Callable[[], object]) -> None:
        """Let a button open further views."""
        self.new_view.clicked.connect(add)
        self.new_view.show()

    def open_path(self, path: Path) -> None:
        """Open a session's folder or AstronomicAL's configuration, or propose a catalogue file."""
        if is_session(path):
            self.whole.open_session(path)
        elif holds_partitions(path):
            self.whole.propose(path)
        elif is_configuration(path):
            self.astronomical.open(path)
        else:
            self.propose(lambda: Catalogue.read(path), path.name)

    def propose(self, make: Callable[[], Catalogue], what: str) -> None:
        """Read a catalogue and show its guessed roles."""
        self._workspace.run(
            proposal_job(make, what), title=f"Reading {what}", done=self.show_proposal
        )

    def open_sample(self, name: str) -> None:
        """Open one of the samples at once: their roles are known."""
        from napari_astro_al import samples

        makers: dict[str, Callable[[], Catalogue]] = {
            "hubble": samples.hubble_deep_field,
            "simulated": samples.simulated_survey,
        }
        self._workspace.run(
            proposal_job(makers[name], "the sample"), title="Making the sample", done=self._begin
        )

    def begin(self, catalogue: Catalogue) -> None:
        """Open or make the session of a catalogue whose roles are known."""
        self._workspace.open(
            session_job(catalogue, {}, **_offered(catalogue)), title=f"Preparing {catalogue.name}"
        )

    def _begin(self, proposal: Proposal) -> None:
        self.begin(proposal.catalogue)

    def show_proposal(self, proposal: Proposal) -> None:
        """Show roles, features and split before they are used."""
        self._drop_form()
        self._proposal = proposal
        self.form = SetupForm(proposal, self._workspace)
        rows = self._setup.layout()
        assert rows is not None
        title = caption(proposal.title)
        title.setWordWrap(True)
        rows.addWidget(title)
        for warning in proposal.warnings:
            note = small(warning)
            note.setWordWrap(True)
            rows.addWidget(note)
        rows.addWidget(self.form.native)
        if proposal.has_session:
            note = small(f"There is a session: {proposal.kept_at}")
            note.setWordWrap(True)
            rows.addWidget(note)
            rows.addWidget(button("Continue it", self._continue))
            rows.addWidget(button("Start anew", lambda: self._start(anew=True)))
        else:
            self.start = button("Start labelling", lambda: self._start(anew=False))
            rows.addWidget(self.start)
        rows.addWidget(button("Cancel", self._cancel))
        self._welcome.hide()
        self._summary.hide()
        self._setup.show()

    def _drop_form(self) -> None:
        self.form = self._proposal = self.start = None
        rows = self._setup.layout()
        while rows is not None and rows.count():
            item = rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._setup.setEnabled(True)
        self._setup.hide()

    def _start(self, *, anew: bool) -> None:
        if self.form is None or self._proposal is None:
            return
        proposal, roles = self._proposal, self.form.roles()
        try:
            recipes = self.form.recipes()
        except AstroALError as error:
            report(error)
            return
        self._setup.setEnabled(False)
        if proposal.whole is not None:
            self.whole.start(proposal, roles, anew=anew, **recipes)
            return
        make = proposal.prepare
        self._workspace.jobs.run(
            session_job(proposal.catalogue, roles, anew=anew, prepare=make, **recipes),
            title=f"Preparing {proposal.catalogue.name}",
            done=self._workspace.take,
            failed=self._not_started,
            discard=lambda late: late.close(),
        )

    def _not_started(self, error: Exception) -> None:
        self._setup.setEnabled(True)
        report(error)

    def _continue(self) -> None:
        if self._proposal is not None:
            place, whole = self._proposal.kept_at, self._proposal.whole
            if whole is not None:
                self.whole.go_on(place, whole)
                return
            job = folder_job(place, self._proposal.catalogue)
            self._workspace.open(job, title=f"Opening {place.name}")

    def _cancel(self) -> None:
        self._take(self._workspace.session)

    def ask_for_catalogue(self) -> None:
        """Let the person choose a catalogue file."""
        path, _ = QFileDialog.getOpenFileName(self, "Open a catalogue")
        if path:
            self.open_path(Path(path))

    def ask_for_session(self) -> None:
        """Let the person choose a session's folder."""
        path = QFileDialog.getExistingDirectory(self, "Open a session (a folder NAME.astroal)")
        if path:
            self.whole.open_session(Path(path))

    def _show_import(self) -> None:
        if self._workspace.session is not None:
            self.astronomical.show(self._workspace.session)

    def ask_for_detection(self, layer: Layer | None = None) -> None:
        """Let the person find the sources of an image, which then become a catalogue.

        Parameters
        ----------
        layer : Layer, optional
            The image to begin with.
        """
        if self._detection is not None:
            self._detection.reject()
        self._detection = DetectionDialog(self._workspace, self.show_proposal, layer, self)
        self._detection.finished.connect(self._forget_detection)
        self._detection.show()
        # over the dock, so that the image and the rings on it are seen
        foot = self.mapToGlobal(self.rect().bottomLeft())
        self._detection.move(foot.x() + 8, max(foot.y() - self._detection.height() - 40, 0))

    def _forget_detection(self, _: int) -> None:
        self._detection = None

    def ask_for_export(self) -> None:
        """Let the person choose what goes into which file."""
        self.exporting = open_export(self._workspace, self)


def _offered(catalogue: Catalogue) -> dict[str, object]:
    from napari_astro_al.learning import Task

    classes = catalogue.suggested_classes
    return {"task": Task(classes)} if classes and catalogue.roles.label is None else {}
