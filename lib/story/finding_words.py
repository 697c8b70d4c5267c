"""What was counted, in words: the sentences, exact numbers and notes of one finding."""

from __future__ import annotations

from lib.analysis.change import Change, Interval
from lib.analysis.historical_range import Swing
from lib.analysis.windows import Window, WindowPair, say_date, say_window
from lib.story.finding import Finding
from lib.story.model import Claim, Measure, Origin, Race
from lib.story.words import (
    OFF_SCALE,
    capital,
    count,
    counted,
    direction,
    drop,
    listed,
    number_word,
    percent,
    place,
    signed,
    span,
    verb,
    verb_about,
    worded,
)

PEOPLE: dict[Race, str] = {
    "black": "Black people",
    "white": "white people",
    "other": "people of other or unknown race",
}

MADE: dict[Origin, str] = {
    "caller": "made by callers",
    "officer": "entered by officers",
    "unknown": "of unknown origin",
    "not-officer": "not known to be officers’ own",
}


BETWEEN = {
    "day": "The range in parentheses is a 95% margin of error, based on how much weekly counts bounced around in "
    "earlier years.",
    "year": "The range in parentheses is a 95% margin of error, based on how unevenly the city’s areas moved in "
    "earlier years.",
}
"""What an interval is, by whether days are known or whole years only."""


def counts(finding: Finding) -> str:
    """Both counts and the interval, for a tooltip."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None:
        return finding.sentence
    interval = f"; 95% interval {span(change.interval.low, change.interval.high)}" if change.interval else ""
    return f"{count(change.current)}, compared with {_baseline_count(change, pair)}{interval}"


def subject(measure: Measure, area: str | None = None, race: Race | None = None, origin: Origin | None = None) -> str:
    """What a sentence is about, with a capital: ``Violent crime``, ``In Canton, burglary``, ``Arrests of white people
    for prostitution``."""
    about = measure.label
    if race:
        arrests, joined, what = about.partition(" for ")
        about = f"{arrests} of {PEOPLE[race]}{joined}{what}"
    about = f"{about} {MADE[origin]}" if origin else about
    return f"In {place(area)}, {about}" if area else capital(about)


def answer(about: str, measure: Measure, pair: WindowPair, change: Change, claimed: float | None) -> str:
    """The sentence that answers: change, interval, counts, windows and what was claimed."""
    counts = _both_counts(measure, pair, change)
    if change.headline is None or change.interval is None:
        return f"{about}: too few to say. {counts}."
    if change.too_few:
        return (
            f"{about}: too few to say, because the 95% interval is very wide "
            f"({span(change.interval.low, change.interval.high)}). {counts}."
        )
    kind = "" if pair.equal(change.per) else f", counted per {change.per}"
    said = (
        f"{about} {verb(change.headline)}{kind} "
        f"(95% interval: {span(change.interval.low, change.interval.high)}): {counts}"
    )
    return f"{said}; {_inside(claimed, change.interval)}." if claimed is not None else f"{said}."


def no_verdict(claim: Claim, pair: WindowPair, area: str | None) -> str | None:
    """Why a claimed change can't be right or wrong of what was counted; None where it can, or where none is claimed."""
    if claim.claimed is None or claim.time is None or (area is None and claim.is_about(pair)):
        return None
    about = f"No verdict: the claim, {drop(claim.claimed)}, is about"
    if area is not None:
        return f"{about} the whole city."
    if all(baseline.start < pair.current.start for baseline in pair.baseline):
        return f"{about} other dates, between {say_date(claim.time.start)}, and {say_date(claim.time.end)}."
    return f"{about} a change since an earlier time."


