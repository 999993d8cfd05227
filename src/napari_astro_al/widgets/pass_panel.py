"""What is done with all sources of a catalogue that stays on disk, a partition at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALError, CatalogueError
from napari_astro_al.scale.predictions import Predicted
from napari_astro_al.session import Session
from napari_astro_al.session.bringing import Brought
from napari_astro_al.session.partitioned import PartitionedSession
from napari_astro_al.session.whole_density import WholeDensity
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.pass_line import PassLine
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workspace import Workspace, report

ASKED = 24
"""Sources that a pass finds what it takes to ask for: as many as are chosen ahead."""
RANK_TIP = (
    "Let the model look at every source on disk, and bring those that it hesitates about into "
    "memory: they are asked for next. Labelling goes on meanwhile"
)
SAMPLED = (
    "This strategy asks among the sample in memory. Choose one in the Label dock that ranks all "
    "sources, such as margin or rarest; or mark examples"
)
UNTRAINED = "Label sources of two classes first: there is no model to ask"
PREDICT_TIP = (
    "Write what the model says of every source, a file for each partition, into a new folder: "
    "class, confidence, probabilities. Of a HATS catalogue that is one too, which LSDB opens"
)


COUNT_TIP = (
    "Count every source on disk, once for each projection of two columns, principal components or "
    "the sky, and show that on the canvas, with what passes have found as points. Close up, the "
    "partitions in view are read"
)
COUNTS = "density of all"
"""Where a session's window keeps whether all sources are counted."""


