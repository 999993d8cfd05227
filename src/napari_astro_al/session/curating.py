"""A session's verbs for curated sets: curate, matching, set_targets, drop_curated."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation.events import CATALOGUE, annotator_of
from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.criteria import as_condition
from napari_astro_al.catalogue.matching import matching_job
from napari_astro_al.errors import AstroALWarning, NotEnoughLabels, SessionError, listing
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning.split import CODES, Split
from napari_astro_al.session.combining import can_combine
from napari_astro_al.session.curated import (
    STRATEGY,
    CuratedSet,
    Part,
    Plan,
    checked_targets,
)
from napari_astro_al.session.curation import (
    CandidateRequest,
    Candidates,
    Curation,
    CurationRequest,
    candidates_job,
    draw_job,
    drop_job,
)
from napari_astro_al.session.modelling import Modelling
from napari_astro_al.session.recipes import Recipes
from napari_astro_al.session.sampling import PREDICTED, Sampling, SamplingHow
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.sets import Sources

Rows = npt.NDArray[np.int64]
NO_ROWS = np.empty(0, dtype=np.int64)


class Curating(Modelling, Recipes):
    """Curated sets of a session.

    A curated source is held out from the moment that it is drawn: `partition` says so, which is
    where training, queries and everything that is fitted to the pool take their sources from.
    """

    _curated: tuple[Split, dict[str, CuratedSet]] | None = None

    @property
    def curated(self) -> Mapping[str, CuratedSet]:
        """The sets whose sources were chosen one by one, by "test" and "validation"."""
        if self._curated is None or self._curated[0] is not self.split:
            found: dict[str, CuratedSet] = {}
            for part in CODES:
                named = (self.split.ids or {}).get(part)
                if named:
                    texts = dict.fromkeys(str(one) for one in named)
                    sources = tuple(self.catalogue.parse_id(one) for one in texts)
                    rows = self.catalogue.rows_of(list(sources))
                    selection = Selection.of_rows(self.catalogue, rows)
                    found[part] = CuratedSet(part, sources, selection, None, self.book)  # type: ignore[arg-type]
            self._curated = (self.split, found)
        return {
            part: replace(one, plan=self.plans.get(part)) for part, one in self._curated[1].items()
        }

    def matching(self, where: object) -> Selection:
        """The sources that fulfil a condition, whatever part they play.

        Parameters
        ----------
        where : Criterion, AllOf, AnyOf, tuple or list of tuples
            ``("redshift", ">", 2)``, or several, all of which hold.

        Raises
        ------
        CatalogueError
            Naming column, operator and the value that was expected.
        """
        return drain(self.matching_job(where))

    def matching_job(self, where: object) -> Job[Selection]:
        """The work of `matching`, captured now."""
        return _as_selection(self.catalogue, matching_job(self.catalogue, as_condition(where)))

    def curate(
        self,
        n: int | None = None,
        where: object = None,
        *,
        part: Part = "test",
        how: SamplingHow = "random",
        by: str | None = None,
        bins: int = 10,
        seed: int = 0,
        within: Sources | None = None,
        answered: bool = False,
        targets: Mapping[str, int] | None = None,
    ) -> list[SourceId]:
        """Draw sources for the test or the validation set of every task.

        They are held out from now on: never asked for, and not trained on, whatever label they
        have or get. Their labels score the models. A first draw takes the place of the fraction
        that the split holds out for that part; what was held out for testing by the split is then
        held out for validation.

        Parameters
        ----------
        n : int, optional
            How many; fewer where fewer match. None, with `where` or `within`, takes all.
        where : Criterion, AllOf, AnyOf, tuple or list of tuples, optional
            What they must be like: ``("redshift", ">", 2)``, or several, all of which hold.
        part : {"test", "validation"}
            What for.
        how, by, bins, seed
            As for `Sampling`: ``how="stratified", by="class"``. Where strata are predicted classes
            and targets are set, as many are drawn of each class as it lacks.
        within : iterable of int or str, Selection, or str, optional
            Only these sources: ids, a selection, or the name of a set.
        answered : bool
            Whether sources that people have labelled, or were unsure of, are drawn as well. They
            leave training, with a warning, and their labels score.
        targets : mapping of str to int, optional
            As for `set_targets`.

        Returns
        -------
        list of int or str
            The sources that were drawn, in a random order.

        Raises
        ------
        SessionError
            If there is nothing to draw, or nothing says how much.
        CatalogueError
            If `where` does not fit the catalogue.
        NotEnoughLabels
            If strata are predicted classes, and there are labels of fewer than two.

        Warns
        -----
        AstroALWarning
            If sources leave training.
        """
        sampling = Sampling(n, how, by, bins, seed)
        if n is None and within is None and where is None:
            raise SessionError(
                "Say how many sources to draw, what they must be like, or which: "
                'session.curate(100, where=("redshift", ">", 2)).'
            )
        if by == PREDICTED:
            for name in self._asked_of():
                if self.is_stale(name):
                    self.train(name)
        job = self.curate_job(
            sampling, where, part=part, within=within, answered=answered, targets=targets
        )
        ready = drain(job)
        self.accept_curation(ready)
        if ready.note:
            warnings.warn(ready.note, AstroALWarning, stacklevel=2)
        return self.catalogue.ids_at(ready.drawn)

    def curate_job(
        self,
        sampling: Sampling,
        where: object = None,
        *,
        part: Part = "test",
        within: Sources | None = None,
        answered: bool = False,
        targets: Mapping[str, int] | None = None,
    ) -> Job[Curation]:
        """The work of `curate`, captured now; hand its result to `accept_curation`."""
        self.check_open()
        condition = as_condition(where)
        before = self._plan_of(part)
        wanted = before.targets if targets is None else checked_targets(targets)
        plan = replace(before, where=condition, sampling=sampling, targets=wanted)
        candidates = self.candidates_job(condition, part=part, within=within, answered=answered)
        request = self._curation_request(part, plan, draws=True)
        return guarded(draw_job(request, candidates), "draw sources")

    def candidates_job(
        self,
        where: object = None,
        *,
        part: Part = "test",
        within: Sources | None = None,
        answered: bool = False,
    ) -> Job[Candidates]:
        """Find what `curate` could draw, captured now."""
        _checked(part)
        condition = as_condition(where)
        for criterion in condition:
            criterion.check(self.catalogue)
        members = [one.selection.rows for one in self.curated.values()]
        closed = [self.kept_out.rows, *members, NO_ROWS if answered else self._answered_rows()]
        request = CandidateRequest(
            catalogue=self.catalogue,
            where=condition,
            usable=self.features.usable,
            within=None if within is None else self.sets.resolve(within).rows,
            closed=np.concatenate(closed),
        )
        return guarded(candidates_job(request), "look for sources that match")

    def accept_curation(self, ready: Curation) -> bool:
        """Take a set that is ready, unless split, catalogue or features are others by now.

        Returns
        -------
        bool
            False for a stale result, which is dropped.
        """
        made_for = ready.request
        if (
            made_for.partition is not self.partition
            or made_for.features is not self.features
            or made_for.catalogue is not self.catalogue
        ):
            return False
        part, dropped = made_for.part, ready.candidates is None
        plans = {name: plan for name, plan in self.plans.items() if name != part}
        if not dropped:
            plans[part] = made_for.plan
        self._take_recipes(
            split=ready.split, partition=ready.partition, features=ready.features, plans=plans
        )
        self.book.note("curated", ready.told)
        self.note_curated()
        self._tell(self.curated_changed)
        return True

    def set_targets(self, targets: Mapping[str, int], *, part: Part = "test") -> None:
        """Say how many labels of each class a curated set is to have.

        Raises
        ------
        SessionError
            If there is no such set, a target is no number, or the folder cannot be written to.
        """
        if _checked(part) not in self.curated:
            raise _no_set(part)
        plan = replace(self._plan_of(part), targets=checked_targets(targets))
        self._adopt(plans={**self.plans, part: plan})
        self._tell(self.curated_changed)

    def drop_curated(self, part: Part = "test") -> None:
        """Dissolve a curated set: the split holds out what it held out before.

        Its labels stay. Those of sources that go back to the pool train from now on.

        Raises
        ------
        SessionError
            If there is no such set, or the folder cannot be written to.
        """
        self.accept_curation(drain(self.drop_curated_job(part)))

    def drop_curated_job(self, part: Part = "test") -> Job[Curation]:
        """The work of `drop_curated`, captured now; hand its result to `accept_curation`."""
        self.check_open()
        if _checked(part) not in self.curated:
            raise _no_set(part)
        request = self._curation_request(part, self._plan_of(part), draws=False)
        return guarded(drop_job(request), "dissolve the set")

    def note_curated(self) -> None:
        """Remember how curated sources are asked for, so that their labels can say so."""
        for part, one in self.curated.items():
            drawn = "" if one.plan is None else f", drawn {one.plan.sampling.words}"
            why = f"It is one of {len(one):,} of the {part} set{drawn}. It never trains."
            for rank, source in enumerate(one.sources):
                self._asked[source] = {"strategy": STRATEGY, "why": why, "rank": rank}

    def _plan_of(self, part: str) -> Plan:
        before = Plan(fractions=(self.split.validation, self.split.test))
        return self.plans.get(part, before)

    def _answered_rows(self) -> Rows:
        """Sources that people have labelled or were unsure of."""
        rows, _ = self.book.labelled()
        people = [annotator_of(chain) != CATALOGUE for chain in self.book.label_chains()]
        return np.concatenate([rows[np.array(people, dtype=bool)], self.book.unsure_rows()])

    def _asked_of(self) -> list[str]:
        """The tasks whose models say which class is predicted."""
        return list(self.tasks) if can_combine(self.tasks) else [next(iter(self.tasks))]

    def _curation_request(self, part: Part, plan: Plan, *, draws: bool) -> CurationRequest:
        names = self._asked_of() if draws and plan.sampling.by == PREDICTED else []
        missing = [name for name in names if name not in self.results]
        if missing:
            raise NotEnoughLabels(
                "There is no model yet that could predict classes. Label sources of two classes "
                "first, or draw at random."
            )
        if draws and plan.sampling.by not in (None, PREDICTED):
            self.catalogue.column(str(plan.sampling.by))
        known = self.curated.get(part)
        sources = [] if known is None else list(known.sources)
        trains = [self.task_labels(name).sources for name in self.tasks]
        return CurationRequest(
            part=part,
            catalogue=self.catalogue,
            partition=self.partition,
            split=self.split,
            features=self.features,
            members=self.catalogue.rows_of(sources),
            training=np.concatenate([NO_ROWS, *trains]),
            plan=plan,
            seed=self.seed,
            results=tuple(self.results[name] for name in names),
            tasks=self.tasks,
            lacking={} if known is None else replace(known, plan=plan).lacking,
        )


def _checked(part: str) -> str:
    if part not in CODES:
        raise SessionError(f"Sources are curated for {listing(CODES)}, not for {part!r}.")
    return part


def _no_set(part: str) -> SessionError:
    return SessionError(
        f"There is no curated {part} set. Draw one: session.curate(100, part={part!r})."
    )


def _as_selection(catalogue: Any, job: Job[Rows]) -> Job[Selection]:
    return Selection(catalogue, (yield from job))
