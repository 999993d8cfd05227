"""Forms that make providers of pictures: one for each place that pictures come from."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

import pandas as pd
from qtpy.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import (
    CutoutProvider,
    ImageArchive,
    ImageColumn,
    ImageStack,
    ImageTiles,
)
from napari_astro_al.cutouts.online import SERVICES, service
from napari_astro_al.cutouts.planes import bands_of
from napari_astro_al.cutouts.tiles import ENDINGS
from napari_astro_al.errors import AstroALError, CutoutError
from napari_astro_al.widgets.picture_fields import (
    PathField,
    choices,
    form,
    line,
    number,
    number_or_name,
    text_or_none,
    whole,
)
from napari_astro_al.widgets.style import small

Make = Callable[[], list[CutoutProvider]]
"""Makes providers; it may read files, and is called in a thread."""

SURVEYS = {
    "hips2fits": "Any HiPS survey (CDS hips2fits)",
    "legacysurvey": "DESI Legacy Surveys",
    "sdss": "SDSS SkyServer",
    "first": "FIRST, radio 1.4 GHz",
    "panstarrs": "Pan-STARRS 1",
}
OPTIONS = {
    "hips": ("Survey", "Identifier of the survey, as in the list of HiPS at the CDS"),
    "size": ("Field", "Width and height on the sky, with its unit: 30 arcsec, 2 arcmin"),
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

_SCALE = ("Pixel scale (arcsec)", "as the files say", "Arcseconds a pixel, where files do not say")
_BAND = ("where there are several, from 0", "Which plane of arrays and images with three axes")
_TITLE = ("Name", "given by itself", "What the pictures are called, above each one")


class PictureForm(QWidget):
    """Fields that say where pictures are.

    Attributes
    ----------
    rows : QFormLayout
    """

    def __init__(self, note: str = "") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        page, self.rows = form()
        column.addWidget(page)
        if note:
            words = small(note)
            words.setWordWrap(True)
            column.addWidget(words)
        column.addStretch(1)
        self.title = line(_TITLE[1], _TITLE[2])

    def add(self, words: str, field: QWidget, tip: str = "") -> None:
        """Put a field below the others."""
        if tip:
            field.setToolTip(tip)
        self.rows.addRow(words, field)

    def make(self) -> Make:
        """What makes the providers that the fields describe.

        Raises
        ------
        CutoutError
            If a field is empty that must not be, or holds what it cannot.
        """
        raise NotImplementedError


class ColumnForm(PictureForm):
    """A column of paths or arrays."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(
            "PNG, JPEG, GIF, TIFF and FITS, also packed. Paths must not lead out of the folder."
        )
        columns = {one: one for one in _picture_columns(catalogue)}
        nothing = {} if catalogue.roles.images or catalogue.arrays else {"choose a column": None}
        self.column = choices({**nothing, **columns}, "Paths of files, or arrays")
        self.root = PathField(
            "Folder that the paths are relative to",
            folders=True,
            hint="the folder of the catalogue",
        )
        self.scale = line(*_SCALE[1:])
        self.extension = line("the first with a picture", "Of FITS files: a number or a name")
        self.band = line(*_BAND)
        self.add("Column", self.column)
        self.add("Folder", self.root)
        self.add(_SCALE[0], self.scale)
        self.add("FITS extension", self.extension)
        self.add("Band", self.band)
        self.add(_TITLE[0], self.title)

    def make(self) -> Make:
        """See `PictureForm.make`."""
        if self.column.currentData() is None:
            raise CutoutError("Choose the column that has the paths of files, or arrays.")
        folders = self.root.paths()
        provider = ImageColumn(
            self.column.currentData(),
            folders[0] if folders else None,
            pixel_scale=number(self.scale, _SCALE[0]),
            title=text_or_none(self.title),
            extension=number_or_name(self.extension),
            band=whole(self.band, "Band"),
        )
        return lambda: [provider]


