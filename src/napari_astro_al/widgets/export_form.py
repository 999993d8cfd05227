"""What to write into a file, and where: rows, predictions, columns, format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.session import Session
from napari_astro_al.session.file_names import folder_stem
from napari_astro_al.session.places import free_path
from napari_astro_al.widgets.style import small

TABLE, MODEL, CARD, OTHER = "table", "model", "card", "astronomical"
WHAT = {
    TABLE: ("A table of sources", "Labels and predictions beside columns of the catalogue"),
    MODEL: ("The model alone", "For napari-astro-al predict, or any ONNX runtime"),
    CARD: ("A model card", "Data, label counts, scores with intervals, use and limits, as text"),
    OTHER: ("An AstronomicAL configuration", "As far as AstronomicAL can say it"),
}
FORMATS: dict[str, dict[str, str]] = {
    TABLE: {
        "FITS": ".fits",
        "VOTable": ".vot",
        "ECSV": ".ecsv",
        "CSV (without units and origin)": ".csv",
        "Parquet": ".parquet",
    },
    MODEL: {"skops (scikit-learn, no pickle)": ".skops", "ONNX": ".onnx"},
    CARD: {"Markdown": ".md", "JSON": ".json"},
    OTHER: {"JSON": ".json"},
}
NAMES = {TABLE: "labelled", MODEL: "model", CARD: "model-card", OTHER: "astronomical"}
LABELLED, ALL, SELECTED = "labelled", "all", "selected"
LIST_HEIGHT = 170


class ExportForm(QWidget):
    """Asks what goes into which file.

    Parameters
    ----------
    session : Session
    """

    changed = Signal()
    """Something else is chosen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.what = QComboBox()
        for key, (title, _) in WHAT.items():
            self.what.addItem(title, key)
        self.meaning = small("")
        self.meaning.setWordWrap(True)
        self.rows = QComboBox()
        self.predictions = QCheckBox("Predictions")
        self.predictions.setToolTip(
            "Likeliest class, its probability, the probability of every class, and 1 - confidence"
        )
        self.task = QComboBox()
        self.task.setToolTip("Whose model")
        self.columns = _ColumnList(session.catalogue.table.columns)
        self.format = QComboBox()
        self.file = _FileRow()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setVerticalSpacing(8)
        for title, field in (
            ("What", self.what),
            ("", self.meaning),
            ("Sources", self.rows),
            ("", self.predictions),
            ("Task", self.task),
            ("Columns", self.columns),
            ("Format", self.format),
            ("File", self.file),
        ):
            label = small(title)
            label.setMinimumHeight(22)
            self._form.addRow(label, field)
        self._fill()
        self.what.currentIndexChanged.connect(self._adapt)
        self.rows.currentIndexChanged.connect(self._rows_chosen)
        self.format.currentIndexChanged.connect(self._suffix_chosen)
        self.file.path.textChanged.connect(lambda _: self.changed.emit())
        self._adapt()

    def _fill(self) -> None:
        session = self._session
        n_labels, n_selected = len(session.labels), session.selection.count
        self.rows.addItem(f"Labelled ({n_labels:,})", LABELLED)
        if not session.why_not("export all"):
            self.rows.addItem(f"All ({len(session.catalogue):,})", ALL)
        if n_selected:
            self.rows.addItem(f"Selected ({n_selected:,})", SELECTED)
        names = list(session.tasks)
        if len(names) > 1:
            self.task.addItem("all together", None)
        for name in names:
            self.task.addItem(name, name)

    @property
    def kind(self) -> str:
        """What is to be written: one of `WHAT`."""
        return str(self.what.currentData())

    @property
    def chosen_task(self) -> str | None:
        """Whose model; None for all of them together."""
        task = self.task.currentData()
        return None if task is None else str(task)

    @property
    def wants_predictions(self) -> bool:
        """Whether predictions are to be written, and can be."""
        return self.predictions.isEnabled() and self.predictions.isChecked()

    def _lacking(self) -> list[str]:
        """Tasks without a model."""
        names = list(self._session.tasks) if self.chosen_task is None else [self.chosen_task]
        return [name for name in names if name not in self._session.results]

    def obstacle(self) -> str:
        """Why nothing can be written as it stands; empty where it can."""
        if self.kind in (MODEL, CARD) and self._lacking():
            return "There is no model yet: label sources of two classes first."
        if not self.file.path.text().strip():
            return "Choose a file."
        return ""

    def warning(self) -> str:
        """What to know before writing; empty where there is nothing."""
        return "A file of that name is there: it is replaced." if self.path().is_file() else ""

    def _adapt(self, *_: object) -> None:
        """Show what the choice needs."""
        table = self.kind == TABLE
        self.meaning.setText(WHAT[self.kind][1])
        for field in (self.rows, self.predictions, self.columns):
            self._form.setRowVisible(field, table)
        self._form.setRowVisible(self.task, self.kind != OTHER and self.task.count() > 1)
        single = self.kind in (MODEL, CARD)
        first = self.task.findData(None)
        if single and first >= 0 and self.task.currentIndex() == first:
            self.task.setCurrentIndex(first + 1)
        self.format.blockSignals(True)
        self.format.clear()
        for title, suffix in FORMATS[self.kind].items():
            self.format.addItem(title, suffix)
        self.format.blockSignals(False)
        self.file.path.setText(str(self._proposed()))
        self._rows_chosen()

    def _rows_chosen(self, *_: object) -> None:
        lacking = self._lacking()
        self.predictions.setEnabled(not lacking)
        if not lacking:
            self.predictions.setChecked(self.rows.currentData() != LABELLED)
        self.changed.emit()

    def _proposed(self) -> Path:
        """A file beside the session, or beside the catalogue, or at home."""
        session = self._session
        beside = session.path or session.catalogue.path
        folder = Path.home() if beside is None else beside.parent
        name = f"{folder_stem(session.name)}-{NAMES[self.kind]}{self.format.currentData()}"
        return free_path(folder / name)

    def _suffix_chosen(self, *_: object) -> None:
        text = self.file.path.text().strip()
        if text:
            self.file.path.setText(str(Path(text).with_suffix(str(self.format.currentData()))))
        self.changed.emit()

    def path(self) -> Path:
        """Where to; with the suffix of the format where none is given."""
        path = Path(self.file.path.text().strip()).expanduser()
        return path if path.suffix else path.with_suffix(str(self.format.currentData()))


