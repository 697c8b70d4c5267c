"""How far a city left what other cities would have made of it, and how often a city leaves it as far by chance.

Synthetic control: the other cities are mixed so that the mix ran like the city before; afterward the two are compared.
Every other city is then treated as if it were the one (a placebo test), and the city's rank among them says how unusual
its gap is (Abadie, Diamond and Hainmueller, Journal of the American Statistical Association 105, 2010). Difference in
differences and the ratio to the median city are two plainer ways to the same gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Plain = Literal["differences", "median"]
FEWEST_DONORS = 8  # a rank among fewer says next to nothing
NO_MISFIT = 1e-6  # of a city's level: a mix this near before leaves nothing to divide by


@dataclass(frozen=True)
class Gaps:
    """Each city beside what the others would have made of it; all of shape (cities,).

    ``gap``: its sum afterward over that of its mix, less one (-0.2: a fifth below). ``before`` and ``after``: the root
    mean square of the monthly differences, over the city's mean before. ``ratio``: after over before; NaN where the mix
    ran exactly like the city.
    """

    gap: Floats
    before: Floats
    after: Floats
    ratio: Floats


@dataclass(frozen=True)
class Rank:
    """How the first city stands among ``cities`` others.

    ``lower`` of them have a lower gap, ``as_far`` a gap at least as far from none, up or down, ``as_odd`` a ratio at
    least as high.
    """

    cities: int
    lower: int
    as_far: int
    as_odd: int

    @property
    def p_gap(self) -> float:
        """The share of all cities, this one among them, that strayed as far from their mix."""
        return (1 + self.as_far) / (1 + self.cities)

    @property
    def p_ratio(self) -> float:
        """The same by the ratio, which allows for how badly a mix fitted before."""
        return (1 + self.as_odd) / (1 + self.cities)


def mixed(outcome: Floats, weights: Floats) -> Floats:
    """The mix of each city, shape (cities, months): ``weights``, shape (cities, cities), times ``outcome``."""
    return np.asarray(weights @ outcome, dtype=np.float64)


def plain_mix(outcome: Floats, before: Mask, how: Plain) -> Floats:
    """What the others would have made of each city without weights, shape (cities, months) as ``outcome``.

    ``differences``: the city's mean before, and the others' mean change since (difference in differences).
    ``median``: the city's mean before, times the median city's ratio to its own mean before. The others of the first
    city are all but itself; the others of any other city are all but itself and the first. ``before`` says which
    months are, shape (months,).
    """
    level = outcome[:, before].mean(axis=1, keepdims=True)
    relative = outcome - level if how == "differences" else outcome / level
    donors = relative[1:]
    number = len(donors)
    if how == "differences":
        every = donors.sum(axis=0)
        others = np.vstack([every / number, (every - donors) / (number - 1)])
        return np.asarray(level + others, dtype=np.float64)
    rest = np.stack([np.median(np.delete(donors, i, axis=0), axis=0) for i in range(number)])
    return np.asarray(level * np.vstack([np.median(donors, axis=0), rest]), dtype=np.float64)


def gaps(outcome: Floats, mix: Floats, before: Mask, after: Mask) -> Gaps:
    """Each city beside its mix, both of shape (cities, months), in the months that the masks say.

    A mix of nothing, or of less, as differences can make it, leaves no gap: NaN.
    """
    level = outcome[:, before].mean(axis=1)
    squares = (outcome - mix) ** 2
    early, late = (np.sqrt(squares[:, months].mean(axis=1)) / level for months in (before, after))
    ratio = np.divide(late, early, out=np.full_like(late, np.nan), where=early > NO_MISFIT)
    own, made = outcome[:, after].sum(axis=1), mix[:, after].sum(axis=1)
    gap = np.divide(own, made, out=np.full_like(own, np.nan), where=made > 0) - 1
    return Gaps(gap, early, late, ratio)


def rank(found: Gaps) -> Rank | None:
    """How the first city stands among the others.

    None where it can't be said: fewer than ``FEWEST_DONORS`` others, or a first city without a gap or a ratio. Another
    city without one counts as at least as far or as odd.
    """
    gap, ratio = found.gap, found.ratio
    told = (gap > -1) & np.isfinite(gap)
    if len(gap) <= FEWEST_DONORS or not told[0] or np.isnan(ratio[0]):
        return None
    far = np.abs(np.log1p(gap, out=np.full_like(gap, np.inf), where=told))
    odd = np.where(np.isnan(ratio), np.inf, ratio)
    return Rank(
        len(gap) - 1,
        int((gap[1:] < gap[0]).sum()),
        int((far[1:] >= far[0]).sum()),
        int((odd[1:] >= odd[0]).sum()),
    )
