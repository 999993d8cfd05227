"""How many sources are drawn, how, and what for."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.session.sampling import PREDICTED, Sampling
from napari_astro_al.widgets.name_box import ChoiceBox, NameBox

HOW = {"At random": "random", "Stratified": "stratified", "In proportion": "proportional"}
PARTS = {"Test set": "test", "Validation set": "validation"}
HOW_TIP = (
    "At random: every source is as likely as any other.\n"
    "Stratified: as many of each value, or bin, of a column, so that rare ones are not left to "
    "luck.\nIn proportion: of each value the share that it has."
)
BY_TIP = (
    "The column whose values are strata; many numbers are put into ten bins of the same width. "
    "By prediction, classes that lack most of their target are drawn most."
)
PART_TIP = (
    "The test set says at the very end how good the classifier is; the validation set is what "
    "the scores after each training are measured on"
)
ANSWERED_TIP = (
    "Draw sources that you have labelled already, too: they leave training, and their labels score"
)
MOST = 1_000_000


class SamplingForm(QWidget):
    """A few fields, and the button that draws."""

    part_chosen = Signal()
    """The set is for another part."""
    changed = Signal()
    """What may be drawn is another."""
    draw_wanted = Signal()
    """Draw."""

    def __init__(self) -> None:
        super().__init__()
        self.part = ChoiceBox(PART_TIP, PARTS)
        self.n = QSpinBox()
        self.n.setRange(1, MOST)
        self.n.setValue(100)
        self.n.setGroupSeparatorShown(True)
        self.n.setToolTip("How many sources to draw; fewer where fewer match")
        self.how = ChoiceBox(HOW_TIP, HOW)
        self.by = NameBox(BY_TIP)
        self.answered = QCheckBox("also labelled sources")
        self.answered.setToolTip(ANSWERED_TIP)
        self.draw = QPushButton("Draw")
        self.draw.setToolTip("Draw sources into the set: from then on they are never trained on")
        self.draw.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.drop = QPushButton("Drop…")
        self.drop.setToolTip("Dissolve the set, after asking")
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.draw, 1)
        buttons.addWidget(self.drop)
        for box in (self.part, self.n, self.how, self.by):
            box.setMinimumWidth(116)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for words, field in (
            ("For the", self.part),
            ("How many", self.n),
            ("How", self.how),
            ("By", self.by),
        ):
            form.addRow(words, field)
        form.addRow(self.answered)
        form.addRow(buttons)
        self.part.currentIndexChanged.connect(lambda _: self.part_chosen.emit())
        self.how.currentIndexChanged.connect(self._adapt)
        self.answered.toggled.connect(lambda _: self.changed.emit())
        self.draw.clicked.connect(self.draw_wanted)
        self._seed, self._bins = 0, 10
        self._adapt()

    def _adapt(self, *_: object) -> None:
        self.by.setEnabled(self.how.currentData() != "random")

    def take(self, catalogue: Catalogue, sampling: Sampling | None = None) -> None:
        """Offer the columns of a catalogue, and show a sampling."""
        label = catalogue.roles.label
        self.by.offer([str(name) for name in catalogue.table.columns], {"prediction": PREDICTED})
        if sampling is None:
            sampling = Sampling()
        self._seed, self._bins = sampling.seed, sampling.bins
        self.n.setValue(sampling.n or self.n.value())
        self.how.setCurrentIndex(self.how.findData(sampling.how))
        self.by.show_value(sampling.by or label or PREDICTED)

    def sampling(self) -> Sampling:
        """What the fields say.

        Raises
        ------
        SessionError
            If they do not go together.
        """
        how = self.how.currentData()
        by = None if how == "random" else self.by.value
        return Sampling(self.n.value(), how, by, self._bins, self._seed)
