"""The figures of the chapters on drug arrests and on who was arrested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from lib.analysis.change import FEW_EVENTS
from lib.analysis.counts import RunningSum, whole_bins
from lib.analysis.rates import Estimate, difference, rate_ratio, share, share_of_fall, yearly_rate
from lib.analysis.trend import Trend, straight_line
from lib.analysis.windows import Window, WindowPair
from lib.charts.levels import KEY as LEVELS_KEY
from lib.charts.levels import levels
from lib.charts.lines import lines
from lib.charts.ranges import ranges, scale_and_key
from lib.errors import ArgumentError
from lib.figures.common import (
    FINDING_COLUMNS,
    finding_row,
    frame,
    local,
    marked_events,
    pair_text,
    range_row,
)
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import arrest_words as said
from lib.story import words
from lib.story.check import check_measure
from lib.story.load import load_story
from lib.story.model import Race
from lib.story.population import residents, share_of_residents
from lib.story.records import open_records
from lib.story.view import View

FROM = date(2017, 1, 1)
READINGS = ("drug-arrests", "drug-possession-arrests", "covered-arrests", "other-arrests", "all-arrests")
NESTED = "Possession is part of drug arrests and of the policy’s offenses; all arrests hold every row"
BASE_LINE = "2019 = 100"
LABELLED = 12  # months at the end of a line over which its name stands
MONTH = 365.25 / 12
WIDEST = 10  # upper over lower end of a ratio: beyond it, nothing is said


@figure("arrest-readings", "pair")
def arrest_readings(view: View, _: str | None) -> Drawing:
    """The same windows for several readings of "drug arrests", and for arrests that the policy did not cover."""
    measures = [load_story().measures[name] for name in READINGS]
    found = [(measure.title, check_measure(measure, view.pair)) for measure in measures]
    rows = [
        range_row(i, label, finding, main=measure.id != "other-arrests")
        for i, (measure, (label, finding)) in enumerate(zip(measures, found, strict=True))
    ]
    return Drawing(
        ranges,
        frame(
            said.compared([f for _, f in found if f.measure and f.measure.id in ("drug-arrests", "other-arrests")]),
            f"Percent change in the number of arrests in Baltimore, {pair_text(view.pair)}. {NESTED}",
            "own-definition",
            "arrests",
        ),
        {"rows": rows},
        lambda: Table(FINDING_COLUMNS, tuple(finding_row(label, finding) for label, finding in found)),
        alt="Dots on a scale of percent change. " + " ".join(f.sentence for _, f in found),
        values=scale_and_key(rows, other="arrests that the policy did not cover"),
    )


@figure("arrest-level")
def arrest_level(view: View, _: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """Drug arrests by month with a straight line before and after the policy: level and slope."""
    measure = load_story().measures["drug-arrests"]
    months, values = _monthly(open_records().line(measure))
    policy = load_story().event("charges-dropped").date
    before = [i for i, month in enumerate(months) if month.end < policy]
    after = [i for i, month in enumerate(months) if month.start > policy]
    fits = [(part, straight_line(values[part])) for part in (before, after)]
    rows = [_line("Drug arrests", "main", months[0], values)]
    for name, (part, trend) in zip(("before", "after"), fits, strict=True):
        if trend:
            rows.append(_line(name, "fit", months[part[0]], (trend.first, trend.last), step=part[-1] - part[0]))
    sentence = said.level_sentence(fits[0][1], fits[1][1])
    return Drawing(
        lines,
        frame(
            said.level_title(fits[0][1]),
            f"Drug arrests by month (months of equal length), {months[0].start.year} to "
            f"{months[-1].end.year}, with a straight line through the months before and after March 18, 2020. "
            "From October 2019 on, police no longer wrote “narcotics” as the offense, so we count the charge.",
            "own-definition",
            "arrests",
        ),
        {"lines": rows, "names": [_label(months, values, "Drug arrests", "main")], "events": marked_events()},
        lambda: Table(
            ("month", "arrests", "arrests_per_month_of_equal_length", "line_before", "line_after"),
            tuple(
                (
                    m.start.isoformat(),
                    open_records().line(measure).count(m),
                    round(float(v), 2),
                    _on_line(i, *fits[0]),
                    _on_line(i, *fits[1]),
                )
                for i, (m, v) in enumerate(zip(months, values, strict=True))
            ),
        ),
        alt=f"Line of drug arrests by month. {sentence}",
    )


@figure("covered-and-other")
def covered_and_other(view: View, _: str | None) -> Drawing:  # noqa: ARG001
    """Arrests that the policy covered against those it did not, as an index: the mean month of 2019 is 100."""
    series = []
    for name, role in (("covered-arrests", "main"), ("other-arrests", "other")):
        measure = load_story().measures[name]
        line = open_records().line(measure)
        months, values = _monthly(line)
        year = Window(date(2019, 1, 1), date(2019, 12, 31))
        base = line.count(year) / year.days * MONTH
        series.append((measure, role, months, values / base * 100))
    rows = [_line(measure.title, role, months[0], values) for measure, role, months, values in series]
    every = series[0][2]
    rows.append(_line(BASE_LINE, "fit", every[0], (100, 100), step=len(every) - 1))
    april = [next(v for m, v in zip(ms, vs, strict=True) if m.start == date(2020, 4, 1)) for _, _, ms, vs in series]
    return Drawing(
        lines,
        frame(
            f"In April 2020, arrests for offenses the policy covers were at {april[0]:.0f}% of their 2019 level, "
            f"all others at {april[1]:.0f}%",
            "Arrests in Baltimore by month, in percent of the average month of 2019",
            "covid-both",
            "arrests",
        ),
        {
            "lines": rows,
            "names": [
                *(_end_label(ms, vs, _group(x.id), role) for x, role, ms, vs in series),
                {"date": local(every[0].start), "value": 90, "name": BASE_LINE, "role": "fit"},
            ],
            "events": marked_events(),
        },
        lambda: Table(
            ("month", "covered_index", "other_index"),
            tuple(
                (m.start.isoformat(), round(float(a), 2), round(float(b), 2))
                for m, a, b in zip(series[0][2], series[0][3], series[1][3], strict=True)
            ),
        ),
        alt="Two lines by month, 100 is the average month of 2019. "
        f"April 2020: offenses the policy covers {april[0]:.0f}, other offenses {april[1]:.0f}. "
        f"Last month: {series[0][3][-1]:.0f} and {series[1][3][-1]:.0f}.",
    )


@figure("arrest-rates-by-race", "pair")
def arrest_rates(view: View, _: str | None) -> Drawing:
    """Arrests a year per 1,000 Black and white residents, before and after: the absolute difference."""
    pair = _one_baseline(view.pair)
    found = [
        (f"{_group(name)}, {words.PEOPLE[race]}", name, race, *_rates(name, race, pair))
        for name in _GROUPS
        for race in _COMPARED
    ]
    falls = {(name, race): difference(after, before) for _, name, race, before, after in found}
    black, white = (falls[_GROUPS[0], race] for race in _COMPARED)
    return Drawing(
        partial(levels, parts=2),
        frame(
            said.rates_title(black, white, [(before, after) for _, name, _, before, after in found[: len(_COMPARED)]]),
            f"Arrests a year per 1,000 residents of Baltimore, {pair_text(pair)}. The two upper rows and the two lower "
            "ones have scales of their own.",
            "race-measured",
            "arrests",
            (_census(),),
        ),
        {
            "rows": [
                _level_row(i, label, before, after, "{:.1f}") | ({"upper": True} if name == _GROUPS[0] else {})
                for i, (label, name, _, before, after) in enumerate(found)
            ]
        },
        lambda: _levels_table(
            [(f"{name}:{race}", before, after, falls[name, race]) for _, name, race, before, after in found]
        ),
        alt="Before and after, arrests a year per 1,000 residents. "
        + " ".join(
            f"{label}: {before.value:.1f} before, {after.value:.1f} after, difference "
            f"{words.signed_number(falls[name, race].value, 1)} (95% interval "
            f"{words.signed_number(falls[name, race].low, 1)} to {words.signed_number(falls[name, race].high, 1)})."
            for label, name, race, before, after in found
        ),
        values={"form": ",~r", **LEVELS_KEY},
        sentence=said.rates_sentence(pair, black, white),
        short=said.rates_short(black, white),
    )


@figure("arrest-ratio-by-race", "pair")
def arrest_ratio(view: View, _: str | None) -> Drawing:
    """How many times as often Black residents were arrested as white ones, before and after: the relative one."""
    pair = _one_baseline(view.pair)
    found = [(_group(name), *_ratios(name, pair)) for name in _GROUPS]
    _, before, after = found[0]  # the figure is about these, however few they are
    if before and after:
        tried = _tried(view.pair, said.ratio_moved(before, after))
        texts = (
            said.ratio_title(before, after, tried),
            said.ratio_sentence(pair, before, after, tried),
            said.ratio_short(before, after, tried),
        )
    else:
        counts = _counts(_GROUPS[0], pair)
        texts = (
            said.few_title(counts),
            said.few_sentence(pair, counts, before, after),
            said.few_short(counts),
        )
    title, sentence, short = texts
    rows = [_level_row(i, label, one, other, "{:.1f} times") for i, (label, one, other) in enumerate(found)]
    return Drawing(
        partial(levels, scale="log"),
        frame(
            title,
            "How many times as high the arrest rate of Black residents of Baltimore is as that of white residents; "
            f"each doubling is the same distance. {pair_text(pair)}",
            "race-measured",
            "arrests",
            (_census(),),
        ),
        {"rows": [*rows, {"i": len(rows), "label": "Equal rates: 1", "tip": "Equal rates", "level": 1, "left": False}]},
        lambda: _levels_table([(label, one, other, _differ(one, other)) for label, one, other in found]),
        alt=f"Ratio of arrest rates, Black residents over white ones. {_levels_said(found, '{:.1f} times', '{:.1f}')}",
        values={"form": ",~r", **LEVELS_KEY},
        sentence=sentence,
        short=short,
    )


@figure("arrest-shares-by-race", "pair")
def arrest_shares(view: View, _: str | None) -> Drawing:
    """The share of arrests that were of Black people, before and after, and of the arrests averted."""
    pair = _one_baseline(view.pair)
    found = [(_group(name), *_shares(name, pair)) for name in _GROUPS]
    averted = averted_share(pair)
    sentence = said.averted_sentence(averted)
    _, before, after = found[0]
    if before and after:
        title = said.shares_title(before, after)
    else:
        every = _sides(_GROUPS[0], None, pair)
        title = said.few_shares_title(every.before, every.after)
    rows = [_level_row(i, label, one, other, "{:.0%}") for i, (label, one, other) in enumerate(found)]
    lived_before, lived = (share_of_residents("black", window) for window in (pair.baseline[0], pair.current))
    who = f"{words.percent(lived)} of residents"
    table = _levels_table([(label, one, other, _differ(one, other)) for label, one, other in found])
    residents_row = ("Residents of Baltimore", round(lived_before, 6), None, None, round(lived, 6), *[None] * 5)
    return Drawing(
        levels,
        frame(
            title,
            f"Black people’s share of all arrests, in percent, {pair_text(pair)}",
            "race-measured",
            "arrests",
            (_census(),),
        ),
        {
            "rows": [
                *rows,
                {
                    "i": len(rows),
                    "label": who,
                    "tip": f"{who} are Black, by the censuses",
                    "level": round(lived, 4),
                    "left": True,
                },
            ]
        },
        lambda: Table(table.columns, (*table.rows, residents_row)),
        alt=f"Share of arrests that were of Black people. {_levels_said(found, '{:.0%}', '{:.0%}')} {who} are Black. "
        f"{sentence}",
        values={"form": ".0%", **LEVELS_KEY},
    )


def averted_share(pair: WindowPair) -> Estimate | None:
    """The share of Black people in the fall of arrests under the policy between two windows of like length."""
    pair = _one_baseline(pair)
    black, every = _sides("covered-arrests", "black", pair), _sides("covered-arrests", None, pair)
    return share_of_fall(black.after, black.before, every.after - black.after, every.before - black.before, every.phi)


def ratio_moved(pair: WindowPair) -> str | None:
    """What the ratio of arrest rates under the policy did, as ``arrest_words.ratio_moved``; None of too few arrests."""
    before, after = _ratios(_GROUPS[0], _one_baseline(pair))
    return said.ratio_moved(before, after) if before and after else None


def _census() -> str:
    """The source of the numbers of residents."""
    return open_records().tables.entry("population").source


_COMPARED: tuple[Race, ...] = ("black", "white")
_GROUPS = ("covered-arrests", "other-arrests")  # what the chapter is about, and what it is set beside


def _one_baseline(pair: WindowPair) -> WindowPair:
    """Rates are compared with one earlier window; of several the newest."""
    return WindowPair(pair.current, (max(pair.baseline),))


@dataclass(frozen=True)
class _Sides:
    """A group's arrests before and after, and how much weekly counts vary beyond chance."""

    before: int
    after: int
    phi: float


