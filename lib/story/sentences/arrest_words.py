"""Sentences and titles about arrests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.analysis.rates import Estimate, difference
from lib.analysis.trend import Trend
from lib.analysis.windows import WindowPair, say_window
from lib.story import finding_words, words
from lib.story.finding import Finding
from lib.story.model import Published

FEW = "too few to say"


def compared(findings: Sequence[Finding]) -> str:
    """A title that sets one change against another: ``Drug arrests fell 75%, other arrests 30%``."""
    known = [f.change is not None and not f.change.too_few for f in findings]
    if not any(known):
        return "Too few arrests to compare"
    return words.capital("; ".join(finding_words.moved(finding) for finding in findings))


def level_title(before: Trend | None, since: int) -> str:
    """What the months before the policy, from the year ``since`` on, show already."""
    if before is None or before.first <= 0:
        return "Drug arrests by month, before and after the policy"
    change = max(0.0, before.last) / before.first - 1
    clear = before.slope.high < 0 or before.slope.low > 0
    moved = words.verb(change) if clear else "did not clearly change"
    return f"Monthly drug arrests {moved} along their trend from {since} to the policy"


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
        parts.append(f"From the end of the first line to the start of the second, the step is {step} arrests a month.")
    return " ".join(parts)


def rates_sentence(pair: WindowPair, black: Estimate, white: Estimate) -> str:
    """The absolute change of both groups' rates, a year and per 1,000 residents, with windows and intervals."""
    return (
        f"{_windows(pair)}, arrests for offenses the policy covers changed by {_with_interval(black)} a year for every "
        f"1,000 Black residents, and by {_with_interval(white)} for every 1,000 white residents."
    )


def rates_title(black: Estimate, white: Estimate, rates: Sequence[tuple[Estimate, Estimate]]) -> str:
    """How both groups' rates fell; their levels before and after, unless both clearly did."""
    if black.high < 0 and white.high < 0:
        return (
            f"Arrests for offenses the policy covers fell by {abs(black.value):.1f} a year per 1,000 Black residents, "
            f"by {abs(white.value):.1f} per 1,000 white ones"
        )
    (before, after), (other_before, other_after) = ((one.value, other.value) for one, other in rates)
    return (
        f"Arrests for offenses the policy covers, a year per 1,000 residents: {before:.1f} before and {after:.1f} "
        f"after among Black residents, {other_before:.1f} and {other_after:.1f} among white ones"
    )


def rates_short(black: Estimate, white: Estimate) -> str:
    """How both groups' rates fell, as people say it, with 95% intervals; empty unless both clearly did."""
    if black.high >= 0 or white.high >= 0:
        return ""
    (one, spread), (other, others) = (
        (f"{-fall.value:.1f}", f"between {-fall.high:.1f} and {-fall.low:.1f}") for fall in (black, white)
    )
    return (
        f"Arrests for offenses the policy covers fell by about {one} a year for every 1,000 Black residents, {spread}. "
        f"For every 1,000 white residents they fell by about {other}, {others}."
    )


def ratio_sentence(pair: WindowPair, before: Estimate, after: Estimate, tried: str) -> str:
    """The ratio of both groups' rates before and after, with windows and intervals.

    ``tried``: in how many periods it moved so (``claim_words.in_periods``).
    """
    return (
        f"{_windows(pair)}: Black residents were arrested for these offenses {before.value:.1f} times as often as "
        f"white residents before (95% interval {before.low:.1f} to {before.high:.1f}) and {after.value:.1f} times as "
        f"often after ({after.low:.1f} to {after.high:.1f}). The ratio {ratio_moved(before, after)}{tried}."
    )


def ratio_title(before: Estimate, after: Estimate, tried: str) -> str:
    """What happened to the ratio of arrest rates; ``tried`` as in ``ratio_sentence``."""
    return (
        f"Black residents were arrested for these offenses {before.value:.1f} times as often as white residents "
        f"before, {after.value:.1f} times after: the ratio {ratio_moved(before, after)}{tried}"
    )


def ratio_short(before: Estimate, after: Estimate, tried: str) -> str:
    """The ratio of arrest rates before and after as people say it, with 95% intervals."""
    return (
        f"Black residents were arrested for offenses the policy covers about {before.value:.1f} times as often as "
        f"white residents before (between {before.low:.1f} and {before.high:.1f}) and about {after.value:.1f} times as "
        f"often after (between {after.low:.1f} and {after.high:.1f}). The ratio {ratio_moved(before, after)}{tried}."
    )


