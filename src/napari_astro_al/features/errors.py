"""Which columns say how well features are measured: errors and limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features.columns import is_numeric
from napari_astro_al.features.not_measured import words

_MARK = re.compile(
    r"(?:uncertainty|uncert|unc|error|err|sigcom|sigma|sig|stdev|rms)"
    r"(?P<side>1|2|upper|lower|up|lo|high|low|hi|plus|minus|max|min|p|m)?"
)
_UPPER = frozenset({"1", "upper", "up", "high", "hi", "plus", "max", "p"})


@dataclass(frozen=True)
class ErrorColumns:
    """The columns that say how well one feature is measured.

    Attributes
    ----------
    lower, upper : str or None
        One standard deviation downwards and upwards, in the feature's unit, of either sign; the
        same column where errors are symmetric.
    limit : str or None
        A column of "<" or ">" where the value is a limit.
    """

    lower: str | None = None
    upper: str | None = None
    limit: str | None = None


def error_columns(catalogue: Catalogue, features: Iterable[str]) -> dict[str, ErrorColumns]:
    """Find the errors and limits of base features by the names of columns.

    An error's name is the feature's with a word for it put in anywhere (``u_err``, ``err_u``,
    ``modelMagErr_u``, ``parallax_error``, ``w1sigmpro``) or VizieR's ``e_Jmag``. Two of them, told
    apart by 1 and 2, up and lo, and the like (``koi_period_err1``), or ``E_Jmag`` beside
    ``e_Jmag``, are the upper and the lower error. A limit's is VizieR's ``l_Jmag``.

    Returns
    -------
    dict of {str: ErrorColumns}
        By feature; without those that have none.
    """
    numbers: dict[str, list[tuple[str, str]]] = {}
    for name in catalogue.table.columns:
        if is_numeric(catalogue.table[name]):
            for rest, side in _without_mark(str(name)):
                numbers.setdefault(rest, []).append((side, str(name)))
    found: dict[str, ErrorColumns] = {}
    for feature in features:
        limit = f"l_{feature}"
        sides = dict(reversed(numbers.get("".join(words(feature)), [])))
        lower = sides.get("lower", sides.get("both", sides.get("upper")))
        upper = sides.get("upper", sides.get("both", sides.get("lower")))
        known = ErrorColumns(lower, upper, limit if limit in catalogue.table.columns else None)
        if known != ErrorColumns():
            found[feature] = known
    return found


def _without_mark(name: str) -> Iterable[tuple[str, str]]:
    """What is left of a name without its word for an error, and which side that speaks of."""
    if name[:2] in ("e_", "E_"):
        yield "".join(words(name[2:])), "both" if name[0] == "e" else "upper"
    joined = "".join(words(name))
    for start in range(len(joined)):
        found = _MARK.match(joined, start)
        if found is None:
            continue
        before, side = joined[: found.start()], found["side"]
        if side is not None:
            told = "upper" if side in _UPPER else "lower"
            yield before + joined[found.end() :], told
            yield before + joined[found.start("side") :], "both"
        else:
            yield before + joined[found.end() :], "both"
