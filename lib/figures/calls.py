"""The figures of the chapter on 911 calls: what others have counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from lib.analysis.windows import Window
from lib.charts.panels import GAP, HEAD_LINE, PANEL, panel_top, panels
from lib.charts.theme import Frame
from lib.figures.registry import Drawing, Table, figure
from lib.story.load import load_story
from lib.story.model import Published
from lib.story.records_in_use import open_records
from lib.story.sentences import call_words as said
from lib.story.view import View

CHANGE = date(2019, 1, 1)  # the first year that is recorded in the new way
ROWS, URGENT, OUTSIDE, NARCOTICS = "911-rows", "911-urgent", "911-narcotics-outside", "911-narcotics"
ONE_HAND = "911-rows-one-hand"
ROWS_MONTHLY, OUTSIDE_MONTHLY = "911-rows-monthly", "911-narcotics-outside-monthly"
CRIMES = ("violent", "property", "common-assault")
COLUMNS = ("what", "start", "end", "value", "unit", "per_day", "obtained", "error", "note", "by", "address")
# Panels of the yearly figure: each its own scale, and one series only.
YEARLY = {
    ROWS: "All 911 records, a year",
    URGENT: "Urgent calls (high, medium priority), a day",
    OUTSIDE: "Narcotics, outdoors only, a year",
    NARCOTICS: "Narcotics of every kind, a year",
}
MONTHLY = {OUTSIDE_MONTHLY: "Narcotics outdoors, a day", ROWS_MONTHLY: "All 911 records, a day"}


def around_change(series: str) -> tuple[Published, Published]:
    """The last figure of a series before the recording changed, and the first after."""
    figures = load_story().series(series)
    before = [f for f in figures if _period(f).end < CHANGE]
    after = [f for f in figures if _start(f) >= CHANGE]
    return before[-1], after[0]


def crimes_of(counted: Published) -> int:
    """Victims of crime in the days of a published figure, as this story's police records count them."""
    story = load_story()
    return sum(open_records().line(story.measures[name]).count(_period(counted)) for name in CRIMES)


def tested_from() -> date:
    """The first day that the researchers tested."""
    return load_story().claims["calls-drugs"].windows[0].pair.current.start


def year_2020() -> tuple[Sequence[Published], Sequence[Published]]:
    """All rows by month, before March 2020 and from then on, as the researchers divide the year."""
    months = load_story().series(ROWS_MONTHLY)
    first = tested_from()
    return [f for f in months if _start(f) < first], [f for f in months if _start(f) >= first]


def all_counted() -> Table:
    """Every figure of 911 calls that others have published, with how it was obtained and where it can be read."""
    return published_table([f for f in load_story().published.values() if f.series and f.series.startswith("911-")])


def published_table(figures: Sequence[Published]) -> Table:
    """Published figures as a table under ``COLUMNS``; an error is a fraction of the value."""
    return Table(
        COLUMNS,
        tuple(
            (
                f.what,
                f.period.start.isoformat() if f.period else None,
                f.period.end.isoformat() if f.period else None,
                f.value,
                f.unit,
                round(said.per_day(f), 1),
                f.kind,
                f.error,
                f.note,
                f.by,
                f.address,
            )
            for f in figures
        ),
    )


MONTHS_PANEL = 200  # px: high enough that months can be told apart


