"""The settings of a detection, as fields."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from napari_astro_al.errors import ImageError
from napari_astro_al.imaging.settings import DetectionSettings
from napari_astro_al.widgets.style import small


class DetectionForm(QWidget):
    """A field for each setting."""

    changed = Signal()
    """A setting that decides which sources are found is another."""

    def __init__(self) -> None:
        super().__init__()
        told = DetectionSettings()
        self.threshold = _number(told.threshold, 0.5, 1000, " σ", 0.5)
        self.least_pixels = _whole(told.least_pixels, 1, 100_000, " pixels")
        self.smoothing = _number(told.smoothing, 0, 50, " pixels", 0.5)
        self.mesh = _whole(told.mesh, 8, 4096, " pixels")
        self.deblend = QCheckBox("Take blends apart")
        self.deblend.setChecked(told.deblend)
        self.contrast = _number(told.contrast, 0, 1, "", 0.001, decimals=4)
        self.zero_point = QLineEdit()
        self.zero_point.setPlaceholderText("none: fluxes only")
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        lines = (
            (
                "Threshold",
                self.threshold,
                "How far the pixels of a source rise above the background, in standard deviations "
                "of its noise",
            ),
            ("At least", self.least_pixels, "Connected pixels above the threshold"),
            (
                "Smoothing",
                self.smoothing,
                "Width at half maximum of the Gaussian that the image is smoothed with before it "
                "is searched: best that of a star",
            ),
            (
                "Background mesh",
                self.mesh,
                "Side of the cells in which the background is measured: larger than any source",
            ),
            ("", self.deblend, "Make sources that touch several, by their peaks"),
            (
                "Contrast",
                self.contrast,
                "Share of a blend's light that a peak needs: smaller takes more apart",
            ),
            ("Zero point", self.zero_point, "Magnitude of a flux of 1, for magnitudes"),
        )
        for name, field, tip in lines:
            field.setToolTip(tip)
            label = small(name)
            label.setToolTip(tip)
            rows.addRow(label, field)
        for spin in (self.threshold, self.least_pixels, self.smoothing, self.mesh, self.contrast):
            spin.valueChanged.connect(lambda _: self.changed.emit())
        self.deblend.toggled.connect(self.contrast.setEnabled)
        self.deblend.toggled.connect(lambda _: self.changed.emit())

    def settings(self) -> DetectionSettings:
        """What the fields say.

        Raises
        ------
        ImageError
            If the zero point is no number.
        """
        text = self.zero_point.text().strip()
        try:
            zero_point = float(text) if text else None
        except ValueError:
            raise ImageError(
                f"The zero point {text!r} is no number. Give magnitudes, such as 25.0, or nothing."
            ) from None
        return DetectionSettings(
            threshold=self.threshold.value(),
            least_pixels=self.least_pixels.value(),
            smoothing=self.smoothing.value(),
            mesh=self.mesh.value(),
            deblend=self.deblend.isChecked(),
            contrast=self.contrast.value(),
            zero_point=zero_point,
        )


def _number(
    value: float, low: float, high: float, unit: str, step: float, *, decimals: int = 1
) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setDecimals(decimals)
    field.setRange(low, high)
    field.setSingleStep(step)
    field.setValue(value)
    field.setSuffix(unit)
    field.setKeyboardTracking(False)
    return field


def _whole(value: int, low: int, high: int, unit: str) -> QSpinBox:
    field = QSpinBox()
    field.setRange(low, high)
    field.setValue(value)
    field.setSuffix(unit)
    field.setKeyboardTracking(False)
    return field
