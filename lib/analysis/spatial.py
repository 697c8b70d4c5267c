"""Whether a map's pattern is more than chance: Moran's I with a permutation test, and local clusters.

Moran, Biometrika 37, 1950; local version: Anselin, Geographical Analysis 27, 1995. The well-kept library for
this (esda) brings a machine-learning stack with it for these two formulas, so they stand here and are tested
against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PERMUTATIONS = 999
SEED = 26032021  # fixed, so that figures don't jitter between runs


@dataclass(frozen=True)
class Moran:
    """Moran's I, its value expected under no pattern, and the one-sided permutation p-value."""

    i: float
    expected: float
    p: float


def morans_i(values: Floats, weights: Floats, permutations: int = PERMUTATIONS) -> Moran:
    """Moran's I of ``values`` (n,) with row-standardized ``weights`` (n, n).

    p is the share of random rearrangements with an I at least as large, counting the one observed. Raises
    ValueError where all values are the same.
    """
    z = values - values.mean()
    if not np.any(z):
        raise ValueError("all values are the same")
    shuffled = z[_shuffles(len(z), permutations)]
    scale = len(z) / weights.sum() / (z @ z)
    observed = scale * (z @ weights @ z)
    chance = scale * np.einsum("ki,ki->k", shuffled, shuffled @ weights.T)
    p = (1 + np.count_nonzero(chance >= observed)) / (permutations + 1)
    return Moran(float(observed), -1 / (len(z) - 1), float(p))


def local_clusters(values: Floats, weights: Floats, permutations: int = PERMUTATIONS) -> tuple[Bools, Bools]:
    """Places whose own value and whose neighbors' mean are both high, and both low, beyond chance.

    Conditional permutation test at 5%, with the false discovery rate held by Benjamini and Hochberg over all
    places; two masks (n,).
    """
    z = (values - values.mean()) / (values.std() or 1.0)
    lag = weights @ z
    n = len(z)
    neighbors = (weights > 0).sum(axis=1)
    picks = _picks(n, permutations, int(neighbors.max(initial=1)))
    larger = np.full(n, float(permutations))
    for place in np.flatnonzero(neighbors):
        some = picks[:, : neighbors[place]]
        # The picks are of everyone else: numbers from the place on stand for the one after.
        chance = z[some + (some >= place)].mean(axis=1)
        larger[place] = np.count_nonzero(chance >= lag[place] if lag[place] > 0 else chance <= lag[place])
    p = (larger + 1) / (permutations + 1)
    order = np.argsort(p)
    passing = np.flatnonzero(p[order] <= 0.05 * np.arange(1, n + 1) / n)
    significant = np.zeros(n, dtype=bool)
    if len(passing):
        significant[order[: passing[-1] + 1]] = True
    return significant & (z > 0) & (lag > 0), significant & (z < 0) & (lag < 0)


@lru_cache(maxsize=4)
def _shuffles(n: int, permutations: int) -> NDArray[np.intp]:
    """Random orders of n things, one a row; the same in every run."""
    rng = np.random.default_rng(SEED)
    return np.argsort(rng.random((permutations, n)), axis=1)


@lru_cache(maxsize=4)
def _picks(n: int, permutations: int, most: int) -> NDArray[np.int64]:
    """Random draws from n - 1 others, without replacement; shape (permutations, most), the same in every run."""
    rng = np.random.default_rng(SEED)
    return np.argsort(rng.random((permutations, n - 1)), axis=1)[:, :most].astype(np.int64)
