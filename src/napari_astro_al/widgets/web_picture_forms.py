"""Forms that make providers of pictures from the web: surveys by name, and any address."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

from qtpy.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts.online import SERVICES, service
from napari_astro_al.errors import AstroALError, CutoutError
from napari_astro_al.widgets.picture_fields import (
    FIELD_TIP,
    TITLE,
    Make,
    PictureForm,
    choices,
    line,
    text_or_none,
)
from napari_astro_al.widgets.style import small

SURVEYS = {
    "hips2fits": "Any HiPS survey (CDS hips2fits)",
    "legacysurvey": "DESI Legacy Surveys",
    "sdss": "SDSS SkyServer",
    "first": "FIRST, radio 1.4 GHz",
    "panstarrs": "Pan-STARRS 1",
}
OPTIONS = {
    "hips": ("Survey", "Identifier of the survey, as in the list of HiPS at the CDS"),
    "size": ("Field", FIELD_TIP),
    "pixels": ("Pixels a side", "Pixels a side of the picture"),
    "format": ("Format", "jpg and png are made for the screen; fits has measured values"),
    "layer": ("Layer", "Such as ls-dr10, unwise-neo7, galex"),
    "pixel_scale": ("Pixel scale (arcsec)", "Arcseconds a pixel"),
    "release": ("Data release", "Such as dr18"),
    "bands": ("Bands", "Three of g, r, i, z and y for red, green and blue, or one"),
    "at_once": ("Requests at once", "Requests on their way at the same time"),
    "per_second": ("Requests a second", "Requests begun in a second"),
}
ONE_OF = {"format": ("jpg", "png", "fits")}
"""Options that are one of a few words."""
HIDDEN = ("hosts", "scheme", "template")
"""Options of services that are not for a form."""


class ServiceForm(PictureForm):
    """A service on the web that is known by name."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        names = [one for one in SERVICES if one != "url"]
        self.service = choices({SURVEYS.get(one, one): one for one in names}, "Who cuts them out")
        self.add("Service", self.service)
        self._fields: dict[str, dict[str, QWidget]] = {}
        self.calls = small("")
        self.calls.setWordWrap(True)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.calls)
        for name in names:
            self._fields[name] = _option_fields(self.rows, name, self._say_calls)
        self.add(TITLE[0], self.title)
        self.service.currentIndexChanged.connect(self._show_options)
        self._show_options()

    @property
    def options(self) -> dict[str, QWidget]:
        """The fields of the chosen service, by option."""
        return self._fields[self.service.currentData()]

    def _show_options(self, _: int = 0) -> None:
        for name, fields in self._fields.items():
            for field in fields.values():
                self.rows.setRowVisible(field, name == self.service.currentData())
        self._say_calls()

    def _say_calls(self) -> None:
        try:
            hosts = service(self.service.currentData(), **self._options()).hosts
        except AstroALError as error:
            self.calls.setText(str(error))
            return
        self.calls.setText(asks_to_allow(hosts))

    def _options(self) -> dict[str, Any]:
        return _typed(self.service.currentData(), self.options)

    def make(self) -> Make:
        """See `PictureForm.make`."""
        provider = service(
            self.service.currentData(), title=text_or_none(self.title), **self._options()
        )
        return lambda: [provider]


class AddressForm(PictureForm):
    """An address in which the position is filled in."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(
            "In braces, any of ra and dec (degrees), size (arcsec), size_arcmin, size_deg, pixels, "
            "id. The host must be written out, and is not called until you allow it in the Cutouts "
            "dock."
        )
        self.template = line("https://example.org/cutout?ra={ra}&dec={dec}&fov={size_deg}")
        self.add("Address", self.template, "An address with the source's position in braces")
        self._fields = _option_fields(self.rows, "url", lambda: None)
        self.add(TITLE[0], self.title)

    def make(self) -> Make:
        """See `PictureForm.make`."""
        address = self.template.text().strip()
        if not address:
            raise CutoutError("Type the address, with {ra} and {dec} where the position goes.")
        options = _typed("url", self._fields)
        provider = service("url", template=address, title=text_or_none(self.title), **options)
        return lambda: [provider]


def asks_to_allow(hosts: tuple[str, ...]) -> str:
    """Says which hosts are called, and that none is as yet."""
    return f"Calls {' and '.join(hosts)}, once you allow it in the Cutouts dock."


def _option_fields(rows: QFormLayout, name: str, changed: Callable[[], None]) -> dict[str, QWidget]:
    """A field for each option of a service, with its default."""
    fields: dict[str, QWidget] = {}
    for option, parameter in signature(SERVICES[name]).parameters.items():
        plain = parameter.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
        if option in HIDDEN or not plain:
            continue
        default = "" if parameter.default in (None, Parameter.empty) else str(parameter.default)
        words, tip = OPTIONS.get(option, (option.replace("_", " ").capitalize(), ""))
        if option in ONE_OF:
            fields[option] = choices({one: one for one in ONE_OF[option]}, tip)
        else:
            field = line("not known" if parameter.default is None else "", tip, default)
            field.editingFinished.connect(changed)
            fields[option] = field
        rows.addRow(words, fields[option])
    return fields


def _text_of(field: QWidget) -> str:
    if isinstance(field, QComboBox):
        return field.currentText()
    assert isinstance(field, QLineEdit)
    return field.text().strip()


def _typed(name: str, fields: dict[str, QWidget]) -> dict[str, Any]:
    """The options that differ from the defaults, of the defaults' types."""
    options: dict[str, Any] = {}
    for option, field in fields.items():
        default = signature(SERVICES[name]).parameters[option].default
        text = _text_of(field)
        if text == ("" if default in (None, Parameter.empty) else str(default)):
            continue
        kind = int if isinstance(default, int) else float
        if isinstance(default, (int, float)) or (default is None and option == "pixel_scale"):
            try:
                options[option] = kind(text)
            except ValueError:
                words = OPTIONS.get(option, (option, ""))[0]
                raise CutoutError(f"{words}: {text!r} is not a number.") from None
        else:
            options[option] = text
    return options
