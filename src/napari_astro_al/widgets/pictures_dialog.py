"""The dialog in which a session's pictures are listed, ordered, removed and added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.utils.theme import get_theme
from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import CutoutProvider, Cutouts
from napari_astro_al.cutouts.describing import described, states_job
from napari_astro_al.cutouts.online import allowed_hosts
from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session
from napari_astro_al.widgets.allowed_hosts import AllowedHosts
from napari_astro_al.widgets.bundle_form import BundleForm
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.picture_fields import Make, PictureForm
from napari_astro_al.widgets.picture_forms import ArchiveForm, ColumnForm, StackForm, TilesForm
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.web_picture_forms import AddressForm, ServiceForm
from napari_astro_al.widgets.workspace import Workspace

FORMS: dict[str, type[PictureForm]] = {
    "A column of files or arrays": ColumnForm,
    "Images of the sky (FITS)": TilesForm,
    "An archive (zip, tar)": ArchiveForm,
    "One array (HDF5, Zarr, .npy)": StackForm,
    "A bundle of pictures": BundleForm,
    "A survey on the web": ServiceForm,
    "An address on the web": AddressForm,
}
SIZE = (640, 600)
NONE = "None yet. Add some below."


class PicturesDialog(QDialog):
    """Where a session's pictures come from.

    Parameters
    ----------
    workspace : Workspace
        Whose session's pictures they are; it must have one.
    parent : QWidget, optional

    Attributes
    ----------
    list : QTreeWidget
        A row a provider, in the order of the pictures.
    places : QComboBox
        Where new pictures come from.
    form : PictureForm
        The fields for that.
    hosts : AllowedHosts
        Where pictures may be fetched from.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        session = workspace.session
        assert session is not None
        self._workspace, self._session = workspace, session
        self._links = Links()
        self._running: dict[str, Running] = {}
        self.setWindowTitle("Pictures")
        self.resize(*SIZE)
        self.list = self._make_list()
        self.up, self.down = QToolButton(), QToolButton()
        for button, arrow, tip in (
            (self.up, Qt.ArrowType.UpArrow, "Show this picture before (Alt+Up)"),
            (self.down, Qt.ArrowType.DownArrow, "Show this picture after (Alt+Down)"),
        ):
            button.setArrowType(arrow)
            button.setToolTip(tip)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove = QPushButton("Remove")
        self.remove.setToolTip("Show these pictures no more; files stay as they are (Delete)")
        self.remove.clicked.connect(self._remove)
        self.hosts = AllowedHosts()
        self.hosts.withdrawn.connect(session.cutouts.retry)
        self.places = ChoiceBox("Where the new pictures are")
        self._forms = QStackedWidget()
        for words, kind in FORMS.items():
            self.places.addItem(words)
            self._forms.addWidget(kind(session.catalogue))
        self.places.currentIndexChanged.connect(self._choose)
        self.trouble = small("")
        self._plain = self.trouble.styleSheet()
        self.trouble.setWordWrap(True)
        self.trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add = QPushButton("Add")
        self.add.setDefault(True)
        self.add.clicked.connect(self._add)
        self.closing = QPushButton("Close")
        self.closing.clicked.connect(self.reject)
        for button in (self.remove, self.closing):
            button.setAutoDefault(False)
        self._lay_out()
        for key, action in (
            (QKeySequence.StandardKey.Delete, self._remove),
            (QKeySequence("Alt+Up"), lambda: self._move(-1)),
            (QKeySequence("Alt+Down"), lambda: self._move(1)),
        ):
            shortcut = QShortcut(QKeySequence(key), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(action)
        self._links.tie(session.cutouts.changed, self.refresh)
        self.finished.connect(self._let_go)
        workspace.session_changed.connect(self._session_changed)
        self._begin_with(session.catalogue)
        self.refresh()

    def _make_list(self) -> QTreeWidget:
        rows = QTreeWidget()
        rows.setHeaderLabels(["Name", "From", "Which", "Now"])
        rows.setRootIsDecorated(False)
        rows.setUniformRowHeights(True)
        rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        rows.setMinimumHeight(100)
        header = rows.header()
        assert header is not None
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, width in enumerate((130, 125, 165)):
            header.resizeSection(place, width)
        rows.itemSelectionChanged.connect(self._enable)
        return rows

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        top = QHBoxLayout()
        top.addWidget(caption("Pictures of each source"), 1)
        top.addWidget(self.up)
        top.addWidget(self.down)
        top.addWidget(self.remove)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.hosts)
        column.addSpacing(10)
        column.addWidget(caption("Add pictures"))
        column.addWidget(self.places)
        column.addSpacing(2)
        column.addWidget(self._forms)
        column.addWidget(self.trouble)
        ends = QHBoxLayout()
        ends.addStretch(1)
        ends.addWidget(self.closing)
        ends.addWidget(self.add)
        column.addLayout(ends)

    @property
    def form(self) -> PictureForm:
        """The fields that are on show."""
        page = self._forms.currentWidget()
        assert isinstance(page, PictureForm)
        return page

    @property
    def chosen(self) -> str | None:
        """The name of the provider that is chosen in the list."""
        items = self.list.selectedItems()
        return items[0].text(0) if items else None

    def _begin_with(self, catalogue: Catalogue) -> None:
        """Offer columns where some look like pictures, else images where there are positions."""
        has_positions = catalogue.roles.ra is not None and catalogue.roles.dec is not None
        kinds = list(FORMS.values())
        offered = ColumnForm if catalogue.roles.images or not has_positions else TilesForm
        self.places.setCurrentIndex(kinds.index(offered))

    def _choose(self, place: int) -> None:
        self._forms.setCurrentIndex(place)
        self.say("")

    def say(self, words: str, *, wrong: bool = False) -> None:
        """Show what is being done, or what went wrong."""
        colour = get_theme(self._workspace.viewer.theme).warning.as_hex() if wrong else ""
        self.trouble.setStyleSheet(self._plain + (f"color: {colour};" if wrong else ""))
        self.trouble.setText(words)

    def refresh(self) -> None:
        """List the providers anew, and see what they have of the current source."""
        chosen = self.chosen
        self.list.clear()
        providers = self._session.cutouts.providers
        for provider in providers:
            about = described(provider)
            cells = [provider.name, about.kind, about.shows, "…"]
            row = QTreeWidgetItem(cells)
            for place, cell in enumerate(cells[:3]):
                row.setToolTip(place, cell)
            self.list.addTopLevelItem(row)
            if provider.name == chosen:
                self.list.setCurrentItem(row)
        if not providers:
            nothing = QTreeWidgetItem([NONE])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addTopLevelItem(nothing)
            nothing.setFirstColumnSpanned(True)
        self._enable()
        self.hosts.refresh()
        job = states_job(self._session.catalogue, providers, self._session.current)
        self._run("states", job, self._show_states)

    def _run(self, what: str, job: Job[Any], done: Callable[[Any], None]) -> None:
        """Start a job in place of one of the same kind."""
        if what in self._running:
            self._running[what].cancel()
        self._running[what] = self._workspace.jobs.run(
            job, title="Looking at pictures", done=done, failed=self._failed, shown=what == "add"
        )

    def _let_go(self, _: int) -> None:
        self._links.cut()
        for running in self._running.values():
            running.cancel()

    def _show_states(self, states: dict[str, str]) -> None:
        for place in range(self.list.topLevelItemCount()):
            row = self.list.topLevelItem(place)
            if row is not None and row.text(0) in states:
                row.setText(3, states[row.text(0)])
                row.setToolTip(3, states[row.text(0)])

    def _enable(self) -> None:
        names = [one.name for one in self._session.cutouts.providers]
        place = names.index(self.chosen) if self.chosen in names else -1
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < len(names) - 1)
        self.remove.setEnabled(place >= 0)

    def _move(self, by: int) -> None:
        names = [one.name for one in self._session.cutouts.providers]
        if self.chosen in names:
            name = self.chosen
            assert name is not None
            self._session.cutouts.move(name, names.index(name) + by)

    def _remove(self) -> None:
        if self.chosen is not None:
            self._session.cutouts.remove(self.chosen)

    def _add(self) -> None:
        try:
            make = self.form.make()
        except AstroALError as error:
            self.say(str(error), wrong=True)
            return
        self.add.setEnabled(False)
        self.say("Looking at the pictures…")
        self._run("add", guarded(_made(self._session.cutouts, make), "add pictures"), self._accept)

    def _accept(self, providers: tuple[CutoutProvider, ...]) -> None:
        try:
            self._session.cutouts.accept(providers)
        except AstroALError as error:
            self._failed(error)
            return
        self.add.setEnabled(True)
        hosts = [one for provider in providers for one in described(provider).hosts]
        wanting = sorted(set(hosts) - allowed_hosts())
        names = ", ".join(one.name for one in providers)
        self.say(
            f"Added {names}."
            + (f" Allow {' and '.join(wanting)} in the Cutouts dock." if wanting else "")
        )

    def _failed(self, error: Exception) -> None:
        self.add.setEnabled(True)
        self.say(str(error), wrong=True)

    def _session_changed(self, session: Session | None) -> None:
        if session is not self._session:
            self.reject()


def pictures_button(workspace: Workspace, *, prominent: bool = False) -> QAbstractButton:
    """A button that opens the dialog on the window's session.

    Parameters
    ----------
    workspace : Workspace
    prominent : bool
        Whether it is all that there is to do, and not one of several small buttons.
    """
    button: QAbstractButton = QPushButton() if prominent else QToolButton()
    button.setText("Add pictures…" if prominent else "Pictures…")
    button.setToolTip("Add, order and remove pictures: files, images of the sky, surveys")
    button.clicked.connect(lambda: show_pictures_dialog(workspace, button))
    return button


def show_pictures_dialog(workspace: Workspace, parent: QWidget) -> PicturesDialog | None:
    """Open the dialog over the window; None where there is no session."""
    if workspace.session is None:
        return None
    dialog = PicturesDialog(workspace, parent.window())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def _made(cutouts: Cutouts, make: Make) -> Job[tuple[CutoutProvider, ...]]:
    yield Progress("Looking at the files")
    return (yield from cutouts.add_job(make()))