class _FileRow(QWidget):
    """A path, and a button that finds one."""

    def __init__(self) -> None:
        super().__init__()
        self.path = QLineEdit()
        self.path.setToolTip("The suffix says the format")
        browse = QPushButton("Browse…")
        browse.clicked.connect(lambda _: self._browse())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.path, 1)
        row.addWidget(browse)

    def _browse(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Export", self.path.text())
        if path:
            self.path.setText(path)


class _ColumnList(QWidget):
    """The catalogue's columns with a box to tick, and a filter for many of them."""

    def __init__(self, names: Sequence[Any]) -> None:
        super().__init__()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter columns")
        self.filter.setClearButtonEnabled(True)
        self.every, self.none = QPushButton("All"), QPushButton("None")
        self.every.setToolTip("Tick all that are listed")
        self.none.setToolTip("Tick none of those listed")
        self.list = QListWidget()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setFixedHeight(LIST_HEIGHT)
        for name in names:
            item = QListWidgetItem(str(name))
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        head = QHBoxLayout()
        head.addWidget(self.filter, 1)
        head.addWidget(self.every)
        head.addWidget(self.none)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(head)
        rows.addWidget(self.list)
        self.filter.textChanged.connect(self._sift)
        self.every.clicked.connect(lambda _: self._tick(Qt.CheckState.Checked))
        self.none.clicked.connect(lambda _: self._tick(Qt.CheckState.Unchecked))

    def _items(self) -> list[QListWidgetItem]:
        found = (self.list.item(row) for row in range(self.list.count()))
        return [item for item in found if item is not None]

    def _sift(self, text: str) -> None:
        for item in self._items():
            item.setHidden(text.strip().lower() not in item.text().lower())

    def _tick(self, state: Qt.CheckState) -> None:
        for item in self._items():
            if not item.isHidden():
                item.setCheckState(state)

    def ticked(self) -> list[str]:
        """The names with a tick."""
        return [one.text() for one in self._items() if one.checkState() == Qt.CheckState.Checked]
