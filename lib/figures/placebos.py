"""The figures of placebos, and of the two other changes of 2020."""

from __future__ import annotations

from typing import Any

from lib.analysis.placebos import NoStep, Step
from lib.analysis.windows import say_date
from lib.charts.periods import KEY, TIMES, periods
from lib.charts.periods import ends as period_ends
from lib.charts.ranges import ranges, scale_and_key
from lib.charts.theme import Frame
from lib.figures.common import (
    FINDING_COLUMNS,
    change_in,
    finding_row,
    frame,
    measure_of,
    pair_text,
    range_row,
)
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.figures.turning import frame_of_both
from lib.story import words
from lib.story.evidence.confounders import During, during_flights, during_protests
from lib.story.evidence.placebos import announcement, policy_dates, untouched
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.sentences import placebos_words
from lib.story.view import View

STEP_COLUMNS = (
    "row", "day", "days", "before", "after", "usual", "change", "low", "high", "dispersion", "years", "why_not",
)  # fmt: skip
PERIOD_COLUMNS = ("about", "measure", "period", "start", "end", "count", "baseline_mean", "change", "low", "high")
CREDITED = "counts credited to the policy, with 95% interval"
STEP = "the step and its margin of error (95% interval)"
AFTER_ANNOUNCEMENT = ("violent", "property", "covered-arrests", "other-arrests")


@figure("placebo-dates", "measure", "pair")
def placebo_dates(view: View, _: str | None) -> Drawing:
    """The step at the policy's date in 2020 and at the same date of other years."""
    measure = measure_of(view)
    found = policy_dates(measure, view.pair)
    day = say_date(found.day, year=False)
    steps: list[tuple[str, Step | NoStep]] = [(str(year), step) for year, step in found.others]
    steps.append((str(found.day.year), found.here))
    framed = frame(
        placebos_words.policy_dates_title(found),
        f"Percent change in {measure.label} in {words.counted(found.days, 'days')} from {day} on, compared with as "
        "many before, over and above what it did then in other years before 2020",
        "placebo-limits",
        measure.records,
    )
    return _steps(steps, framed, placebos_words.policy_dates_sentence(found), main=len(steps) - 1)


@figure("placebo-announcement", "measure")
def placebo_announcement(view: View, _: str | None) -> Drawing:
    """The step at the announcement of March 26, 2021, when practice did not change."""
    measures = load_story().measures
    names = dict.fromkeys((*AFTER_ANNOUNCEMENT, view.measure))
    found = [(measures[name], announcement(measures[name])) for name in names]
    counted = {measure.records: step.days for measure, step in found if isinstance(step, Step)}
    lengths = words.listed(
        [f"{words.counted(number, 'days')} of {records}" for records, number in counted.items()] or ["no days"]
    )
    framed = frame_of_both(
        placebos_words.announcement_title(found),
        f"Percent change from March 26, 2021 on, compared with as many days before ({lengths}), over and above "
        "what each count did at these dates in the years before 2020",
        "placebo-limits",
    )
    return _steps(
        [(measure.title, step) for measure, step in found], framed, placebos_words.announcement_sentence(found)
    )


def _steps(steps: list[tuple[str, Step | NoStep]], framed: Frame, said: str, main: int | None = None) -> Drawing:
    """Steps as dots with intervals, one row each; ``main`` is the row under test, None for all of them."""
    rows = [_step_row(i, label, step, main=main in (None, i)) for i, (label, step) in enumerate(steps)]
    return Drawing(
        ranges,
        framed,
        {"rows": rows},
        lambda: Table(STEP_COLUMNS, tuple(_step_cells(label, step) for label, step in steps)),
        alt=f"Dots on a scale of percent change. {'; '.join(row['label'] for row in rows)}. {said}",
        values=scale_and_key(rows, count=STEP, other="" if main is None else "the same dates in other years"),
        sentence=said,
    )


def _step_row(i: int, label: str, step: Step | NoStep, *, main: bool) -> dict[str, Any]:
    """One row of the ranges chart; a step of which nothing can be said is not drawn."""
    row = {
        "i": i,
        "label": f"{label}: {placebos_words.step_text(step)}",
        "tip": placebos_words.step_tip(step),
        "main": main,
    }
    if isinstance(step, NoStep) or step.interval.wide or step.interval.high is None:
        return row
    drawn = {"est": step.change, "low": step.interval.low, "high": step.interval.high}
    return {**row, **{name: round(value, 4) for name, value in drawn.items()}}


