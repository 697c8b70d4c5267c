"""What would have been counted had the months before gone on as they were, under one of three ideas of "as they were".

``flat``: every month is like the mean of the months before. ``linear``: the straight line through them goes on, but
never below no events. ``log-linear``: they keep changing by the same percentage each month (quasi-Poisson; McCullagh
and Nelder, Generalized Linear Models, 2nd ed. 1989, ch. 9.2). Intervals hold what is not known of the line (Newey and
West's covariance) and how far a sum of months strays from its line (their long-run variance), not which idea is right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lib.analysis.poisson import fit_poisson
from lib.analysis.rates import Estimate
from lib.analysis.trend import FEWEST, least_squares, sandwich, student, summed

Floats = NDArray[np.float64]
Shape = Literal["flat", "linear", "log-linear"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
WIDEST = 100.0  # upper over lower end of a log-linear total: beyond it, nothing is said


@dataclass(frozen=True)
class Expected:
    """Events expected in all the later months together, with the 95% interval and the variance it rests on."""

    total: Estimate
    variance: float

    def averted(self, counted: int) -> Estimate:
        """How many fewer events were counted than expected; below none where there were more."""
        total = self.total
        return Estimate(total.value - counted, total.low - counted, total.high - counted)


def expected(values: Floats, times: Floats, later: Floats, shape: Shape) -> Expected | None:
    """Events expected at the times ``later``, shape (m,), from values at times before, shape (n,), in order.

    None for fewer than six values, and where no log-linear trend fits, or too few events leave its total wide open.
    """
    if len(values) < FEWEST:
        return None
    middle = times.mean()  # times from their middle on keep the log-linear fit's numbers small
    design, ahead = (_columns(t - middle, shape) for t in (times, later))
    return _log_linear(design, values, ahead) if shape == "log-linear" else _straight(design, values, ahead)


def _columns(times: Floats, shape: Shape) -> Floats:
    one = np.ones(len(times))
    return one[:, None] if shape == "flat" else np.column_stack([one, times])


def _straight(design: Floats, values: Floats, ahead: Floats) -> Expected:
    fit = least_squares(design, values)
    total = float(np.maximum(0.0, ahead @ fit.beta).sum())
    weights = ahead.sum(axis=0)
    variance = float(weights @ fit.covariance @ weights) + len(ahead) * _long_run(fit.residuals, len(fit.beta))
    half = fit.reach * math.sqrt(max(0.0, variance))
    return Expected(Estimate(total, max(0.0, total - half), total + half), variance)


def _log_linear(design: Floats, values: Floats, ahead: Floats) -> Expected | None:
    """As ``_straight`` with a log link; the interval is that of the total's logarithm, so that it stays above none."""
    fit = fit_poisson(design, values)
    if fit is None:
        return None
    n, k = design.shape
    bread = np.linalg.inv(design.T @ (design * fit.mean[:, None])).astype(np.float64)
    covariance = sandwich(bread, design * (values - fit.mean)[:, None])
    means = np.exp(ahead @ fit.beta)
    total, gradient = float(means.sum()), ahead.T @ means
    pearson = (values - fit.mean) / np.sqrt(fit.mean)
    variance = float(gradient @ covariance @ gradient) + total * _long_run(pearson, k)
    half = student(n - k) * math.sqrt(max(0.0, variance)) / total
    if 2 * half > math.log(WIDEST):
        return None
    return Expected(Estimate(total, total * math.exp(-half), total * math.exp(half)), variance)


def _long_run(residuals: Floats, effects: int) -> float:
    """Variance that a month adds to a sum of months."""
    return float(summed(residuals[:, None])[0, 0]) / (len(residuals) - effects)
