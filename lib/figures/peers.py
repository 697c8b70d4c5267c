"""The figures of other cities, and what the figures of the time afterward share with them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lib.analysis.windows import Window, WindowPair
from lib.charts.cities import BASE_Y, LANE, LANES, STRIP, paths, strip
from lib.charts.ranges import ranges, scale_and_key
from lib.charts.theme import Frame
from lib.figures.common import FINDING_COLUMNS, event_row, finding_row, local, measure_of, range_row, short_date
from lib.figures.registry import Drawing, Table, figure
from lib.story import words
from lib.story.check import check_measure
from lib.story.evidence.peers import BALTIMORE, BASE, NAMED, TABLE, Place, monthly, place
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Event, EventId, Measure, Published
from lib.story.records_in_use import open_records
from lib.story.sentences import peers_words as said
from lib.story.view import View

MARKED: tuple[EventId, ...] = ("charges-dropped", "made-permanent", "new-way-of-counting", "policy-recalled")
LABELLED = 30  # months at the right end over which the names of lines stand
BINS = 44  # dots side by side on the narrowest picture
NARROW = 300  # px of plot on a phone, by which names are placed
LETTER = 6.2  # px that a letter of a name needs at most
YEAR_2020 = WindowPair(Window(date(2020, 1, 1), date(2020, 12, 31)), (Window(date(2019, 1, 1), date(2019, 12, 31)),))
# What the Council counted beside the nearest that the police file holds: its id, and the measures added up.
PUBLISHED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ccj-homicide", ("homicide",)),
    ("ccj-aggravated-assault", ("aggravated-assault", "shooting")),
    ("ccj-robbery", ("robbery",)),
    ("ccj-burglary", ("burglary",)),
    ("ccj-larceny", ("larceny", "larceny-from-auto")),
    ("ccj-auto-theft", ("auto-theft",)),
    ("ccj-drug-offenses", ("drug-arrests",)),
)
ALIKE = (
    "Aggravated assault includes shootings, and larceny includes larceny from cars. Elsewhere, burglary is of homes "
    "only. For lack of anything closer, drug arrests stand beside all drug offenses elsewhere."
)


def index_frame(title: str, subtitle: str, caveat: str = "peers-limits", table: str = TABLE) -> Frame:
    """The words inside a picture of the index, with its source and the data version."""
    records = open_records()
    return Frame(
        title,
        subtitle,
        load_story().caveats[caveat].short,
        f"Source: {records.tables.entry(table).source}. Data version {records.version}.",
    )


@figure("peers-change", "measure", "pair", "cities")
def peers_change(view: View, _: str | None) -> Drawing:
    """Every city's change as a dot, with Baltimore's, the median and the similar cities named."""
    return strip_drawing(place(measure_of(view), view.pair, view.cities))


def strip_drawing(found: Place, caveat: str = "peers-limits", table: str = TABLE) -> Drawing:
    """The cities of a comparison as dots; ``table`` is the one that it was made from."""
    stood = found.standing
    drawn = [stood.change, *found.changes]
    low, high = min(0.0, *drawn), max(0.0, *drawn)
    margin = 0.04 * (high - low) or 0.05
    lowest, highest = low - margin, high + margin
    dots = _stacked(found, lowest, highest)
    own = f"Baltimore: {words.signed(stood.change)}"
    middle = f"Median city: {words.signed(stood.median)} (eight of ten: {words.span(stood.low, stood.high)})"
    sentence = f"{said.place_sentence(found)} {said.left_out_text(found.left_out)}"
    return Drawing(
        strip,
        index_frame(
            said.change_title(found),
            f"{said.subject(found.measure)}, {said.say_pair(found.months)}. Each dot is a city; {said.ranked(found)}. "
            f"{said.SET_MEANS[found.cities]}",
            caveat,
            table,
        ),
        {
            "cities": [dots],
            "own": [{"x": round(stood.change, 4), "label": own, "tip": own}],
            "middle": [
                {
                    "low": round(stood.low, 4),
                    "median": round(stood.median, 4),
                    "high": round(stood.high, 4),
                    "label": middle,
                }
            ],
            "names": _named(found, lowest, highest),
        },
        lambda: _place_table(found),
        alt=f"Strip of dots on a scale of percent change, one a city. {sentence}",
        values={
            "lowest": round(lowest, 4),
            "highest": round(highest, 4),
            "step": round(min(8.0, STRIP / max(dots["pile"] + [1])), 2),
        },
        sentence=sentence,
    )


def _stacked(found: Place, lowest: float, highest: float) -> dict[str, list[Any]]:
    """The cities' dots, piled up where they are near each other (Wilkinson, American Statistician 53, 1999)."""
    order = sorted(range(len(found.changes)), key=lambda i: found.changes[i])
    width = (highest - lowest) / BINS
    piles: dict[int, int] = {}
    heights = []
    for i in order:
        pile = math.floor((found.changes[i] - lowest) / width)
        heights.append(piles.get(pile, 0))
        piles[pile] = heights[-1] + 1
    return {
        "thousandths": [round(1000 * found.changes[i]) for i in order],
        "pile": heights,
        "name": [found.agencies[i] for i in order],
    }


