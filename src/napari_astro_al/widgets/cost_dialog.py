"""What a label costs, and a batch that a budget pays for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.features.columns import has_values
from napari_astro_al.jobs import Job
from napari_astro_al.learning.costs import COSTS
from napari_astro_al.session.asking import Query
from napari_astro_al.session.costs import Costs
from napari_astro_al.widgets.name_box import NameBox
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workspace import Workspace

NONE = "nothing: all labels cost the same"
COST_TIP = (
    "A numeric column, such as an exposure time; an expression of columns, such as\n"
    "10 ** (0.4 * (r - 20)); or a registered function. Sources without a cost are not asked for."
)
BUDGET_TIP = "What the labels of the batch may cost together, in the unit of the cost"
MOST_TIP = "How many sources at most"
SELECT_TIP = (
    "Select the sources with the most gain within the budget, by the strategy and its model. Save "
    "the selection as a set, export it, or label it on a contact sheet."
)
EXPLAINED = (
    "The strategy's score of a source is divided by what its label costs, so that of two "
    "sources that teach as much the cheaper one is asked first."
)


class CostDialog(QDialog):
    """A cost for all tasks of a session, and a batch within a budget.

    Parameters
    ----------
    workspace : Workspace
        Has a session.
    cost : str
        The cost at present; empty for none.
    """

    cost_chosen = Signal(str)
    """A cost that could be worked out, to go by from now on; empty for none."""

    def __init__(self, workspace: Workspace, cost: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setWindowTitle("What a label costs")
        self.setMinimumWidth(420)
        self.cost = NameBox(COST_TIP)
        self.most = QSpinBox()
        self.most.setRange(1, 100_000)
        self.most.setValue(100)
        self.most.setGroupSeparatorShown(True)
        self.most.setToolTip(MOST_TIP)
        self.budget = QDoubleSpinBox()
        self.budget.setRange(0.001, 1e12)
        self.budget.setDecimals(3)
        self.budget.setValue(100)
        self.budget.setGroupSeparatorShown(True)
        self.budget.setToolTip(BUDGET_TIP)
        self.select = QPushButton("Select a batch")
        self.select.setToolTip(SELECT_TIP)
        self.select.setAutoDefault(False)
        self.select.clicked.connect(self._select)
        self.told = small("")
        self.told.setWordWrap(True)
        explained = small(EXPLAINED)
        explained.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow("A label costs", self.cost)
        batch = QFormLayout()
        batch.setHorizontalSpacing(12)
        batch.addRow("Budget", self.budget)
        batch.addRow("At most", self.most)
        batch.addRow("", self.select)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self._check)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(caption("Ask for the most gain per cost"))
        column.addWidget(explained)
        column.addLayout(form)
        column.addSpacing(6)
        column.addWidget(caption("A batch within a budget"))
        column.addLayout(batch)
        column.addWidget(self.told)
        column.addWidget(self.buttons)
        self._offer(cost)

    def _offer(self, cost: str) -> None:
        session = self._workspace.session
        names = [*COSTS]
        if session is not None:
            catalogue = session.catalogue
            hidden = (catalogue.roles.id, catalogue.roles.label)
            names += [
                str(name)
                for name in catalogue.table.columns
                if name not in hidden and has_values(catalogue, str(name))
            ]
        self.cost.offer(names, {NONE: ""})
        self.cost.show_value(cost)

    def _check(self) -> None:
        """Work the cost out, and close where that is possible."""
        session, name = self._workspace.session, self.cost.value
        if session is None or not name:
            self._take("")
            return
        self._run(session.cost_job(name), lambda _: self._take(name), "Working out costs")

    def _take(self, name: str) -> None:
        self.cost_chosen.emit(name)
        self.accept()

    def _select(self) -> None:
        session, name = self._workspace.session, self.cost.value
        if session is None:
            return
        if not name:
            self.told.setText("Say first what a label costs.")
            return
        try:
            job = session.query_job(self.most.value(), cost=name, budget=self.budget.value())
            costs = session.costs(name)
        except AstroALError as error:
            self._failed(error)
            return
        self._run(job, lambda query: self._chosen(query, costs), "Choosing a batch")

    def _run(self, job: Job[Any], done: Callable[[Any], object], title: str) -> None:
        self._set_busy(True)
        self.told.setText(f"{title}…")

        def finished(result: Any) -> None:
            self._set_busy(False)
            self.told.setText("")
            done(result)

        self._workspace.jobs.run(job, title=title, done=finished, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._set_busy(False)
        self.told.setText(str(error))

    def _set_busy(self, busy: bool) -> None:
        self.select.setEnabled(not busy)
        self.buttons.setEnabled(not busy)

    def _chosen(self, query: Query, costs: Costs) -> None:
        session = self._workspace.session
        if session is None or session.catalogue is not costs.catalogue:
            return
        session.accept_query(query)
        session.select(query.sources)
        spent = costs.of(query.sources)
        n = len(query.sources)
        self.told.setText(
            f"{n:,} source{'' if n == 1 else 's'} selected, for {spent:g} of "
            f"{self.budget.value():g}."
            if n
            else "No label can be had within this budget."
        )