def short(finding: Finding) -> str:
    """The answer as people say it: rounded, with its 95% interval and what it is compared with."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None or finding.measure is None:
        return finding.sentence
    about = subject(finding.measure, finding.area, finding.race, finding.origin)
    if change.headline is None or change.interval is None or change.too_few:
        why = "one area alone varies too much from year to year to say"
        few = why if change.dispersion.of == "areas" and change.interval else "too few events to say"
        return f"{about}: {few}, compared with {against(pair)}."
    # One day more or less is left to the exact numbers.
    per_day = "" if pair.equal(change.per) or pair.same_dates else f", counted per {change.per}"
    spread = between(change.interval.low, change.interval.high)
    return f"{about} {verb_about(change.headline)}{per_day} compared with {against(pair)} ({spread})."


def exact(finding: Finding) -> str:
    """A finding to a tenth of a percent, with its interval and its counts."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None or finding.measure is None or change.headline is None or not change.interval:
        return finding.sentence
    low, high = change.interval.low, change.interval.high
    ends = f"{signed(low, 1)} to {'any rise' if high is None else signed(high, 1)}"
    about = subject(finding.measure, finding.area, finding.race, finding.origin)
    return (
        f"{about}: {signed(change.headline, 1)} (95% interval: {ends}). {_both_counts(finding.measure, pair, change)}."
    )


def between(low: float, high: float | None) -> str:
    """An interval as people say it: ``between 6% and 27%``, ``anywhere from 5% down to 3% up``."""
    if high is None or high > OFF_SCALE or low < 0 < high or "0%" in (percent(low), percent(high)):
        return f"anywhere from {span(low, high)}"
    least, most = sorted((low, high), key=abs)
    return f"between {percent(least)} and {percent(most)}"


def against(pair: WindowPair) -> str:
    """What a window is compared with: ``the same dates a year earlier``."""
    if len(pair.baseline) > 1:
        return f"the average of {'' if _one_year(pair.current) else 'the same dates of '}{_years(pair)}"
    if _one_year(pair.current) and pair.same_dates:
        return str(pair.baseline[0].start.year)
    return f"the same dates {_before(pair)}" if pair.same_dates else say_window(pair.baseline[0])


def swing_sentence(swing: Swing, change: Change) -> str | None:
    """What the same comparison gave in earlier years, and whether this change lies inside that range."""
    if swing.low is None or swing.high is None or change.too_few or change.headline is None:
        return None
    number = number_word(len(swing.pairs))
    if not swing.enough:
        gave = listed([f"{direction(pair.change)} in {pair.pair.current.end.year}" for pair in swing.pairs])
        return f"Too few earlier years to say whether that is usual: the same comparison gave {gave}."
    inside = swing.holds(change.headline)
    return (
        f"The same comparison in {number} earlier pairs of years gave anything from {span(swing.low, swing.high)}: "
        f"this change is {'within' if inside else 'outside'} the usual range."
    )


def swing_title(measure: Measure, finding: Finding) -> str:
    """A title for the comparison with earlier years."""
    change, swing = finding.change, finding.swing
    if change is None or swing is None or change.too_few or change.headline is None:
        return f"{measure.title}: too few to compare with earlier years"
    kind = "fall" if change.headline < 0 else "rise"
    if not swing.enough:
        return f"This {kind} in {measure.label}: too few earlier years to say whether it is usual"
    return (
        f"This {kind} in {measure.label} is {'within' if swing.holds(change.headline) else 'outside'} "
        f"the range of {number_word(len(swing.pairs))} earlier years"
    )


def moved(finding: Finding) -> str:
    """How a count moved, by its name: ``violent crime fell 17%``, ``rape had too few events to say (4 against 7)``."""
    change, label = finding.change, finding.measure.label if finding.measure else ""
    if change is None:
        return f"{label} was not counted"
    if change.headline is None or change.too_few:
        return f"{label} had too few events to say ({count(change.current)}, compared with {count(change.baseline)})"
    return f"{label} {verb(change.headline)}"


def counted_change(finding: Finding) -> str:
    """What was counted of a claim, in a cell of a table: ``−16% (−26% to −5%).``; empty where nothing was."""
    change = finding.change
    if change is None or change.headline is None or change.interval is None:
        return ""
    if change.too_few:
        return "Too few events to say."
    low, high = change.interval.low, change.interval.high
    return f"{signed(change.headline)} ({signed(low)} to {'any rise' if high is None else signed(high)})."


