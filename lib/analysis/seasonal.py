"""Weekly counts as their past would have them: season, trend, a level that wanders, and a band by simulation.

The counts are quasi-Poisson with a log link, two pairs of yearly harmonics and a trend (McCullagh and Nelder,
Generalized Linear Models, 2nd ed. 1989, ch. 9.2): ``flat`` has none, ``linear`` goes on by the same percentage a week,
``damped`` fades after the training by ``FADE`` a week, so that h weeks on it has added as much as
1 + FADE + ... + FADE^(h - 1) times FADE of its weekly step (Gardner and McKenzie, Management Science 31, 1985).

Season and trend alone make bands that are far too narrow for a whole year: levels drift. So the log level wanders as
well, by steps that are independent from week to week (the random-walk level of Harvey and Durbin, J. R. Stat. Soc. A
149, 1986). Its variance and the dispersion are estimated by restricted maximum likelihood on the working response
(penalized quasi-likelihood: Breslow and Clayton, JASA 88, 1993), and a forecast goes on from where the level last was.
The band holds what is not known of season, trend and level, the wandering to come, and negative-binomial noise whose
variance is the dispersion times its mean. The variance of the steps itself is taken as known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lib.analysis.poisson import fit_poisson
from lib.analysis.rates import Estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Trend = Literal["flat", "linear", "damped"]

WEEKS_A_YEAR = 52
FEWEST_WEEKS = 100  # season and trend can't be told apart in much less than two years
FEWEST_EVENTS = 1.0  # a week, on average
HARMONICS = 2
FADE = 0.98
ROUNDS = 2  # of the working response; a third moves no total by a tenth of a percent
DRAWS = 2000
SEED = 2020
# Variances of a weekly step over the dispersion: from none to a level that doubles within a few weeks.
STEPS = np.concatenate([[0.0], np.logspace(-8, -1, 141)])
WIDEST = 20.0  # a forecast whose level may be off by more than this factor says nothing


@dataclass(frozen=True, eq=False)
class Forecast:
    """What was to be expected in the weeks after the training; arrays over n weeks of training and h weeks after.

    ``fitted``, shape (n,), follows the level as it wandered. ``expected``, shape (h,), is the middle of what was to be
    expected, ``low`` and ``high`` the band that holds 95% of single weeks. ``draws``, shape (DRAWS, h), are whole
    futures. ``dispersion`` is at least 1; ``drift`` the standard deviation of the log level's wandering over a year.
    """

    fitted: Floats
    expected: Floats
    low: Floats
    high: Floats
    draws: Ints
    dispersion: float
    drift: float

    def total(self, start: int, stop: int) -> Estimate:
        """Events to be expected in the weeks start..stop - 1 after the training, with the 95% interval."""
        low, high = np.percentile(self.draws[:, start:stop].sum(axis=1), [2.5, 97.5])
        return Estimate(float(self.expected[start:stop].sum()), float(low), float(high))


@dataclass(frozen=True)
class NoForecast:
    """Nothing can be said of what was to be expected; ``why`` is one sentence."""

    why: str


def forecast(counts: Floats, first: date, ahead: int, trend: Trend) -> Forecast | NoForecast:
    """Expect the next ``ahead`` weeks from weekly counts, shape (n,), the first of them beginning on ``first``.

    The same counts always give the same forecast.
    """
    n = len(counts)
    if n < FEWEST_WEEKS:
        return NoForecast(f"Season and trend can't be learned from fewer than {FEWEST_WEEKS} weeks.")
    if counts.mean() < FEWEST_EVENTS:
        return NoForecast("There is less than one event a week to learn from.")
    design = _design(first, n, ahead, trend)
    known = _wandering(design[:n], counts)
    if known is None:
        return NoForecast("The weeks before have too few events to learn season and trend from.")
    log_means, covariance = known.ahead(design[n:])
    if math.sqrt(float(np.diag(covariance).max())) * 2 > math.log(WIDEST):
        return NoForecast("The weeks before are too few, or too uneven, to bound what was to be expected.")
    draws = _draws(log_means, covariance, known.dispersion)
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    return Forecast(
        fitted=known.mean,
        expected=np.exp(log_means),
        low=low,
        high=high,
        draws=draws,
        dispersion=known.dispersion,
        drift=math.sqrt(WEEKS_A_YEAR * known.step),
    )


def _design(first: date, n: int, ahead: int, trend: Trend) -> Floats:
    """Columns for n weeks of training and those after: one, harmonics, trend in years; shape (n + ahead, effects)."""
    weeks = np.arange(n + ahead)
    angles = 2 * np.pi / 365.2425 * np.outer(first.toordinal() + 3 + 7 * weeks, 1 + np.arange(HARMONICS))
    columns = [np.ones((n + ahead, 1)), np.sin(angles), np.cos(angles)]
    if trend != "flat":
        since = (weeks - (n - 1)).astype(np.float64)
        if trend == "damped":
            since = np.where(since > 0, FADE * (1 - FADE ** np.maximum(since, 0)) / (1 - FADE), since)
        columns.append(since[:, None] / WEEKS_A_YEAR)
    return np.hstack(columns)


@dataclass(frozen=True, eq=False)
class _Known:
    """What n weeks tell of effects and level: the inverse ``precision`` of the working response over the dispersion.

    ``beta``, shape (k,), with ``bread``, shape (k, k); ``residuals`` and ``mean`` of shape (n,); ``ratio`` is the
    variance of a weekly step over the dispersion.
    """

    design: Floats
    beta: Floats
    bread: Floats
    inverse: Floats
    residuals: Floats
    mean: Floats
    dispersion: float
    ratio: float

    @property
    def step(self) -> float:
        """Variance of the log level's step from one week to the next."""
        return self.ratio * self.dispersion

    def ahead(self, design: Floats) -> tuple[Floats, Floats]:
        """Log means, shape (h,), and their covariance, shape (h, h), in the h weeks that follow."""
        n, h = len(self.mean), len(design)
        together = self.ratio * _walk(n + h)
        to_past = together[n:, :n] @ self.inverse
        log_means = design @ self.beta + to_past @ self.residuals
        apart = design - to_past @ self.design
        covariance = together[n:, n:] - to_past @ together[:n, n:] + apart @ self.bread @ apart.T
        return log_means, self.dispersion * covariance


