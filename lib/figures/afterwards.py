"""The figures of what happened after the announcement."""

from __future__ import annotations

from dataclasses import replace

from lib.charts.cities import change_table
from lib.charts.ranges import ranges, scale_and_key
from lib.errors import ArgumentError
from lib.figures.common import measure_of
from lib.figures.peers import index_frame, marked, paths_drawing, strip_drawing
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import words
from lib.story.evidence import later
from lib.story.evidence.peers import BASE, COLUMNS, SCORECARD, Cities, Months, Place, place_in, year_months
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records_in_use import open_records
from lib.story.sentences import peers_words as said
from lib.story.view import View

ROWS = ("violent", "property", "homicide", "robbery", "auto-theft")
RECALL = 2023


@figure("afterwards", "measure")
def afterwards(view: View, _: str | None) -> Drawing:
    """Baltimore's events in each twelve months to 2025, beside those it would have had like agencies of its size."""
    found = later.course(measure_of(view))
    sentence = said.course_sentence(found)
    made = paths_drawing(
        found.months,
        {
            "twelve_months": found.own,
            "like_agencies_of_its_size": found.alike,
            "like_lowest_of_five_cities": found.low,
            "like_highest_of_five_cities": found.high,
        },
        ("Agencies of its size", words.capital(words.worded(len(found.cities), "cities, lowest to highest"))),
        index_frame(
            said.course_title(found),
            f"{said.subject(found.measure)} in the twelve months to each month. Dashed: Baltimore’s {BASE} count, "
            f"changed like {found.agencies} other agencies of 250,000 to 1 million residents together. Band: changed "
            f"like {said.named(found)}, lowest to highest. {marked()}",
            "index-not-police-file",
            later.TABLE,
        ),
        sentence,
        sentence,
    )
    return replace(made, short=said.course_short(found))


@figure("afterwards-years")
def afterwards_years(view: View, _: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """Each year since 2020 compared with 2019, offense by offense, in Baltimore and in agencies of its size."""
    measures = load_story().measures
    found = [(measures[name].label, later.years(measures[name])) for name in ROWS]
    cells = [
        {
            "i": i,
            "column": str(year.year),
            "own": words.signed(year.change),
            "other": words.signed(year.alike),
            "own_change": round(year.change, 3),
            "other_change": round(year.alike, 3),
            "tip": f"{label}, {year.year} compared with {BASE}: {said.alike_text(year)}",
        }
        for i, (label, years) in enumerate(found)
        for year in years
    ]
    return Drawing(
        change_table,
        index_frame(
            said.years_title(found),
            f"Percent change from {BASE} to each year. Large: Baltimore. Small, below it: agencies of 250,000 to "
            "1 million residents together, Baltimore not among them. Blue: fell; orange: rose; the stronger, the more.",
            "index-not-police-file",
            later.TABLE,
        ),
        {"rows": [{"i": i, "label": measures[name].title} for i, name in enumerate(ROWS)], "cells": cells},
        lambda: Table(
            ("measure", "year", "against", "count", "baseline_count", "change", "change_in_agencies_of_its_size"),
            tuple(
                (name, year.year, BASE, year.count, year.before, round(year.change, 6), round(year.alike, 6))
                for name, (_, years) in zip(ROWS, found, strict=True)
                for year in years
            ),
        ),
        alt=f"Table of changes since {BASE}, in Baltimore and in agencies of its size. "
        + " ".join(f"{cell['tip']}." for cell in cells if cell["column"] in ("2020", str(later.LAST))),
        sentence=said.years_sentence(found),
    )


@figure("last-year", "measure", "cities")
def last_year(view: View, _: str | None) -> Drawing:
    """2025 against 2024 in every city of the scorecard, with Baltimore's change and the median."""
    return strip_drawing(later.last_year(measure_of(view), view.cities), "index-not-police-file", SCORECARD)


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
            "label": f"{said.short_pair(place.months)}{_what(place)}: {said.apart_text(place.standing.apart)}",
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
    arrests = open_records().entry("arrests").complete_through
    sentence = said.recall_sentence(found, earlier, parts, citations, arrests)
    return Drawing(
        ranges,
        index_frame(
            said.recall_title(found, parts),
            f"{said.subject(measure)} in Baltimore compared with the median of {said.SETS[view.cities]}, each year "
            "with the year before, in percent.",
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
        values=scale_and_key(
            rows, count=f"difference, with {said.level_text(found.standing.apart)} interval (as cities differ)"
        ),
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
