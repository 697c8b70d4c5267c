"""The figures of the chapter on who was arrested: rates, their ratio and shares, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from lib.analysis.change import FEW_EVENTS
from lib.analysis.rates import Estimate, difference, rate_ratio, share, share_of_fall, yearly_rate
from lib.analysis.windows import WindowPair
from lib.charts.levels import KEY as LEVELS_KEY
from lib.charts.levels import levels
from lib.errors import ArgumentError
from lib.figures.common import (
    frame,
    pair_text,
)
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import claim_words, finding_words, words
from lib.story.check import check_measure
from lib.story.evidence.population import residents, share_of_residents
from lib.story.load import load_story
from lib.story.model import Race
from lib.story.records_in_use import open_records
from lib.story.sentences import arrest_words as said
from lib.story.view import View

WIDEST = 10  # upper over lower end of a ratio: beyond it, nothing is said


@figure("arrest-rates-by-race", "pair")
def arrest_rates(view: View, _: str | None) -> Drawing:
    """Arrests a year per 1,000 Black and white residents, before and after: the absolute difference."""
    pair = _one_baseline(view.pair)
    found = [
        (f"{said.group(name)}, {finding_words.PEOPLE[race]}", name, race, *_rates(name, race, pair))
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
            "ones have scales of their own. Differences are taken before rounding.",
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
    found = [(said.group(name), *_ratios(name, pair)) for name in _GROUPS]
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
    found = [(said.group(name), *_shares(name, pair)) for name in _GROUPS]
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
    return claim_words.in_periods(alike, len(named), own=pair not in named)


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
