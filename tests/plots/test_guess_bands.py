"""Bands found by the names of columns."""

from __future__ import annotations

import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue, Column
from napari_astro_al.plots.guess_bands import guess_bands


def found(*names: str, units: dict[str, str] | None = None) -> dict[str, dict[str, object]]:
    table = pd.DataFrame({"id": [1, 2], **{name: [1.5, 2.5] for name in names}})
    columns = {name: Column(unit=unit) for name, unit in (units or {}).items()}
    catalogue = Catalogue.from_table(table, id="id", columns=columns)
    return {str(band["column"]): band for band in guess_bands(catalogue)}


@pytest.mark.parametrize(
    ("names", "filters"),
    [
        (("u", "g", "r", "i", "z"), [f"SDSS {one}" for one in "ugriz"]),
        (("modelMag_u", "modelMag_g", "modelMag_r", "modelMag_i"), [f"SDSS {o}" for o in "ugri"]),
        (("gMeanPSFMag", "rMeanPSFMag", "yMeanPSFMag"), [f"Pan-STARRS {one}" for one in "gry"]),
        (("Jmag", "Hmag", "Ksmag"), [f"2MASS {one}" for one in ("J", "H", "Ks")]),
        (("j_m", "h_m", "k_m"), [f"2MASS {one}" for one in ("J", "H", "Ks")]),
        (("w1mpro", "w2mpro"), ["WISE W1", "WISE W2"]),
        (("[3.6]", "[4.5]", "[24]"), ["IRAC 3.6", "IRAC 4.5", "MIPS 24"]),
        (
            ("phot_bp_mean_mag", "phot_g_mean_mag", "phot_rp_mean_mag"),
            ["Gaia BP", "Gaia G", "Gaia RP"],
        ),
        (("FUVmag", "NUVmag"), ["GALEX FUV", "GALEX NUV"]),
        (("Bmag", "Vmag"), ["Johnson B", "Johnson V"]),
    ],
)
def test_by_survey(names: tuple[str, ...], filters: list[str]) -> None:
    assert [band["filter"] for band in found(*names).values()] == filters


def test_a_few_letters_are_no_bands() -> None:
    assert found("z", "r", "i") == {}


def test_errors_come_along_and_their_absence_is_a_limit_in_wise() -> None:
    bands = found("w1mpro", "w1sigmpro", "w2mpro", "w2sigmpro")

    assert bands["w1mpro"]["error"] == "w1sigmpro"
    assert bands["w1mpro"]["limit"] == "no error"


def test_a_unit_that_the_catalogue_gives_counts() -> None:
    bands = found("w1flux", "w2flux", units={"w1flux": "mJy"})

    assert (bands["w1flux"]["unit"], bands["w2flux"]["unit"]) == ("mJy", "nmgy")
