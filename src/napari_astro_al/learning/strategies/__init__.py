"""Query strategies: which candidates would teach the classifier most.

A strategy of ours is a pure function of `Candidates` that scores each of them, or that chooses a
batch if it has a keyword-only ``n``; modAL's query functions are taken as they are
(`modal_queries`). `rank` asks any of them.
"""

from napari_astro_al.learning.strategies import (  # noqa: F401 (their strategies are registered)
    anomalies,
    bald,
    chance,
    covering,
    disagreement,
    doubt,
    examples,
    foresight,
    noise,
    oddity,
    questions,
    weighing,
)
from napari_astro_al.learning.strategies.candidates import Candidates, Floats, Gather
from napari_astro_al.learning.strategies.costs import knapsack, rank_by_cost
from napari_astro_al.learning.strategies.density import typicality
from napari_astro_al.learning.strategies.diversity import diversify, farthest_first
from napari_astro_al.learning.strategies.highest import top
from napari_astro_al.learning.strategies.naming import (
    STRATEGIES,
    About,
    Group,
    Strategy,
    about,
    checked_strategy,
    function_of,
    grouped,
    is_modal,
    strategy_name,
    strategy_to_json,
    strategy_with,
    summary,
)
from napari_astro_al.learning.strategies.places import Whitening, gaps
from napari_astro_al.learning.strategies.ranking import rank

__all__ = [
    "STRATEGIES",
    "About",
    "Candidates",
    "Floats",
    "Gather",
    "Group",
    "Strategy",
    "Whitening",
    "about",
    "checked_strategy",
    "diversify",
    "farthest_first",
    "function_of",
    "gaps",
    "grouped",
    "is_modal",
    "knapsack",
    "rank",
    "rank_by_cost",
    "strategy_name",
    "strategy_to_json",
    "strategy_with",
    "summary",
    "top",
    "typicality",
]
