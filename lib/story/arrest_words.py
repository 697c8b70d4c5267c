"""Sentences and titles about arrests."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis.rates import Estimate
from lib.analysis.trend import Trend
from lib.analysis.windows import WindowPair, say_window
from lib.story import words
from lib.story.finding import Finding
from lib.story.model import Published


def compared(findings: Sequence[Finding]) -> str:
    """A title that sets one change against another: ``Drug arrests fell 75%, other arrests 30%``."""
    parts = [
        f"{f.measure.label} {words.verb(f.change.headline)}"
        for f in findings
        if f.measure and f.change and f.change.headline is not None and not f.change.too_few
    ]
    if not parts:
        return "Too few arrests to compare"
    text = ", ".join(parts)
    return text[0].upper() + text[1:]


def level_title(before: Trend | None) -> str:
    """What the months before the policy show already."""
    if before is None or before.first <= 0:
        return "Drug arrests by month, before and after the policy"
    change = max(0.0, before.last) / before.first - 1
    clear = before.slope.high < 0 or before.slope.low > 0
    moved = words.verb(change) if clear else "showed no clear trend"
    return f"Before the policy began, the line through monthly drug arrests {moved}"


def level_sentence(before: Trend | None, after: Trend | None) -> str:
    """Level and slope before and after, with intervals."""
    parts = []
    for when, trend in (("Before the policy", before), ("After it began", after)):
        if trend is None:
            parts.append(f"{when}: too few months for a line.")
            continue
        slope = trend.slope
        parts.append(
            # A straight line can run below none; arrests can't.
            f"{when} the line runs from {max(0.0, trend.first):.0f} to {max(0.0, trend.last):.0f} arrests a month, "
            f"{_more(slope.value)} each month (95% interval: {_more(slope.low)} to {_more(slope.high)})."
        )
    if before and after:
        step = words.signed_number(after.first - before.last)
        parts.append(f"Between the end of the one line and the start of the other lie {step} arrests a month.")
    return " ".join(parts)


def rates_sentence(pair: WindowPair, black: Estimate, white: Estimate) -> str:
    """The absolute change of both groups' rates, a year and per 1,000 residents, with windows and intervals."""
    return (
        f"{_windows(pair)}, arrests under the policy changed by {_with_interval(black)} a year for every 1,000 Black "
        f"residents, and by {_with_interval(white)} for every 1,000 white residents."
    )


def rates_short(black: Estimate, white: Estimate) -> str:
    """How both groups' rates fell, as people say it, with 95% intervals; empty unless both clearly did."""
    if black.high >= 0 or white.high >= 0:
        return ""
    (one, spread), (other, others) = (
        (f"{-fall.value:.1f}", f"between {-fall.high:.1f} and {-fall.low:.1f}") for fall in (black, white)
    )
    return (
        f"Arrests under the policy fell by about {one} a year for every 1,000 Black residents, {spread}, and by about "
        f"{other} for every 1,000 white residents, {others}."
    )


def ratio_sentence(pair: WindowPair, before: Estimate, after: Estimate) -> str:
    """The ratio of both groups' rates before and after, with windows and intervals."""
    return (
        f"{_windows(pair)}: Black residents were arrested for these offenses {before.value:.1f} times as often as "
        f"white residents before (95% interval {before.low:.1f} to {before.high:.1f}) and {after.value:.1f} times as "
        f"often after ({after.low:.1f} to {after.high:.1f}). The ratio {_moved(before, after)}."
    )


def ratio_title(before: Estimate, after: Estimate) -> str:
    """What happened to the ratio of arrest rates."""
    return (
        f"Black residents were arrested {before.value:.1f} times as often as white ones before, "
        f"{after.value:.1f} times after: the ratio {_moved(before, after)}"
    )


def ratio_short(before: Estimate, after: Estimate) -> str:
    """The ratio of arrest rates before and after as people say it, with 95% intervals."""
    return (
        f"Black residents were arrested about {before.value:.1f} times as often as white ones before, between "
        f"{before.low:.1f} and {before.high:.1f}, and about {after.value:.1f} times as often after, between "
        f"{after.low:.1f} and {after.high:.1f}: the ratio {_moved(before, after)}."
    )


def shares_title(before: Estimate, after: Estimate) -> str:
    """What happened to the share of arrests that were of Black people."""
    return (
        f"{words.percent(before.value)} of arrests under the policy were of Black people before, "
        f"{words.percent(after.value)} after"
    )


def averted_sentence(averted: Estimate | None) -> str:
    """The share of Black people in the fall, with its interval."""
    if averted is None:
        return "Arrests under the policy did not clearly fall in these windows, so the fall has no shares."
    return (
        f"Black people made up {words.percent(averted.value)} of the fall in arrests under the policy (95% interval: "
        f"{_share(averted.low)} to {_share(averted.high)})."
    )


def beside_study(averted: Published, share: Published) -> str:
    """The share that researchers published, and how ours differs, as Markdown."""
    return (
        f"Researchers at Johns Hopkins put that share at {words.percent(share.value)} of {averted.value:.0f} averted "
        "arrests for possession, paraphernalia and prostitution, April 2020 to May 2021. They compared with what an "
        f"earlier trend would have brought: [{share.by}]({share.address}). Ours compares two windows, for all offenses "
        "of the policy."
    )


def _share(fraction: float) -> str:
    """A share that may lie below none: some groups' arrests may have risen while all fell."""
    return words.percent(fraction) if fraction >= 0 else words.signed(fraction)


def _windows(pair: WindowPair) -> str:
    return f"From {say_window(pair.current)}, against {say_window(pair.baseline[0])}"


def _with_interval(change: Estimate) -> str:
    value, low, high = (words.signed_number(n, 1) for n in (change.value, change.low, change.high))
    return f"{value} (95% interval {low} to {high})"


def _moved(before: Estimate, after: Estimate) -> str:
    if before.low <= after.high and after.low <= before.high:
        return "did not clearly change"
    return "fell" if after.value < before.value else "rose"


def _more(number: float) -> str:
    size = f"{abs(number):.1f}"
    return "no change" if float(size) == 0 else f"{size} {'fewer' if number < 0 else 'more'}"
