from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features.errors import ErrorColumns, error_columns


def catalogue_of(*names: str, **more: list) -> Catalogue:
    table = pd.DataFrame({"name": np.arange(3), **{one: np.ones(3) for one in names}, **more})
    return Catalogue.from_table(table, id="name")


class TestErrorColumns:
    @pytest.mark.parametrize(
        ("feature", "error"),
        [
            ("u", "u_err"),
            ("u", "err_u"),
            ("u", "uerr"),
            ("modelMag_u", "modelMagErr_u"),
            ("parallax", "parallax_error"),
            ("w1mpro", "w1sigmpro"),
            ("j_m", "j_msigcom"),
            ("Jmag", "e_Jmag"),
            ("flux", "flux_unc"),
            ("[3.6]", "e_[3.6]"),
        ],
    )
    def test_names(self, feature: str, error: str) -> None:
        found = error_columns(catalogue_of(feature, error), [feature])

        assert found == {feature: ErrorColumns(error, error)}

    @pytest.mark.parametrize(
        ("lower", "upper"),
        [
            ("period_err2", "period_err1"),
            ("period_err_lo", "period_err_up"),
            ("period_errm", "period_errp"),
            ("e_period", "E_period"),
        ],
    )
    def test_two_sides(self, lower: str, upper: str) -> None:
        found = error_columns(catalogue_of("period", upper, lower), ["period"])

        assert found == {"period": ErrorColumns(lower, upper)}

    def test_the_error_of_another_feature_is_not_it(self) -> None:
        assert error_columns(catalogue_of("u", "g", "g_err"), ["u"]) == {}

    def test_limits(self) -> None:
        catalogue = catalogue_of("Jmag", l_Jmag=["<", "", ">"])

        assert error_columns(catalogue, ["Jmag"]) == {"Jmag": ErrorColumns(limit="l_Jmag")}
