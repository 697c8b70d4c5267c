"""Sentences about every window at once."""

from __future__ import annotations

from lib.analysis.every_window import BIG_FALL, BaselineName
from lib.analysis.historical_range import FEWEST_YEARS
from lib.analysis.windows import say_date
from lib.story import words
from lib.story.evidence.every_window import Shares, Within, announcement, emergency

AGAINST: dict[BaselineName, str] = {
    "1": "the same dates one year earlier",
    "2": "the same dates two years earlier",
    "3": "the same dates three years earlier",
    "mean3": "the average of the same dates in the three years before",
}
HOW_TO_READ = """
Whoever picks the dates picks the answer. So here is every window, or period, from two weeks to a year and a half. Each
point is one, with its last day below and its length at the left. Blue is a drop, brown a rise. Neighboring windows
share most of their days. So these shares show how much the answer depends on the dates; they aren’t probabilities. Tap
a window to check its dates.
"""
KEY = "Left of the upright line, windows end before the policy. Below the sloping line, they begin after it."


def title(shares: Shares, within: Within = "all") -> str:
    """The finding of the figure."""
    return (
        f"Of {words.count(shares.windows)} windows{which(within)}, {share(shares.down_20)} show a fall "
        f"of at least {words.percent(BIG_FALL)}"
    )


def which(within: Within) -> str:
    """What is said of windows that were restricted: `` that end before the announcement of March 26, 2021``."""
    if within == "before-announcement":
        return f" that end before the announcement of {say_date(announcement())}"
    if within == "clean-baseline":
        return f" whose baseline ends before the emergency of {say_date(emergency())}"
    return ""


def sentence(shares: Shares, within: Within = "all") -> str:
    """All shares in one sentence, and what they would be by chance."""
    claimed = ""
    if shares.claimed is not None and shares.down_claimed is not None:
        claimed = f", {share(shares.down_claimed)} a fall of at least the claimed {words.percent(shares.claimed)}"
    return (
        f"Of {words.count(shares.windows)} windows of {shares.shortest} to {shares.longest} days{which(within)}, each "
        f"compared with {AGAINST[shares.baseline]}, {share(shares.down)} show a fall in {shares.measure.label}, "
        f"{share(shares.down_20)} a fall of at least {words.percent(BIG_FALL)}{claimed}; "
        f"{share(shares.outside_swing)} {_outside(shares)}"
    )


def facts(shares: Shares) -> list[str]:
    """The shares, a sentence each."""
    said = [
        f"{words.count(shares.windows)} windows of {shares.shortest} to {shares.longest} days can be counted for "
        f"{shares.measure.label}, each compared with {AGAINST[shares.baseline]}.",
        f"{_opening(shares.down)} show a fall.",
        f"{_opening(shares.down_20)} show a fall of at least {words.percent(BIG_FALL)}.",
    ]
    if shares.claimed is not None and shares.down_claimed is not None:
        size = words.percent(shares.claimed)
        said.append(f"{_opening(shares.down_claimed)} show a fall of at least {size}, as was claimed.")
    said.append(f"{_opening(shares.outside_swing)} {_outside(shares)}")
    if shares.without_swing:
        said.append(
            f"{_opening(shares.without_swing)} have fewer than {words.number_word(FEWEST_YEARS)} earlier pairs of "
            "years to compare with. That is too few to say, so they count as not outside."
        )
    if shares.without_baseline:
        said.append(
            f"{_opening(shares.without_baseline)} have no event in the baseline. They count as no fall, and as not "
            "outside the usual range of earlier years."
        )
    return said


def _outside(shares: Shares) -> str:
    """That windows lie outside what earlier years did, and how many would by chance."""
    return (
        "lie outside the usual range of earlier years; with the years shuffled, "
        f"{_at_most(shares.outside_by_chance)} would."
    )


def share(fraction: float) -> str:
    """A share of windows: ``63%``, ``less than 1%``, ``none``."""
    if fraction in (0, 1):
        return "all" if fraction else "none"
    if fraction < 0.005:
        return "less than 1%"
    return "more than 99%" if fraction >= 0.995 else words.percent(fraction)


def _at_most(fraction: float) -> str:
    """A share that chance would not pass."""
    return f"at most {share(fraction)}" if fraction else "none"


def _opening(fraction: float) -> str:
    """A share at the beginning of a sentence."""
    said = share(fraction)
    return f"{said[0].upper()}{said[1:]} of them"
