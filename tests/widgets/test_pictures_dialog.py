"""The dialog in which pictures are added, driven by keys and mouse in a real window."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractButton

import napari_astro_al as aal
from napari_astro_al.cutouts.describing import OFF
from napari_astro_al.widgets.bundle_form import BundleForm
from napari_astro_al.widgets.picture_forms import ArchiveForm, ColumnForm, StackForm, TilesForm
from napari_astro_al.widgets.pictures_dialog import FORMS, PicturesDialog
from napari_astro_al.widgets.web_picture_forms import AddressForm, ServiceForm


@pytest.fixture
def catalogue():
    """Forty sources within an arcminute."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"id": range(40), "mag": rng.normal(20, 1, 40), "row": range(40)})
    table["ra"], table["dec"] = 10.0 + rng.uniform(0, 0.01, 40), 5.0 + rng.uniform(0, 0.01, 40)
    table["file"] = "no.png"
    return aal.Catalogue.from_table(table, id="id", ra="ra", dec="dec", images=[])


@pytest.fixture
def files(tmp_path):
    """An image of the sky around the sources, and a stack of two bands a source."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [10.0, 5.0], [100, 100], [-1 / 3600, 1 / 3600]
    fits.PrimaryHDU(np.ones((200, 200), "f4"), wcs.to_header()).writeto(tmp_path / "sky.fits")
    np.save(tmp_path / "stack.npy", np.zeros((40, 2, 16, 16), dtype=np.uint8))
    return tmp_path


def rows(dialog):
    """The list, as texts."""
    items = [dialog.list.topLevelItem(n) for n in range(dialog.list.topLevelItemCount())]
    return [[item.text(column) for column in range(4)] for item in items]


def test_pictures_are_added_ordered_removed_and_kept(viewer, settled, qtbot, catalogue, files):
    path = files / "s.astroal"
    aal.open_viewer(aal.Session(catalogue, path=path), viewer=viewer)
    bench = settled(viewer)
    session, dock = bench.workspace.session, bench.dashboard.cutouts

    def press(words):
        buttons = [one for one in dock.findChildren(QAbstractButton) if one.text() == words]
        (button,) = [one for one in buttons if one.isVisible()]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        (dialog,) = viewer.window._qt_window.findChildren(PicturesDialog)
        settled(viewer)
        return dialog

    dialog = press("Add pictures…")
    assert rows(dialog) == [["None yet. Add some below.", "", "", ""]]
    assert isinstance(dialog.form, TilesForm)

    qtbot.keyClicks(dialog.form.files.line, str(files / "lost.fits"))
    qtbot.keyClick(dialog.form.files.line, Qt.Key.Key_Return)
    settled(viewer)
    assert "There is no file" in dialog.trouble.text()
    assert len(session.cutouts) == 0

    dialog.form.files.line.clear()
    qtbot.keyClicks(dialog.form.files.line, str(files / "sky.fits"))
    qtbot.keyClicks(dialog.form.size, "20 arcsec")
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    settled(viewer)
    assert dialog.trouble.text() == "Added sky."
    assert rows(dialog) == [["sky", "images of the sky", "sky.fits", "20 x 20 pixels"]]

    dialog.places.setCurrentIndex(list(FORMS.values()).index(StackForm))
    assert dialog.trouble.text() == ""
    qtbot.keyClicks(dialog.form.file.line, str(files / "stack.npy"))
    qtbot.keyClick(dialog.form.file.line, Qt.Key.Key_Return)
    settled(viewer)
    assert [row[0] for row in rows(dialog)] == ["sky", "stack[0]", "stack[1]"]
    assert rows(dialog)[2][3] == "16 x 16 pixels"

    dialog.list.setCurrentItem(dialog.list.topLevelItem(2))
    qtbot.keyClick(dialog.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.mouseClick(dialog.up, Qt.MouseButton.LeftButton)
    assert [row[0] for row in rows(dialog)] == ["stack[1]", "sky", "stack[0]"]
    assert not dialog.up.isEnabled()
    dialog.list.setCurrentItem(dialog.list.topLevelItem(2))
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    assert [one.name for one in session.cutouts.providers] == ["stack[1]", "sky"]

    dialog.places.setCurrentIndex(list(FORMS.values()).index(ServiceForm))
    assert "alasky.cds.unistra.fr" in dialog.form.calls.text()
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    settled(viewer)
    assert rows(dialog)[2] == ["CDS/P/DSS2/color", "web service", "alasky.cds.unistra.fr", OFF]
    assert "Allow alasky.cds.unistra.fr" in dialog.trouble.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not viewer.window._qt_window.findChildren(PicturesDialog))
    assert rows(press("Pictures…"))[0][0] == "stack[1]"
    bench.workspace.release()
    with aal.Session.open(path, catalogue) as again:
        assert [one.name for one in again.cutouts.providers][:2] == ["stack[1]", "sky"]


class TestForms:
    """What the fields make, and how they say what is wrong."""

    def test_a_column(self, qtbot, catalogue):
        form = ColumnForm(catalogue)
        qtbot.addWidget(form)
        with pytest.raises(aal.AstroALError, match=r"Choose the column"):
            form.make()
        form.column.setCurrentText("file")
        form.scale.setText("0.4")
        form.extension.setText("R")
        form.band.setText("2")
        (made,) = form.make()()
        assert made == aal.cutouts.ImageColumn("file", pixel_scale=0.4, extension="R", band=2)
        form.scale.setText("-1")
        with pytest.raises(aal.AstroALError, match=r"Pixel scale .*'-1' is not a positive number"):
            form.make()
        form.scale.setText("")
        form.band.setText("r")
        with pytest.raises(aal.AstroALError, match=r"Band: 'r' is not a whole number"):
            form.make()

    def test_an_archive_by_the_column_that_looks_like_pictures(self, qtbot, catalogue):
        form = ArchiveForm(catalogue.with_roles(images=["file"]))
        qtbot.addWidget(form)
        with pytest.raises(aal.AstroALError, match=r"Choose the archive"):
            form.make()
        form.file.line.setText("/a/stamps.zip")
        form.folder.setText("deep")
        (made,) = form.make()()
        assert (made.path.name, made.column, made.folder) == ("stamps.zip", "file", "deep")

    def test_one_band_of_a_stack_by_a_column(self, qtbot, catalogue, files):
        form = StackForm(catalogue)
        qtbot.addWidget(form)
        form.file.line.setText(str(files / "stack.npy"))
        form.found.setCurrentText("by the number in row")
        form.band.setText("1")
        form.title.setText("r")
        (made,) = form.make()()
        assert (made.name, made.index, made.band) == ("r", "row", 1)
        form.band.setText("")
        assert [one.name for one in form.make()()] == ["r[0]", "r[1]"]

    def test_all_that_a_bundle_has(self, qtbot, catalogue, tmp_path):
        cutouts = aal.cutouts.Cutouts(catalogue.with_roles(images=["file"]))
        cutouts.add(aal.cutouts.ImageColumn("file", title="a"))
        cutouts.add(aal.cutouts.ImageColumn("file", title="b"))
        cutouts.bundle(tmp_path / "p.aalpics", [0])
        form = BundleForm(catalogue)
        qtbot.addWidget(form)
        with pytest.raises(aal.AstroALError, match=r"Choose the bundle"):
            form.make()
        form.file.line.setText(str(tmp_path / "p.aalpics"))
        assert [one.name for one in form.make()()] == ["a", "b"]
        form.file.line.setText(str(tmp_path / "lost.aalpics"))
        with pytest.raises(aal.AstroALError, match=r"There is no bundle of pictures at"):
            form.make()()

    def test_options_of_services_that_differ_from_the_defaults(self, qtbot, catalogue):
        form = ServiceForm(catalogue)
        qtbot.addWidget(form)
        form.service.setCurrentIndex(form.service.findData("legacysurvey"))
        form.options["layer"].setText("unwise-neo7")
        form.options["pixel_scale"].setText("2.75")
        (made,) = form.make()()
        assert (made.service, made.options) == (
            "legacysurvey",
            {"layer": "unwise-neo7", "pixel_scale": 2.75},
        )
        form.options["pixel_scale"].setText("small")
        with pytest.raises(aal.AstroALError, match=r"Pixel scale .*'small' is not a number"):
            form.make()
        form.service.setCurrentIndex(form.service.findData("hips2fits"))
        form.options["format"].setCurrentText("fits")
        assert form.make()()[0].options == {"format": "fits"}

    def test_an_address(self, qtbot, catalogue):
        form = AddressForm(catalogue)
        qtbot.addWidget(form)
        with pytest.raises(aal.AstroALError, match=r"Type the address"):
            form.make()
        form.template.setText("https://example.org/{object}")
        with pytest.raises(aal.AstroALError, match=r"has 'object' in braces"):
            form.make()
        form.template.setText("https://example.org/{id}.png")
        (made,) = form.make()()
        assert (made.name, made.hosts) == ("example.org", ("example.org",))
