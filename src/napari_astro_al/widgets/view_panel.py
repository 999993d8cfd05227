"""How sources are laid out and drawn: one chooser for the main canvas and for further views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QGridLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.projection import PROJECTIONS, ProjectionRecipe, image_of
from napari_astro_al.projection.curves import curves_content
from napari_astro_al.projection.methods import method_named
from napari_astro_al.session import Session
from napari_astro_al.viewer.appearance import COLUMN, MEAN
from napari_astro_al.widgets.axis_row import AxisRow
from napari_astro_al.widgets.curves_row import CurvesRow
from napari_astro_al.widgets.image_row import ImageRow
from napari_astro_al.widgets.meanings import ASPECTS, COLOURS, IMAGES, SCALINGS, names_of
from napari_astro_al.widgets.name_box import ChoiceBox, NameBox
from napari_astro_al.widgets.parameter_form import ParameterForm
from napari_astro_al.widgets.style import small
from napari_astro_al.widgets.views import View
from napari_astro_al.widgets.work_line import WorkLine
from napari_astro_al.widgets.workspace import report

FEW = 3
"""Parameters of a layout that are always shown; the others are behind "More"."""


class ViewPanel(QWidget):
    """Layout, axes, colours, image; scaling, aspect and curves behind "More"."""

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._form: ParameterForm | None = None
        self._form_kind = ""
        self.kind = ChoiceBox("How sources are laid out")
        self.image_row = ImageRow()
        self.x = AxisRow("Horizontal axis", "⇄")
        self.y = AxisRow("Vertical axis", "⇅")
        self.colours = NameBox("What the colours of sources mean", prefix=COLUMN)
        self.image = NameBox(
            "What the image shows where sources are too many to draw",
            prefix=MEAN,
            words="mean of ",
        )
        self.scaling = ChoiceBox("How numbers of sources become brightness", SCALINGS)
        self.aspect = ChoiceBox("Whether both axes have the same scale", ASPECTS)
        self.more = QToolButton()
        self.more.setText("More")
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setArrowType(Qt.ArrowType.RightArrow)
        self.curves = CurvesRow()
        self._work = WorkLine()
        self.cancel = self._work.cancel
        self._grid = QGridLayout()
        self._lay_out()
        self._connect()
        self.take(None)

    def _lay_out(self) -> None:
        grid = self._grid
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        self._labels: dict[QWidget, QLabel] = {}
        lines = (
            (0, "Layout", self.kind),
            (1, "On", self.image_row),
            (2, "Across", self.x),
            (3, "Up", self.y),
            (20, "Colours", self.colours),
            (21, "Image", self.image),
            (22, "", self.more),
            (23, "Scaling", self.scaling),
            (24, "Aspect", self.aspect),
            (40, "Curves", self.curves),
        )
        for row, name, field in lines:
            self._put(row, name, field)
        self._hidden = (self.scaling, self.aspect, self.curves)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(grid)
        rows.addWidget(self._work)

    def _put(self, row: int, name: str, field: QWidget) -> None:
        label = small(name)
        self._labels[field] = label
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(field, row, 1)

    def _connect(self) -> None:
        self.kind.activated.connect(self._kind_chosen)
        self.image_row.wanted.connect(self._offer_images)
        self.image_row.chosen.connect(lambda one: self._view and self._view.lie_on(one))
        self.image_row.opened.connect(lambda one: self._view and self._view.open_image(one))
        for row in (self.x, self.y):
            row.chosen.connect(self._columns_chosen)
        self.x.drawn.connect(lambda: self._axis_drawn("x", self.x))
        self.y.drawn.connect(lambda: self._axis_drawn("y", self.y))
        self.colours.chosen.connect(lambda value: self._draw(colour=value))
        self.image.chosen.connect(lambda value: self._draw(density=value))
        self.scaling.activated.connect(lambda _: self._draw(scaling=self.scaling.currentData()))
        self.aspect.activated.connect(lambda _: self._draw(aspect=self.aspect.currentData()))
        self.more.toggled.connect(lambda _: self._show_more())
        self.curves.chosen.connect(self.draw_curves)
        self.cancel.clicked.connect(lambda _: self._view and self._view.cancel())

    def take(self, view: View | None) -> None:
        """Show, and change, another view from now on; None before there is any."""
        before, self._view = self._view, view
        if before is not None:
            before.changed.disconnect(self.show_view)
            before.working.disconnect(self._show_work)
            before.session.columns_changed.disconnect(self._columns_changed)
        self.setEnabled(view is not None)
        self._work.tell(None)
        self._show_more()
        if view is None:
            return
        view.changed.connect(self.show_view)
        view.working.connect(self._show_work)
        view.session.columns_changed.connect(self._columns_changed)
        names = self._offer_names(view.session)
        for row, place in ((self.x, 0), (self.y, 1)):
            row.box.show_value(names[min(place, len(names) - 1)] if names else "")
        self._offer_kinds(view.session)
        self.show_view()
        self._show_work()

    def _offer_names(self, session: Session) -> list[str]:
        names = names_of(session)
        for row in (self.x, self.y):
            row.box.offer(names)
        self.colours.offer(names, COLOURS)
        self.image.offer(names, IMAGES)
        return names

    def _columns_changed(self) -> None:
        if self._view is not None:
            self._offer_names(self._view.session)
            self.show_view()

    def _offer_kinds(self, session: Session) -> None:
        """List the layouts; those that cannot be made say why."""
        self.kind.clear()
        model: Any = self.kind.model()
        for place, kind in enumerate(PROJECTIONS):
            method = method_named(kind)
            self.kind.addItem(method.title, kind)
            reason = method.why_not(session.catalogue)
            if reason:
                model.item(place).setEnabled(False)
                model.item(place).setToolTip(reason)

    def show_view(self) -> None:
        """Show what the view is now."""
        view = self._view
        if view is None:
            return
        recipe, appearance = view.recipe, view.appearance
        self.colours.show_value(appearance.colour)
        self.image.show_value(appearance.density)
        self.scaling.setCurrentIndex(self.scaling.findData(appearance.scaling))
        self.aspect.setCurrentIndex(self.aspect.findData(appearance.aspect))
        if recipe is None:
            self.kind.setCurrentIndex(-1)
            return
        if self.kind.findData(recipe.kind) < 0:
            self._offer_kinds(view.session)
        self.kind.setCurrentIndex(self.kind.findData(recipe.kind))
        axes = None if view.projection is None else view.projection.axes
        for place, (row, name) in enumerate(((self.x, recipe.x), (self.y, recipe.y))):
            if name:
                row.show_axis(name, None if axes is None else axes[place])
        self._offer_images()
        self._show_form(recipe)
        self.curves.show_curves(recipe.curves)
        self._show_more()

    def _show_form(self, recipe: ProjectionRecipe) -> None:
        """Show fields for what the layout can be told."""
        if recipe.kind != self._form_kind:
            self._drop_form()
            method = method_named(recipe.kind)
            self._form, self._form_kind = ParameterForm(method, self), recipe.kind
            titles = {one.name: one.title for one in method.parameters}
            for place, (name, field) in enumerate(self._form.fields.items()):
                self._put((4 if place < FEW else 25) + place, titles[name], field)
            self._form.changed.connect(self._parameters_chosen)
        if self._form is not None:
            self._form.show_values(recipe.parameters)

    def _drop_form(self) -> None:
        if self._form is None:
            return
        for field in self._form.fields.values():
            for widget in (self._labels.pop(field), field):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._form.deleteLater()
        self._form, self._form_kind = None, ""

    def _show_more(self) -> None:
        """Show the rows that fit the layout, and the others where they are asked for."""
        recipe = None if self._view is None else self._view.recipe
        columns = recipe is not None and method_named(recipe.kind).needs == "columns"
        on_image = recipe is not None and method_named(recipe.kind).needs == "image"
        pixels = on_image and recipe is not None and bool(recipe.x)
        shown = self.more.isChecked()
        self.more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        visible: dict[QWidget, bool] = {
            self.image_row: on_image,
            self.x: columns or pixels,
            self.y: columns or pixels,
            self.image: not on_image,
            **dict.fromkeys(self._hidden, shown),
        } | ({self.scaling: False} if on_image else {})
        if self._form is not None:
            fields = list(self._form.fields.values()) if pixels or not on_image else []
            visible |= dict.fromkeys(self._form.fields.values(), False)
            visible |= dict.fromkeys(fields[:FEW], True) | dict.fromkeys(fields[FEW:], shown)
        for row in (self.x, self.y):
            row.show_drawing(columns)
        for field, wanted in visible.items():
            field.setVisible(wanted)
            self._labels[field].setVisible(wanted)

    def _show_work(self) -> None:
        view = self._view
        self._work.tell(view.message if view is not None and view.busy else None)

    def _kind_chosen(self, _: int) -> None:
        view, kind = self._view, self.kind.currentData()
        if view is None or (view.recipe is not None and kind == view.recipe.kind):
            return
        needs = method_named(kind).needs
        if needs == "columns":
            self._choose(lambda: self._of_columns(kind))
        elif needs == "image":
            self._choose_image(view)
        else:
            self._choose(lambda: ProjectionRecipe(kind))

    def _offer_images(self) -> None:
        """List the images that are open now."""
        view = self._view
        if view is not None and view.recipe is not None and view.recipe.kind == "image":
            self.image_row.offer(view.images, image_of(view.recipe))

    def _choose_image(self, view: View) -> None:
        """Lay sources out on the image on top, or on one that the person opens."""
        images = view.images
        if images:
            view.lie_on(images[0])
        elif not self.image_row.ask():
            self.show_view()

    def _columns_chosen(self) -> None:
        recipe = None if self._view is None else self._view.recipe
        if recipe is not None and method_named(recipe.kind).needs == "image":
            named = {"x": self.x.box.value, "y": self.y.box.value}
            self._choose(lambda: replace(recipe, **named))
        elif recipe is not None and method_named(recipe.kind).needs == "columns":
            self._choose(lambda: self._of_columns(recipe.kind))

    def _of_columns(self, kind: str) -> ProjectionRecipe:
        """A recipe of the names that are shown; what was said of the same axis before stays."""
        names: dict[str, Any] = {"x": self.x.box.value, "y": self.y.box.value}
        before = None if self._view is None else self._view.recipe
        for name in "xy":
            if before is not None and before.kind == kind and getattr(before, name) == names[name]:
                for part in ("scale", "reversed"):
                    names[f"{name}_{part}"] = getattr(before, f"{name}_{part}")
        return ProjectionRecipe(kind, **names)

    def _axis_drawn(self, name: str, row: AxisRow) -> None:
        recipe = None if self._view is None else self._view.recipe
        if recipe is not None:
            changes: dict[str, Any] = {
                f"{name}_scale": "log" if row.log.isChecked() else "linear",
                f"{name}_reversed": row.turned.isChecked(),
            }
            self._choose(lambda: replace(recipe, **changes))

    def _parameters_chosen(self) -> None:
        recipe, form = None if self._view is None else self._view.recipe, self._form
        if recipe is None or form is None:
            return
        parameters = {**recipe.parameters, **form.values()}
        if parameters != dict(recipe.parameters):
            self._choose(lambda: replace(recipe, parameters=parameters))

    def draw_curves(self, path: Path | None) -> None:
        """Draw the lines and regions of a JSON file over the sources; None takes them away."""
        recipe = None if self._view is None else self._view.recipe
        if recipe is None:
            return
        self._choose(lambda: replace(recipe, curves=path and curves_content(path)))

    def _choose(self, make: Callable[[], ProjectionRecipe]) -> None:
        """Ask the view for a projection; where there can be none, say why and show what is."""
        view = self._view
        if view is None:
            return
        try:
            recipe = make()
        except AstroALError as error:
            self.show_view()
            report(error)
            return
        view.choose(recipe)

    def _draw(self, **changes: Any) -> None:
        view = self._view
        if view is None:
            return
        try:
            appearance = replace(view.appearance, **changes)
        except AstroALError as error:
            self.show_view()
            report(error)
            return
        view.draw(appearance)
