"""A session's verbs for contact sheets: many sources side by side, to be answered together."""

from __future__ import annotations

import numpy as np

from napari_astro_al.errors import NotEnoughLabels
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.combining import can_combine
from napari_astro_al.session.querying import Querying
from napari_astro_al.session.sets import Sources
from napari_astro_al.session.sheet_draws import MOST, MOST_ASKED, DrawRequest, sheet_job
from napari_astro_al.session.sheets import BATCH, BY_MODEL, Draw, Kind, Sheet


class Triage(Querying):
    """Contact sheets of a session."""

    def sheet(
        self,
        kind: Kind = "random",
        of: str = "",
        *,
        task: str | None = None,
        within: Sources | None = None,
        seed: int = 0,
        answered: bool = False,
        held_out: bool = False,
        most: int = MOST,
    ) -> Sheet:
        """Draw sources to be looked at side by side.

        Parameters
        ----------
        kind : {"batch", "selection", "set", "confident", "doubtful", "random"}
            What the query strategy would ask for next; the selected sources; a named set; the
            sources that the model is most sure are of a class; those that it doubts most; a random
            draw.
        of : str
            The name of the set; the class for "confident", and for "doubtful" if not any.
        task : str, optional
            Whose query, or whose model.
        within : iterable of int or str, Selection, or str, optional
            Draw from these only.
        seed : int
            For another random draw.
        answered, held_out : bool
            Whether labelled and unsure sources are shown too, and those held out for scoring. A
            batch has neither.
        most : int
            How many sources; a selection or set is shown whole, and a batch has 900 at most.

        Returns
        -------
        Sheet
            Its pages say with `Page.seen_as` what answers are to remember of where a source was
            seen. The same sheet until something changes.

        Raises
        ------
        NotEnoughLabels
            Where the model is asked, and there are labels of fewer than two classes.
        SessionError, LabelError
            If there is no such set, task or class.
        """
        draw = Draw(kind, of, task, seed, answered, held_out)
        if kind in BY_MODEL or kind == BATCH:
            for name in self._asked_models(draw):
                if self.is_stale(name) and (kind in BY_MODEL or self.can_train(name)):
                    self.train(name)
        return self.accept_sheet(drain(self.sheet_job(draw, within, most)))

    def sheet_job(self, draw: Draw, within: Sources | None = None, most: int = MOST) -> Job[Sheet]:
        """The work of `sheet`, captured now, with the models as they are; never trains."""
        batch = draw.kind == BATCH
        of = self.selection if draw.kind == "selection" else None
        if draw.kind == "set":
            of = self.sets[draw.of]
        request = DrawRequest(
            draw=draw,
            catalogue=self.catalogue,
            partition=self.partition,
            usable=self.features.usable,
            labelled_only=self.pool == "labelled",
            of=None if of is None else of.rows,
            within=None if within is None else self.sets.resolve(within).rows,
            answered=np.concatenate([self.book.labelled()[0], self.book.unsure_rows()]),
            excluded=self.off_limits.rows,
            skipped=self.book.skipped_rows(),
            results=self._models_for(draw) if draw.kind in BY_MODEL else (),
            tasks=self.tasks,
            query=self.query_job(min(most, MOST_ASKED), draw.task, within) if batch else None,
            seed=self.seed,
            most=most,
        )
        return guarded(sheet_job(request), "draw the contact sheet")

    def accept_sheet(self, sheet: Sheet) -> Sheet:
        """Remember why the sources of a batch were asked for, so that their labels can say so."""
        if sheet.query is not None:
            self.accept_query(sheet.query)
        return sheet

    def _asked_models(self, draw: Draw) -> list[str]:
        """The tasks whose models a draw goes by."""
        if draw.task is not None:
            return [self._task_name(draw.task)]
        if draw.kind == BATCH:
            return [self.next_task()]
        if can_combine(self.tasks):
            return list(self.tasks)
        knowing = [name for name, task in self.tasks.items() if draw.of in task.names]
        return [knowing[0] if knowing else next(iter(self.tasks))]

    def _models_for(self, draw: Draw) -> tuple[TrainResult, ...]:
        names = self._asked_models(draw)
        missing = [name for name in names if name not in self.results]
        if missing:
            raise NotEnoughLabels(
                "There is no model yet to go by. Label sources of two classes first; until then, "
                "look at what is asked next or at a random draw."
            )
        return tuple(self.results[name] for name in names)