def _step_cells(label: str, step: Step | NoStep) -> tuple[Cell, ...]:
    """A row under ``STEP_COLUMNS``."""
    if isinstance(step, NoStep):
        return (label, *(None for _ in STEP_COLUMNS[1:-1]), step.why)
    numbers = (step.usual, step.change, step.interval.low, step.interval.high, step.phi)
    rounded = (None if number is None else round(number, 6) for number in numbers)
    years = " ".join(map(str, step.years))
    return (label, step.day.isoformat(), step.days, step.before, step.after, *rounded, years, None)


@figure("placebo-offenses", "pair")
def placebo_offenses(view: View, _: str | None) -> Drawing:
    """The reader's windows in counts that the policy does not name, beside those that are credited to it."""
    credited, covered, not_named = untouched(view.pair)
    every = (*credited, covered, *not_named)
    labels = [_title(finding.measure) for finding in every]
    rows = [
        range_row(i, label, finding, main=finding in credited)
        for i, (label, finding) in enumerate(zip(labels, every, strict=True))
    ]
    said = placebos_words.untouched_sentence(credited, covered, not_named, view.pair)
    return Drawing(
        ranges,
        frame_of_both(
            placebos_words.untouched_title(credited, not_named),
            f"{change_in(None)}, {pair_text(view.pair)}",
            "placebo-limits",
        ),
        {"rows": rows},
        lambda: Table(
            FINDING_COLUMNS,
            tuple(finding_row(label, finding) for label, finding in zip(labels, every, strict=True)),
        ),
        alt=f"Dots on a scale of percent change. {'; '.join(row['label'] for row in rows)}. {said}",
        values=scale_and_key(rows, count=CREDITED, other="the arrests it covers, then counts it does not name"),
        sentence=said,
    )


@figure("planes-and-protests")
def planes_and_protests(_: View, __: str | None) -> Drawing:
    """What was recorded before, during and after the flights of the police planes, and the protests of 2020."""
    flown, protested = during_flights(), during_protests()
    groups = (("Police planes", flown), ("Floyd protests", protested))
    # Of those that planes might have moved, the one that the title is about; the table has them all.
    drawn = ((groups[0][0], flown[:1]), groups[1])
    rows: list[dict[str, Any]] = []
    for name, found in drawn:
        rows.append({"i": len(rows), "head": name, "when": _when(found[0]), "tip": name})
        rows += [_period_row(len(rows) + i, one) for i, one in enumerate(found)]
    said = placebos_words.planes_sentence(flown, protested)
    return Drawing(
        periods,
        frame(
            placebos_words.planes_title(flown[0]),
            "Percent change in victims in Baltimore from March 18, 2020 on, compared with the average of the same "
            "dates in the three years before. More offenses are in the table",
            "surveillance",
            "crime",
        ),
        {"rows": rows},
        lambda: Table(
            PERIOD_COLUMNS, tuple(row for name, found in groups for one in found for row in _cells(name, one))
        ),
        alt=f"Three dots for each count on a scale of percent change: before, during and after. {said}",
        values={**period_ends(rows), **KEY},
        sentence=said,
    )


def _when(found: During) -> str:
    """The periods of a group."""
    return "; ".join(
        f"{time} {placebos_words.short_window(window)}" for time, window in zip(TIMES, found.periods, strict=True)
    )


def _period_row(i: int, found: During) -> dict[str, Any]:
    """One row of the periods chart; a period with too few events is not drawn."""
    said = ", ".join(placebos_words.during_text(change) for change in found.changes)
    row: dict[str, Any] = {"i": i, "label": f"{found.measure.title}: {said}", "tip": placebos_words.during_tip(found)}
    for time, change in zip(TIMES, found.changes, strict=True):
        interval = change.interval
        if change.too_few or change.headline is None or interval is None or interval.high is None:
            continue
        row |= {
            time: round(change.headline, 4),
            f"{time}_low": round(interval.low, 4),
            f"{time}_high": round(interval.high, 4),
        }
    return row


def _cells(about: str, found: During) -> list[tuple[Cell, ...]]:
    """The three periods of a measure as rows under ``PERIOD_COLUMNS``."""
    return [
        (
            about,
            found.measure.id,
            time,
            window.start.isoformat(),
            window.end.isoformat(),
            change.current,
            round(change.baseline / 3, 2),
            change.headline,
            change.interval.low if change.interval else None,
            change.interval.high if change.interval else None,
        )
        for time, window, change in zip(TIMES, found.periods, found.changes, strict=True)
    ]


def _title(measure: Measure | None) -> str:
    return measure.title if measure else ""
