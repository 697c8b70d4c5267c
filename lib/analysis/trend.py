"""Straight lines through counts over time, with intervals that allow for one month resembling the next.

Least squares with Newey and West's covariance (Econometrica 55, 1987), Bartlett weights, lag
floor(4 (n/100)^(2/9)), and Student's t with as many degrees of freedom as there are values beyond coefficients.
Level and slope changes are those of an interrupted time series (Wagner and others, J Clin Pharm Ther 27, 2002).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.analysis.rates import Estimate

Floats = NDArray[np.float64]
FEWEST = 6
SCORING_STEPS = 12  # twice what a logistic line with a sensible start needs


@dataclass(frozen=True)
class Trend:
    """A fitted line: ``slope`` per step with its interval, and the fitted first and last values."""

    slope: Estimate
    first: float
    last: float


def straight_line(values: Floats) -> Trend | None:
    """Fit a line to equally spaced values, shape (n,); None for fewer than six, which say nothing of a trend."""
    n = len(values)
    if n < FEWEST:
        return None
    fit = least_squares(np.column_stack([np.ones(n), np.arange(n, dtype=np.float64)]), values)
    intercept, slope = fit.beta
    return Trend(fit.estimate(1), float(intercept), float(intercept + slope * (n - 1)))


@dataclass(frozen=True)
class Break:
    """What became different between two stretches of time, in the values' own unit.

    ``difference`` is mean after minus mean before. ``level`` is how far the second line starts above where the first
    would have been by then, ``slope`` how much more it rises in each step.
    """

    difference: Estimate
    level: Estimate
    slope: Estimate


def broken_line(values: Floats, times: Floats, start: float) -> Break | None:
    """Fit a mean, and a line, before ``start`` and from it on; values and times of shape (n,), in order.

    The level is compared at ``start``. None for fewer than six values on either side.
    """
    after = (times >= start).astype(np.float64)
    if min(after.sum(), len(after) - after.sum()) < FEWEST:
        return None
    one, since = np.ones(len(values)), times - start
    lines = least_squares(np.column_stack([one, since, after, since * after]), values)
    means = least_squares(np.column_stack([one, after]), values)
    return Break(means.estimate(1), lines.estimate(2), lines.estimate(3))


@dataclass(frozen=True)
class LeastSquares:
    """Coefficients, shape (k,), Newey and West's covariance, shape (k, k), and residuals, shape (n,)."""

    beta: Floats
    covariance: Floats
    residuals: Floats

    @property
    def reach(self) -> float:
        """How many standard errors a 95% interval reaches."""
        return student(len(self.residuals) - len(self.beta))

    def estimate(self, i: int) -> Estimate:
        """One coefficient with its interval."""
        value = float(self.beta[i])
        half = self.reach * math.sqrt(max(0.0, self.covariance[i, i]))
        return Estimate(value, value - half, value + half)


def least_squares(design: Floats, values: Floats) -> LeastSquares:
    """Fit values of shape (n,), in order of time, to the columns of ``design``, shape (n, k), k below n."""
    bread = np.linalg.inv(design.T @ design).astype(np.float64)
    beta = bread @ design.T @ values
    residuals = values - design @ beta
    return LeastSquares(beta, sandwich(bread, design * residuals[:, None]), residuals)


def sandwich(bread: Floats, scores: Floats) -> Floats:
    """Newey and West's covariance from the inverse information, shape (k, k), and scores, shape (n, k)."""
    n, k = scores.shape
    covariance: Floats = bread @ summed(scores) @ bread * n / (n - k)
    return covariance


def summed(scores: Floats) -> Floats:
    """The covariance of the scores' sum, shape (k, k), from scores of shape (n, k) that resemble their neighbors."""
    n = len(scores)
    meat: Floats = scores.T @ scores
    lags = math.floor(4 * (n / 100) ** (2 / 9))
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat = meat + (1 - lag / (lags + 1)) * (cross + cross.T)
    return meat


def student(degrees: int) -> float:
    """How many standard errors a 95% interval of Student's t reaches."""
    return float(special.stdtrit(degrees, 0.975))


@dataclass(frozen=True)
class Line:
    """How a change goes with something else: log of the ratio of events = ``intercept`` + ``gradient`` x."""

    intercept: float
    gradient: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    reach: float

    def by(self, step: float) -> Estimate:
        """How much higher the ratio of events is where x is ``step`` more, as a fraction of it, with its interval."""
        half = self.reach * math.sqrt(self.covariance[1][1])
        value, low, high = (math.exp(step * (self.gradient + end)) - 1 for end in (0, -half, half))
        return Estimate(value, low, high)

    def at(self, x: float) -> Estimate:
        """The change at x, as a fraction, with the 95% interval of the line."""
        (v00, v01), (_, v11) = self.covariance
        half = self.reach * math.sqrt(max(0.0, v00 + 2 * x * v01 + x * x * v11))
        eta = self.intercept + self.gradient * x
        return Estimate(math.exp(eta) - 1, math.exp(eta - half) - 1, math.exp(eta + half) - 1)


NO_LINE = "no finite line goes through these counts"
CONVERGED = 1e-6  # log odds by which the last step may still have moved a place


def change_line(current: Floats, baseline: Floats, x: Floats, scale: float) -> Line:
    """How the change of counts goes with x, over places; arrays of shape (n,).

    Given a place's events, those in the window under test are binomial with log odds linear in x, fitted by
    Fisher scoring; ``scale`` is the baseline's exposure over the current one. Every event weighs alike, so a place
    counts by how much is known of it, and no estimate enters that was pulled toward the city's before. The covariance
    holds under any spread between places (sandwich, HC1: White, Econometrica 48, 1980), Student's t with n - 2
    degrees of freedom. Raises ValueError for fewer than three places with events, no spread in x, and counts through
    which no finite line goes (all later events at one end, all earlier ones at the other).
    """
    some = current + baseline > 0
    events, x = (current + baseline)[some], x[some]
    n = len(x)
    if n < 3 or not np.ptp(x) or not current.sum() or not baseline.sum():
        raise ValueError("a line needs three places with events that differ")
    design = np.column_stack([np.ones(n), x])
    beta = np.array([math.log(current.sum() / baseline.sum()), 0.0])
    for _ in range(SCORING_STEPS):
        share = special.expit(design @ beta)
        try:
            bread = np.linalg.inv(design.T @ (design * (events * share * (1 - share))[:, None]))
        except np.linalg.LinAlgError:
            raise ValueError(NO_LINE) from None
        step = bread @ design.T @ (current[some] - events * share)
        beta = beta + step
    if not np.all(np.isfinite(beta)) or np.abs(design @ step).max() > CONVERGED:
        raise ValueError(NO_LINE)
    scores = design * (current[some] - events * special.expit(design @ beta))[:, None]
    covariance = bread @ (scores.T @ scores) @ bread * n / (n - 2)
    return Line(
        float(beta[0]) + math.log(scale),
        float(beta[1]),
        ((float(covariance[0, 0]), float(covariance[0, 1])), (float(covariance[1, 0]), float(covariance[1, 1]))),
        student(n - 2),
    )
