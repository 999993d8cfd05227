"""The two ways to ask a service: a query in ADQL, and the sources around a place."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QFontDatabase
from qtpy.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.interop.vo import cone_search_job, read_tap_job
from napari_astro_al.interop.vo.services import (
    CONE_SERVICES,
    TAP_SERVICES,
    KnownService,
    example_of,
)
from napari_astro_al.interop.vo.tables import example_query
from napari_astro_al.interop.vo.tap import MOST_ROWS, ROWS
from napari_astro_al.jobs import Job
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.service_tables import FRAME, ServiceTables
from napari_astro_al.widgets.style import caption, small

MODES = {"Wait for the answer": "sync", "Run as a job there": "async"}
COLUMNS = {"the usual columns": "2", "few columns": "1", "all columns": "3"}


class AddressBox(QComboBox):
    """Addresses of services that are known by name; others can be typed."""

    def __init__(self, services: Sequence[KnownService]) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("A service by its name, or its address. Choosing one asks nothing of it.")
        for one in services:
            self.addItem(one.name, one.url)
            self.setItemData(self.count() - 1, one.url, Qt.ItemDataRole.ToolTipRole)
        edit = self.lineEdit()
        if edit is not None:
            edit.setPlaceholderText("https://…")

    @property
    def url(self) -> str:
        """The address that is chosen or typed."""
        text = self.currentText().strip()
        place = self.findText(text)
        return str(self.itemData(place)) if place >= 0 else text


class TapPage(QWidget):
    """Tables to the left, the query to the right."""

    changed = Signal()
    """Another service, or another query."""

    def __init__(self) -> None:
        super().__init__()
        self.address = AddressBox(TAP_SERVICES)
        self.tables = ServiceTables()
        self.adql = QPlainTextEdit()
        self.adql.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.adql.setPlaceholderText("SELECT TOP 1000 …\nFROM …")
        self.adql.setTabChangesFocus(True)
        self.adql.setStyleSheet(FRAME)
        self.example = QPushButton("Example")
        self.example.setAutoDefault(False)
        self.example.setToolTip("A first query: of the table that is chosen, or of the service")
        self.rows = QSpinBox()
        self.rows.setRange(1, MOST_ROWS)
        self.rows.setValue(ROWS)
        self.rows.setGroupSeparatorShown(True)
        self.rows.setToolTip(
            "Rows at most (MAXREC). You are told where the service has more; those that come first "
            "are no random sample."
        )
        self.mode = ChoiceBox(
            "Wait: for queries of up to a minute or so.\nAs a job: the service works on it by "
            "itself and is looked at now and then; Stop ends it there, too.",
            MODES,
        )
        self._lay_out()
        self.address.currentTextChanged.connect(self._other_service)
        self.adql.textChanged.connect(self.changed)
        self.example.clicked.connect(self._show_example)
        self.tables.inserted.connect(self._insert)
        self._show_example()

    def _lay_out(self) -> None:
        right = QWidget()
        query = QVBoxLayout(right)
        query.setContentsMargins(0, 0, 0, 0)
        query.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(caption("Query in ADQL"), 1)
        head.addWidget(self.example)
        query.addLayout(head)
        query.addWidget(self.adql, 1)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(small("Rows at most"))
        line.addWidget(self.rows)
        line.addSpacing(8)
        line.addWidget(self.mode, 1)
        query.addLayout(line)
        parts = QSplitter()
        parts.addWidget(self.tables)
        parts.addWidget(right)
        parts.setSizes([300, 480])
        parts.setChildrenCollapsible(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 10, 10, 10)
        rows.setSpacing(10)
        top = QFormLayout()
        top.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        top.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        top.addRow("Service", self.address)
        rows.addLayout(top)
        rows.addWidget(parts, 1)

    @property
    def url(self) -> str:
        """The address of the service."""
        return self.address.url

    @property
    def ready(self) -> bool:
        """Whether there is something to ask."""
        return bool(self.adql.toPlainText().strip())

    def job(self, to: str | None) -> Job[Catalogue]:
        """What is to be asked; see `read_tap_job`."""
        return read_tap_job(
            self.url,
            self.adql.toPlainText(),
            to=to,
            mode=self.mode.currentData(),
            maxrec=self.rows.value(),
        )

    def _other_service(self) -> None:
        self.tables.clear()
        if self._is_example():
            self._show_example()
        self.changed.emit()

    def _is_example(self) -> bool:
        text = self.adql.toPlainText()
        return not text.strip() or text in {one.example for one in TAP_SERVICES} | {example_of("")}

    def _show_example(self) -> None:
        table = self.tables.chosen
        self.adql.setPlainText(example_query(table) if table else example_of(self.url))

    def _insert(self, name: str) -> None:
        self.adql.insertPlainText(name)
        self.adql.setFocus()


class ConePage(QWidget):
    """A place and a radius."""

    changed = Signal()
    """Another service, or another place."""

    def __init__(self) -> None:
        super().__init__()
        self.address = AddressBox(CONE_SERVICES)
        self.place = QLineEdit()
        self.place.setPlaceholderText("150.1 2.2 or 10:00:24 +02:12:00")
        self.place.setToolTip("Right ascension and declination, ICRS: degrees, or h:m:s and d:m:s")
        self.radius = QDoubleSpinBox()
        self.radius.setRange(0.01, 10_800)
        self.radius.setDecimals(2)
        self.radius.setValue(5)
        self.radius.setSuffix(" arcmin")
        self.radius.setToolTip("Angle on the sky around the place")
        self.columns = ChoiceBox("How much the service tells of each source", COLUMNS)
        rows = QFormLayout(self)
        rows.setContentsMargins(10, 10, 10, 10)
        rows.setVerticalSpacing(8)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        rows.addRow("Service", self.address)
        rows.addRow("Around", self.place)
        rows.addRow("Radius", self.radius)
        rows.addRow("With", self.columns)
        self.address.currentTextChanged.connect(lambda _: self.changed.emit())
        self.place.textChanged.connect(lambda _: self.changed.emit())

    @property
    def url(self) -> str:
        """The address of the service."""
        return self.address.url

    @property
    def ready(self) -> bool:
        """Whether there is something to ask."""
        return bool(self.place.text().strip())

    def job(self, to: str | None) -> Job[Catalogue]:
        """What is to be asked; see `cone_search_job`."""
        return cone_search_job(
            self.url,
            self.place.text(),
            f"{self.radius.value()} arcmin",
            to=to,
            verbosity=int(self.columns.currentData()),
        )