def _named(found: Place, lowest: float, highest: float) -> list[dict[str, Any]]:
    """Names of the similar cities below the strip, as many as fit on a phone without touching each other."""
    rows: list[dict[str, Any]] = []
    taken: list[tuple[int, float, float, float]] = []  # lane, the name's ends and its line, in px
    changes = dict(zip(found.agencies, found.changes, strict=True))
    for name in NAMED:
        if name not in changes:
            continue
        text = name.split(",")[0]
        at = (changes[name] - lowest) / (highest - lowest) * NARROW
        left = at > NARROW / 2
        ends = (at - 4 - LETTER * len(text), at + 3) if left else (at - 3, at + 4 + LETTER * len(text))
        for lane in range(LANES):
            if all(_apart(lane, ends, at, other) for other in taken):
                taken.append((lane, *ends, at))
                y = BASE_Y + 12 + lane * LANE
                rows.append({"x": round(changes[name], 4), "y": y, "text": text, "left": left})
                break
    # Where no similar city is among them, a name without letters keeps the data set filled.
    return rows or [{"x": round(lowest, 4), "y": BASE_Y, "text": "", "left": False}]


def _apart(lane: int, ends: tuple[float, float], at: float, other: tuple[int, float, float, float]) -> bool:
    """Whether a name and its line touch neither another's name nor its line; lines run down to their own lane."""
    other_lane, low, high, other_at = other
    if lane == other_lane:
        return ends[1] < low or high < ends[0]
    if lane < other_lane:
        return not ends[0] <= other_at <= ends[1]
    return not low <= at <= high


def _place_table(found: Place) -> Table:
    stood = found.standing
    rows: list[tuple[str | float | None, ...]] = [
        (BALTIMORE, found.count, found.before, round(stood.change, 6), round(stood.apart.value, 6),
         round(stood.apart.low, 6), round(stood.apart.high, 6), round(stood.apart.level, 4),
         round(found.against_similar.value, 6) if found.against_similar else None, None),
    ]  # fmt: skip
    order = sorted(zip(found.changes, found.agencies, found.counts, strict=True))
    rows += [(name, *counts, round(change, 6), *[None] * 6) for change, name, counts in order]
    rows += [(each.agency, *[None] * 8, each.why) for each in found.left_out]
    columns = (
        "agency", "current_count", "baseline_count", "change", "against_median", "low", "high", "level",
        "against_similar", "left_out",
    )  # fmt: skip
    return Table(columns, tuple(rows))


@figure("peers-months", "measure", "cities")
def peers_months(view: View, _: str | None) -> Drawing:
    """Baltimore's last twelve months, month after month, beside the median city's and most cities', 2019 as 100."""
    found = monthly(measure_of(view), view.cities)
    sentence = said.months_sentence(found)
    return paths_drawing(
        found.months,
        {"baltimore_index": found.own, "median_index": found.median, "p10_index": found.low, "p90_index": found.high},
        ("Median city", "Eight of ten cities"),
        index_frame(
            said.months_title(found),
            f"{said.subject(found.measure)} in the twelve months to each month, in percent of {BASE}, in Baltimore and "
            f"{len(found.agencies)} {said.SETS[found.cities]}. {marked()}",
        ),
        f"{sentence} {said.left_out_text(found.left_out)}",
        sentence,
    )


def marked() -> str:
    """What the upright lines of a path are."""
    return f"Upright lines: {'; '.join(f'{each.label.lower()}, {short_date(each.date)}' for each in _marked())}."


def _marked() -> list[Event]:
    return [load_story().event(name) for name in MARKED]


