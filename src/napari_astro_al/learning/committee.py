"""One answer from several models."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Vote = Literal["soft", "hard"]


def combined_votes(votes: npt.NDArray[np.floating[Any]], vote: Vote) -> npt.NDArray[np.float32]:
    """The probabilities of a committee.

    Parameters
    ----------
    votes : (n_models, n, n_classes) float ndarray
        Each member's probabilities; NaN rows where there are none.
    vote : {"soft", "hard"}
        "soft": the mean. "hard": the share of members that think a class the likeliest; a member
        that hesitates between several votes for the first of them.

    Returns
    -------
    (n, n_classes) float32 ndarray
        One model's are its own, whichever the vote. NaN where any member's are.
    """
    if len(votes) == 1:
        return np.asarray(votes[0], dtype=np.float32)
    if vote == "soft":
        with np.errstate(invalid="ignore"):
            mean: npt.NDArray[np.float32] = votes.mean(axis=0, dtype=np.float32)
        return mean
    unknown = np.isnan(votes).any(axis=(0, 2))
    shares = np.zeros(votes.shape[1:], dtype=np.float32)
    rows = np.arange(len(shares))
    for member in votes:
        shares[rows, np.nan_to_num(member).argmax(axis=1)] += np.float32(1)
    shares /= np.float32(len(votes))
    shares[unknown] = np.nan
    return shares
