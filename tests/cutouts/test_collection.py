"""The collection of providers and the memory of pictures."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import Cutout, Cutouts, ImageColumn
from napari_astro_al.cutouts.memory import ByteCache
from napari_astro_al.errors import CatalogueError, CutoutError
from napari_astro_al.jobs import drain

CATALOGUE = Catalogue(pd.DataFrame({"x": [0.0, 1.0]}), np.array([10, 11]), Roles())


class Constant:
    """A provider that counts how often it is asked."""

    def __init__(self, name, pixels=None, error=None):
        self.name, self.pixels, self.error, self.asked = name, pixels, error, []

    def cutout(self, catalogue, source, size):
        self.asked.append((source, size))
        if self.error:
            raise self.error
        if self.pixels is None:
            return Cutout.absent("outside the survey")
        return Cutout(self.pixels)


GREY = np.full((4, 4), 90, dtype=np.uint8)


class TestCutouts:
    def test_one_picture_a_provider_in_their_order(self):
        cutouts = Cutouts(CATALOGUE)
        cutouts.add(Constant("optical", GREY))
        cutouts.add(Constant("radio"))
        optical, radio = cutouts.get(10)
        assert (optical.name, optical.missing) == ("optical", "")
        assert (radio.name, radio.missing) == ("radio", "outside the survey")

    def test_a_picture_is_asked_for_once(self):
        cutouts, provider = Cutouts(CATALOGUE), Constant("optical", GREY)
        cutouts.add(provider)
        cutouts.get(10)
        cutouts.get(10)
        cutouts.get(10, "1 arcmin")
        assert provider.asked == [(10, None), (10, 60.0)]

    def test_a_missing_picture_is_asked_for_again(self):
        cutouts, provider = Cutouts(CATALOGUE), Constant("radio")
        cutouts.add(provider)
        cutouts.get(10)
        cutouts.get(10)
        assert len(provider.asked) == 2

    def test_a_provider_that_fails_leaves_the_others(self):
        cutouts = Cutouts(CATALOGUE)
        cutouts.add(Constant("broken", error=ZeroDivisionError("no beam")))
        cutouts.add(Constant("optical", GREY))
        broken, optical = cutouts.get(10)
        assert broken.missing == "broken failed: ZeroDivisionError: no beam"
        assert optical.pixels is not None

    def test_a_replaced_provider_does_not_show_old_pictures(self):
        cutouts = Cutouts(CATALOGUE)
        cutouts.add(Constant("optical", GREY))
        cutouts.get(10)
        cutouts.remove("optical")
        cutouts.add(Constant("optical", GREY + 1))
        assert cutouts.get(10)[0].pixels[0, 0] == 91

    def test_names_are_unique(self):
        cutouts = Cutouts(CATALOGUE)
        cutouts.add(Constant("optical", GREY))
        with pytest.raises(CutoutError, match="provider of cutouts called 'optical' already"):
            cutouts.add(Constant("optical", GREY))

    def test_removing_a_stranger(self):
        cutouts = Cutouts(CATALOGUE)
        cutouts.add(Constant("optical", GREY))
        with pytest.raises(CutoutError, match=r"called 'radio'. There are: 'optical'"):
            cutouts.remove("radio")

    def test_a_source_that_is_not_there(self):
        with pytest.raises(CatalogueError, match="no source '12'"):
            Cutouts(CATALOGUE).get(12)

    def test_changes_are_told(self):
        cutouts, heard = Cutouts(CATALOGUE), []
        cutouts.changed.connect(lambda: heard.append(len(cutouts)))
        cutouts.add(Constant("optical", GREY))
        cutouts.remove("optical")
        assert heard == [1, 0]

    def test_the_thumbnail_is_of_the_first_provider_that_has_a_picture(self):
        cutouts = Cutouts(CATALOGUE)
        assert cutouts.thumbnail(10, 8) is None
        cutouts.add(Constant("radio"))
        assert cutouts.thumbnail(10, 8) is None
        cutouts.add(Constant("optical", GREY))
        small = cutouts.thumbnail(10, 8)
        assert small.shape == (8, 8, 3)
        assert (small == 90).all()

    def test_many_threads_at_once(self):
        cutouts = Cutouts(CATALOGUE, most_bytes=4000)
        cutouts.add(Constant("optical", GREY))
        with ThreadPoolExecutor(8) as pool:
            sources = [10, 11] * 200
            pictures = list(pool.map(lambda one: cutouts.get(one)[0], sources))
        assert all(one.pixels[0, 0] == 90 for one in pictures)


class TestByteCache:
    def test_the_least_recently_used_is_forgotten(self):
        cache = ByteCache[str](100)
        cache.put("a", "A", 40)
        cache.put("b", "B", 40)
        cache.get("a")
        cache.put("c", "C", 40)
        assert [cache.get(key) for key in "abc"] == ["A", None, "C"]
        assert cache.nbytes == 80

    def test_replacing_does_not_count_twice(self):
        cache = ByteCache[str](100)
        cache.put("a", "A", 60)
        cache.put("a", "AA", 70)
        assert (cache.get("a"), cache.nbytes) == ("AA", 70)

    def test_what_is_too_large_is_not_kept_and_takes_nothing_away(self):
        cache = ByteCache[str](100)
        cache.put("a", "A", 60)
        cache.put("b", "B", 101)
        assert (cache.get("a"), cache.get("b")) == ("A", None)


class TestCutout:
    def test_pixels_or_a_reason(self):
        with pytest.raises(CutoutError, match="gave both"):
            Cutout(GREY, missing="gone", name="radio")
        with pytest.raises(CutoutError, match="gave neither"):
            Cutout(None)


class Fetched(Constant):
    """A provider whose pictures come over a network, of those sources that it has fetched."""

    def __init__(self, name, pixels=None):
        super().__init__(name, pixels)
        self.here, self.retried = set(), 0

    def at_hand(self, catalogue, source, size):
        return Cutout(self.pixels) if source in self.here else None

    def fetch(self, catalogue, source, size, *, wanted, urgent):
        if not wanted():
            return Cutout(None, missing="not waited for", coming=True)
        self.here.add(source)
        return self.cutout(catalogue, source, size)

    def retry(self):
        self.retried += 1


class TestOverTheNetwork:
    @pytest.fixture
    def far(self):
        return Fetched("far", GREY + 1)

    @pytest.fixture
    def cutouts(self, far):
        cutouts = Cutouts(CATALOGUE)
        cutouts.add(far)
        cutouts.add(Constant("near", GREY))
        return cutouts

    def test_what_is_at_hand_is_given_at_once_and_the_rest_is_coming(self, cutouts, far):
        placeholder, near = cutouts.at_hand(10, "1 arcmin")
        assert (placeholder.name, placeholder.coming, placeholder.size) == ("far", True, 60.0)
        assert placeholder.missing == "on its way"
        assert near.pixels is not None
        assert far.asked == []

    def test_what_is_coming_can_be_fetched_and_is_then_at_hand(self, cutouts, far):
        picture = cutouts.fetch(10, cutouts.at_hand(10, "1 arcmin")[0])
        assert (picture.name, picture.pixels[0, 0]) == ("far", 91)
        assert cutouts.at_hand(10, "1 arcmin")[0] is picture
        assert far.asked == [(10, 60.0)]

    def test_get_waits_for_everything(self, cutouts):
        assert [one.pixels[0, 0] for one in cutouts.get(10)] == [91, 90]

    def test_what_is_not_waited_for_is_not_kept(self, cutouts, far):
        placeholder = cutouts.at_hand(10)[0]
        assert cutouts.fetch(10, placeholder, wanted=lambda: False).coming
        assert far.asked == []
        assert cutouts.at_hand(10)[0].coming

    def test_a_provider_that_was_removed_meanwhile(self, cutouts):
        placeholder = cutouts.at_hand(10)[0]
        cutouts.remove("far")
        assert cutouts.fetch(10, placeholder).missing == "far was removed"

    def test_thumbnails_are_made_of_what_is_at_hand(self, cutouts, far):
        assert cutouts.thumbnail(10, 8)[0, 0, 0] == 90
        assert cutouts.is_coming(10)
        cutouts.fetch(10, cutouts.at_hand(10)[0])
        assert cutouts.thumbnail(10, 8)[0, 0, 0] == 91
        assert not cutouts.is_coming(10)
        cutouts.remove("near")
        assert cutouts.thumbnail(11, 8) is None
        assert far.asked == [(10, None)]

    def test_trying_again_lets_everyone_look(self, cutouts, far):
        heard = []
        cutouts.changed.connect(lambda: heard.append(1))
        cutouts.retry()
        assert (heard, far.retried) == ([1], 1)


def test_thumbnails_are_made_of_previews_where_the_whole_picture_is_not_at_hand(tmp_path):
    """A thumbnail need not decode a large picture, nor push others out of memory."""
    Image.fromarray(np.full((400, 400, 3), 90, dtype=np.uint8)).save(tmp_path / "a.jpg")
    catalogue = Catalogue(
        pd.DataFrame({"image": ["a.jpg"]}), np.array([1]), Roles(), path=tmp_path / "t.csv"
    )
    read = []

    class Noting(ImageColumn):
        def preview(self, *arguments):
            picture = super().preview(*arguments)
            read.append(picture.pixels.shape)
            return picture

    cutouts = Cutouts(catalogue)
    cutouts.add(Noting("image"))
    small = cutouts.thumbnail(1, 40)
    assert abs(int(small.mean()) - 90) < 2
    assert read == [(50, 50, 3)]
    assert cutouts.get(1)[0].pixels.shape == (400, 400, 3)
    assert cutouts.thumbnail(1, 41).shape == (41, 41, 3)
    assert len(read) == 1


class TestOrder:
    def filled(self):
        cutouts = Cutouts(CATALOGUE)
        for name in "abc":
            cutouts.add(Constant(name, np.zeros((2, 2))))
        return cutouts

    @pytest.mark.parametrize(
        ("name", "place", "order"),
        [("a", 1, "bac"), ("c", 0, "cab"), ("b", 9, "acb"), ("b", -3, "bac"), ("b", 1, "abc")],
    )
    def test_a_provider_is_moved(self, name, place, order):
        cutouts = self.filled()
        told = []
        cutouts.changed.connect(lambda: told.append(True))
        cutouts.move(name, place)
        assert "".join(one.name for one in cutouts.providers) == order
        assert "".join(one.name for one in cutouts.get(10)) == order
        assert len(told) == (order != "abc")

    def test_none_of_that_name(self):
        with pytest.raises(CutoutError, match=r"no provider of cutouts called 'z'.*'a', 'b', 'c'"):
            self.filled().move("z", 0)

    def test_several_are_added_together_or_none(self):
        """What takes time is a job, which adds nothing; accepting is at once."""
        cutouts = self.filled()
        both = drain(cutouts.add_job([Constant("d"), Constant("e")]))
        assert len(cutouts) == 3
        cutouts.accept(both)
        assert [one.name for one in cutouts.providers][3:] == ["d", "e"]
        with pytest.raises(CutoutError, match=r"called 'd' already"):
            cutouts.accept([Constant("f"), Constant("d")])
        with pytest.raises(CutoutError, match=r"called 'g' already"):
            drain(cutouts.add_job([Constant("g"), Constant("g")]))
        assert len(cutouts) == 5
