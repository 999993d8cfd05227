"""The bar above the pictures."""

from __future__ import annotations

import pytest
from tests.viewer.conftest import small_catalogue

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import Cutout, Cutouts, ImageColumn, allowed_hosts, service
from napari_astro_al.widgets.picture_bar import PictureBar

SURVEY = "CDS/P/DSS2/color"


def off(name, *hosts):
    return Cutout(None, missing="off", name=name, asks_for=hosts)


@pytest.fixture
def bar(qtbot):
    table = small_catalogue(4).table.assign(ra=1.0, dec=2.0)
    cutouts = Cutouts(Catalogue.from_table(table, id="name", ra="ra", dec="dec", guess=False))
    cutouts.add(service("hips2fits"))
    cutouts.add(service("url", template="https://a.example/{ra}/{dec}/{id}", title="ours"))
    cutouts.add(ImageColumn("kind"))
    bar = PictureBar()
    qtbot.addWidget(bar)
    bar.take(cutouts)
    return bar


def test_every_host_and_what_it_is_sent_are_named(bar):
    bar.offer([off(SURVEY, "a.example", "b.example")])
    assert bar.words.text() == (
        f"{SURVEY} is off. It sends position and size of each source to a.example and b.example."
    )
    assert bar.button.text() == "Allow 2 hosts"
    bar.offer([off("ours", "a.example")])
    assert bar.words.text() == "ours is off. It sends position, size and id of each source."
    assert bar.button.text() == "Allow a.example"
    bar.offer([off("kind", "a.example")])
    assert bar.words.text() == "kind is off. It sends the address in column 'kind'."


def test_allowing_is_for_these_hosts_alone_and_everyone_looks_again(bar):
    heard = []
    bar._cutouts.changed.connect(lambda: heard.append(1))
    bar.offer([off(SURVEY, "a.example", "b.example"), off("ours", "c.example")])
    bar.button.click()
    assert allowed_hosts() == {"a.example", "b.example"}
    assert heard == [1]
    assert bar.isHidden()


def test_what_is_put_off_is_not_offered_again(bar):
    pictures = [off(SURVEY, "a.example"), off("ours", "c.example")]
    bar.offer(pictures)
    bar.later.click()
    assert bar.isHidden()
    bar.offer(pictures)
    assert bar.button.text() == "Allow c.example"
    bar.later.click()
    bar.offer(pictures)
    assert bar.isHidden()
    assert allowed_hosts() == frozenset()


def test_what_failed_can_be_tried_again(bar):
    failed = Cutout(None, missing="a.example does not answer in time", name="ours", failed=True)
    bar.offer([failed, Cutout.absent("outside", name="kind")])
    assert bar.words.text() == "ours: a.example does not answer in time."
    assert (bar.button.text(), bar.later.isHidden()) == ("Try again", True)
    bar.offer([Cutout.absent("outside", name="kind")])
    assert bar.isHidden()


def test_a_disk_that_cannot_be_written_is_told(bar, monkeypatch):
    told = []
    monkeypatch.setattr("napari_astro_al.widgets.picture_bar.report", told.append)

    def refuse(*hosts):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("napari_astro_al.widgets.picture_bar.allow", refuse)
    bar.offer([off("ours", "a.example")])
    bar.button.click()
    assert "Read-only file system" in str(told[0])
    assert not bar.isHidden()
