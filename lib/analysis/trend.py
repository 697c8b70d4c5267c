"""A straight line through counts over time, with intervals that allow for one month resembling the next.

Least squares with Newey and West's covariance (Econometrica 55, 1987), Bartlett weights, lag
floor(4 (n/100)^(2/9)), and Student's t with n - 2 degrees of freedom.
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
    x = np.column_stack([np.ones(n), np.arange(n, dtype=np.float64)])
    bread = np.linalg.inv(x.T @ x)
    intercept, slope = bread @ x.T @ values
    scores = x * (values - x @ np.array([intercept, slope]))[:, None]
    meat = scores.T @ scores
    lags = math.floor(4 * (n / 100) ** (2 / 9))
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    error = math.sqrt(max(0.0, (bread @ meat @ bread)[1, 1]) * n / (n - 2))
    reach = float(special.stdtrit(n - 2, 0.975)) * error
    return Trend(
        Estimate(float(slope), float(slope) - reach, float(slope) + reach),
        float(intercept),
        float(intercept + slope * (n - 1)),
    )


@dataclass(frozen=True)
class Line:
    """How a change goes with something else: log of the ratio of events = ``intercept`` + ``gradient`` x.

    ``slope`` is the change's slope in fractions per unit of x at the mean event, with its interval.
    """

    intercept: float
    gradient: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    reach: float
    slope: Estimate

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
    reach = float(special.stdtrit(n - 2, 0.975))
    half = reach * math.sqrt(covariance[1, 1])
    intercept = float(beta[0]) + math.log(scale)
    steepness = math.exp(intercept + float(beta[1]) * float((events * x).sum() / events.sum()))
    low, high = (steepness * (float(beta[1]) + end) for end in (-half, half))
    return Line(
        intercept,
        float(beta[1]),
        ((float(covariance[0, 0]), float(covariance[0, 1])), (float(covariance[1, 0]), float(covariance[1, 1]))),
        reach,
        Estimate(steepness * float(beta[1]), low, high),
    )