def _sides(name: str, race: Race | None, pair: WindowPair) -> _Sides:
    change = check_measure(load_story().measures[name], pair, race=race).change
    if change is None:
        raise ArgumentError("The arrest records aren’t loaded.")
    return _Sides(change.baseline, change.current, change.dispersion.phi)


def _rates(name: str, race: Race, pair: WindowPair) -> tuple[Estimate, Estimate]:
    """Arrests a year per 1,000 residents of a race, before and after."""
    sides, earlier = _sides(name, race, pair), pair.baseline[0]
    return (
        yearly_rate(sides.before, residents(race, earlier), earlier.days, sides.phi),
        yearly_rate(sides.after, residents(race, pair.current), pair.current.days, sides.phi),
    )


def _ratios(name: str, pair: WindowPair) -> tuple[Estimate | None, Estimate | None]:
    """Black residents' arrest rate over white residents', before and after."""
    black, white = (_sides(name, race, pair) for race in _COMPARED)
    phi = max(black.phi, white.phi)
    ratios = [
        _telling(rate_ratio(x, y, residents("black", window), residents("white", window), phi))
        for window, x, y in ((pair.baseline[0], black.before, white.before), (pair.current, black.after, white.after))
    ]
    return ratios[0], ratios[1]


def _tried(pair: WindowPair, moved: str) -> str:
    """In how many of the claim's named windows the ratio moved so, for a reader of ``pair``."""
    named = [window.pair for window in load_story().claims["unequal"].windows if not window.context]
    found = [_ratios(_GROUPS[0], _one_baseline(each)) for each in named]
    alike = sum(bool(one and other and said.ratio_moved(one, other) == moved) for one, other in found)
    return words.in_periods(alike, len(named), own=pair not in named)


