"""Spectra as the surveys write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from napari_astro_al.errors import PlotError
from napari_astro_al.plots.spectrum_files import read_spectrum

WAVE = np.array([4000.0, 4001.0, 4002.0, 4003.0])
FLUX = np.array([1.0, 2.0, 3.0, 4.0])


def table_hdu(name: str = "", **columns: np.ndarray) -> fits.BinTableHDU:
    made = [fits.Column(key, "D", array=value) for key, value in columns.items()]
    return fits.BinTableHDU.from_columns(made, name=name)


def write(path: Path, *hdus: fits.ImageHDU | fits.BinTableHDU) -> Path:
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(path)
    return path


class TestSDSS:
    def test_a_spec_file(self, tmp_path: Path) -> None:
        coadd = table_hdu(
            "COADD",
            flux=FLUX,
            loglam=np.log10(WAVE),
            ivar=np.array([4.0, 0.0, 1.0, 1.0]),
            model=FLUX / 2,
        )
        found = read_spectrum(write(tmp_path / "spec.fits", coadd))

        assert found.wavelength == pytest.approx(WAVE)
        assert found.flux == pytest.approx([1.0, np.nan, 3.0, 4.0], nan_ok=True)
        assert found.error is not None
        assert found.error[0] == pytest.approx(0.5)
        assert found.model == pytest.approx(FLUX / 2)
        assert (found.unit, found.kind) == ("10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹", "SDSS")

    def test_an_older_file_with_rows_of_an_image(self, tmp_path: Path) -> None:
        rows = np.array([FLUX, FLUX, np.full(4, 0.1), np.zeros(4), np.zeros(4)])
        image = fits.PrimaryHDU(rows)
        image.header.update({"CRVAL1": 3.6, "CD1_1": 1e-4, "COEFF0": 3.6, "COEFF1": 1e-4})
        image.writeto(tmp_path / "spSpec.fit")
        found = read_spectrum(tmp_path / "spSpec.fit")

        assert found.wavelength == pytest.approx(10 ** (3.6 + 1e-4 * np.arange(4)))
        assert found.error == pytest.approx(np.full(4, 0.1))


class TestDESI:
    @pytest.fixture
    def coadd(self, tmp_path: Path) -> Path:
        targets = np.array([39627, 39628], dtype=np.int64)
        fibers = fits.BinTableHDU.from_columns(
            [fits.Column("TARGETID", "K", array=targets)], name="FIBERMAP"
        )
        hdus: list[fits.ImageHDU | fits.BinTableHDU] = [fibers]
        for arm, start in (("B", 3600.0), ("R", 5760.0)):
            wave = start + np.arange(3.0)
            hdus += [
                fits.ImageHDU(wave, name=f"{arm}_WAVELENGTH"),
                fits.ImageHDU(np.array([[1.0, 1, 1], [2, 2, 2]]), name=f"{arm}_FLUX"),
                fits.ImageHDU(np.full((2, 3), 4.0), name=f"{arm}_IVAR"),
            ]
        return write(tmp_path / "coadd.fits", *hdus)

    def test_one_target_of_many_with_a_gap_between_the_arms(self, coadd: Path) -> None:
        found = read_spectrum(coadd, target="39628")

        good = np.isfinite(found.flux)
        assert found.wavelength[good].tolist() == [3600, 3601, 3602, 5760, 5761, 5762]
        assert found.flux[good].tolist() == [2.0] * 6
        assert not good[3]

    def test_a_target_that_is_not_there(self, coadd: Path) -> None:
        with pytest.raises(PlotError, match="holds 2 spectra, and none has the TARGETID 7"):
            read_spectrum(coadd, target="7")


class TestOtherFits:
    def test_a_table_of_one_row_with_a_unit(self, tmp_path: Path) -> None:
        columns = [
            fits.Column("WAVE", "4D", unit="nm", array=WAVE[None] / 10),
            fits.Column("FLUX", "4D", unit="erg/s/cm2/Angstrom", array=FLUX[None]),
            fits.Column("ERR", "4D", array=FLUX[None] / 10),
        ]
        found = read_spectrum(write(tmp_path / "eso.fits", fits.BinTableHDU.from_columns(columns)))

        assert found.wavelength == pytest.approx(WAVE)
        assert found.error == pytest.approx(FLUX / 10)
        assert found.unit == "erg/s/cm2/Angstrom"

    def test_an_image_of_one_row(self, tmp_path: Path) -> None:
        image = fits.PrimaryHDU(FLUX)
        image.header.update({"CRVAL1": 0.4, "CDELT1": 0.0001, "CRPIX1": 1, "CUNIT1": "um"})
        image.writeto(tmp_path / "one.fits")

        assert read_spectrum(tmp_path / "one.fits").wavelength == pytest.approx(WAVE)

    def test_a_picture_of_the_sky_is_no_spectrum(self, tmp_path: Path) -> None:
        image = fits.PrimaryHDU(np.zeros((4, 4)))
        image.header.update({"CRVAL1": 10.0, "CDELT1": 0.1, "CTYPE1": "RA---TAN"})
        image.writeto(tmp_path / "sky.fits")

        with pytest.raises(PlotError, match="holds no spectrum: neither columns"):
            read_spectrum(tmp_path / "sky.fits")


class TestText:
    def test_two_columns_below_a_heading_in_any_order(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("# a star\nwave flux\n4001 2\n4000  1 \n4002,3\n")
        found = read_spectrum(path)

        assert found.wavelength.tolist() == [4000.0, 4001.0, 4002.0]
        assert found.flux.tolist() == [1.0, 2.0, 3.0]
        assert found.error is None

    def test_a_third_column_is_the_error(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("wave,flux,err\n400,1,0.1\n401,2,0.2\n")
        found = read_spectrum(path, wave_unit="nm")

        assert found.wavelength.tolist() == [4000.0, 4010.0]
        assert found.error is not None
        assert found.error.tolist() == [0.1, 0.2]

    def test_a_file_that_was_written_anew_is_read_anew(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("1 1\n2 2\n")
        read_spectrum(path)
        path.write_text("1 1\n2 2\n3 3\n")

        assert len(read_spectrum(path).wavelength) == 3

    @pytest.mark.parametrize("content", ["", "no numbers at all\n", "1 2\n"])
    def test_no_spectrum(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "a.txt").write_text(content)

        with pytest.raises(PlotError, match="holds no spectrum: two or three columns"):
            read_spectrum(tmp_path / "a.txt")

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(PlotError, match="There is no spectrum"):
            read_spectrum(tmp_path / "none.fits")

    def test_a_fits_file_that_is_cut_short(self, tmp_path: Path) -> None:
        whole = write(tmp_path / "w.fits", table_hdu(flux=FLUX, wave=WAVE))
        (tmp_path / "cut.fits").write_bytes(whole.read_bytes()[:4000])

        with pytest.raises(PlotError, match=r"cut\.fits (cannot be read|holds no spectrum)"):
            read_spectrum(tmp_path / "cut.fits")
