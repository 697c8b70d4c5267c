"""What a count of a whole year leaves open about a part of it.

Where only whole years are counted, the change of March to December follows from what January and February could have
been. Those are not known, so the answer is a range over stated possibilities, and is never a count. No method of
statistics is in it: it is the partial identification of Manski (Partial Identification of Probability Distributions,
2003), bounds from what is known and what is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """A change under the middle of what is assumed, and its lowest and highest over all of it, as fractions."""

    value: float
    low: float
    high: float


def rest_of_year(total: float, early: float, baseline: float, share: float) -> float:
    """The change of a year's later part, as a fraction.

    ``total`` events of the year less ``early`` ones of its first part, over the ``baseline`` year without ``share`` (a
    fraction) of it. Raises ValueError where that leaves no baseline, or more early events than the year had.
    """
    later, before = total - early, baseline * (1 - share)
    if before <= 0:
        raise ValueError("nothing is left of the baseline")
    if later < 0 or early < 0:
        raise ValueError("the first part of the year can't have more events than the year, or fewer than none")
    return later / before - 1


def rest_of_year_range(
    total: float, year_before: float, baseline: float, shares: Sequence[float], levels: tuple[float, float, float]
) -> Range:
    """The change of a year's later part over all that its first part could have been.

    ``shares`` are what fraction of a year the first part made up, in years where that is known. The first part of the
    year under test had a level, lowest, middle and highest of ``levels``, times that of the ``year_before``, which had
    any of the shares; the baseline year had any of them as well, not necessarily the same. The middle takes the mean
    share for both. Raises ValueError for no share, levels out of order, and as ``rest_of_year``.
    """
    lowest, middle, highest = levels
    if not shares:
        raise ValueError("no share is known")
    if not 0 <= lowest <= middle <= highest:
        raise ValueError("levels must rise")
    least, most, mean = min(shares), max(shares), sum(shares) / len(shares)

    def change(level: float, first: float, base: float) -> float:
        return rest_of_year(total, level * first * year_before, baseline, base)

    # More early events leave fewer later ones; a larger early share leaves less of the baseline to fall from.
    return Range(change(middle, mean, mean), change(highest, most, least), change(lowest, least, most))
