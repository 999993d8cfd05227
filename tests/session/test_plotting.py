"""A session's plots: what they are told is kept, what they show follows labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import PlotError, SessionError
from napari_astro_al.plots import SOURCE_PLOTS, Figure, Given, PlotAxis, Series


@pytest.fixture
def session() -> aal.Session:
    return aal.Session(aal.samples.simulated_survey(300, seed=3))


def test_the_current_source_by_default(session: aal.Session) -> None:
    source = session.catalogue.ids_at([5])[0]
    session.show(source)

    assert session.plot("sed").table().equals(session.plot("sed", source).table())


def test_no_source_is_on_show(session: aal.Session) -> None:
    with pytest.raises(SessionError, match="No source is on show"):
        session.plot("sed")


def test_the_nearest_labelled_of_each_class_unless_the_person_is_blind(
    session: aal.Session,
) -> None:
    first, second, third = session.query(3)
    session.annotate(first, "STAR")
    session.annotate(second, "QSO")

    assert {one.label for one in session.plot("sed", third).series} == {"", "STAR", "QSO"}
    session.blind = True
    assert {one.label for one in session.plot("sed", third).series} == {""}


def test_what_was_said_is_kept_with_the_session(tmp_path: Path) -> None:
    catalogue = aal.samples.simulated_survey(50, seed=3)
    with aal.Session(catalogue, path=tmp_path / "s.astroal") as session:
        session.set_plot("sed", quantity="Fλ", compare="nothing")
    with aal.Session.open(tmp_path / "s.astroal", catalogue) as again:
        assert again.plot_settings("sed")["quantity"] == "Fλ"
        again.set_plot("sed", quantity=None)

        assert again.plot_settings("sed")["quantity"] == "νFν"


def test_what_does_not_fit_changes_nothing(session: aal.Session) -> None:
    with pytest.raises(PlotError, match="quantity='flux' is not one of"):
        session.set_plot("sed", quantity="flux")

    assert session.window == {}


def test_a_plot_of_ones_own(session: aal.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SOURCE_PLOTS, "_entries", dict(SOURCE_PLOTS._entries))

    @aal.register.source_plot("colours")
    class Colours:
        title = "Colours"
        requires = ("g", "r")

        def draw(self, given: Given) -> Figure:
            colour = np.array([given.number("g") - given.number("r")])
            return Figure("Colours", PlotAxis("g-r"), PlotAxis(""), (Series("", colour, colour),))

    source = session.catalogue.ids_at([0])[0]

    assert len(session.plot("colours", source).series) == 1
    assert session.source_plots["colours"] == "Colours"
    assert session.first_plot == "sed"
