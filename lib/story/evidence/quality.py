"""How good the records are: days that stand out, records without a place, and agreement with another count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from lib.analysis.counts import whole_bins
from lib.analysis.windows import Window, WindowPair, say_window
from lib.errors import ArgumentError
from lib.ingest.sources.crime import NO_HOLE, RANSOMWARE
from lib.story.check import check_measure
from lib.story.evidence.peers import BALTIMORE, COLUMNS, OFFENSES, TABLE
from lib.story.load import load_story
from lib.story.model import Unit
from lib.story.records import IMPUTED, Records
from lib.story.records_in_use import open_records
from lib.tables.manifest import ALL, Gap

WEEKS_AROUND = 9
HALF, TWICE = 0.5, 2.0
NOWHERE = "none"
ROBBERY = ("robbery-street", "robbery-commercial", "robbery-residence", "robbery-carjacking")
OWN: dict[str, tuple[str, ...]] = {
    **{offense: (offense,) for offense in OFFENSES},
    "robbery": ROBBERY,
    "aggravated-assault": ("aggravated-assault", "shooting"),
    "larceny": ("larceny", "larceny-from-auto"),
}
"""What each offense of the Real-Time Crime Index is called in the police file."""
ALL_SEVEN = "all"
COMPARED = (ALL_SEVEN, *COLUMNS)
_PARTS = {ALL_SEVEN: OFFENSES, **COLUMNS}


@dataclass(frozen=True)
class OddDay:
    """A day on which records were less than half, or more than twice, of what the same weekdays around it had."""

    day: date
    count: int
    usual: float

    @property
    def quiet(self) -> bool:
        """Whether there were too few."""
        return self.count < self.usual


@dataclass(frozen=True)
class Days:
    """All records of one kind on every day from ``window.start`` to the last complete one.

    ``counts`` has None for days that were not loaded; ``odd`` are the days that stand out, ``gaps`` the manifest's
    notes and holes.
    """

    records: str
    window: Window
    counts: tuple[int | None, ...]
    odd: tuple[OddDay, ...]
    gaps: tuple[Gap, ...]

    @property
    def known(self) -> tuple[int, ...]:
        """The counts of the days that are there."""
        return tuple(count for count in self.counts if count is not None)

    @property
    def total(self) -> int:
        """All records."""
        return sum(self.known)

    @property
    def empty(self) -> int:
        """Days without any record."""
        return self.counts.count(0)

    def within(self, window: Window) -> Days:
        """The same for some of the days. Raises ArgumentError where the records do not reach them."""
        if window.start < self.window.start or window.end > self.window.end:
            raise ArgumentError(f"The daily records don't cover {say_window(window)}.")
        skip = (window.start - self.window.start).days
        odd = tuple(day for day in self.odd if window.start <= day.day <= window.end)
        gaps = tuple(gap for gap in self.gaps if gap.start <= window.end and window.start <= gap.end)
        return Days(self.records, window, self.counts[skip : skip + window.days], odd, gaps)


def days_of(records: str) -> Days:
    """Every day of these records. Raises NotLoadedError."""
    return _days(open_records(), records)


@lru_cache(maxsize=8)
def _days(opened: Records, records: str) -> Days:
    counts = opened.city(records)
    daily = counts.select(counts.categories).daily()
    series = pd.Series(daily.astype(np.float64), index=pd.date_range(counts.first, counts.last))
    gaps = opened.entry(records).gaps
    for gap in gaps:
        if gap.missing and ALL in gap.categories:
            series[pd.Timestamp(gap.start) : pd.Timestamp(gap.end)] = np.nan
    # A weekday is compared with its own kind: arrests on a Sunday are half of those on a Wednesday.
    weekday = series.groupby(np.arange(len(series)) % 7)
    usual = weekday.transform(lambda day: day.rolling(WEEKS_AROUND, center=True, min_periods=5).median())
    out = np.flatnonzero((series < HALF * usual) | (series > TWICE * usual))
    odd = tuple(
        OddDay(counts.first + timedelta(days=int(at)), int(daily[at]), float(usual.iloc[int(at)])) for at in out
    )
    return Days(
        records,
        Window(counts.first, counts.last),
        tuple(None if lacks else int(count) for count, lacks in zip(daily, series.isna(), strict=True)),
        odd,
        gaps,
    )


@dataclass(frozen=True)
class Outage:
    """The days around the attack on the city's computers, and what the same days of earlier years had.

    ``least`` are the records of the emptiest whole week (Monday to Sunday) that ends after the attack, which begins on
    ``least_week``; ``mean_week`` is the mean of all whole weeks of ``days``; ``earlier`` the mean records a day on the
    same dates of the three years before, oldest first.
    """

    days: Days
    attack: date
    least: int
    least_week: date
    mean_week: float
    earlier: tuple[float, ...]

    @property
    def a_day(self) -> float:
        """Mean records a day."""
        return self.days.total / self.days.window.days

    @property
    def hole(self) -> bool:
        """Whether a week after the attack lacks records, by the rule that the build of the tables has as well."""
        return self.least < NO_HOLE * self.mean_week


def outage() -> Outage:
    """Crime records around the ransomware of May 2019. Raises ArgumentError where they do not reach it."""
    attack, first, last = RANSOMWARE
    every = days_of("crime")
    days = every.within(Window(first, last))
    weeks = {week.start: every.within(week).total for week in whole_bins(Window(first, last), "week")}
    after = {start: count for start, count in weeks.items() if start + timedelta(days=6) >= attack}
    least_week = min(after, key=lambda start: after[start])
    earlier = [every.within(days.window.shifted(-back)) for back in (3, 2, 1)]
    return Outage(
        days,
        attack,
        after[least_week],
        least_week,
        sum(weeks.values()) / len(weeks),
        tuple(year.total / year.window.days for year in earlier),
    )


@dataclass(frozen=True)
class PlaceShares:
    """How the records of each of ``periods`` came by their place, as shares of them all.

    ``nowhere`` have none; ``imputed`` is inferred from the block, None where these records have no such places.
    """

    periods: tuple[Window, ...]
    records: tuple[int, ...]
    nowhere: tuple[float, ...]
    imputed: tuple[float, ...] | None


def place_shares(records: str, periods: tuple[Window, ...]) -> PlaceShares:
    """The shares in each of some periods. Raises NotLoadedError, and OutsideRecordsError."""
    counts = open_records().areas(records)

    def each(places: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        line = counts.select(counts.categories, places=places)
        return np.array(line.count_each(list(periods)), dtype=np.float64)

    total = each(counts.places)
    shares = {place: tuple((each((place,)) / total).tolist()) for place in (NOWHERE, IMPUTED) if place in counts.places}
    return PlaceShares(
        periods, tuple(int(n) for n in total), shares.get(NOWHERE, (0.0,) * len(periods)), shares.get(IMPUTED)
    )


def whole(records: str, by: str) -> tuple[Window, ...]:
    """The whole months, or the years (the last one cut at the last complete day), of these records."""
    counts = open_records().areas(records)
    if by == "month":
        return whole_bins(Window(counts.first, counts.last), "month")
    years = range(counts.first.year, counts.last.year + 1)
    return tuple(Window(max(date(y, 1, 1), counts.first), min(date(y, 12, 31), counts.last)) for y in years)


@dataclass(frozen=True)
class Agreement:
    """One offense, or several together, in the police file (``own``) and in the index (``index``), month by month."""

    offense: str
    months: tuple[date, ...]
    own: tuple[int, ...]
    index: tuple[int, ...]

    @property
    def apart(self) -> tuple[float, ...]:
        """How far the police file lies above the index in each month, as a fraction."""
        return tuple(own / index - 1 for own, index in zip(self.own, self.index, strict=True))

    @property
    def together(self) -> float:
        """The same for all months together."""
        return sum(self.own) / sum(self.index) - 1

    @property
    def most(self) -> float:
        """The largest distance of any month, without its sign."""
        return max(abs(apart) for apart in self.apart)


def agreements() -> tuple[Agreement, ...]:
    """The index's offenses, first all seven together, then violent and property, then one by one.

    Over the whole months that both have. Raises DataError.
    """
    return _agreements(open_records())


@lru_cache(maxsize=2)
def _agreements(records: Records) -> tuple[Agreement, ...]:
    frame = records.tables.frame(TABLE)
    ours = frame[frame["agency"].astype(str) == BALTIMORE].set_index("month")
    counts = records.city("crime")
    through = records.tables.entry(TABLE).complete_through or counts.last
    first = max(counts.first, ours.index.min().date())
    months = whole_bins(Window(first, min(counts.last, through)), "month")
    stated = ours[list(OFFENSES)].astype(np.float64).reindex([pd.Timestamp(month.start) for month in months])
    own = {offense: counts.select(names).count_each(list(months)) for offense, names in OWN.items()}
    found = []
    for name in COMPARED:
        parts = list(_PARTS[name])
        found.append(
            Agreement(
                name,
                tuple(month.start for month in months),
                tuple(int(n) for n in np.sum([own[part] for part in parts], axis=0)),
                tuple(int(n) for n in stated[parts].to_numpy().sum(axis=1)),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Published2021:
    """A figure that was published, and the same counted in these records, both in ``unit``.

    ``low`` and ``high`` are the 95% interval of a change. ``ours`` is None where the records are not loaded.
    """

    what: str
    by: str
    address: str
    unit: Unit
    pair: WindowPair
    published: float
    ours: float | None
    low: float | None
    high: float | None
    current: int | None
    baseline: int | None

    @property
    def apart(self) -> float | None:
        """Ours minus the published one: events, or a fraction of the baseline."""
        return None if self.ours is None else self.ours - self.published


def published_and_ours() -> tuple[Published2021, ...]:
    """Every change that a claim names, in the windows it was made for, and every published figure that can be counted.

    A figure that a claim's window repeats stands once. Raises DataError.
    """
    story = load_story()
    claimed = [
        _held(
            claim.title, window.speaker or claim.speaker, claim.sources[0].address, "change", claim.measure, pair, value
        )
        for claim in story.claims.values()
        if claim.measure and claim.windows
        for window in claim.windows[:1]
        for pair in (window.pair,)
        if (value := claim.claimed_for(pair)) is not None
    ]
    figures = [
        _held(figure.what, figure.by, figure.address, figure.unit, figure.measure, figure.pair, figure.value)
        for figure in story.published.values()
        if figure.measure and figure.pair
    ]
    return (*claimed, *figures)


def _held(
    what: str, by: str, address: str, unit: Unit, measure: str, pair: WindowPair, published: float
) -> Published2021:
    change = check_measure(load_story().measures[measure], pair).change
    interval = change.interval if change else None
    ours: float | None = None
    if change:
        ours = {"count": float(change.current), "difference": float(change.current - change.baseline)}.get(
            unit, change.headline
        )
    is_change = unit == "change" and interval is not None
    return Published2021(
        what, by, address, unit, pair, published, ours,
        interval.low if interval and is_change else None,
        interval.high if interval and is_change else None,
        change.current if change else None,
        change.baseline if change else None,
    )  # fmt: skip
