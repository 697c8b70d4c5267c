"""What counts of whole calendar years say of the 911 calls: beside other calls, beside loaded ones, and of March to
December, which they do not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lib.analysis.change import Interval, ratio_of_ratios
from lib.analysis.part_of_year import rest_of_year_range
from lib.analysis.windows import Window, WindowError, WindowPair
from lib.story import finding_words, words
from lib.story.check import check_measure
from lib.story.finding import Finding, Inference, Kind
from lib.story.load import load_story
from lib.story.model import Measure, Published
from lib.story.records import Records, resolution_of
from lib.story.records_in_use import open_records

DRUGS = "calls-drugs-yearly"
CONTROL = "calls-accidents-yearly"
CLAIM = "calls-drugs"
YEAR, YEAR_BEFORE = 2020, 2019
BEFORE = 2018
"""The last year that the alliance counts calls about common assault and overdoses of."""
ASSAULT, OVERDOSES = "common assault", "overdoses"
OUTSIDE, OUTSIDE_EARLY = "911-narcotics-outside", "911-narcotics-outside-early"


def year_window(year: int) -> Window:
    """A calendar year."""
    return Window(date(year, 1, 1), date(year, 12, 31))


def whole_years_of(pair: WindowPair) -> WindowPair:
    """The windows where they are of whole years, else those that the yearly counts start with."""
    usual = load_story().measures[DRUGS].usual
    whole = all(window.whole_years for window in (pair.current, *pair.baseline))
    return pair if whole or usual is None else usual


@dataclass(frozen=True)
class Against:
    """A measure's change and a control's in the same windows; ``apart`` is how much further the first one moved.

    ``apart``: ratio over ratio, minus 1, and its 95% interval; None where one of them has too few events.
    """

    finding: Finding
    control: Finding
    apart: tuple[float, Interval] | None


def against_control(measure: Measure, control: Measure, pair: WindowPair) -> Against:
    """One measure's change compared with another's in the same windows. Raises as ``check_measure`` does."""
    found, other = check_measure(measure, pair), check_measure(control, pair)
    apart = ratio_of_ratios(found.change, other.change) if found.change and other.change else None
    return Against(found, other, apart)


@dataclass(frozen=True)
class PublishedChange:
    """A change between two years that others published, the later one as an estimate.

    The two were counted in two ways, so no interval is known. ``about`` is what the calls are about.
    """

    about: str
    before: Published
    after: Published
    kind: Kind = "published estimate"

    @property
    def change(self) -> float:
        """As a fraction: -0.2 is 20% down."""
        return self.after.value / self.before.value - 1

    @property
    def addresses(self) -> str:
        """Where both numbers can be read."""
        return f"{self.before.address} {self.after.address}"


def published_changes() -> tuple[PublishedChange, ...]:
    """What other calls did from 2018 to 2020 where nobody's counts hold both years."""
    known = load_story().published
    return tuple(
        PublishedChange(about, known[f"calls-{name}-{BEFORE}"], known[f"calls-{name}-{YEAR}"])
        for about, name in ((ASSAULT, "common-assault"), (OVERDOSES, "overdoses"))
    )


def estimate_off() -> float:
    """How far the estimate of drug calls of 2020, made in the same way, lies off the alliance's count; a fraction."""
    line = open_records().line(load_story().measures[DRUGS])
    return load_story().published[f"calls-narcotics-{YEAR}"].value / line.count(year_window(YEAR)) - 1


def early_shares() -> dict[int, float]:
    """What fraction of a year's outdoor narcotics calls came in January and February, by year, as others counted."""
    story = load_story()
    years = {figure.period.start.year: figure.value for figure in story.series(OUTSIDE) if figure.period}
    early = {figure.period.start.year: figure.value for figure in story.series(OUTSIDE_EARLY) if figure.period}
    return {year: early[year] / years[year] for year in sorted(early)}


def march_to_december(level: float | None = None) -> Inference:
    """How far drug calls of March to December 2020 fell below the mean of these months of 2018 and 2019: inferred.

    ``level`` is what January and February of 2020 were, over those of 2019; None lets it be anything from as far down
    as the whole year was, to the mean of 2018 and 2019, with 2019's level in the middle. Raises ValueError for a level
    below 0, or so high that nothing would be left for the later months.
    """
    return _march_to_december(open_records(), level)