def _wandering(design: Floats, counts: Floats) -> _Known | None:
    """Effects and level by penalized quasi-likelihood; None where no finite effects fit."""
    start = fit_poisson(design, counts)
    if start is None:
        return None
    walk, mean = _walk(len(counts)), start.mean
    for _ in range(ROUNDS):
        log_mean = np.log(mean)
        working = log_mean + (counts - mean) / mean
        ratio, dispersion = _variances(design, working, mean, walk)
        inverse: Floats = np.linalg.inv(np.diag(1 / mean) + ratio * walk).astype(np.float64)
        bread: Floats = np.linalg.inv(design.T @ inverse @ design).astype(np.float64)
        beta = bread @ design.T @ inverse @ working
        residuals = working - design @ beta
        mean = np.exp(design @ beta + ratio * walk @ inverse @ residuals)
    return _Known(design, beta, bread, inverse, residuals, mean, dispersion, ratio)


def _variances(design: Floats, working: Floats, mean: Floats, walk: Floats) -> tuple[float, float]:
    """The step's variance over the dispersion, and the dispersion, by restricted maximum likelihood.

    In the coordinates of what season and trend leave over, in which noise and wandering are both diagonal, the
    likelihood of every ratio costs one sum.
    """
    n, k = design.shape
    weights = np.sqrt(mean)
    left = np.linalg.qr(design * weights[:, None], mode="complete")[0][:, k:]
    spread, axes = np.linalg.eigh(left.T @ (walk * np.outer(weights, weights)) @ left)
    squares = (axes.T @ (left.T @ (working * weights))) ** 2
    variance = 1 + STEPS[:, None] * np.maximum(spread, 0)
    fitted = (squares / variance).mean(axis=1)
    dispersion = np.maximum(1.0, fitted)
    likelihood = -np.log(variance).sum(axis=1) - (n - k) * (np.log(dispersion) + fitted / dispersion)
    best = int(np.argmax(likelihood))
    return float(STEPS[best]), float(dispersion[best])


def _walk(n: int) -> Floats:
    """Covariance of a random walk with steps of variance one, shape (n, n)."""
    steps = 1.0 + np.arange(n)
    covariance: Floats = np.minimum.outer(steps, steps)
    return covariance


def _draws(log_means: Floats, covariance: Floats, dispersion: float) -> Ints:
    """Futures: the log means strayed, then counts with variance ``dispersion`` times their mean; shape (DRAWS, h)."""
    random = np.random.default_rng(SEED)
    values, vectors = np.linalg.eigh(covariance)
    stray = random.standard_normal((DRAWS, len(log_means))) * np.sqrt(np.maximum(values, 0)) @ vectors.T
    means = np.exp(log_means + stray)
    if dispersion > 1:
        means = random.gamma(means / (dispersion - 1), dispersion - 1)
    draws: Ints = random.poisson(means).astype(np.int32)
    return draws
