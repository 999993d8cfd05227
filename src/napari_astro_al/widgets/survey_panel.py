"""Drawing a survey sample, and how far it is answered."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.session.sampling import PREDICTED
from napari_astro_al.session.survey import RATE, Survey, SurveyPlan
from napari_astro_al.widgets.name_box import ChoiceBox, NameBox
from napari_astro_al.widgets.style import caption, small

HOW = {
    "At random": "random",
    "Stratified": "stratified",
    "In proportion": "proportional",
    "By doubt": "uncertain",
}
HOW_TIP = (
    "At random: every source with the same chance.\n"
    "Stratified: as many of each value, or bin, of a column; best by prediction where a class is "
    "rare.\nIn proportion: of each value the share that it has.\n"
    "By doubt: doubtful sources with a larger chance; the estimates weigh that out again."
)
BY_TIP = "The column whose values are strata; many numbers are put into ten bins of the same width"
RATE_TIP = (
    "Which share of questions is about the survey sample. Its sources are asked blindly, and never "
    "train"
)
DRAW_TIP = (
    "Draw the sample and write it into the ledger, before any of its sources is seen: it cannot be "
    "drawn again until the numbers please"
)
MOST, N = 1_000_000, 200


class SurveyPanel(QWidget):
    """Fields and a button before a survey sample is drawn; how far it is afterwards."""

    draw_wanted = Signal()
    """Draw."""
    drop_wanted = Signal()
    """Give the sample up."""
    rate_chosen = Signal(float)
    """Another share of questions is to be about it."""

    def __init__(self) -> None:
        super().__init__()
        self.n = QSpinBox()
        self.n.setRange(2, MOST)
        self.n.setValue(N)
        self.n.setGroupSeparatorShown(True)
        self.n.setToolTip("How many sources; 200 tell a purity to about five per cent")
        self.how = ChoiceBox(HOW_TIP, HOW)
        self.by = NameBox(BY_TIP)
        self.rate, self.later_rate = _rate_box(), _rate_box()
        self.draw = QPushButton("Draw the sample")
        self.draw.setToolTip(DRAW_TIP)
        self.title, self.told = caption(""), small("")
        self.told.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.drop = QPushButton("Drop…")
        self.drop.setToolTip("Give the sample up, after asking: its labels train then")
        self.sure = small("Drop it? Its labels will train.")
        self.really, self.keep = QPushButton("Drop it"), QPushButton("Keep it")
        for button in (self.draw, self.drop, self.really, self.keep):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._form, self._state, self._question = self._lay_out()
        self.how.currentIndexChanged.connect(self._adapt)
        self.draw.clicked.connect(self.draw_wanted)
        self.drop.clicked.connect(lambda: self._ask(wanted=True))
        self.keep.clicked.connect(lambda: self._ask(wanted=False))
        self.really.clicked.connect(self._drop)
        self.later_rate.editingFinished.connect(self._choose_rate)
        self._rate = RATE
        self._adapt()
        self._ask(wanted=False)

    def _lay_out(self) -> tuple[QWidget, QWidget, QWidget]:
        form, state, question = QWidget(), QWidget(), QWidget()
        fields = _rows(QFormLayout(form))
        fields.addRow(caption("Survey sample"))
        for words, field in (
            ("How many", self.n),
            ("How", self.how),
            ("By", self.by),
            ("Of questions", self.rate),
        ):
            field.setMinimumWidth(104)
            fields.addRow(words, field)
        fields.addRow(self.draw)
        answers = QHBoxLayout(question)
        answers.setContentsMargins(0, 0, 0, 0)
        answers.setSpacing(4)
        answers.addWidget(self.really)
        answers.addWidget(self.keep)
        rate = _rows(QFormLayout())
        rate.addRow("Of questions", self.later_rate)
        rows = QVBoxLayout(state)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.drop)
        rows.addLayout(head)
        for widget in (self.sure, question, self.bar, self.told):
            rows.addWidget(widget)
        rows.addLayout(rate)
        rows.addStretch(1)
        for page in (form, state):
            self._pages.addWidget(page)
        return form, state, question

    def _adapt(self, *_: object) -> None:
        self.by.setEnabled(self.how.currentData() in ("stratified", "proportional"))

    def _ask(self, *, wanted: bool) -> None:
        self.drop.setVisible(not wanted)
        self.sure.setVisible(wanted)
        self._question.setVisible(wanted)

    def _drop(self) -> None:
        self._ask(wanted=False)
        self.drop_wanted.emit()

    def _choose_rate(self) -> None:
        if self.later_rate.value() != round(100 * self._rate):
            self.rate_chosen.emit(self.later_rate.value() / 100)

    def take(self, catalogue: Catalogue) -> None:
        """Offer the columns of a catalogue."""
        self.by.offer([str(name) for name in catalogue.table.columns], {"prediction": PREDICTED})
        self.by.show_value(PREDICTED)

    def plan(self) -> SurveyPlan:
        """What the fields say.

        Raises
        ------
        SessionError
            If they do not go together.
        """
        how = self.how.currentData()
        by = self.by.value if self.by.isEnabled() else None
        return SurveyPlan(self.n.value(), self.rate.value() / 100, how, by)

    def show_survey(self, survey: Survey | None, answered: tuple[int, int]) -> None:
        """Show how far a sample is; without one, the fields.

        Parameters
        ----------
        survey : Survey or None
        answered : (int, int)
            How many of its sources have a label, and of how many one was unsure.
        """
        self._pages.setCurrentWidget(self._form if survey is None else self._state)
        if survey is None:
            self._ask(wanted=False)
            return
        labelled, unsure = answered
        self.title.setText(f"{labelled:,} of {len(survey):,} answered")
        self.bar.setRange(0, len(survey))
        self.bar.setValue(labelled + unsure)
        doubt = f" Of {unsure:,} you were unsure." if unsure else ""
        self.told.setText(
            f"Survey sample of {survey.n_population:,} sources, drawn {survey.plan.words}.{doubt}"
        )
        self._rate = survey.plan.rate
        self.later_rate.setValue(round(100 * survey.plan.rate))


def _rate_box() -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, 100)
    box.setValue(round(100 * RATE))
    box.setSuffix(" %")
    box.setToolTip(RATE_TIP)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def _rows(form: QFormLayout) -> QFormLayout:
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(8)
    form.setVerticalSpacing(4)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return form