@figure("calls-published")
def calls_published(view: View, _: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """Yearly counts by others: all rows, urgent calls, and narcotics under two definitions that are never one."""
    parts = [load_story().series(series) for series in YEARLY]
    figures = [f for part in parts for f in part]
    first, last = min(_start(f).year for f in figures), max(_start(f).year for f in figures)
    title = said.break_title(around_change(ROWS), around_change(URGENT))
    return Drawing(
        partial(panels, number=len(parts)),
        _frame(
            title,
            "Other people’s counts; each panel has its own scale. Gray: through 2018. Blue: since 2019, recorded "
            "differently. "
            f"{said.MARKS}",
            "prior-years-change",
            figures,
        ),
        {
            **_bars([[_year_bar(f) for f in part] for part in parts]),
            "heads": heads_of(list(YEARLY.values()), at=first),
            "breaks": [break_line(year_of(CHANGE), "recording changes", panel=0, last=len(parts), left=False)],
        },
        lambda: published_table(figures),
        alt=f"Bars in panels with scales of their own. {title}. "
        + " ".join(f"{name}: {_listed(part)}." for name, part in zip(YEARLY.values(), parts, strict=True))
        + " The two counts of narcotics are of different things and are not to be compared.",
        values={
            "first": first,
            "last": last + 1,
            "ticks": [year + 0.5 for year in range(first, last + 1)],
            "names": [str(year) for year in range(first, last + 1)],
        },
    )


@figure("calls-months")
def calls_months(view: View, _: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """Months by others: one narcotics description in 2018, and all rows in 2020."""
    policy = load_story().event("charges-dropped").date
    outside, rows = parts = [load_story().series(series) for series in MONTHLY]
    figures = [f for part in parts for f in part]
    title = said.season_title(outside, rows)
    return Drawing(
        partial(panels, number=len(parts), height=MONTHS_PANEL),
        _frame(
            title,
            "Other people’s counts, a day of each month; each panel has its own scale. Blue: the months the "
            "researchers tested. All were read off charts.",
            "calls-are-not-activity",
            figures,
        ),
        {
            **_bars([[_month_bar(f, told=f in _ends(part)) for f in part] for part in parts]),
            "heads": heads_of(
                [f"{head}, {_start(part[0]).year}" for head, part in zip(MONTHLY.values(), parts, strict=True)],
                at=0,
                height=MONTHS_PANEL,
            ),
            "breaks": [
                break_line(
                    policy.month - 1 + (policy.day - 1) / 31,
                    "policy begins",
                    panel=1,
                    last=2,
                    left=True,
                    height=MONTHS_PANEL,
                )
            ],
        },
        lambda: published_table(figures),
        alt=f"Bars by month in panels with scales of their own. {title}. {said.season_sentence(outside)} "
        f"{said.pandemic_sentence(*year_2020())}",
        values={
            "first": 0,
            "last": 12,
            "ticks": [month + 0.5 for month in range(12)],
            "names": [f"{date(2020, month, 1):%b}" for month in range(1, 13)],
        },
    )


def _frame(title: str, subtitle: str, caveat: str, figures: Sequence[Published]) -> Frame:
    return Frame(
        title=title,
        subtitle=subtitle,
        caveat=load_story().caveats[caveat].short,
        source=f"Source: counts on GitHub by {said.owners(figures)}; addresses are with the numbers. "
        f"Data version {open_records().version}.",
    )


def _bars(parts: Sequence[list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {f"bars{panel}": part for panel, part in enumerate(parts)}


def _year_bar(counted: Published) -> dict[str, Any]:
    """A bar over the days that were counted."""
    start = _start(counted)
    return {
        "start": year_of(start),
        "end": year_of(start + timedelta(days=_period(counted).days)),
        "value": counted.value,
        "kind": counted.kind,
        "tested": start >= CHANGE,
        "text": said.short(counted.value),
        "how": said.marked(counted),
        "tip": f"{said.told(counted)}. {counted.by}",
    }


def _month_bar(counted: Published, *, told: bool) -> dict[str, Any]:
    """A bar over a month of any year; ``told``: with its number over it."""
    start, a_day = _start(counted), said.per_day(counted)
    return {
        "start": start.month - 1,
        "end": start.month,
        "value": round(a_day, 1),
        "kind": counted.kind,
        "tested": start >= tested_from(),
        "text": said.short(a_day) if told else "",
        "how": "",
        "tip": f"{said.told(counted)}, {a_day:,.0f} a day. {counted.by}",
    }


def heads_of(names: Sequence[str], at: float, height: int = PANEL) -> list[dict[str, Any]]:
    """The names of panels from the first on, at the left end of the axis."""
    return [{"text": name, "start": at, "y": panel_top(panel, height)} for panel, name in enumerate(names)]


def break_line(at: float, text: str, *, panel: int, last: int, left: bool, height: int = PANEL) -> dict[str, Any]:
    """A line from above a panel, or from below the name of a later one, to the foot of the last."""
    top = panel_top(panel, height) + HEAD_LINE if panel else 2
    return {"start": round(at, 3), "y": top, "y2": panel_top(last, height) - GAP, "text": text, "left": left}


def _ends(part: Sequence[Published]) -> tuple[Published, Published]:
    """The lowest and the highest."""
    return min(part, key=said.per_day), max(part, key=said.per_day)


def _listed(figures: Sequence[Published]) -> str:
    return "; ".join(said.told(f) for f in figures)


def _period(counted: Published) -> Window:
    if counted.period is None:
        raise ValueError(f"{counted.id} has no period")
    return counted.period


def _start(counted: Published) -> date:
    return _period(counted).start


def year_of(day: date) -> float:
    """A day as a year and its fraction, for an axis."""
    length = (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
    return round(day.year + (day - date(day.year, 1, 1)).days / length, 4)