def ratio_moved(before: Estimate, after: Estimate) -> str:
    """Whether a ratio rose, fell or did neither clearly: by the interval of its difference."""
    apart = difference(after, before)
    if apart.low <= 0 <= apart.high:
        return "did not clearly change"
    return "fell" if apart.value < 0 else "rose"


@dataclass(frozen=True)
class Counts:
    """Arrests of Black and of white people, before and after."""

    before: tuple[int, int]
    after: tuple[int, int]


def few_title(counts: Counts) -> str:
    """That these offenses have too few arrests for a ratio, with the counts."""
    (black, white), (black_after, white_after) = counts.before, counts.after
    return (
        f"Too few arrests to compare: {words.count(black)} of Black people and {words.count(white)} of white people "
        f"before, {words.count(black_after)} and {words.count(white_after)} after"
    )


def few_short(counts: Counts) -> str:
    """The same as a sentence."""
    return f"{few_title(counts)}."


def few_sentence(pair: WindowPair, counts: Counts, before: Estimate | None, after: Estimate | None) -> str:
    """The same with windows, and the ratio of the one side that has one."""

    def side(when: str, number: tuple[int, int], ratio: Estimate | None) -> str:
        told = f"{ratio.value:.1f} times as often (95% interval {ratio.low:.1f} to {ratio.high:.1f})" if ratio else FEW
        return (
            f"{when}, {words.count(number[0])} arrests of Black people and {words.count(number[1])} of white people: "
            f"{told}."
        )

    return (
        f"{_windows(pair)}: too few arrests to say how the ratio for these offenses changed. "
        f"{side('Before', counts.before, before)} {side('After', counts.after, after)}"
    )


def few_shares_title(before: int, after: int) -> str:
    """That there are too few arrests under the policy for shares, with the counts."""
    return (
        f"Too few arrests for offenses the policy covers to compare shares: {words.count(before)} before, "
        f"{words.count(after)} after"
    )


def shares_title(before: Estimate, after: Estimate) -> str:
    """What happened to the share of arrests that were of Black people."""
    return (
        f"{words.percent(before.value)} of arrests for offenses the policy covers were of Black people before, "
        f"{words.percent(after.value)} after"
    )


def averted_sentence(averted: Estimate | None) -> str:
    """The share of Black people in the fall, with its interval."""
    if averted is None:
        return (
            "Arrests for offenses the policy covers did not clearly fall in these windows, so the drop has no shares."
        )
    return (
        f"Black people account for {words.percent(averted.value)} of the drop in arrests for offenses the policy "
        f"covers (95% interval: {_share(averted.low)} to {_share(averted.high)})."
    )


def beside_study(averted: Published, share: Published, ours: Sequence[float]) -> str:
    """The share that researchers published, and how ours differs, as Markdown.

    ``ours``: what we get for their offenses and months, under each assumption.
    """
    return (
        f"Researchers at Johns Hopkins put that share at {words.percent(share.value)}. They estimated "
        f"{averted.value:.0f} fewer arrests for possession, paraphernalia and prostitution from April 2020 to May 2021 "
        f"than the earlier trend would have brought ([{share.by}]({share.address})). Ours is about two periods and "
        "every offense the policy covers. For the study’s own offenses and months, the chapter on drug arrests gives "
        f"{_share(min(ours))} to {_share(max(ours))}, depending on the assumption."
    )


def _share(fraction: float) -> str:
    """A share that may lie below none: some groups' arrests may have risen while all fell."""
    return words.percent(fraction) if fraction >= 0 else words.signed(fraction)


def _windows(pair: WindowPair) -> str:
    return f"From {say_window(pair.current)}, compared with {say_window(pair.baseline[0])}"


def _with_interval(change: Estimate) -> str:
    value, low, high = (words.signed_number(n, 1) for n in (change.value, change.low, change.high))
    return f"{value} (95% interval {low} to {high})"


def _more(number: float) -> str:
    size = f"{abs(number):.1f}"
    return "no change" if float(size) == 0 else f"{size} {'fewer' if number < 0 else 'more'}"


def group(name: str) -> str:
    """The name of a group of arrests, those under the policy or the others, for a row or a line."""
    return {"covered-arrests": "Offenses the policy covers", "other-arrests": "All other offenses"}[name]
