"""Forms that make providers of pictures in files: columns, images of the sky, archives, arrays."""

from __future__ import annotations

import pandas as pd

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import (
    CutoutProvider,
    ImageArchive,
    ImageColumn,
    ImageStack,
    ImageTiles,
)
from napari_astro_al.cutouts.planes import bands_of
from napari_astro_al.cutouts.tiles import ENDINGS
from napari_astro_al.errors import CutoutError
from napari_astro_al.widgets.picture_fields import (
    FIELD_TIP,
    TITLE,
    Make,
    PathField,
    PictureForm,
    choices,
    line,
    number,
    number_or_name,
    text_or_none,
    whole,
)

_SCALE = ("Pixel scale (arcsec)", "as the files say", "Arcseconds a pixel, where files do not say")
_BAND = ("where there are several, from 0", "Which plane of arrays and images with three axes")


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
        self.add(TITLE[0], self.title)

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
        self.size = line("about 64 pixels", FIELD_TIP)
        self.extension = line("all with coordinates", "Number or name of the extension to use")
        self.band = line(*_BAND)
        self.add("Files", self.files)
        self.add("Field", self.size)
        self.add("FITS extension", self.extension)
        self.add("Band", self.band)
        self.add(TITLE[0], self.title)

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
        self.add(TITLE[0], self.title)
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
        self.add(TITLE[0], self.title)

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
