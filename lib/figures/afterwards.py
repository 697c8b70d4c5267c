"""The figures of what happened after the announcement."""

from __future__ import annotations

from dataclasses import replace

from lib.charts.cities import change_table
from lib.charts.ranges import ends, ranges
from lib.errors import ArgumentError
from lib.figures.parts import measure_of
from lib.figures.peers import index_frame, paths_drawing
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.figures.view import View
from lib.story import peers_words as said
from lib.story import words
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.peers import BASE, COLUMNS, Cities, Months, Place, followed, place_in, year_months

ROWS = ("violent", "property", "homicide", "robbery", "auto-theft")
COLUMN_MONTHS: dict[str, Months] = {
    **{str(year): year_months(year, BASE) for year in (2020, 2021, 2022, 2023)},
    "early 2024": year_months(2024, BASE, last=6),
}
RECALL = 2023


@figure("afterwards", "measure", "cities")
def afterwards(view: View, _: str | None) -> Drawing:
    """Baltimore's events in each twelve months, beside those it would have had like the median city since 2019."""
    found = followed(measure_of(view), view.cities)
    made = paths_drawing(
        found,
        said.followed_title(found),
        f"{said.subject(found.measure)} in the twelve months to each month. Blue line: Baltimore. Dashed line: its "
        f"{BASE}, changed as in the median of {len(found.agencies)} {said.SETS[found.cities]}. Grey band: as in eight "
        "of ten of them.",
        "index-not-police-file",
        said.followed_sentence(found),
        ("twelve_months", "like_median_city", "like_p10_city", "like_p90_city"),
    )
    return replace(made, short=said.followed_short(found))


@figure("afterwards-years", "cities")
def afterwards_years(view: View, _: str | None) -> Drawing:
    """Each year since 2020 against 2019, offense by offense, in Baltimore and in the median city."""
    measures = load_story().measures
    found = [
        (measures[name].label, [_tried(measures[name], months, view.cities) for months in COLUMN_MONTHS.values()])
        for name in ROWS
    ]
    cells = [
        {
            "i": i,
            "column": column,
            "own": words.signed(place.standing.change) if place else "few",
            "other": words.signed(place.standing.median) if place else "–",
            "tip": f"{label}, {said.say_pair(place.months)}: {place.count:,} against {place.before:,}; median of "
            f"{words.counted(place.standing.cities, 'cities')} {words.signed(place.standing.median)}"
            if place
            else f"{label}: too few cities to compare",
        }
        for i, (label, places) in enumerate(found)
        for column, place in zip(COLUMN_MONTHS, places, strict=True)
    ]
    sentence = said.years_sentence(found)
    return Drawing(
        change_table,
        index_frame(
            said.years_title(found),
            f"Change against {BASE}; early 2024: January to June against the same months. Large: Baltimore. Small, "
            f"below it: the median of {said.SETS[view.cities]}. Few: too few cities to compare.",
            "index-not-police-file",
        ),
        {"rows": [{"i": i, "label": measures[name].title} for i, name in enumerate(ROWS)], "cells": cells},
        lambda: Table(
            ("measure", "months", "against", "count", "baseline_count", "change", "median_change", "p10", "p90",
             "cities", "against_median", "low", "high"),
            tuple(
                _year_row(name, months, place)
                for name, (_, places) in zip(ROWS, found, strict=True)
                for months, place in zip(COLUMN_MONTHS.values(), places, strict=True)
            ),
        ),
        alt=f"Table of changes against {BASE}, in Baltimore and in the median city. "
        + " ".join(f"{cell['tip']}." for cell in cells if cell["column"] in ("2020", "2023")),
        sentence=sentence,
    )  # fmt: skip


@figure("recall", "measure", "cities")
def recall(view: View, _: str | None) -> Drawing:
    """The year of the recall against the year before, beside the median city, and the same in earlier years."""
    measure = measure_of(view)
    found = place_in(measure, year_months(RECALL, RECALL - 1), view.cities)
    tried = [_tried(measure, year_months(year, year - 1), view.cities) for year in range(RECALL - 1, 2018, -1)]
    earlier = [place for place in tried if place]
    measures = load_story().measures
    parts = [
        place
        for part in (COLUMNS[measure.id] if len(COLUMNS[measure.id]) > 1 else ())
        if (place := _tried(measures[part], found.months, view.cities))
    ]
    rows = [
        {
            "i": i,
            "label": f"{said.say_pair(place.months)}{_what(place)}: {said.apart_text(place.standing.apart)}",
            "tip": f"Baltimore {words.signed(place.standing.change)}, "
            f"median of {words.counted(place.standing.cities, 'cities')} "
            f"{words.signed(place.standing.median)}; {said.interval_text(place.standing.apart)}",
            "main": i == 0,
            "est": round(place.standing.apart.value, 4),
            "low": round(place.standing.apart.low, 4),
            "high": round(place.standing.apart.high, 4),
        }
        for i, place in enumerate((found, *earlier))
    ]
    citations = load_story().published["citations-docket"]
    sentence = said.recall_sentence(found, earlier, parts, citations)
    return Drawing(
        ranges,
        index_frame(
            said.recall_title(found, parts),
            f"{said.subject(measure)} in Baltimore against the median of {said.SETS[view.cities]}, each year "
            f"against the year before. ● difference, with its {said.level_text(found.standing.apart)} interval, as "
            "wide as cities differ.",
            "recall-weak",
        ),
        {"rows": rows},
        lambda: Table(
            ("measure", "months", "against", "count", "baseline_count", "change", "median_change", "p10", "p90",
             "cities", "against_median", "low", "high"),
            tuple(_year_row(measure.id, place.months, place) for place in (found, *earlier)),
        ),
        alt=f"Dots with intervals on a scale of percent from the median city. {sentence} "
        + " ".join(f"{row['label']}." for row in rows),
        values=ends(rows),
        sentence=sentence,
    )  # fmt: skip


def _what(place: Place) -> str:
    """What happened in the year, where it is the story's."""
    year = place.months.current[0].year
    return {RECALL: " (recall)", 2020: " (policy and pandemic)"}.get(year, "")


def _tried(measure: Measure, months: Months, cities: Cities) -> Place | None:
    """The comparison, or None where the events or the cities are too few."""
    try:
        return place_in(measure, months, cities)
    except ArgumentError:
        return None


def _year_row(name: str, months: Months, place: Place | None) -> tuple[Cell, ...]:
    when = (name, said.say_months(months.current), said.say_months(months.baseline[0]))
    if place is None:
        return (*when, *[None] * 10)
    stood = place.standing
    return (
        *when, place.count, place.before, *(round(n, 6) for n in (stood.change, stood.median, stood.low, stood.high)),
        stood.cities, *(round(n, 6) for n in (stood.apart.value, stood.apart.low, stood.apart.high)),
    )  # fmt: skip