def _counts(name: str, pair: WindowPair) -> said.Counts:
    """Arrests of Black and of white people before and after."""
    black, white = (_sides(name, race, pair) for race in _COMPARED)
    return said.Counts((black.before, white.before), (black.after, white.after))


def _shares(name: str, pair: WindowPair) -> tuple[Estimate | None, Estimate | None]:
    """The share of arrests that were of Black people, before and after; None of fewer than ``FEW_EVENTS``."""
    black, every = _sides(name, "black", pair), _sides(name, None, pair)
    before, after = (
        share(part, total) if total >= FEW_EVENTS else None
        for part, total in ((black.before, every.before), (black.after, every.after))
    )
    return before, after


def _differ(before: Estimate | None, after: Estimate | None) -> Estimate | None:
    return difference(after, before) if before and after else None


def _levels_said(found: Sequence[tuple[str, Estimate | None, Estimate | None]], form: str, bare: str) -> str:
    """Every row with its intervals."""

    def side(estimate: Estimate | None, when: str) -> str:
        if estimate is None:
            return f"{said.FEW} {when}"
        low, high = bare.format(estimate.low), bare.format(estimate.high)
        return f"{form.format(estimate.value)} {when} (95% interval {low} to {high})"

    return " ".join(f"{label}: {side(one, 'before')}, {side(other, 'after')}." for label, one, other in found)