@lru_cache(maxsize=128)
def _march_to_december(records: Records, level: float | None) -> Inference:
    measure = load_story().measures[DRUGS]
    years = WindowPair(year_window(YEAR), (year_window(YEAR - 2), year_window(YEAR_BEFORE)))
    whole = check_measure(measure, years)
    line = records.line(measure)
    total, before = line.count(year_window(YEAR)), line.count(year_window(YEAR_BEFORE))
    baseline = sum(line.count(window) for window in years.baseline) / len(years.baseline)
    levels = (total / before, 1.0, baseline / before) if level is None else (level, level, level)
    shares = early_shares()
    found = rest_of_year_range(total, before, baseline, tuple(shares.values()), levels)
    later = _later_pair(years)
    assumed = _assumed(level, levels, shares)
    return Inference(
        measure=measure,
        pair=later,
        change=found.value,
        low=found.low,
        high=found.high,
        claimed=load_story().claims[CLAIM].claimed,
        assumed=assumed,
        shown_by=(whole,),
        sentence=(
            f"Inferred, not counted: {load_story().measures[CLAIM].label} {words.verb_about(found.value)} from March "
            f"to December {YEAR}, compared with {finding_words.against(later)}. Over everything we assume, the "
            f"change is {words.span(found.low, found.high)}. {assumed}"
        ),
        notes=(
            "These counts are for whole years, so January and February 2020 are not known by themselves.",
            f"The range covers what we assume, not chance. The whole year’s own interval is {_interval(whole)}.",
        ),
        data_version=records.version,
    )


def _later_pair(years: WindowPair) -> WindowPair:
    current, *baseline = (Window(w.start.replace(month=3), w.end) for w in (years.current, *years.baseline))
    return WindowPair(current, tuple(baseline))


def _assumed(level: float | None, levels: tuple[float, float, float], shares: dict[int, float]) -> str:
    made = (
        f"January and February made up {words.percent(min(shares.values()), 1)} to "
        f"{words.percent(max(shares.values()), 1)} of a year’s outdoor narcotics calls in {min(shares)} to "
        f"{max(shares)}"
    )
    if level is None:
        stood = (
            f"We assume that in 2020 they were anywhere from {words.percent(levels[0])} to {words.percent(levels[2])} "
            "of 2019’s, with 2019’s own level in the middle"
        )
    else:
        stood = f"We assume that in 2020 they were {words.percent(level)} of 2019’s"
    return f"{made}. {stood}."


def _interval(finding: Finding) -> str:
    interval = finding.change.interval if finding.change else None
    return words.span(interval.low, interval.high) if interval else "not known"


@dataclass(frozen=True)
class CountedTwice:
    """One year of calls as the alliance counted them and as the loaded records do; never added to one another."""

    measure: Measure
    daily: Measure
    year: int
    alliance: int
    loaded: int

    @property
    def apart(self) -> float | None:
        """The loaded count over the alliance's, minus 1; None where that is 0."""
        return self.loaded / self.alliance - 1 if self.alliance else None


def counted_twice(records: Records | None = None) -> tuple[CountedTwice, ...]:
    """Every whole year that both the yearly counts and records of the same calls hold, by measure and year.

    ``records`` are the current ones unless given.
    """
    return _counted_twice(records or open_records())


@lru_cache(maxsize=2)
def _counted_twice(records: Records) -> tuple[CountedTwice, ...]:
    measures = load_story().measures
    found = []
    for measure in measures.values():
        if resolution_of(measure) != "year" or measure.daily is None:
            continue
        daily = measures[measure.daily]
        if not records.has(daily.records):
            continue
        line, loaded = records.line(measure), records.line(daily)
        for year in line.years:
            try:
                count = loaded.count(year_window(year))
            except WindowError:
                continue  # not a year that was loaded whole
            found.append(CountedTwice(measure, daily, year, line.count(year_window(year)), count))
    return tuple(found)
