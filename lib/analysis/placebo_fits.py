"""The mix of every city in turn, and of the first without each of its cities: the fits behind a placebo test.

Used by the build alone, as it solves for weights.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lib.analysis.simplex import in_parts, simplex_weights
from lib.tables.choices import WHOLE_MIX

Floats = NDArray[np.float64]


def features(outcome: Floats, before: NDArray[np.bool_], covariates: Floats | None) -> Floats:
    """What a mix must come near to, shape (cities, rows): each month before and, where given, ``covariates``.

    ``outcome`` has shape (cities, months), ``covariates`` (cities, k). These are brought to the spread that the months
    have, and weigh as much as all months together.
    """
    months = outcome[:, before]
    if covariates is None:
        return months
    spread = covariates.std(axis=0)
    even = (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1)
    size = np.sqrt(months.var(axis=0).sum() / covariates.shape[1])
    return np.hstack([months, size * even])


def every_mix(made_of: Floats, *, only_first: bool = False) -> NDArray[np.int64]:
    """The weights of each city's mix in ten-thousandths, shape (cities, cities), by features of shape (cities, rows).

    The first city is mixed from all others, each other one from all but itself and the first; with ``only_first`` the
    others stay without a mix. Two cities or more.
    """
    number = len(made_of)
    weights = np.zeros((number, number), dtype=np.int64)
    for city in range(1 if only_first else number):
        donors = [other for other in range(1, number) if other != city]
        if donors:
            weights[city, donors] = in_parts(simplex_weights(made_of[city], made_of[donors]))
    return weights


def without_each(made_of: Floats, weights: NDArray[np.int64]) -> Iterator[Floats]:
    """The first city's mixes, shape (cities,), each without one of the cities that it was made of."""
    for left_out in np.flatnonzero(weights):
        donors = [other for other in range(1, len(made_of)) if other != left_out]
        if donors:
            mix = np.zeros(len(made_of))
            mix[donors] = in_parts(simplex_weights(made_of[0], made_of[donors])) / WHOLE_MIX
            yield mix
