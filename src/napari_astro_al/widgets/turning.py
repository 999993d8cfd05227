"""Which source is on show: the next, the ones before, another for a moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from qtpy.QtCore import QObject

from napari_astro_al.catalogue import SourceId
from napari_astro_al.widgets.conductor import Conductor
from napari_astro_al.widgets.workspace import Workspace


class Guide(Protocol):
    """What says which source comes next, in place of the model.

    Attributes
    ----------
    moving : bool
        Whether it is changing the current source just now.
    coming : list of int or str
        Sources that may be next.
    """

    moving: bool

    @property
    def coming(self) -> list[SourceId]: ...  # noqa: D102

    def next(self) -> None: ...  # noqa: D102

    def back(self) -> None: ...  # noqa: D102

    def forward(self) -> None: ...  # noqa: D102


class Turning(QObject):
    """The verbs that turn to another source.

    Parameters
    ----------
    workspace : Workspace
        Whose session it is.

    Attributes
    ----------
    guide : Guide or None
        Who leads instead of the model.
    detour : callable or None
        ``detour()`` may show another source in place of the next one; it says whether it has.
    comparing : bool
        Whether the source before is on show for a moment: it cannot be answered.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.guide: Guide | None = None
        self.detour: Callable[[], bool] | None = None
        self.comparing = False

    @property
    def _leader(self) -> Guide | Conductor | None:
        return self.guide or self._workspace.conductor

    @property
    def coming(self) -> list[SourceId]:
        """Sources that may be next, the likeliest first."""
        leader = self._leader
        return [] if leader is None else leader.coming

    def next(self) -> None:
        """Show the next source worth labelling; one of the survey sample, or one again, if due."""
        session, conductor = self._workspace.session, self._workspace.conductor
        if session is None or conductor is None or self.comparing:
            return
        if self.guide is not None:
            self.guide.next()
            return
        if self.detour is not None and self.detour():
            return
        again = session.due_again() or session.due_overlap()
        surveyed = session.due_survey()
        if again is not None and again != session.current:
            with conductor.moves():
                session.show_again(again)
        elif surveyed is not None and surveyed != session.current:
            with conductor.moves():
                session.show(surveyed)
        else:
            conductor.next()

    def back(self) -> None:
        """Show the source that was on show before; of a guide's, the one before."""
        leader = self.guide or self._workspace.session
        if leader is not None and not self.comparing:
            leader.back()

    def forward(self) -> None:
        """Show the source that one went back from; of a guide's, the one after."""
        leader = self.guide or self._workspace.session
        if leader is not None and not self.comparing:
            leader.forward()

    def compare(self) -> bool:
        """Show the source before for a moment, until `end_comparing`; whether there is one.

        It can be looked at, not answered.
        """
        session = self._workspace.session
        if session is None or self.comparing:
            return False
        if not session.visits.can_go_back or session.reshown is not None:
            return False
        self.comparing = True
        session.back()
        return True

    def end_comparing(self) -> None:
        """Show the source again that was compared; the time spent counts as spent on it."""
        session = self._workspace.session
        if session is not None and self.comparing:
            session.forward()
        self.comparing = False
