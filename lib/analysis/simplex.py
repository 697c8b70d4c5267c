"""The mix of several series that comes nearest to one: weights of at least zero that add up to one.

This is the inner problem of synthetic control (Abadie, Diamond and Hainmueller, JASA 105, 2010). Only the build needs
it: the weights stand in a table, and pages multiply.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from lib.tables.choices import WHOLE_MIX

Floats = NDArray[np.float64]


def simplex_weights(target: Floats, series: Floats) -> Floats:
    """The weights, shape (n,), with which ``series``, shape (n, rows), come nearest to ``target``, shape (rows,).

    Nearest by the sum of squares. With differences A from the target and weights w = u / Σu, the squares of Au and of
    Σu − 1 together are least for the same w as those of Aw alone, whatever Σu comes to; so non-negative least squares
    (Lawson and Hanson, Solving Least Squares Problems, 1974) solves it exactly. ValueError for values that are not
    finite, or no series.
    """
    apart = (series - target).T
    if not apart.size or not np.isfinite(apart).all():
        raise ValueError("weights need finite values and at least one series")
    size = float(np.sqrt((apart**2).mean()))
    scaled = apart / size if size > 0 else apart
    rows = np.vstack([scaled, np.ones(apart.shape[1])])
    aim = np.append(np.zeros(apart.shape[0]), 1.0)
    found, _ = nnls(rows, aim, maxiter=50 * apart.shape[1])
    return np.asarray(found / found.sum(), dtype=np.float64)


def in_parts(weights: Floats) -> NDArray[np.int64]:
    """Weights that add up to one in whole ten-thousandths that add up to ``WHOLE_MIX``, by largest remainder."""
    exact = weights * WHOLE_MIX
    parts = np.floor(exact).astype(np.int64)
    rest = WHOLE_MIX - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:rest]] += 1
    return parts
