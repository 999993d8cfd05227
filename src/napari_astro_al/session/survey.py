"""The survey sample: sources drawn by chance to say what is true of the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.annotation import Event
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.catalogue.ids import derived_seed, splitmix64
from napari_astro_al.errors import SessionError, listing
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.probability_sample import (
    ProbabilitySample,
    drawing_chances,
    weighted_order,
)
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.sampling import PREDICTED, Sampling, Strata, sampled, strata_of
from napari_astro_al.session.selection import Selection

SURVEY = "survey"
"""The kind of the events, and the strategy that survey sources are asked for by."""
SurveyHow = Literal["random", "stratified", "proportional", "uncertain"]
RATE = 0.2
"""Which share of questions is about the survey sample, unless it is chosen."""

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SurveyPlan:
    """How a survey sample is drawn, settled before anybody looks at its sources.

    Parameters
    ----------
    n : int
        How many sources; fewer where the catalogue has fewer.
    rate : float
        Which share of questions is about them, above 0 and up to 1.
    how : {"random", "stratified", "proportional", "uncertain"}
        The first three as for `Sampling`. "uncertain": one after another, doubtful ones with a
        larger chance; the estimates weigh that out again.
    by : str, optional
        The column that makes the strata, or "(predicted)".
    bins, seed
        As for `Sampling`.

    Raises
    ------
    SessionError
        Naming what makes no sense.
    """

    n: int
    rate: float = RATE
    how: SurveyHow = "random"
    by: str | None = None
    bins: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if self.how not in get_args(SurveyHow):
            raise SessionError(
                f"A survey sample cannot be drawn {self.how!r}; how is one of "
                f"{listing(get_args(SurveyHow))}."
            )
        object.__setattr__(self, "n", whole_number(self.n, "n", SessionError))
        if self.n < 2:
            raise SessionError(f"A survey sample has two sources or more, not {self.n}.")
        object.__setattr__(self, "rate", checked_rate(self.rate))
        if self.how == "uncertain" and self.by is not None:
            raise SessionError('how="uncertain" goes by the model\'s doubt and takes no by.')
        object.__setattr__(self, "bins", self.sampling.bins)
        object.__setattr__(self, "seed", self.sampling.seed)

    @property
    def sampling(self) -> Sampling:
        """The same for those that are not drawn by doubt."""
        how = "random" if self.how == "uncertain" else self.how
        return Sampling(self.n, how, self.by, self.bins, self.seed)

    @property
    def words(self) -> str:
        """For people: ``stratified by class``."""
        return "by the model's doubt" if self.how == "uncertain" else self.sampling.words

    @property
    def asks_a_model(self) -> bool:
        """Whether it takes a model to draw."""
        return self.how == "uncertain" or self.by == PREDICTED

    def to_json(self) -> dict[str, Any]:
        """The parameters by name."""
        names = ("n", "rate", "how", "by", "bins", "seed")
        return {name: getattr(self, name) for name in names}


def checked_rate(rate: object) -> float:
    """A share of questions.

    Raises
    ------
    SessionError
        Where it is none.
    """
    number = isinstance(rate, (int, float)) and not isinstance(rate, bool)
    if not number or not 0 < float(rate) <= 1:  # type: ignore[arg-type]
        raise SessionError(
            f"The rate of a survey sample is above 0 and up to 1, not {rate!r}: of ten questions, "
            "0.2 asks two of it."
        )
    return float(rate)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Survey:
    """A survey sample as it was drawn.

    Attributes
    ----------
    plan : SurveyPlan
    catalogue : Catalogue
    rows : (n,) int64 ndarray
        Its sources, in the order drawn.
    strata : (n,) int64 ndarray
        Index into `names`.
    names : tuple of str
        Of the strata; one without a name where there are none.
    sizes : (k,) int64 ndarray
        How many sources of each stratum could have been drawn.
    chances : (n,) float64 ndarray
        Where it is drawn by doubt: the chance of each to be drawn first. Else ones.
    """

    plan: SurveyPlan
    catalogue: Catalogue
    rows: Rows
    strata: Rows
    names: tuple[str, ...]
    sizes: Rows
    chances: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        drawn = f"{len(self):,} of {self.n_population:,} sources"
        return f"<Survey: {drawn}, drawn {self.plan.words}, rate {self.plan.rate:g}>"

    @property
    def n_population(self) -> int:
        """Sources that could have been drawn."""
        return int(self.sizes.sum())

    @property
    def sources(self) -> list[SourceId]:
        """Ids, in the order drawn."""
        return self.catalogue.ids_at(self.rows)

    @property
    def selection(self) -> Selection:
        """The sources as a selection."""
        return Selection.of_rows(self.catalogue, self.rows)

    def at_rate(self, rate: float) -> Survey:
        """The same sample, asked about more or less often."""
        return replace(self, plan=replace(self.plan, rate=rate))

    def sample(self, places: Rows) -> ProbabilitySample:
        """What can be estimated from the sources at some places, in the order drawn."""
        if self.plan.how == "uncertain":
            return ProbabilitySample.weighted(self.chances[places], self.n_population)
        if self.plan.how == "random":
            return ProbabilitySample.simple(len(places), self.n_population)
        return ProbabilitySample.stratified(self.strata[places], self.sizes)

    def to_json(self) -> dict[str, Any]:
        """The payload of the event that registers it."""
        return {
            **self.plan.to_json(),
            "population": self.n_population,
            "sources": [str(one) for one in self.sources],
            "strata": {name: int(size) for name, size in zip(self.names, self.sizes, strict=True)},
            "stratum": self.strata.tolist(),
            "chances": self.chances.tolist() if self.plan.how == "uncertain" else None,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any], catalogue: Catalogue) -> Survey:
        """The sample that `to_json` registered."""
        names = ("n", "rate", "how", "by", "bins", "seed")
        sources = [catalogue.parse_id(text) for text in content["sources"]]
        chances = content["chances"] or [1.0] * len(sources)
        return cls(
            plan=SurveyPlan(**{name: content[name] for name in names}),
            catalogue=catalogue,
            rows=catalogue.rows_of(sources),
            strata=np.array(content["stratum"], dtype=np.int64),
            names=tuple(content["strata"]),
            sizes=np.array(list(content["strata"].values()), dtype=np.int64),
            chances=np.array(chances, dtype=np.float64),
        )


def survey_of(events: Iterable[Event], catalogue: Catalogue) -> Survey | None:
    """The survey sample that a ledger's events come to, the last one that was not dropped."""
    last: Mapping[str, Any] = {}
    for event in events:
        payload = event.payload
        last = {**last, "rate": payload["rate"]} if set(payload) == {"rate"} else payload
    return Survey.from_json(last, catalogue) if "sources" in last else None


