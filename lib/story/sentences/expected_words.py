"""Sentences about what was to be expected, and about how the same model did in earlier years."""

from __future__ import annotations

from lib.analysis.historical_range import FEWEST_YEARS
from lib.analysis.rates import Estimate
from lib.analysis.seasonal import FADE, Trend
from lib.analysis.windows import say_date, say_window
from lib.story import finding_words, words
from lib.story.evidence.expected import Check, Departure, HeldOut

TREND: dict[Trend, str] = {
    "flat": "no trend",
    "linear": "a trend that goes on",
    "damped": f"a trend that fades by {1 - FADE:.0%} a week",
}


def title(found: Departure) -> str:
    """The finding of the figure: observed against expected."""
    return (
        f"{found.measure.title}: {words.count(found.observed)} counted, {_rounded(found.expected.value)} expected: "
        f"{'inside' if found.inside else 'outside'} the forecast’s range"
    )


def sentence(found: Departure) -> str:
    """Observed, expected and the difference, with their intervals, and what that leaves open."""
    expected, difference = found.expected, found.difference
    if found.inside:
        ending = "That is inside the forecast’s range: these weeks alone don’t show that anything had changed."
    else:
        ending = "That is outside the forecast’s range: something had changed. This doesn’t say what."
    return (
        f"{finding_words.subject(found.measure)}: {words.counted(found.observed, found.measure.unit)} "
        f"{'was' if found.observed == 1 else 'were'} counted in the "
        f"{_weeks(found.weeks)} from {say_window(found.window)}. The forecast from the weeks of "
        f"{say_window(found.learned)}, with {TREND[found.trend]}, was {_rounded(expected.value)} (95% interval: "
        f"{_span(expected)}). Counted minus expected: {words.signed_number(round(difference.value))} (95% interval: "
        f"{words.signed_number(round(difference.low))} to {words.signed_number(round(difference.high))})"
        f"{_change(found)}. {ending}"
    )


def check_title(found: Check) -> str:
    """The finding of the check on earlier years."""
    number = len(found.years)
    if number == 0:
        return f"{found.measure.title}: the forecast can’t be tested on earlier years"
    if number < FEWEST_YEARS:
        return f"{found.measure.title}: too few earlier years to say how good the forecast is"
    inside = sum(year.inside for year in found.years)
    times = "every time" if inside == number else f"{words.number_word(inside)} times"
    return (
        f"{found.measure.title}: tested on {words.worded(number, 'earlier years')}, the forecast’s range was right "
        f"{'never' if inside == 0 else 'once' if inside == 1 else times}"
    )


def check_sentence(found: Check) -> str:
    """Where the band held in earlier years and where it failed."""
    said = []
    if found.years:
        share = found.weeks_inside / found.weeks
        said.append(
            f"Each forecast used only the weeks before its year, with {TREND[found.trend]}. The band meant to hold 95% "
            f"of weeks held {found.weeks_inside} of {found.weeks} ({share:.0%}) for {found.measure.label}."
        )
    said += [year_sentence(year) for year in found.years]
    said += [f"We can’t check {year}: {why}" for year, why in found.left_out]
    failed = [str(year.year) for year in found.years if not year.inside]
    if failed:
        said.append(
            f"So the range was wrong in {words.listed(failed)}, one more reason to doubt what it says about 2020 and "
            "2021."
        )
    elif len(found.years) < FEWEST_YEARS:
        said.append("These are too few years to say how often the range is wrong.")
    elif min(_widths(found)) > 0.5:
        said.append("A range this wide is seldom wrong and seldom says much.")
    return " ".join(said)


def year_sentence(year: HeldOut) -> str:
    """One earlier year: expected, counted, and whether the interval held."""
    return (
        f"{year.year}: {_rounded(year.expected.value)} expected (95% interval: {_span(year.expected)}), "
        f"{words.count(year.observed)} counted, {'inside' if year.inside else 'outside'}."
    )


def year_label(year: HeldOut) -> str:
    """The same as a label."""
    weeks = f"{year.weeks_inside} of {words.counted(year.window.days // 7, 'weeks')} in their band"
    return f"{year.year}: {'inside' if year.inside else 'OUTSIDE'}; {weeks}"


def trained(found: Departure) -> str:
    """What the model learned from, for a subtitle."""
    return f"Forecast from the weeks through {say_date(found.learned.end)}, {TREND[found.trend]}"


def _change(found: Departure) -> str:
    if found.change is None:
        return ""
    if found.change.high > words.OFF_SCALE:
        return f", {words.direction(found.change.value)}"
    return f", {words.direction(found.change.value)} ({words.span(found.change.low, found.change.high)})"


def _weeks(number: int) -> str:
    return words.counted(number, "whole weeks", "one" if number == 1 else None)


def _rounded(number: float) -> str:
    return f"{number:,.0f}"


def _span(interval: Estimate) -> str:
    return f"{_rounded(interval.low)} to {_rounded(interval.high)}"


def _widths(found: Check) -> list[float]:
    """How wide each year's interval is, as a fraction of what was expected."""
    return [(year.expected.high - year.expected.low) / year.expected.value for year in found.years]
