"""The dashboard for everybody: by keyboard alone, with a screen reader, in either theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor, QImage
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QToolButton,
    QWidget,
)

import napari_astro_al as aal
from napari_astro_al.widgets.further_views import dock_of

CONTROLS = (
    *(QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider),
    *(QAbstractItemView, QTabBar, QPlainTextEdit),
)
READABLE = 4.5
"""The contrast that WCAG 2.1 asks for of text, in 1.4.3."""
SIGNS = 3.0
"""And of signs that are no text, in 1.4.11."""
MOST_CONTROLS = 300


def controls_of(widget: QWidget) -> Iterator[QWidget]:
    """What a person works with in a dock that is on show; parts of other controls left out."""
    for one in widget.findChildren(QWidget):
        part = isinstance(one, (QScrollBar, QHeaderView))
        part |= isinstance(one.parentWidget(), (QAbstractSpinBox, QComboBox, QLineEdit))
        if isinstance(one, CONTROLS) and not part and one.isVisible():
            yield one


def told(one: QWidget) -> str:
    return f"{type(one).__name__} {name_of(one)!r}"


def name_of(one: QWidget) -> str:
    """What a screen reader has to say."""
    text = one.text() if isinstance(one, QAbstractButton) else ""
    return text.strip() or one.accessibleName() or one.toolTip()


@pytest.fixture
def session():
    survey = aal.samples.simulated_survey(300, seed=1)
    session = aal.Session(survey)
    expert = aal.ColumnOracle(survey)
    for source in session.query(8):
        session.annotate(source, expert.label([source])[0])
    session.train()
    session.checkpoint("eight labels")
    session.project(x="u", y="g")
    return session


@pytest.fixture(params=["dark", "light"])
def bench(request, viewer, session, settled):
    viewer.theme = request.param
    aal.open_viewer(session, viewer=viewer)
    return settled(viewer)


def docks(bench) -> Iterator[tuple[str, QWidget]]:
    """Every dock of the dashboard, one after the other in front."""
    for name, (widget, _) in bench.dashboard._places.items():
        dock = dock_of(widget)
        dock.raise_()
        for _ in range(5):
            QApplication.processEvents()
        yield name, widget


def luminance(rgb: np.ndarray) -> np.ndarray:
    """Relative luminance of WCAG 2.1, from 8-bit sRGB."""
    part = rgb / 255.0
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(widget: QWidget) -> float:
    """Between what most of a widget is painted in and what stands out most from it.

    Edges of letters are blended with what is behind them, so that it is told too low, never too
    high.
    """
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    bits = picture.constBits()
    bits.setsize(picture.sizeInBytes())
    rows = np.frombuffer(bits, np.uint8).reshape(picture.height(), picture.bytesPerLine())
    pixels = rows[:, : 3 * picture.width()].reshape(-1, 3)
    paper = np.array(Counter(map(tuple, pixels.tolist())).most_common(1)[0][0])
    light, behind = luminance(pixels.astype(float)), luminance(paper.astype(float))
    high, low = np.maximum(light, behind), np.minimum(light, behind)
    return float(((high + 0.05) / (low + 0.05)).max())


def test_black_on_white_has_the_contrast_that_wcag_says(qapp):
    label = QLabel("■■■")
    label.setStyleSheet("background: white; color: black; font-size: 40pt;")
    assert contrast(label) == pytest.approx(21, abs=0.1)
    label.setStyleSheet("background: white; color: #777777; font-size: 40pt;")
    assert contrast(label) == pytest.approx(4.48, abs=0.02)
    assert QColor("#777777").red() == 0x77


def test_every_control_has_a_name_and_tab_leads_to_it_and_text_is_readable(bench, qtbot):
    nameless, unreached, pale = [], [], []
    for dock, widget in docks(bench):
        # what is only worked out for who looks comes late
        qtbot.waitUntil(lambda w=widget: any(controls_of(w)), timeout=20_000)
        there = list(controls_of(widget))
        nameless += [f"{dock}: {told(one)}" for one in there if not name_of(one)]
        wanted = {one for one in there if one.isEnabled()}
        first = next(one for one in there if one in wanted and takes_tab(one))
        unreached += [f"{dock}: {told(one)}" for one in wanted - reached_by_tab(first, wanted)]
        texts = [one for one in widget.findChildren(QWidget) if shows_text(one)]
        pale += [
            f"{dock}: {told(one)} {one.text()[:30]!r} {ratio:.1f}"
            for one in texts
            if (ratio := contrast(one)) < wanted_of(one)
        ]

    assert (nameless, unreached, pale) == ([], [], [])


def shows_text(one: QWidget) -> bool:
    """Whether it is there to be read; what is disabled or shows a picture in place of it is not."""
    if not isinstance(one, (QLabel, QAbstractButton)) or not one.text().strip():
        return False
    pictured = isinstance(one, QToolButton) and not one.icon().isNull()
    seen = one.isVisible() and not one.visibleRegion().isEmpty()
    return seen and one.isEnabled() and not pictured


def wanted_of(one: QLabel | QAbstractButton) -> float:
    return READABLE if any(sign.isalnum() for sign in one.text()) else SIGNS


def takes_tab(one: QWidget) -> bool:
    return bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus)


def reached_by_tab(first: QWidget, wanted: set[QWidget]) -> set[QWidget]:
    """What real presses of Tab lead to, from a control on and once round the window."""
    main = first.window()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    found: set[QWidget] = set()
    for _ in range(MOST_CONTROLS):
        now = main.focusWidget()
        found |= {one for one in wanted if one is now or one.isAncestorOf(now)}
        if found >= wanted:
            break
        QTest.keyClick(now, Qt.Key.Key_Tab)
    return found
