"""What changed in each neighborhood, without being fooled by small numbers.

Each neighborhood's events of both windows are one draw: of n events, x fall into the window under test. The
share of the window under test is beta-binomial around the city's share; how far neighborhoods really differ
(the prior's strength) is estimated from all of them at once, and each one's change is pulled toward the city's
by that much. Method: empirical Bayes with a beta prior (Casella, The American Statistician 39, 1985; Clayton and
Kaldor, Biometrics 43, 1987, for maps of rates).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.analysis.counts import Ints

Floats = NDArray[np.float64]
Class = Literal["fell", "rose", "too few to say"]

# Candidate strengths of the prior, in events: from "neighborhoods differ freely" to "all changed alike".
_STRENGTHS = np.geomspace(1.0, 1e5, 121)


@dataclass(frozen=True)
class Changes:
    """Changes of many neighborhoods, as fractions, in the order of the counts given.

    ``raw`` is nan where the baseline has no event. ``change`` is the shrunken estimate, ``low`` and ``high`` its
    95% interval; ``strength`` is the prior's, in events, and ``city`` the city's change.
    """

    raw: Floats
    change: Floats
    low: Floats
    high: Floats
    strength: float
    city: float

    def classes(self) -> list[Class]:
        """Three plain classes: fell, rose, or too few to say where the interval holds no change."""
        return [
            "fell" if high < 0 else "rose" if low > 0 else "too few to say"
            for low, high in zip(self.low, self.high, strict=True)
        ]


def neighborhood_changes(current: Ints, baseline: Ints, exposure_current: float, exposure_baseline: float) -> Changes:
    """Shrunken changes from counts of both windows, one a neighborhood; shape (areas,).

    Exposures are numbers of windows, or days where the windows cover different dates. Raises ValueError where
    no neighborhood has an event in both windows together, or the city has none in one of them.
    """
    total_current, total_baseline = int(current.sum()), int(baseline.sum())
    if not total_current or not total_baseline:
        raise ValueError("there is no event in one of the windows")
    events = current + baseline
    share = total_current / (total_current + total_baseline)
    strength = prior_strength(current, events, share)
    a, b = strength * share + current, strength * (1 - share) + baseline
    scale = exposure_baseline / exposure_current

    def as_change(p: NDArray[np.floating[Any]]) -> Floats:
        return np.asarray(p / (1 - p) * scale - 1, dtype=np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(baseline > 0, current / np.maximum(baseline, 1) * scale - 1, np.nan)
    return Changes(
        raw=raw,
        change=as_change(special.betaincinv(a, b, 0.5)),
        low=as_change(special.betaincinv(a, b, 0.025)),
        high=as_change(special.betaincinv(a, b, 0.975)),
        strength=strength,
        city=total_current / total_baseline * scale - 1,
    )


def prior_strength(current: Ints, events: Ints, share: float) -> float:
    """The prior strength (in events) under which these counts are likeliest, the mean held at ``share``.

    Marginal likelihood of the beta-binomial over a grid of strengths from 1 to 100,000.
    """
    some = events > 0
    x, n = current[some][:, None], events[some][:, None]
    a, b = _STRENGTHS * share, _STRENGTHS * (1 - share)
    likelihood = special.betaln(x + a, n - x + b) - special.betaln(a, b)
    return float(_STRENGTHS[np.argmax(likelihood.sum(axis=0))])
