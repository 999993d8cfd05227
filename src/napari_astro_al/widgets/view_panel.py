"""Which projection the canvas shows, and what its colours mean."""

from __future__ import annotations

import pandas as pd
from napari.utils.notifications import show_info
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QCompleter, QGridLayout, QWidget

from napari_astro_al.features import feature_names
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.session import Session
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.style import small
from napari_astro_al.widgets.workspace import Workspace

PCA = "principal components"
COLUMNS = "two columns"
COLOURS = {"labels": "label", "predicted class": "prediction", "uncertainty": "uncertainty"}


class ViewPanel(QWidget):
    """Projection, its two axes, and colours.

    Parameters
    ----------
    workspace : Workspace
        Whose session is projected.
    """

    colours_chosen = Signal(str)
    """What colours shall mean: "label", "prediction" or "uncertainty"."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._links = Links()
        self.kind = QComboBox()
        self.kind.addItems([PCA, COLUMNS])
        self.kind.setToolTip("How sources are laid out")
        self.x = _column_box("Horizontal axis")
        self.y = _column_box("Vertical axis")
        self.colours = QComboBox()
        self.colours.addItems(list(COLOURS))
        self.colours.setToolTip("What the colours of sources mean")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        lines = (
            ("Layout", self.kind),
            ("Across", self.x),
            ("Up", self.y),
            ("Colours", self.colours),
        )
        for row, (name, box) in enumerate(lines):
            grid.addWidget(small(name), row, 0)
            grid.addWidget(box, row, 1)
        grid.setColumnStretch(1, 1)
        self.kind.textActivated.connect(self._project)
        for box in (self.x, self.y):
            box.textActivated.connect(self._project)
            edit = box.lineEdit()
            if edit is not None:
                edit.editingFinished.connect(self._typed)
        self.colours.textActivated.connect(lambda name: self.colours_chosen.emit(COLOURS[name]))

    def take(self, session: Session) -> None:
        """Offer the columns of a session."""
        table = session.catalogue.table
        numbers = [str(n) for n in table.columns if pd.api.types.is_numeric_dtype(table[n])]
        names = list(
            dict.fromkeys([*feature_names(session.features.recipe, session.catalogue), *numbers])
        )
        for box, place in ((self.x, 0), (self.y, 1)):
            box.clear()
            box.addItems(names)
            box.setCurrentIndex(min(place, len(names) - 1))
        self._links.cut()
        self._links.tie(session.projection_changed, self.show_projection)
        by = session.window.get("colour_by")
        self.colours.setCurrentText(next((k for k, v in COLOURS.items() if v == by), "labels"))
        self.show_projection()

    def show_projection(self, *_: object) -> None:
        """Show what the canvas shows."""
        session = self._workspace.session
        recipe = None if session is None else session.projection_recipe
        by_columns = recipe is not None and recipe.kind == "columns"
        self.kind.setCurrentText(COLUMNS if by_columns else PCA)
        for box, name in ((self.x, recipe and recipe.x), (self.y, recipe and recipe.y)):
            box.setEnabled(by_columns)
            if by_columns and name:
                if box.findText(name) < 0:
                    box.addItem(name)
                box.setCurrentText(name)
            edit = box.lineEdit()
            if edit is not None:
                edit.setCursorPosition(0)

    def _typed(self) -> None:
        """Take a name that was typed, or say that there is none and show what is plotted."""
        session = self._workspace.session
        recipe = None if session is None else session.projection_recipe
        if recipe is None or recipe.kind != "columns":
            return
        typed = (self.x.currentText(), self.y.currentText())
        if typed == (recipe.x, recipe.y):
            return
        unknown = [
            name
            for box, name in zip((self.x, self.y), typed, strict=True)
            if box.findText(name) < 0
        ]
        if unknown:
            show_info(f"There is no column or feature {unknown[0]!r} of numbers.")
            self.show_projection()
        else:
            self._project("")

    def _project(self, _: str) -> None:
        session = self._workspace.session
        if session is None:
            return
        recipe = ProjectionRecipe(kind="pca")
        if self.kind.currentText() == COLUMNS:
            recipe = ProjectionRecipe(
                kind="columns", x=self.x.currentText(), y=self.y.currentText()
            )
        self._workspace.run(
            session.project_job(recipe),
            title="Projecting",
            done=lambda projection: session.accept_projection(recipe, projection),
        )


def _column_box(tip: str) -> QComboBox:
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setToolTip(f"{tip}: a column or a feature")
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    completer = box.completer()
    if completer is not None:
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return box
