"""What changed in each neighborhood, without being fooled by small numbers.

Each neighborhood's events of both windows are one draw: of n events, x fall into the window under test. The
share of the window under test is beta-binomial around the city's share; how far neighborhoods really differ
(the prior's strength) and the city's share itself are not known, so estimates are averaged over both, by how
likely each makes all the counts. Method: hierarchical beta-binomial model (Gelman and others, Bayesian Data
Analysis, 3rd ed. 2013, ch. 5.3; Clayton and Kaldor, Biometrics 43, 1987, for maps of rates); the prior of the
strength is the uniform shrinkage prior (Daniels, Canadian Journal of Statistics 27, 1999).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.analysis.counts import Ints

Floats = NDArray[np.float64]
Class = Literal["fell", "rose", "no clear change", "too few to say"]

# Candidate strengths of the prior, in events: from "neighborhoods differ freely" to "all changed alike".
_STRENGTHS = np.geomspace(1.0, 1e5, 61)
# Candidate shares of the city, in standard errors around the observed one.
_SHARES = np.linspace(-3.0, 3.0, 9)
FEWEST_EVENTS = 10  # in both windows together: below it a place has no class of its own, only the city's
_NEARLY_ALL = 0.999  # a share beyond it would be a thousandfold rise; the ends stay numbers that a map can show


@dataclass(frozen=True)
class Changes:
    """Changes of many neighborhoods, as fractions, in the order of the counts given.

    ``events`` counts both windows. ``raw`` is nan where the baseline has no event. ``change`` is the shrunken
    estimate, ``low`` and ``high`` its 95% interval; ``strength`` is the prior's likeliest, in events, and ``city``
    the city's change.
    """

    events: Ints
    raw: Floats
    change: Floats
    low: Floats
    high: Floats
    strength: float
    city: float

    def classes(self) -> list[Class]:
        """Plain classes: fell, rose, no clear change, or too few to say.

        No clear change where the interval holds none; too few below ten events: such a place would only echo the city.
        """
        few = self.events < FEWEST_EVENTS
        return [
            "too few to say" if too_few else "no clear change" if low <= 0 <= high else "fell" if high < 0 else "rose"
            for too_few, low, high in zip(few, self.low, self.high, strict=True)
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
    a, b = _posterior(current, baseline, share)
    scale = exposure_baseline / exposure_current

    def quantile(q: float) -> Floats:
        p = np.minimum(special.betaincinv(a, b, q), _NEARLY_ALL)
        return np.asarray(p / (1 - p) * scale - 1, dtype=np.float64)

    raw = np.full(len(current), np.nan)
    some = baseline > 0
    raw[some] = current[some] / baseline[some] * scale - 1
    return Changes(
        events=events,
        raw=raw,
        change=quantile(0.5),
        low=quantile(0.025),
        high=quantile(0.975),
        strength=prior_strength(current, events, share),
        city=total_current / total_baseline * scale - 1,
    )


def _posterior(current: Ints, baseline: Ints, share: float) -> tuple[Floats, Floats]:
    """A beta distribution for each place's share, with mean and variance averaged over strengths and city shares."""
    some = current + baseline > 0
    n = (current + baseline)[some]
    typical = float(np.median(n))
    a, b, weight = [], [], []
    for strength in _STRENGTHS:
        # Places that differ freely say less of the city's share than as many events of one place.
        effective = (n / (1 + (n - 1) / (strength + 1))).sum()
        error = 1 / math.sqrt(effective * share * (1 - share))  # of the share's log odds
        shares = np.clip(special.expit(special.logit(share) + _SHARES * error), 1e-6, 1 - 1e-6)
        a.append(strength * shares)
        b.append(strength * (1 - shares))
        # Uniform shrinkage prior in the log of the strength; the grid's step in the share is the error.
        weight.append(np.full(len(shares), math.log(strength * typical / (typical + strength) ** 2) + math.log(error)))
    prior_a, prior_b = np.concatenate(a), np.concatenate(b)
    pairs, times = np.unique(np.stack([current[some], baseline[some]]), axis=1, return_counts=True)
    x, y = pairs[0][:, None], pairs[1][:, None]
    fit = special.betaln(x + prior_a, y + prior_b) - special.betaln(prior_a, prior_b)
    log_weight = (times[:, None] * fit).sum(axis=0) + np.concatenate(weight)
    weights = np.exp(log_weight - log_weight.max())
    kept = weights > 1e-4 * weights.sum()
    weights, prior_a, prior_b = weights[kept] / weights[kept].sum(), prior_a[kept], prior_b[kept]
    post_a, post_b = current[:, None] + prior_a, baseline[:, None] + prior_b
    total = post_a + post_b
    mean = (weights * post_a / total).sum(axis=1)
    square = (weights * post_a * (post_a + 1) / (total * (total + 1))).sum(axis=1)
    size = mean * (1 - mean) / np.maximum(square - mean**2, 1e-12) - 1
    return np.asarray(mean * size), np.asarray((1 - mean) * size)


def prior_strength(current: Ints, events: Ints, share: float) -> float:
    """The prior strength (in events) under which these counts are likeliest, the mean held at ``share``.

    Marginal likelihood of the beta-binomial over a grid of strengths from 1 to 100,000.
    """
    some = events > 0
    x, n = current[some][:, None], events[some][:, None]
    a, b = _STRENGTHS * share, _STRENGTHS * (1 - share)
    likelihood = special.betaln(x + a, n - x + b) - special.betaln(a, b)
    return float(_STRENGTHS[np.argmax(likelihood.sum(axis=0))])