def _telling(ratio: Estimate | None) -> Estimate | None:
    """The ratio, or None where its interval is so wide that it says nothing."""
    return None if ratio is None or ratio.high > WIDEST * ratio.low else ratio


def _group(name: str) -> str:
    return {"covered-arrests": "Offenses the policy covers", "other-arrests": "All other offenses"}[name]


def _level_row(i: int, label: str, before: Estimate | None, after: Estimate | None, form: str) -> dict[str, Any]:
    """One row of the levels chart; a side of which nothing can be said is not drawn."""
    sides = [("before", before), ("after", after)]
    values = [f"{form.format(e.value) if e else said.FEW} {name}" for name, e in sides]
    spreads = [f"{name} {form.format(e.low)} to {form.format(e.high)}" for name, e in sides if e]
    drawn = {
        f"{name}{end}": round(number, 4)
        for name, e in sides
        if e
        for end, number in (("", e.value), ("_low", e.low), ("_high", e.high))
    }
    return {
        "i": i,
        "label": f"{label}: {', '.join(values)}",
        "tip": f"{', '.join(spreads)} (95% intervals)" if spreads else f"{label}: {said.FEW}",
        **drawn,
    }


def _levels_table(rows: Sequence[tuple[str, Estimate | None, Estimate | None, Estimate | None]]) -> Table:
    columns = tuple(f"{side}{end}" for side in ("before", "after", "difference") for end in ("", "_low", "_high"))
    cells: list[tuple[Cell, ...]] = [(label, *(n for e in estimates for n in _ends(e))) for label, *estimates in rows]
    return Table(("what", *columns), tuple(cells))


