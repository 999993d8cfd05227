"""Choosing what to measure on pictures, and what the numbers are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.session.measured import MOST_COMPONENTS, What
from napari_astro_al.session.measuring import N_COMPONENTS
from napari_astro_al.widgets.style import caption, small

WIDTH = 430
"""Pixels that wrapped text is laid out for."""

KINDS: dict[What, tuple[str, str]] = {
    "embedding": (
        "Embedding",
        "What a network trained on photographs sees in each picture, whichever way it is turned. "
        "Sources that look alike come near each other, so that few labels go far and marked "
        "examples find more of their kind.",
    ),
    "morphology": (
        "Morphology",
        "Concentration, asymmetry, smoothness, Gini, M20, ellipticity, winding, radii and colours "
        "of the source in the middle of each picture.",
    ),
}
USES = {
    "replace": ("Use them as the features", "Models see the new columns alone"),
    "add": ("Add them to the features", "Models see the new columns beside those of now"),
    "keep": ("Only keep them as columns", "Features stay; axes, colours and the table know them"),
}


@dataclass(frozen=True)
class Wanted:
    """What the person chose.

    Attributes
    ----------
    what : {"embedding", "morphology"}
    provider : str
    n_components : int
    use : {"replace", "add", "keep"}
    """

    what: What
    provider: str
    n_components: int
    use: str


class MeasureDialog(QDialog):
    """What to measure, on which pictures, and what for.

    Parameters
    ----------
    providers : sequence of str
        Names of the pictures that there are; at least one.
    n_sources : int
    """

    def __init__(
        self, providers: Sequence[str], n_sources: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Measure pictures")
        self.kinds: dict[What, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.addWidget(caption("What to measure"))
        group = QButtonGroup(self)
        for kind, (words, tip) in KINDS.items():
            button = QRadioButton(words)
            group.addButton(button)
            self.kinds[kind] = button
            column.addWidget(button)
            note = small(tip)
            note.setWordWrap(True)
            note.setMinimumWidth(WIDTH)
            note.setContentsMargins(22, 0, 0, 4)
            column.addWidget(note)
        column.addSpacing(6)
        form = QFormLayout()
        self.provider = QComboBox()
        self.provider.addItems(list(providers))
        self.provider.setToolTip("Whose pictures are measured: one of those in the Cutouts dock")
        form.addRow("Pictures", self.provider)
        self.n_components = QSpinBox()
        self.n_components.setRange(8, MOST_COMPONENTS)
        self.n_components.setValue(N_COMPONENTS)
        self.n_components.setToolTip(
            "How many columns the embedding becomes: principal components, fitted to sources that "
            "are not held out"
        )
        form.addRow("Components", self.n_components)
        column.addLayout(form)
        column.addSpacing(6)
        column.addWidget(caption("What for"))
        uses = QButtonGroup(self)
        self.uses: dict[str, QRadioButton] = {}
        for use, (words, tip) in USES.items():
            button = QRadioButton(words)
            button.setToolTip(tip)
            uses.addButton(button)
            self.uses[use] = button
            column.addWidget(button)
        column.addSpacing(6)
        pause = small(
            f"{n_sources:,} pictures are read, a few a second. You can go on labelling; what is "
            "measured is kept, so that it can be stopped and started again."
        )
        pause.setWordWrap(True)
        pause.setMinimumWidth(WIDTH)
        column.addWidget(pause)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        start = self.buttons.button(buttons.Ok)
        if start is not None:
            start.setText("Measure")
        column.addWidget(self.buttons)
        self.kinds["embedding"].toggled.connect(self.n_components.setEnabled)
        self.kinds["embedding"].setChecked(True)
        self.uses["replace"].setChecked(True)

    def offer_uses(self, *, some: bool) -> None:
        """Offer what numbers can be for; without `some` features, to be the features alone."""
        for use, button in self.uses.items():
            button.setEnabled(some or use == "replace")
            if not button.isEnabled():
                button.setToolTip("There are no features yet")

    @property
    def wanted(self) -> Wanted:
        """What is chosen."""
        return Wanted(
            what=next(kind for kind, button in self.kinds.items() if button.isChecked()),
            provider=self.provider.currentText(),
            n_components=self.n_components.value(),
            use=next(use for use, button in self.uses.items() if button.isChecked()),
        )
