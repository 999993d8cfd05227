"""Diagnostic planes: which columns they are made of, showing them, and using their regions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.utils.notifications import show_info
from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QCloseEvent
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job
from napari_astro_al.projection import PLANES, Plane, ProjectionRecipe
from napari_astro_al.projection.plane_values import PlaneValues
from napari_astro_al.session import Session
from napari_astro_al.session.columns import NewColumns
from napari_astro_al.viewer.stage import Jobs
from napari_astro_al.widgets.meanings import names_of
from napari_astro_al.widgets.name_box import ChoiceBox, NameBox
from napari_astro_al.widgets.runner import JobRunner
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workspace import report

WIDTH, MARGIN = 420, 14


class PlaneDialog(QDialog):
    """A chooser of planes, a box for each of their columns, and a row for each region.

    Parameters
    ----------
    session : Session
    show_recipe : callable
        Shows a projection on the main canvas.
    new_view : callable or None
        Opens a further view of a projection.
    parent : QWidget

    Attributes
    ----------
    values : PlaneValues or None
        Where sources lie, once it is known.
    """

    def __init__(
        self,
        session: Session,
        show_recipe: Callable[[ProjectionRecipe], object],
        new_view: Callable[[ProjectionRecipe], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self._session, self._show_recipe, self._new_view = session, show_recipe, new_view
        self._runner = JobRunner(self)
        self._jobs = Jobs(self._run)
        self.values: PlaneValues | None = None
        # once the new parts have their sizes
        self._fits = QTimer(self)
        self._fits.setSingleShot(True)
        self._fits.timeout.connect(self.adjustSize)
        self.setWindowTitle("Diagnostic planes")
        self.setFixedWidth(WIDTH)
        self.kind = ChoiceBox("Which plane")
        self._reference = small("")
        self._reference.setWordWrap(True)
        self.boxes: dict[str, NameBox] = {}
        self.selects: dict[str, QPushButton] = {}
        self.show_button = QPushButton("Show")
        self.show_button.setToolTip("Lay the sources out in this plane on the main canvas")
        self.view_button = QPushButton("New view")
        self.view_button.setToolTip("The same in a further view, beside the main canvas")
        self.view_button.setVisible(new_view is not None)
        self.add_button = QPushButton("Add as columns")
        self.add_button.setToolTip(
            "The region of each source, and its distance from the edge, as columns of the "
            "catalogue: for conditions, colours and tables"
        )
        self.as_feature = QCheckBox("and let models see the distance")
        self.as_feature.setToolTip("Adds the distance to the features; models are trained anew")
        self.trouble = small("")
        self.trouble.setWordWrap(True)
        self._columns, self._regions = QWidget(), QWidget()
        self._lay_out()
        self._offer()
        self.kind.activated.connect(lambda _: self._plane_chosen())
        self.show_button.clicked.connect(lambda _: self._show(self._show_recipe))
        self.view_button.clicked.connect(lambda _: new_view and self._show(new_view))
        self.add_button.clicked.connect(lambda _: self._add())
        self._plane_chosen()

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, 12, MARGIN, 12)
        rows.setSpacing(8)
        rows.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinAndMaxSize)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        shown = QHBoxLayout()
        shown.addStretch(1)
        for button in (self.view_button, self.show_button):
            shown.addWidget(button)
        added = QHBoxLayout()
        added.addWidget(self.as_feature, 1)
        added.addWidget(self.add_button)
        for part in (self.kind, self._reference, self._columns, self.trouble):
            rows.addWidget(part)
        rows.addLayout(shown)
        rows.addWidget(line)
        rows.addWidget(caption("Regions"))
        rows.addWidget(self._regions)
        rows.addLayout(added)

    def _offer(self) -> None:
        """List the planes; those whose columns are known come first."""
        known = [name for name in PLANES if self._is_known(PLANES[name])]
        for name in known:
            self.kind.addItem(PLANES[name].title, name)
        if known:
            self.kind.insertSeparator(len(known))
        for name in PLANES:
            if name not in known:
                self.kind.addItem(PLANES[name].title, name)
        self.kind.setMaxVisibleItems(20)

    def _is_known(self, plane: Plane) -> bool:
        told = self._session.plane_columns(plane.name)
        return all(one.name in told for one in plane.columns)

    @property
    def plane(self) -> Plane:
        """The plane that is chosen."""
        return PLANES[str(self.kind.currentData())]

    @property
    def columns(self) -> dict[str, str]:
        """What the boxes say."""
        return {name: box.value for name, box in self.boxes.items() if box.value}

    def choose(self, name: str) -> None:
        """Turn to another plane."""
        self.kind.setCurrentIndex(self.kind.findData(name))
        self._plane_chosen()

    def _plane_chosen(self) -> None:
        plane = self.plane
        _write(self._reference, plane.reference)
        self._columns, grid = _replaced(self, self._columns)
        told, names = self._session.plane_columns(plane.name), names_of(self._session)
        self.boxes = {}
        for row, one in enumerate(plane.columns):
            unit = f" [{one.unit}]" if one.unit else ""
            box = NameBox(f"{one.title}{unit}: a column, or an expression of columns")
            box.offer(names)
            box.show_value(told.get(one.name, ""))
            box.chosen.connect(lambda _: self._columns_chosen())
            label = small(one.title)
            label.setToolTip(box.toolTip())
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
            self.boxes[one.name] = box
        self._columns_chosen()

    def _columns_chosen(self) -> None:
        """Keep what is said, and count the sources of each region."""
        self._jobs.drop("regions")
        self.values = None
        ready = False
        if len(self.columns) == len(self.plane.columns):
            try:
                self._session.set_plane(self.plane.name, **self.columns)
                job = self._session.plane_values_job(self.plane.name)
            except AstroALError as error:
                self._say(str(error))
            else:
                ready = True
                self._say("")
                self._jobs.start("regions", job, self._take_values)
        else:
            self._say("Say which columns these are, to see the plane.")
        for button in (self.show_button, self.view_button, self.add_button):
            button.setEnabled(ready)
        self._show_regions()

    def _take_values(self, values: PlaneValues) -> None:
        self.values = values
        self._show_regions()

    def _show_regions(self) -> None:
        self._regions, grid = _replaced(self, self._regions)
        counts = {} if self.values is None else self.values.counts()
        self.selects = {}
        for row, region in enumerate(self.plane.regions):
            number = QLabel(f"{counts[region]:,}" if region in counts else "–")
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            number.setToolTip("Sources in this region")
            button = QPushButton("Select")
            button.setStyleSheet("padding: 2px 8px;")
            button.setToolTip(f"Select the sources in the region “{region}”")
            button.setEnabled(counts.get(region, 0) > 0)
            button.clicked.connect(lambda _, region=region: self._select(region))
            grid.addWidget(QLabel(region), row, 0)
            grid.addWidget(number, row, 1)
            grid.addWidget(button, row, 2)
            self.selects[region] = button
        nowhere = 0 if self.values is None else int((self.values.codes < 0).sum())
        if nowhere:
            note = small(f"{nowhere:,} sources have no place in this plane")
            grid.addWidget(note, len(self.plane.regions), 0, 1, 3)
        self._fits.start(0)

    def _say(self, text: str) -> None:
        _write(self.trouble, text)
        self.trouble.setVisible(bool(text))

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._runner.run(
            job, title="Counting", done=done, failed=lambda e: self._say(str(e)), shown=False
        )

    def _show(self, show: Callable[[ProjectionRecipe], object]) -> None:
        try:
            show(self.plane.recipe(self._session.catalogue, self.columns))
        except AstroALError as error:
            self._say(str(error))

    def _select(self, region: str) -> None:
        if self.values is not None:
            self._session.select_rows(self.values.rows(region))

    def _add(self) -> None:
        """Add the columns, and where wanted make a feature of the distance."""
        try:
            job = self._session.add_plane_job(self.plane.name)
        except AstroALError as error:
            self._say(str(error))
            return
        self._jobs.start("add", job, self._take_columns)

    def _take_columns(self, new: NewColumns) -> None:
        session = self._session
        try:
            if not session.accept_columns(new):
                show_info("Columns or features have changed in the meantime: add them once more.")
                return
            show_info(f"The catalogue has the columns {' and '.join(new.group.names)} now.")
            if not self.as_feature.isChecked():
                return
            recipe = session.features.recipe
            wanted = dict.fromkeys([*(recipe.columns or ()), new.group.names[1]])
            job = session.features_job(recipe.with_columns(tuple(wanted)))
        except AstroALError as error:
            report(error)
            return
        self._jobs.start("features", job, self._take_features)

    def _take_features(self, features: FeatureMatrix) -> None:
        try:
            self._session.accept_features(features)
        except AstroALError as error:
            report(error)

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Let no result count that is still to come."""
        self._jobs.drop_all()
        super().closeEvent(event)


def _write(label: QLabel, text: str) -> None:
    """Put a text of several lines on a label, whose height the dialog would not know else."""
    label.setText(text)
    label.setFixedHeight(max(label.heightForWidth(WIDTH - 2 * MARGIN), 0))


def _replaced(dialog: QDialog, old: QWidget) -> tuple[QWidget, QGridLayout]:
    """An empty part in place of another."""
    new = QWidget()
    grid = QGridLayout(new)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    layout = dialog.layout()
    assert layout is not None
    layout.replaceWidget(old, new)
    old.hide()
    old.deleteLater()
    return new, grid
