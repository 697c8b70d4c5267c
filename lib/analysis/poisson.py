"""Counts with a log-linear mean: a Poisson model fitted by weighted least squares, step by step.

McCullagh and Nelder, Generalized Linear Models, 2nd ed. 1989, ch. 2.5. The fitted means hold under any dispersion
(quasi-Poisson, ch. 9.2); it enters only where an interval is made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 40  # four times what a dozen effects need
CONVERGED = 1e-8  # log mean by which the last step may still have moved a count
FARTHEST = 50.0  # log mean beyond which an effect is on its way to infinity


@dataclass(frozen=True)
class PoissonFit:
    """``beta``, shape (effects,): log effects. ``mean``, shape (n,): the fitted means."""

    beta: Floats
    mean: Floats


def fit_poisson(design: Floats, counts: Floats) -> PoissonFit | None:
    """Fit log means linear in ``design``, shape (n, effects), to ``counts``, shape (n,).

    None where no finite effects fit best, as where a day of the week has no event at all, or where the effects can't be
    told apart.
    """
    eta = np.log(counts + 0.5)
    for _ in range(STEPS):
        mean = np.exp(eta)
        weighted = design * mean[:, None]
        try:
            beta = np.linalg.solve(design.T @ weighted, weighted.T @ (eta + (counts - mean) / mean))
        except np.linalg.LinAlgError:
            return None
        before, eta = eta, design @ beta
        moved = np.abs(eta - before).max()
        if moved < CONVERGED:
            return PoissonFit(beta.astype(np.float64), np.exp(eta))
        if not np.isfinite(moved) or np.abs(eta).max() > FARTHEST:
            return None
    return None