def _ends(estimate: Estimate | None) -> tuple[float | None, ...]:
    if estimate is None:
        return None, None, None
    return tuple(round(number, 6) for number in (estimate.value, estimate.low, estimate.high))


def _monthly(line: RunningSum) -> tuple[tuple[Window, ...], np.ndarray]:
    """Whole months from 2017 on, and events in each as if all months were equally long."""
    months = whole_bins(Window(max(FROM, line.first), line.last), "month")
    counts = np.array(line.count_each(months), dtype=np.float64)
    return months, counts / np.array([m.days for m in months]) * MONTH


def _line(name: str, role: str, first: Window, values: Sequence[float] | np.ndarray, step: int = 1) -> dict[str, Any]:
    rounded = [round(float(value), 1) for value in values]
    start = first.start
    return {"name": name, "role": role, "year0": start.year, "month0": start.month - 1, "step": step, "value": rounded}


def _label(months: Sequence[Window], values: np.ndarray, name: str, role: str) -> dict[str, Any]:
    """A line's name at its start: above what it does there, or below for the lower line."""
    start = values[:18]
    at = start.max() * 1.08 if role == "main" else start.min() * 0.85
    return {"date": local(months[0].start), "value": round(float(at), 1), "name": name, "role": role}


def _end_label(months: Sequence[Window], values: np.ndarray, name: str, role: str) -> dict[str, Any]:
    """A line's name at its end, where lines no longer cross: above the line, of the upper line below it."""
    above = role == "main"
    value = (np.max if above else np.min)(values[-LABELLED:])
    return {
        "date": local(months[-1].start),
        "value": round(float(value), 1),
        "name": name,
        "role": role,
        "right": True,
        "above": above,
    }


def _on_line(i: int, part: Sequence[int], trend: Trend | None) -> float | None:
    if trend is None or i not in part:
        return None
    return round(trend.first + trend.slope.value * (i - part[0]), 2)
