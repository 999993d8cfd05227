"""What is drawn of many sources: few points on the way, all at rest, and an image below."""

from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.jobs import drain
from napari_astro_al.viewer import marks
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.budget import FEWEST, TARGET, PointBudget
from napari_astro_al.viewer.detail import Detail
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.framing import Framing
from napari_astro_al.viewer.ramps import ramp

N = 4000
BUDGET = 1000


@pytest.fixture
def crowd(make_session):
    """A session of more sources than are drawn as points."""
    return make_session(N, pictures=False)


class Seen:
    """A `Detail` with its layers, without the rest of feature space."""

    def __init__(self, stage, run=None):
        self.stage = stage
        self.asked = []
        stage.jobs._run = self._run if run is None else run
        marks.add_layers(stage.layers)
        self.bars = []
        self.detail = Detail(stage, lambda: self.bars.append(stage.image_bar))
        Framing(stage, lambda: None).begin()
        self.detail.refresh()

    def _run(self, job, done):
        self.asked.append(job)
        done(drain(job))

    @property
    def points(self):
        return self.stage.layers.points("sources")

    @property
    def image(self):
        return self.stage.layers.get("density")

    def image_rect(self):
        """Where the image's outer edges lie in the world."""
        (dy, dx), (y, x) = self.image.scale[-2:], self.image.translate[-2:]
        ny, nx = self.image.data.shape[:2]
        x0, y0 = x - dx / 2, y - dy / 2
        return x0, y0, x0 + nx * dx, y0 + ny * dy

    def pixel_at(self, x, y):
        """RGBA of the image at data values."""
        world = self.stage.scene.place([[x, y]])[0].astype(float)
        (dy, dx), (y0, x0) = self.image.scale[-2:], self.image.translate[-2:]
        return self.image.data[round((world[1] - y0) / dy), round((world[0] - x0) / dx)]


@pytest.fixture
def seen(crowd, make_stage, make_scene):
    def made(appearance=None, *, points=None, budget=BUDGET, run=None):
        points = crowd.projection.points if points is None else points
        stage = make_stage(crowd, make_scene(points), budget=budget)
        stage.appearance = appearance or Appearance(colour="split")
        return Seen(stage, run)

    return made


class TestWhileTheCameraMoves:
    @pytest.fixture
    def waiting(self):
        return []

    @pytest.fixture
    def space(self, viewer, crowd, waiting):
        """Feature space that is told by the test when the camera has come to rest."""
        space = FeatureSpace(viewer, crowd, later=waiting.append, budget=BUDGET)
        space.set_appearance(Appearance(colour="split"))
        space._detail.budget.moving = 300
        yield space
        space.close()

    def drawn(self, space):
        """World coordinates (x, y) of the points on show."""
        return space.layers.points("sources").data[:, ::-1].astype(float)

    def test_few_points_are_drawn_from_a_little_beyond_the_view(self, space, viewer, waiting):
        assert len(self.drawn(space)) == BUDGET
        viewer.scene.camera.zoom *= 2.0
        on_the_way = self.drawn(space)
        assert len(on_the_way) == 300
        x0, y0, x1, y1 = space._stage.view.rect
        inside = ((on_the_way >= [x0, y0]) & (on_the_way <= [x1, y1])).all(axis=1)
        assert 0 < inside.sum() < 300
        assert waiting

    def test_all_that_the_budget_allows_when_it_rests(self, space, viewer, waiting):
        viewer.scene.camera.zoom *= 1.2
        waiting[-1]()
        scene, rect = space._stage.scene, space._stage.view.rect
        at_rest = self.drawn(space)
        assert len(at_rest) == min(BUDGET, scene.count(rect))
        x0, y0, x1, y1 = rect
        assert ((at_rest >= [x0, y0]) & (at_rest <= [x1, y1])).all()
        ids = space.layers.points("sources").features["id"]
        rows = space._stage.session.catalogue.rows_of(list(ids))
        assert scene.positions(rows) == pytest.approx(at_rest)

    def test_the_axes_follow_at_once_and_points_not_at_every_step(self, space, viewer, waiting):
        viewer.scene.camera.zoom *= 2.0
        before = self.drawn(space)
        axes = space.layers.points("axes").data.copy()
        viewer.scene.camera.center = (480.0, 480.0)  # within some milliseconds
        assert self.drawn(space).tolist() == before.tolist()
        assert (space.layers.points("axes").data != axes).any()

    def test_slow_frames_draw_fewer(self, space, viewer, waiting):
        budget = space._detail.budget = PointBudget(50_000)
        viewer.scene.camera.zoom *= 1.2
        drawn = len(self.drawn(space))
        assert drawn > FEWEST
        space.note_frame(TARGET / 0.75)  # where three quarters of them would be in time
        assert budget.moving == pytest.approx(0.75 * drawn, abs=1)
        assert budget.resting == 50_000
        waiting[-1]()
        viewer.scene.camera.zoom *= 1.01
        assert len(self.drawn(space)) == budget.moving


