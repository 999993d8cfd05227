"""What a share file is, and how much of it to take over."""

from __future__ import annotations

from collections import Counter

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.annotation.events import ANSWERS
from napari_astro_al.errors import listing
from napari_astro_al.session.share_document import ShareDocument
from napari_astro_al.session.shared_events import annotators_in
from napari_astro_al.widgets.loading import ReadShare
from napari_astro_al.widgets.style import caption, small

LEVELS = {
    "layout": (
        "Layout",
        "Projection, pictures, views, docks and colours. Settings and labels stay.",
    ),
    "settings": (
        "Settings",
        "The layout, and features, classes, learner, split and test-set criteria. Your labels "
        "stay, and are read by them.",
    ),
    "everything": (
        "Everything, as a new session",
        "Settings and all answers with who gave them, in a folder of its own. The open session is "
        "saved and closed.",
    ),
}
WIDTH = 520


class LoadDialog(QDialog):
    """Says what a file holds, and asks for one of three levels.

    Parameters
    ----------
    found : ReadShare
    parent : QWidget

    Attributes
    ----------
    chosen : Signal
        Emitted with the level.
    """

    chosen = Signal(str)

    def __init__(self, found: ReadShare, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Load a share file")
        rows = QVBoxLayout(self)
        rows.setSpacing(8)
        rows.addWidget(caption(found.path.name))
        for words in (*contents(found.document), *_catalogue_words(found)):
            line = small(words)
            line.setWordWrap(True)
            rows.addWidget(line)
        self.levels = QButtonGroup(self)
        for number, (level, (title, what)) in enumerate(LEVELS.items()):
            choice = QRadioButton(title)
            choice.setChecked(level == "layout")
            choice.setEnabled(level == "layout" or not found.why_not)
            self.levels.addButton(choice, number)
            told = small(what)
            told.setWordWrap(True)
            told.setIndent(22)
            rows.addSpacing(4)
            rows.addWidget(choice)
            rows.addWidget(told)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        ok = self.buttons.button(buttons.Ok)
        if ok is not None:
            ok.setText("Load")
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        rows.addSpacing(6)
        rows.addWidget(self.buttons)
        self.setMinimumWidth(WIDTH)

    def choose(self, level: str) -> None:
        """Choose a level."""
        self.levels.buttons()[list(LEVELS).index(level)].setChecked(True)

    def _accept(self) -> None:
        level = list(LEVELS)[self.levels.checkedId()]
        self.accept()
        self.chosen.emit(level)


def contents(document: ShareDocument) -> list[str]:
    """What a share file is, in sentences."""
    said = [one for one in (document.author, document.doi, document.licence) if one]
    answers = Counter(one.kind for one in document.events if one.kind in ANSWERS)
    who = annotators_in(document.annotators)
    told = [" · ".join(said), (document.description or "")[:400]]
    told.append(
        f"{answers.total():,} answers ({answers['label']:,} labels) by {listing(who, most=4)} "
        f"about {document.catalogue.name!r}, {document.fingerprint.n_sources:,} sources."
    )
    return [one for one in told if one]


def _catalogue_words(found: ReadShare) -> list[str]:
    if found.why_not:
        return [f"The open catalogue is another one: {found.why_not}"]
    if found.change:
        return [f"The open catalogue is not as it was: {found.change}."]
    return ["The open catalogue is the one that was labelled."]