def paths_drawing(
    months: Sequence[date],
    lines: Mapping[str, Sequence[float]],
    others: tuple[str, str],
    frame: Frame,
    alt: str,
    sentence: str,
    *,
    events: Sequence[Event] = (),
    middle: int = 1,
    labelled: int = LABELLED,
    below: bool | None = None,
) -> Drawing:
    """Baltimore's path beside others', with the dates that matter marked: ``events``, else those of policy and recall.

    ``lines`` are, by the names of their columns, Baltimore's, the one it is compared with, and the lowest and the
    highest of the band; ``others`` names the line and the band. Values stand on the day ``middle`` of their month;
    names over the last ``labelled`` months, Baltimore's ``below`` its line, else where it ends.
    """
    first, events = months[0], events or _marked()
    # The latest stands highest; no dates on the labels, which must fit to the left of their lines on a phone.
    marks = [{**event_row(i, event), "label": event.label} for i, event in enumerate(reversed(events))]
    for mark, event in zip(marks, reversed(events), strict=True):
        mark["lane"] = "policy" if event.lane == "policy" else "pandemic"
    own, other, low, high = (line[-labelled:] for line in lines.values())
    below = own[-1] < other[-1] if below is None else below
    names = (
        ("Baltimore", "own", not below, min(own) if below else max(own)),
        (others[0], "median", below, max(other) if below else min(other)),
        (others[1], "band", below, max(high) if below else min(low)),
    )
    return Drawing(
        lambda theme: paths(theme, others[0]),
        frame,
        {
            "paths": [
                {
                    "year0": first.year,
                    "month0": first.month - 1,
                    "day": middle,
                    **{
                        name: [round(value, 1) if value < 1000 else round(value) for value in line]
                        for name, line in zip(("own", "median", "low", "high"), lines.values(), strict=True)
                    },
                }
            ],
            "names": [
                {
                    "date": local(months[-1].replace(day=middle)),
                    "value": round(value, 1),
                    "name": name,
                    "role": role,
                    "above": above,
                }
                for name, role, above, value in names
            ],
            "events": marks,
        },
        lambda: Table(
            ("month", *lines),
            tuple(
                (month.isoformat(), *(round(value, 2) for value in values))
                for month, *values in zip(months, *lines.values(), strict=True)
            ),
        ),
        alt=f"Two lines and a band by month from {first:%B %Y} to {months[-1]:%B %Y}. {alt}",
        sentence=sentence,
    )


@figure("peers-published")
def peers_published(view: View, _: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """Baltimore's change of 2020 from the police file beside what was published of up to 34 cities."""
    story = load_story()
    found = [(story.published[name], check_measure(_sum_of(parts), YEAR_2020)) for name, parts in PUBLISHED]
    rows = []
    for i, (published, finding) in enumerate(found):
        measure = finding.measure
        row = range_row(i, measure.title if measure else "", finding, main=published.id != "ccj-drug-offenses")
        row |= {"claim": published.value, "label": f"{row['label']}; others: {words.signed(published.value)}"}
        rows.append({name: value for name, value in row.items() if not name.startswith("swing")})
    sentence = f"{_published_sentence(found)} {ALIKE}"
    return Drawing(
        ranges,
        Frame(
            _published_title(found),
            f"Percent change from 2019 to 2020. Not every city reported every offense. {ALIKE}",
            story.caveats["peers-limits"].short,
            f"Source: {open_records().entry('crime').source}; {found[0][0].by}. Data version {open_records().version}.",
        ),
        {"rows": rows},
        lambda: Table(
            (*FINDING_COLUMNS[:-2], "published_up_to_34_cities"),
            tuple((*finding_row(published.what, finding)[:-2], published.value) for published, finding in found),
        ),
        alt=f"Dots for Baltimore and diamonds for up to 34 cities on a scale of percent change. {sentence}",
        values=scale_and_key(rows, count="Baltimore’s police file, with 95% interval", claim="rate in up to 34 cities"),
        sentence=sentence,
    )


def _sum_of(parts: tuple[str, ...]) -> Measure:
    """The first of these measures with what the others count added."""
    measures = [load_story().measures[part] for part in parts]
    # An id of its own: the records keep what they count by it.
    return replace(measures[0], id="+".join(parts), categories=tuple(c for m in measures for c in m.categories))


def _published_title(found: Sequence[tuple[Published, Finding]]) -> str:
    clear = sum(
        finding.change.interval.high < published.value
        for published, finding in found
        if finding.change and finding.change.interval and finding.change.interval.high is not None
    )
    some, all_of_them = words.number_word(clear), words.number_word(len(found))
    return f"In 2020, {some} of {all_of_them} counts moved clearly lower in Baltimore than in up to 34 cities"


def _published_sentence(found: Sequence[tuple[Published, Finding]]) -> str:
    parts = [
        f"{finding.measure.label} {words.verb(finding.change.headline)} (95% interval: "
        f"{words.span(finding.change.interval.low, finding.change.interval.high)}; elsewhere: "
        f"{words.direction(published.value)})"
        for published, finding in found
        if finding.measure and finding.change and finding.change.interval and finding.change.headline is not None
    ]
    return (
        f"From 2019 to 2020, in Baltimore’s police file, {words.listed(parts)}. “Elsewhere” is rates in up to 34 "
        f"cities, by the {found[0][0].by}."
    )
