from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import default_columns, defaults

N = 400


def catalogue_of(label=None, **table):
    return Catalogue.from_table(
        pd.DataFrame({"name": [f"s{i}" for i in range(N)], **table}), id="name", label=label
    )


@pytest.fixture
def noise():
    return np.random.default_rng(0).normal(size=(6, N))


class TestDefaultColumns:
    def test_are_floats_that_vary(self, noise):
        catalogue = catalogue_of(
            u=noise[0], g=noise[1].astype(np.float32), n=np.arange(N), one=np.ones(N)
        )
        assert default_columns(catalogue) == ["u", "g"]

    def test_may_be_missing_up_to_nine_in_ten(self, noise):
        mostly = np.where(np.arange(N) < N // 10, noise[2], np.nan)
        rarely = np.where(np.arange(N) < N // 10 - 1, noise[2], np.nan)
        catalogue = catalogue_of(u=noise[0], g=noise[1], mostly=mostly, rarely=rarely)
        assert default_columns(catalogue) == ["u", "g", "mostly"]

    def test_leave_out_identifiers_written_as_floats(self, noise):
        catalogue = catalogue_of(u=noise[0], g=noise[1], key=1.2376e18 + 1024 * np.arange(N))
        assert default_columns(catalogue) == ["u", "g"]

    @pytest.mark.parametrize("sign", [1, -1])
    def test_leave_out_what_gives_a_class_away(self, noise, sign):
        kind = np.arange(N) % 3
        catalogue = catalogue_of(
            label="kind",
            kind=np.array(["STAR", "QSO", "GALAXY"])[kind],
            u=noise[0] + kind,
            g=noise[1],
            answer=sign * (kind + 0.01 * noise[2]),
        )
        assert default_columns(catalogue) == ["u", "g"]

    def test_look_for_leaks_among_labelled_sources_alone(self, noise):
        kind = np.where(np.arange(N) < 100, np.arange(N) % 2, 2)
        catalogue = catalogue_of(
            label="kind",
            kind=np.array(["STAR", "QSO", None])[kind],
            u=noise[0],
            g=noise[1],
            answer=np.where(kind == 2, noise[2], kind + 0.01 * noise[2]),
        )
        assert default_columns(catalogue) == ["u", "g"]

    def test_look_at_a_sample_of_many_labels_that_does_not_depend_on_their_order(
        self, noise, monkeypatch
    ):
        monkeypatch.setattr(defaults, "MOST_LABELLED", 50)
        kind = np.arange(N) % 2
        table = {"kind": np.array(["A", "B"])[kind], "u": noise[0], "g": noise[1]}
        # 0.99 is crossed or not by which sources are looked at
        close = kind + np.where(np.arange(N) % 80 < 2, 3 * (1 - 2 * kind), 0) + 0.01 * noise[2]
        frame = pd.DataFrame({"name": [f"s{i}" for i in range(N)], **table, "close": close})
        found = [
            default_columns(Catalogue.from_table(one, id="name", label="kind"))
            for one in (frame, frame[::-1].reset_index(drop=True))
        ]
        assert found[0] == found[1]

    def test_fall_back_to_whole_numbers_with_many_values(self, noise):
        counts = (1000 * np.abs(noise)).astype(int)
        catalogue = catalogue_of(a=counts[0], b=counts[1], code=np.arange(N) % 10, ok=counts[2] > 0)
        assert default_columns(catalogue) == ["a", "b"]

    def test_do_not_fall_back_where_two_floats_are_left(self, noise):
        catalogue = catalogue_of(u=noise[0], g=noise[1], count=np.arange(N))
        assert default_columns(catalogue) == ["u", "g"]

    def test_are_none_for_a_table_of_texts(self):
        assert default_columns(catalogue_of(kind=["a"] * N)) == []


@pytest.mark.filterwarnings("ignore::napari_astro_al.errors.AstroALWarning")
class TestOnRealCatalogues:
    def test_sdss(self, shared_data):
        catalogue = Catalogue.read(shared_data / "sdss_dr14" / "sdss_dr14.csv", label="class")
        assert default_columns(catalogue) == ["u", "g", "r", "i", "z"]

    def test_kepler(self, shared_data):
        catalogue = Catalogue.read(shared_data / "kepler_koi" / "koi_table.csv")
        assert default_columns(catalogue) == [
            *("koi_period", "koi_time0bk", "koi_impact", "koi_duration", "koi_depth", "koi_prad"),
            *("koi_teq", "koi_insol", "koi_model_snr", "koi_tce_plnt_num", "koi_steff"),
            *("koi_slogg", "koi_srad", "koi_kepmag"),
        ]

    def test_pulsars(self, shared_data):
        catalogue = Catalogue.read(shared_data / "htru2_pulsars" / "pulsar_stars.csv")
        assert len(default_columns(catalogue)) == 8