class PassPanel(QWidget):
    """Size on disk and in memory, passes over all partitions, how far they are.

    Parameters
    ----------
    workspace : Workspace
        Whose session it is about; hidden for one whose catalogue is in memory.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._session: PartitionedSession | None = None
        self._links = Links()
        self._stages = _Stages(self)
        self._stages.came.connect(self._take_brought)
        self._before = 0
        self._told_of: Session | None = None
        self.about, self.said = small(""), small("")
        for line in (self.about, self.said):
            line.setWordWrap(True)
        self.rank = QPushButton("Rank all")
        self.predict = QPushButton("Predict all…")
        self.predict.setToolTip(PREDICT_TIP)
        self.rank.clicked.connect(self.begin_ranking)
        self.predict.clicked.connect(self.ask_where_to)
        self.count = QCheckBox("Density of all sources")
        self.count.setToolTip(COUNT_TIP)
        self.count.clicked.connect(self._count_or_not)
        self.work = PassLine(workspace.jobs)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self.rank, 1)
        buttons.addWidget(self.predict, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 6, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(caption("On disk"))
        rows.addWidget(self.about)
        rows.addLayout(buttons)
        rows.addWidget(self.count)
        rows.addWidget(self.work)
        rows.addWidget(self.said)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        if session is not None and session is not self._told_of:
            self._told_of = session
            self._say("")
        self._session = session if isinstance(session, PartitionedSession) else None
        self.setVisible(self._session is not None)
        if self._session is None:
            return
        for signal in (
            self._session.trained,
            self._session.classes_changed,
            self._session.recipes_changed,
            self._session.labels_changed,
            self._session.marks_changed,
        ):
            self._links.tie(signal, self._offer)
        self._links.tie(self._session.projection_changed, self._follow_projection)
        self.count.setChecked(bool(self._session.window.get(COUNTS)))
        self._offer()
        self._follow_projection()

    def _follow_projection(self, *_: object) -> None:
        """Count anew where another projection is on show, if the person wants counts."""
        session = self._session
        if session is None or not self.count.isChecked() or self.work.busy:
            return
        known, recipe = session.density_of_all, session.projection_recipe
        if recipe is not None and (known is None or known.recipe != recipe):
            self._count(session)

    def _count_or_not(self) -> None:
        session = self._session
        if session is None:
            return
        session.window[COUNTS] = self.count.isChecked()
        if self.count.isChecked():
            self._count(session)
        elif session.density_of_all is not None:
            session.accept_density(None)

    def _count(self, session: PartitionedSession) -> None:
        try:
            job = session.count_all_job()
        except AstroALError as error:
            self._not_counted(error)
            return
        self.work.watch(
            job,
            title="Counting all sources",
            done=self._counted,
            failed=self._not_counted,
            given_up=lambda: self._not_counted(None),
        )
        self._offer()

    def _counted(self, found: WholeDensity) -> None:
        session = self._session
        if session is not None and found.whole is session.whole:
            session.accept_density(found)
        self._offer()

    def _not_counted(self, error: Exception | None) -> None:
        session = self._session
        self.count.setChecked(False)
        if session is not None:
            session.window[COUNTS] = False
            session.accept_density(None)
        self._offer()
        if error is not None:
            report(error)

    def _offer(self, *_: object) -> None:
        """Say what there is, and offer what can be done."""
        session = self._session
        if session is None:
            return
        whole = session.whole
        engine = {"serial": "one after the other", "dask": "by Dask workers"}.get(
            whole.engine.name, f"by {whole.engine.name}"
        )
        n_parts = len(whole.partitions)
        n_out, out = len(whole.left_out), ""
        if n_out:
            out = f" {n_out:,} cannot be read and {'is' if n_out == 1 else 'are'} left out."
        self.about.setText(
            f"{len(whole):,} sources in {n_parts:,} partition{'' if n_parts == 1 else 's'}, read "
            f"{engine}.{out} Canvas, table and charts show the {len(session.catalogue):,} in "
            "memory."
        )
        self.about.setToolTip("\n".join(whole.left_out))
        name = session.next_task()
        ranks, trained = session.ranks_all(name), name in session.results
        needs_model = session.asks_a_model(name)
        idle = not self.work.busy
        self.rank.setEnabled(idle and ranks and (trained or not needs_model))
        self.rank.setToolTip(
            RANK_TIP if self.rank.isEnabled() else SAMPLED if trained else UNTRAINED
        )
        self.predict.setEnabled(idle and trained)
        self.predict.setToolTip(PREDICT_TIP if trained else UNTRAINED)
        self.count.setEnabled(idle)

    def begin_ranking(self) -> None:
        """Rank all sources by the strategy of the task that asks next."""
        session = self._session
        if session is None:
            return
        name = session.next_task()
        self._before = len(session.catalogue)
        try:
            job = session.ranking_job(ASKED, name, so_far=self._stages.came.emit)
        except AstroALError as error:
            report(error)
            return
        self.work.watch(
            job,
            title="Ranking all sources",
            done=self._take_brought,
            failed=self._failed,
            given_up=lambda: self._say("Stopped. What was found so far is asked for."),
        )
        self._say("")

    def _take_brought(self, found: Brought) -> None:
        session, conductor = self._session, self._workspace.conductor
        if session is None or conductor is None or found.before.at_hand.whole is not session.whole:
            return
        n_new = session.accept_brought(found)
        brought = len(session.catalogue) - self._before
        sources = "source is" if brought == 1 else "sources are"
        seen = "All partitions" if found.is_whole else f"{found.done:,} of {found.total:,} so far"
        self._say(
            f"{seen}: {brought:,} {sources} new in memory, and asked for where they teach most."
            if brought
            else f"{seen}: what would be asked for is in memory already."
        )
        if n_new:
            self._workspace.show_anew()
            conductor.begin_anew()
        self._offer()

    def ask_where_to(self) -> None:
        """Choose a folder that is not there yet, and predict all sources into it."""
        session = self._session
        if session is None:
            return
        near = session.whole.path.with_name(f"{session.whole.name}_predicted")
        path, _ = QFileDialog.getSaveFileName(
            self, "A new folder for the predictions", str(near), "", options=_FOLDERS
        )
        if path:
            self.predict_to(Path(path))

    def predict_to(self, path: Path) -> None:
        """Write predictions of all sources into a new folder."""
        session = self._session
        if session is None:
            return
        try:
            job = session.predicting_job(path)
        except AstroALError as error:
            report(error)
            return
        self.work.watch(
            job,
            title="Predicting all sources",
            done=self._predicted,
            failed=self._failed,
            given_up=lambda: self._say("Stopped. Nothing was written."),
        )
        self._say("")

    def _predicted(self, told: Predicted) -> None:
        shares = ", ".join(f"{n:,} {name}" for name, n in told.classes.items())
        self._say(f"Written: {told}. {shares}.")

    def _failed(self, error: Exception) -> None:
        self._offer()
        report(error)

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self._offer()


def find_on_disk(
    workspace: Workspace,
    session: Session,
    text: str,
    found: Callable[[Session, SourceId], None],
    failed: Callable[[Exception], None],
) -> None:
    """Look for a source by its id in all partitions, and bring it into memory."""
    assert isinstance(session, PartitionedSession)
    try:
        source: SourceId = text if session.whole.id_kind == "string" else int(text)
    except ValueError:
        failed(CatalogueError(f"Ids of {session.whole.name!r} are whole numbers, not {text!r}."))
        return

    def take(brought: Brought) -> None:
        if workspace.session is not session or workspace.conductor is None:
            return
        session.accept_brought(brought)
        workspace.show_anew()
        workspace.conductor.begin_anew()
        found(session, source)

    workspace.jobs.run(
        session.bring_job(source), title=f"Looking for {text}", done=take, failed=failed
    )


class _Stages(QObject):
    """Hands what a pass has brought so far from its thread to the window's."""

    came = Signal(object)


_FOLDERS = QFileDialog.Option.DontConfirmOverwrite
