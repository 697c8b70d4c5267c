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
    """A weighted line: value at x = 0, ``slope`` per unit of x with its interval, and how to draw its band."""

    intercept: float
    slope: Estimate
    covariance: tuple[tuple[float, float], tuple[float, float]]
    reach: float

    def at(self, x: float) -> Estimate:
        """The line at x, with the 95% interval of its mean."""
        (v00, v01), (_, v11) = self.covariance
        value = self.intercept + self.slope.value * x
        half = self.reach * math.sqrt(max(0.0, v00 + 2 * x * v01 + x * x * v11))
        return Estimate(value, value - half, value + half)


def weighted_line(x: Floats, y: Floats, weights: Floats) -> Line:
    """Weighted least squares of y on x, shape (n,), with intervals that hold under unequal scatter.

    Covariance HC1 (White, Econometrica 48, 1980, with MacKinnon and White's n / (n - 2)), Student's t with n - 2
    degrees of freedom. Raises ValueError for fewer than three points or no spread in x.
    """
    n = len(x)
    if n < 3 or not np.ptp(x):
        raise ValueError("a line needs three points that differ")
    design = np.column_stack([np.ones(n), x])
    bread = np.linalg.inv(design.T @ (design * weights[:, None]))
    intercept, slope = bread @ design.T @ (weights * y)
    scores = design * (weights * (y - intercept - slope * x))[:, None]
    covariance = bread @ (scores.T @ scores) @ bread * n / (n - 2)
    reach = float(special.stdtrit(n - 2, 0.975))
    half = reach * math.sqrt(covariance[1, 1])
    return Line(
        float(intercept),
        Estimate(float(slope), float(slope) - half, float(slope) + half),
        ((float(covariance[0, 0]), float(covariance[0, 1])), (float(covariance[1, 0]), float(covariance[1, 1]))),
        reach,
    )
