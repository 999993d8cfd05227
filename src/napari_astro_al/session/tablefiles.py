"""A table as the bytes of a file, in which every value can be found again.

None of FITS, VOTable, ECSV and CSV holds every text, and not all hold every kind of number: what
does not fit is either written in a wider type that is exact, or refused with the column's name.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from napari_astro_al.catalogue.roles import Column
from napari_astro_al.session.streams.fields import profiled
from napari_astro_al.session.streams.opening import ASTROPY_FORMATS, SUFFIXES, stream_bytes

__all__ = ["ASTROPY_FORMATS", "SUFFIXES", "table_bytes"]


def table_bytes(frame: pd.DataFrame, suffix: str, known: Mapping[str, Column]) -> bytes:
    """A table as the content of a file.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns in the forms of `catalogue.cells`.
    suffix : str
        One of `SUFFIXES`.
    known : mapping of str to Column
        Unit, description and UCD of columns that have any; all formats but CSV hold them.

    Returns
    -------
    bytes
        Missing cells are masked where the format can, else empty. Integers are exact: in VOTable,
        and in FITS with missing cells, unsigned ones become signed ones, or text from 2^63 on.
        Flags with missing cells are 0 and 1 in FITS.

    Raises
    ------
    SessionError
        Naming the column that the format does not hold, and formats that do.
    """
    return stream_bytes(frame, suffix, profiled(frame, dict(known)))