class TilesForm(PictureForm):
    """Images of the sky."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(
            "FITS images with world coordinates. Each source is cut out at its position, north up."
        )
        patterns = " ".join(f"*{one}" for one in ENDINGS)
        self.files = PathField(
            "Images of the sky",
            kinds=f"FITS ({patterns});;All files (*)",
            folders=True,
            several=True,
            hint="files, a folder, or a pattern such as tiles/*_r.fits",
        )
        self.size = line("about 64 pixels", OPTIONS["size"][1])
        self.extension = line("all with coordinates", "Number or name of the extension to use")
        self.band = line(*_BAND)
        self.add("Files", self.files)
        self.add("Field", self.size)
        self.add("FITS extension", self.extension)
        self.add("Band", self.band)
        self.add(_TITLE[0], self.title)

    def make(self) -> Make:
        """See `PictureForm.make`."""
        paths = self.files.paths()
        if not paths:
            raise CutoutError("Choose the FITS files of the images, or their folder.")
        extension = number_or_name(self.extension)
        provider = ImageTiles(
            paths,
            size=text_or_none(self.size),
            title=text_or_none(self.title),
            extensions=None if extension is None else [extension],
            band=whole(self.band, "Band"),
        )
        return lambda: [provider]


class ArchiveForm(PictureForm):
    """A zip or tar archive of picture files."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(
            "Pictures are read where they are; the archive is not unpacked to a folder."
        )
        kinds = "*.zip *.tar *.tgz *.tar.gz *.tar.bz2 *.tar.xz"
        self.file = PathField("An archive", kinds=f"Archives ({kinds});;All files (*)")
        self.column = choices(
            {"by the source's id": None, **{f"by {one}": one for one in _texts(catalogue)}},
            "How the file of a source is found: its name is the id, or stands in a column",
        )
        self.folder = line("none", "Folder in the archive that names in the column are relative to")
        self.scale = line(*_SCALE[1:])
        self.extension = line("the first with a picture", "Of FITS files: a number or a name")
        self.add("Archive", self.file)
        self.add("Files are named", self.column)
        self.add("Folder inside", self.folder)
        self.add(_SCALE[0], self.scale)
        self.add("FITS extension", self.extension)
        self.add(_TITLE[0], self.title)
        named = [one for one in catalogue.roles.images if one in _texts(catalogue)]
        if named:
            self.column.setCurrentIndex(self.column.findData(named[0]))

    def make(self) -> Make:
        """See `PictureForm.make`."""
        paths = self.file.paths()
        if not paths:
            raise CutoutError("Choose the archive.")
        provider = ImageArchive(
            paths[0],
            self.column.currentData(),
            folder=self.folder.text().strip(),
            pixel_scale=number(self.scale, _SCALE[0]),
            title=text_or_none(self.title),
            extension=number_or_name(self.extension),
        )
        return lambda: [provider]


class StackForm(PictureForm):
    """One array with a picture a source."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(
            "Arrays of shape (n, ny, nx), (n, ny, nx, 3) or (n, bands, ny, nx). Every band becomes "
            "a picture of its own, unless one is named."
        )
        self.file = PathField(
            "Pictures in one array",
            kinds="Arrays (*.h5 *.hdf5 *.npy *.zarr.zip);;All files (*)",
            folders=True,
            hint="HDF5, .npy, .zarr.zip, or a Zarr folder",
        )
        self.array = line("the only one", "Path of the array in the file")
        numbers = [
            str(one)
            for one in catalogue.table.columns
            if pd.api.types.is_integer_dtype(catalogue.table[one].dtype)
        ]
        self.found = choices(
            {
                "by ids in the file, or by rows": None,
                **{f"by the number in {one}": one for one in numbers},
            },
            "How the picture of a source is found: an array of ids beside the pictures, the order "
            "of the rows, or a column with its number, from 0",
        )
        self.ids = line("found by its name", "Path of the array of ids in the file")
        self.band = line("all, one by one", "Which band, from 0")
        self.scale = line("not known", "Arcseconds a pixel")
        self.add("File", self.file)
        self.add("Array", self.array)
        self.add("Pictures are found", self.found)
        self.add("Array of ids", self.ids)
        self.add("Band", self.band)
        self.add(_SCALE[0], self.scale)
        self.add(_TITLE[0], self.title)

    def make(self) -> Make:
        """See `PictureForm.make`."""
        paths = self.file.paths()
        if not paths:
            raise CutoutError("Choose the file of the array.")
        said = {
            "array": text_or_none(self.array),
            "ids": text_or_none(self.ids),
            "index": self.found.currentData(),
            "pixel_scale": number(self.scale, _SCALE[0]),
        }
        band, title = whole(self.band, "Band"), text_or_none(self.title)
        first = ImageStack(paths[0], band=band, title=title, **said)

        def make() -> list[CutoutProvider]:
            bands = bands_of(first.shape[1:]) if band is None else 0
            if not bands:
                return [first]
            names = [None if title is None else f"{title}[{n}]" for n in range(bands)]
            return [
                ImageStack(paths[0], band=n, title=name, **said) for n, name in enumerate(names)
            ]

        return make


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
        self.add(_TITLE[0], self.title)
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
        self.add(_TITLE[0], self.title)

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


def _picture_columns(catalogue: Catalogue) -> list[str]:
    """Columns that may be pictures, the likely ones first."""
    known = {*catalogue.arrays, *catalogue.table.columns}
    likely = [one for one in catalogue.roles.images if one in known]
    return list(dict.fromkeys([*likely, *catalogue.arrays, *_texts(catalogue)]))


def _texts(catalogue: Catalogue) -> list[str]:
    table = catalogue.table
    return [
        str(one)
        for one in table.columns
        if pd.api.types.is_string_dtype(table[one].dtype) or table[one].dtype == object
    ]


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
