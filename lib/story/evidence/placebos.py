"""Placebos: the policy's date in other years, an announcement that changed only words, offenses left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lib.analysis.historical_range import FEWEST_YEARS, MARGIN
from lib.analysis.placebos import NoStep, Step, step_at
from lib.analysis.windows import WindowPair, say_date
from lib.story.check import check_measure
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import NotLoadedError, Records
from lib.story.records_in_use import open_records

PANDEMIC = 2020  # years from this one on are no placebos
MOST_DAYS = 365  # on either side: with more, the days after the date of 2019 would run into the policy
LAST_AFTER = date(2021, 7, 31)  # records loaded later go on, but months later say nothing of a day

CREDITED = ("violent", "property")
COVERED = "covered-arrests"
# Named neither by the policy nor, on their own, by anyone who spoke for it. Left out are robbery, shootings and
# larceny: drug markets and shoplifting are the ways in which such a policy might move crime.
NOT_NAMED = ("other-arrests", "common-assault", "rape", "burglary", "auto-theft", "arson")


@dataclass(frozen=True)
class PolicyDates:
    """The step at the policy's date in 2020 and at the same date of other years, oldest first.

    ``days`` are those on either side; ``asked`` those of the reader's window, where that is longer than can be used.
    """

    measure: Measure
    day: date
    days: int
    asked: int
    here: Step | NoStep
    others: tuple[tuple[int, Step], ...]

    @property
    def enough(self) -> bool:
        """Whether other years are enough to rank the step of 2020 among them."""
        return len(self.others) >= FEWEST_YEARS

    @property
    def as_large(self) -> int:
        """In how many other years the step went the same way as in 2020, and about as far or further.

        About: less by no more than ``MARGIN``.
        """
        if isinstance(self.here, NoStep):
            return 0
        sign = 1 if self.here.change >= 0 else -1
        return sum(sign * step.change >= sign * self.here.change - MARGIN for _, step in self.others)


def policy_dates(measure: Measure, pair: WindowPair) -> PolicyDates:
    """The step on March 18, 2020, and of other years, with as many days on either side as the window under test has.

    Each year is compared with the others before 2020. Raises NotLoadedError where the measure's records are not here.
    """
    return _policy_dates(_records_of(measure), measure, pair.current.days)


@lru_cache(maxsize=512)
def _policy_dates(records: Records, measure: Measure, asked: int) -> PolicyDates:
    line, day, days = records.line(measure), load_story().event("charges-dropped").date, min(asked, MOST_DAYS)
    years = range(line.first.year, PANDEMIC)
    steps = ((year, step_at(line, day.replace(year=year), days, years)) for year in years)
    return PolicyDates(
        measure=measure,
        day=day,
        days=days,
        asked=asked,
        here=step_at(line, day, days, years),
        others=tuple((year, step) for year, step in steps if isinstance(step, Step)),
    )


def announcement(measure: Measure) -> Step | NoStep:
    """The step on March 26, 2021, up to the last complete day, against the same dates of the years before 2020.

    Raises NotLoadedError where the measure's records are not here.
    """
    return _announcement(_records_of(measure), measure)


@lru_cache(maxsize=256)
def _announcement(records: Records, measure: Measure) -> Step | NoStep:
    line, day = records.line(measure), load_story().event("made-permanent").date
    days = (min(line.last, LAST_AFTER) - day).days + 1
    if days < 1:
        return NoStep(f"The records are complete through {say_date(line.last)}, before the announcement.")
    return step_at(line, day, days, range(line.first.year, PANDEMIC))


def untouched(pair: WindowPair) -> tuple[tuple[Finding, ...], Finding, tuple[Finding, ...]]:
    """What is credited to the policy, what it covers, and counts that it does not name, in the same windows.

    Raises WindowError for windows that one of them can't be counted in.
    """
    measures = load_story().measures

    def found(name: str) -> Finding:
        return check_measure(measures[name], pair)

    return tuple(map(found, CREDITED)), found(COVERED), tuple(map(found, NOT_NAMED))


def _records_of(measure: Measure) -> Records:
    """The records. Raises NotLoadedError where they lack the measure's."""
    records = open_records()
    if not records.has(measure.records):
        raise NotLoadedError(records.lacks(measure.records))
    return records