@dataclass(frozen=True, eq=False)
class Population:
    """The sources that stand for the catalogue: with features, and not excluded.

    Attributes
    ----------
    features : FeatureMatrix
        Without any, all sources count.
    partition : Partition
    labelled_only : bool
        Whether those without a column label are left out.
    excluded : Selection
    """

    features: FeatureMatrix
    partition: Partition
    labelled_only: bool
    excluded: Selection

    def mask(self) -> npt.NDArray[np.bool_]:
        """Which they are, (n_sources,); goes through all sources."""
        known = np.array(self.features.usable)
        if self.features.is_empty:
            known[:] = True
        if self.labelled_only:
            known &= self.partition.has_column_label
        known[self.excluded.rows] = False
        return known


@dataclass(frozen=True, eq=False)
class SurveyRequest:
    """Everything that drawing needs, captured.

    Attributes
    ----------
    plan : SurveyPlan
    catalogue : Catalogue
    population : Population
        Sources that can be drawn.
    hashes : (n_sources,) uint64 ndarray
        Seeded id hashes.
    result : TrainResult or None
        The model, where the draw goes by it.
    seed : int
        The session's.
    """

    plan: SurveyPlan
    catalogue: Catalogue
    population: Population
    hashes: npt.NDArray[np.uint64]
    result: TrainResult | None
    seed: int


def draw_survey_job(request: SurveyRequest) -> Job[Survey]:
    """Draw a survey sample.

    Raises
    ------
    SessionError
        If fewer than two sources can be drawn, or strata get fewer than two.
    """
    yield Progress("Drawing the survey sample")
    plan, rows = request.plan, np.flatnonzero(request.population.mask())
    if len(rows) < 2:
        raise SessionError(
            f"A survey sample has two sources or more, and {len(rows):,} can be drawn: those that "
            "have features and are not excluded."
        )
    key = np.uint64(derived_seed(request.seed, SURVEY, plan.seed))
    keys = splitmix64(request.hashes[rows] ^ key)
    strata = Strata(np.zeros(len(rows), dtype=np.int64), ("",))
    chances = np.ones(len(rows))
    if plan.how == "uncertain":
        assert request.result is not None
        chances = drawing_chances(1.0 - request.result.probabilities[rows].max(axis=1))
        drawn = weighted_order(keys, chances, plan.n)
    elif plan.how == "random":
        drawn = sampled(keys, plan.sampling)
    else:
        yield Progress("Parting the catalogue into strata")
        strata = _strata(request, rows)
        drawn = sampled(keys, plan.sampling, strata)
        _check_strata(strata, drawn, plan)
    codes, names, sizes = strata.codes, strata.names, strata.sizes
    return Survey(plan, request.catalogue, rows[drawn], codes[drawn], names, sizes, chances[drawn])


def _strata(request: SurveyRequest, rows: Rows) -> Strata:
    if request.plan.by != PREDICTED:
        column: pd.Series[Any] = request.catalogue.column(str(request.plan.by)).iloc[rows]
        found = strata_of(column, request.plan.bins)
    else:
        assert request.result is not None
        codes = request.result.probabilities[rows].argmax(axis=1).astype(np.int64)
        found = Strata(codes, request.result.classes)
    there = np.flatnonzero(found.sizes)
    place = np.full(len(found.names), -1, dtype=np.int64)
    place[there] = np.arange(len(there))
    return Strata(place[found.codes], tuple(found.names[one] for one in there))


def _check_strata(strata: Strata, drawn: Rows, plan: SurveyPlan) -> None:
    counts = np.bincount(strata.codes[drawn], minlength=len(strata.names))
    few: Sequence[str] = [
        name
        for name, count, size in zip(strata.names, counts, strata.sizes, strict=True)
        if count < min(2, size)
    ]
    if few:
        raise SessionError(
            f"Each stratum needs two sources of a survey sample, and of {plan.n:,} there are fewer "
            f"in {listing(few)}. Draw more, or with fewer strata (bins=...)."
        )
