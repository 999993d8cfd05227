"""FITS files that stay open between readings, the least recently used closed first."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from pathlib import Path
from typing import Any

from napari_astro_al.cutouts.packed import opened
from napari_astro_al.imaging.headers import quietly

OPEN_FILES = 32


class OpenFiles:
    """Not safe between threads: its owner holds a lock."""

    def __init__(self) -> None:
        self._hdus: OrderedDict[Path, Any] = OrderedDict()
        weakref.finalize(self, _close_all, self._hdus)

    def hdus(self, file: Path) -> Any:
        """The extensions of a file, which is mapped into memory; unpacked before, where need be.

        Raises
        ------
        Exception
            Of any kind: malformed headers make astropy raise many.
        """
        from astropy.io import fits

        if file in self._hdus:
            self._hdus.move_to_end(file)
            return self._hdus[file]
        stream = opened(file)
        try:
            with quietly():
                # memmap=True would refuse pixels that have to be scaled
                hdus = fits.open(stream, ignore_missing_simple=True)
        except BaseException:
            stream.close()
            raise
        self._hdus[file] = hdus
        while len(self._hdus) > OPEN_FILES:
            self._hdus.popitem(last=False)[1].close()
        return hdus

    def close(self) -> None:
        """Let go of all; they are opened again when they are needed."""
        _close_all(self._hdus)


def _close_all(hdus: OrderedDict[Path, Any]) -> None:
    while hdus:
        hdus.popitem()[1].close()