class TestPoints:
    def test_few_sources_are_all_drawn_and_never_anew(self, seen):
        view = seen(budget=N)
        put = []
        view.points.events.data.connect(put.append)
        before = view.points.data
        view.stage.viewer.scene.camera.zoom *= 30
        view.detail.refresh()
        assert view.points.data is before
        assert len(before) == N
        assert not view.image.visible

    def test_grey_ones_are_not_drawn_over_the_image_of_all(self, seen):
        view = seen(Appearance())
        assert len(view.points.data) == 0
        assert view.image.visible
        view.stage.appearance = Appearance(colour="split")
        view.detail.recolour()
        assert len(view.points.data) == BUDGET

    def test_close_by_all_sources_in_view_are_points(self, seen):
        view = seen(Appearance())
        view.stage.viewer.scene.camera.zoom *= 8
        view.detail.refresh()
        scene, rect = view.stage.scene, view.stage.view.rect
        assert 0 < len(view.points.data) == scene.count(rect) < BUDGET
        assert not view.image.visible
        assert view.stage.image_bar is None

    def test_in_a_stretched_scene_they_are_drawn_at_their_new_places(self, seen):
        view = seen()
        scene = view.stage.scene
        view.stage.scene = scene.stretched(equal=False, width_to_height=3.0)
        assert view.stage.scene is not scene
        view.detail.replace()
        expected = view.stage.scene.positions(view.detail._rows)
        assert view.points.data[:, ::-1] == pytest.approx(expected)
        assert view.image_rect() == pytest.approx(
            view.stage.scene.stretch.rect(view.detail._raster.rect), rel=1e-5, abs=1e-3
        )


def contains(outer, inner):
    return (
        outer[0] <= inner[0] + 1e-3
        and outer[1] <= inner[1] + 1e-3
        and outer[2] >= inner[2] - 1e-3
        and outer[3] >= inner[3] - 1e-3
    )


def within_the_frame(scene, rect):
    x0, y0, x1, y1 = scene.stretch.rect((0.0, 0.0, 1000.0, 1000.0))
    return max(rect[0], x0), max(rect[1], y0), min(rect[2], x1), min(rect[3], y1)


class TestImage:
    def test_it_reaches_beyond_the_view(self, seen):
        view = seen()
        stage = view.stage
        for factor in (1.0, 1.2, 1.3):
            stage.viewer.scene.camera.zoom *= factor
            view.detail.refresh()
            assert view.image.visible
            assert contains(view.image_rect(), within_the_frame(stage.scene, stage.view.rect))

    def test_every_source_in_view_is_in_a_pixel_that_shows(self, seen):
        view = seen()
        for x, y in view.stage.scene.projection.points[::37]:
            assert view.pixel_at(x, y)[3] > 0

    def test_a_small_pan_does_not_ask_for_another(self, seen):
        view = seen(points=np.random.default_rng(0).random((N, 2)), budget=100)
        camera = view.stage.viewer.scene.camera
        camera.zoom *= 2.3
        camera.center = (500.0, 500.0)
        view.detail.refresh()
        asked = len(view.asked)
        for step in range(1, 4):
            camera.center = (500.0, 500.0 + step)
            view.detail.refresh()
        assert len(view.asked) == asked
        camera.center = (500.0, 750.0)
        view.detail.refresh()
        assert len(view.asked) == asked + 1
        assert contains(view.image_rect(), within_the_frame(view.stage.scene, view.stage.view.rect))

    def test_an_image_of_another_scene_is_not_shown(self, seen, make_scene):
        waiting = []
        view = seen(run=lambda job, done: waiting.append((job, done)))
        (job, done), *_ = waiting
        view.stage.jobs.drop("density")
        view.stage.scene = make_scene([[0.0, 0.0], [1.0, 1.0]])
        view.detail.begin()
        done(drain(job))
        assert not view.image.visible

    def test_the_bar_comes_and_goes_with_it(self, seen):
        view = seen()
        assert view.bars[-1].title == "sources a pixel"
        view.stage.viewer.scene.camera.zoom *= 20
        view.detail.refresh()
        assert view.bars[-1] is None
        view.stage.viewer.scene.camera.zoom /= 20
        view.detail.refresh()
        assert view.bars[-1].title == "sources a pixel"

    def test_the_labelled_share_is_all_among_galaxies_and_none_among_stars(self, seen, crowd):
        """All galaxies and no star are labelled: the clouds lie at (2, 1) and at (0, 0)."""
        galaxies = crowd.catalogue.ids[1::2]
        crowd.annotate(galaxies, "GALAXY")
        view = seen(Appearance(density="labelled"))
        x, y = crowd.projection.points[1::2].astype(float).T
        middle = np.argmin((x - 2) ** 2 + (y - 1) ** 2)
        none, everything = np.rint(ramp("values", [0.0, 1.0], dark=True)[:, :3] * 255)
        assert view.pixel_at(x[middle], y[middle])[:3] == pytest.approx(everything, abs=1)
        x, y = crowd.projection.points[::2].astype(float).T
        middle = np.argmin(x**2 + y**2)
        assert view.pixel_at(x[middle], y[middle])[:3] == pytest.approx(none, abs=1)
        assert view.stage.image_bar.high == "100 %"

    def test_the_mean_of_a_column_rises_along_it(self, seen, crowd):
        view = seen()
        drain(view.stage.per_source.column_job("x"))
        view.stage.appearance = Appearance(colour="split", density="mean:x")
        view.detail.repaint()
        values = view.stage.per_source.known("x")
        for row in (0, 1, 500, 501):
            x, y = crowd.projection.points[row].tolist()
            expected = ramp("values", values.scaled(np.float32([x])), dark=True)[0, :3] * 255
            # sources of one pixel differ by a hundredth of the axis at most
            assert view.pixel_at(x, y)[:3] == pytest.approx(expected, abs=8)
        assert view.stage.image_bar.title == "mean x"

    def test_the_predicted_class_gives_the_colour_of_its_cloud(self, seen, crowd):
        for number in range(8):
            crowd.annotate(f"s{number:05d}", ["STAR", "GALAXY"][number % 2])
        crowd.train()
        view = seen(Appearance(density="prediction"))
        star, galaxy = (
            view.pixel_at(*crowd.projection.points[row].tolist())[:3].tolist() for row in (0, 1)
        )
        assert star == [86, 180, 233]  # #56B4E9
        assert galaxy == [230, 159, 0]  # #E69F00
        assert view.stage.image_bar is None