def notes(pair: WindowPair, change: Change, swing: Swing) -> tuple[str, ...]:
    """What a careful reader wants to know of this comparison: leap day, spread, earlier years left out."""
    said = []
    if pair.same_dates and not pair.equal(change.per) and change.headline is not None:
        side = "baseline" if pair.baseline_days > pair.current.days * len(pair.baseline) else "window under test"
        said.append(
            f"The {side} includes February 29, so we compare counts per day. Plain counts give "
            f"{signed(change.of_counts, 1)}."
        )
    if not pair.same_dates:
        unit = change.per
        per_day = "" if pair.equal(unit) else f" and differ in length, so we compare counts per {unit}"
        said.append(f"The windows cover different dates of the year{per_day}.")
    dispersion = change.dispersion
    if dispersion.of == "areas":
        when = (
            f"in {number_word(dispersion.years)} earlier comparison{'' if dispersion.years == 1 else 's'} like this one"
            if dispersion.years
            else "in this comparison itself, as there is no earlier one"
        )
        said.append(
            "Only whole years are known, so the interval comes from the community areas: how unevenly they moved "
            f"{when}. It is {dispersion.phi**0.5:.0f} times as wide as chance alone would make it. It doesn’t cover "
            "what moves all areas alike, such as a new way of recording."
        )
    elif dispersion.years:
        said.append(
            f"In {worded(dispersion.years, 'other years')}, weekly counts varied {dispersion.phi:.1f} times as much as "
            "chance alone would make them. The interval allows for that."
        )
    else:
        said.append("Too few other years are on record to measure how weekly counts vary, so we assume pure chance.")
    if change.interval and change.interval.method == "conditional binomial":
        said.append("With so few events, the interval is an exact one (conditional binomial).")
    if pair.shared_days:
        said.append(shared_days(pair))
    if pair.twice_counted_days:
        twice = pair.twice_counted_days
        each = "counts" if twice == 1 else "count"
        said.append(f"The baselines share {counted(twice, 'days')}, which {each} twice: the interval is too narrow.")
    for why in dict.fromkeys(out.why for out in swing.left_out):
        pairs = [_pair_years(out.pair) for out in swing.left_out if out.why == why]
        said.append(f"Left out of the earlier years: {', '.join(pairs)}. {why}")
    return tuple(said)


def shared_days(pair: WindowPair) -> str:
    """That a window overlaps its own baseline, and by how much."""
    each = "counts" if pair.shared_days == 1 else "count"
    return f"The two windows share {counted(pair.shared_days, 'days')}, which {each} on both sides."


def _pair_years(pair: WindowPair) -> str:
    """The years of a comparison, by their last days: ``2015 and 2014``."""
    years = " and ".join(str(b.end.year) for b in sorted(pair.baseline))
    return f"{pair.current.end.year} v. {years}"


def _both_counts(measure: Measure, pair: WindowPair, change: Change) -> str:
    now = counted(change.current, measure.unit)
    return f"{now} {say_when(pair.current)}, compared with {_baseline_count(change, pair)}"


def say_when(window: Window) -> str:
    """``in 2020`` for a calendar year, else ``from January 1 to March 31, 2021``."""
    return f"in {window.start.year}" if _one_year(window) else f"from {say_window(window)}"


def _one_year(window: Window) -> bool:
    return window.whole_years and window.start.year == window.end.year


def _baseline_count(change: Change, pair: WindowPair) -> str:
    if len(pair.baseline) > 1:
        mean = change.baseline / len(pair.baseline)
        when = "in" if _one_year(pair.current) else "on the same dates of"
        return f"an average of {mean:,.0f} {when} {_years(pair)}"
    if _one_year(pair.current) and pair.same_dates:
        return f"{count(change.baseline)} in {pair.baseline[0].start.year}"
    if pair.same_dates:
        return f"{count(change.baseline)} on the same dates {_before(pair)}"
    return f"{count(change.baseline)} from {say_window(pair.baseline[0])}"


def _before(pair: WindowPair) -> str:
    years = pair.years_apart or 0
    when = "earlier" if years > 0 else "later"
    return f"a year {when}" if abs(years) == 1 else f"{worded(abs(years), 'years')} {when}"


def _years(pair: WindowPair) -> str:
    years = [str(b.start.year) for b in sorted(pair.baseline)]
    return f"{', '.join(years[:-1])} and {years[-1]}"


def _inside(claimed: float, interval: Interval) -> str:
    inside = interval.low <= claimed and (interval.high is None or claimed <= interval.high)
    return f"the claim, {drop(claimed)}, is {'inside' if inside else 'outside'} that interval"
