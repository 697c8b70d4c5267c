"""Sentences about Baltimore among other cities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lib.analysis.historical_range import FEWEST_YEARS
from lib.analysis.peers import Apart
from lib.story import words
from lib.story.evidence.later import LAST, Course, Year
from lib.story.evidence.peers import BASE, DIFFERS, FEWEST_EVENTS, LARGE, Cities, LeftOut, Months, Paths, Place, days_of
from lib.story.model import Measure, Published

MOST_LOWER = 3  # cities with a lower change, by name
SETS: dict[Cities, str] = {"large": "large cities", "all": "agencies of all sizes", "named": "similar cities"}
SET_MEANS: dict[Cities, str] = {
    "large": f"Large: police of cities and counties of at least {LARGE:,} residents, by the Real-Time Crime "
    "Index (April 2026).",
    "all": f"All agencies of the index with at least {FEWEST_EVENTS} events in the baseline.",
    "named": "Similar: a fixed list of large, older cities with much violence.",
}
MOST_NAMED = 12
RETURNED = date(2023, 6, 1)  # the month in which police were told that they may arrest again


def name_of(measure: Measure) -> str:
    """What the index counts under the measure: ``larceny (larceny from cars included)``."""
    differs = DIFFERS.get(measure.id)
    return f"{measure.label} ({differs})" if differs else measure.label


def subject(measure: Measure) -> str:
    """The same with a capital, to begin a sentence."""
    label = name_of(measure)
    return label[0].upper() + label[1:]


def say_months(months: Sequence[date]) -> str:
    """Months in a row: ``2020`` for a whole year, ``April 2020 to February 2021``, ``January and February 2021``."""
    first, last = months[0], months[-1]
    if len(months) == 12 and first.month == 1:
        return str(first.year)
    if first == last:
        return f"{first:%B %Y}"
    begin = f"{first:%B}" if first.year == last.year else f"{first:%B %Y}"
    return f"{begin} {'and' if len(months) == 2 else 'to'} {last:%B %Y}"


def say_pair(months: Months) -> str:
    """The months compared: ``2020 compared with 2019``."""
    return f"{say_months(months.current)} compared with {words.listed([say_months(each) for each in months.baseline])}"


def short_pair(months: Months) -> str:
    """The same for a label: ``2020 v. 2019``."""
    return f"{say_months(months.current)} v. {words.listed([say_months(each) for each in months.baseline])}"


def change_title(found: Place) -> str:
    """The finding of the comparison."""
    stood = found.standing
    own, middle = words.verb(stood.change), words.verb(stood.median)
    return f"{found.measure.title} {own} in Baltimore; in the median of {stood.cities} {SETS[found.cities]} it {middle}"


def place_sentence(found: Place) -> str:
    """Baltimore's change, the other cities', its rank, and how far apart they are."""
    stood = found.standing
    kind = "" if found.months.same else " a day"
    said = [
        f"{subject(found.measure)} {words.verb(stood.change)}{kind} in Baltimore ({words.count(found.count)} compared "
        f"with {_before(found)}; whole months, {say_pair(found.months)}{_per_day(found.months)}).",
        f"In the median of {stood.cities} {SETS[found.cities]} it {words.verb(stood.median)} (eight of ten: "
        f"{words.span(stood.low, stood.high)}); {ranked(found)}.",
        f"Baltimore ended {apart_text(stood.apart)} where the median city’s change would have left it "
        f"({interval_text(stood.apart)}, as wide as cities differ).",
    ]
    if found.against_similar and found.cities != "named":
        said.append(
            f"Compared with {len(found.similar)} similar cities taken together, it ended "
            f"{apart_text(found.against_similar)} where their change would have left it."
        )
    return " ".join(said)


def ranked(found: Place) -> str:
    """How many cities have the lower change: ``5 of 52 fell more``; up to three by name: ``1 of 53 fell more
    (Gilbert)``."""
    stood = found.standing
    number = f"{words.number_word(stood.fell_more)} of {stood.cities}" if stood.fell_more else "none"
    lower = [name for change, name in sorted(zip(found.changes, found.agencies, strict=True)) if change < stood.change]
    names = f" ({words.listed(lower)})" if 0 < stood.fell_more == len(lower) <= MOST_LOWER else ""
    return f"{number} {'fell more' if stood.change < 0 else 'rose less, or fell'}{names}"


def apart_text(apart: Apart) -> str:
    """How far below or above: ``19% below``, ``near``."""
    if words.percent(apart.value) == "0%":
        return "near"
    return f"{words.percent(apart.value)} {'below' if apart.value < 0 else 'above'}"


def interval_text(apart: Apart) -> str:
    """The interval and how sure it is: ``95% interval: 30% below to 4% above``."""
    return f"{level_text(apart)} interval: {between(apart.low, apart.high)}"


def level_text(apart: Apart) -> str:
    """The interval's level: ``95%``, less where the cities are few."""
    return words.percent(min(apart.level, 0.95))


def left_out_text(left_out: Sequence[LeftOut]) -> str:
    """Which agencies of the set are left out, and why; only how many, where they are many."""
    if not left_out:
        return "We left no agency of this set out."
    by_reason: dict[str, list[str]] = {}
    for each in left_out:
        by_reason.setdefault(each.why, []).append(each.agency)
    few = len(left_out) <= MOST_NAMED
    parts = [
        f"{words.listed(names) if few else words.count(len(names))} ({why})" for why, names in sorted(by_reason.items())
    ]
    return f"Left out: {'; '.join(parts)}."


def months_title(paths: Paths) -> str:
    """How Baltimore stood to the other cities in the last twelve months."""
    own, middle = (line[-1] for line in (paths.own, paths.median))
    return (
        f"In the year to {paths.months[-1]:%B %Y}, {paths.measure.label} in Baltimore was at {own:.0f}% of its {BASE} "
        f"level; the median city’s was at {middle:.0f}%"
    )


def months_sentence(paths: Paths) -> str:
    """Baltimore and the median city in the year before the policy, its first year, and the last twelve months."""
    parts = []
    for month in (date(2020, 3, 1), date(2021, 3, 1), paths.months[-1]):
        own, middle = (line[paths.months.index(month)] for line in (paths.own, paths.median))
        parts.append(f"{own:.0f} in the year to {month:%B %Y} (median city {middle:.0f})")
    outside = sum(not low <= own <= high for own, low, high in zip(paths.own, paths.low, paths.high, strict=True))
    return (
        f"{subject(paths.measure)} in Baltimore, with {BASE} as 100, was at {words.listed(parts)}. In {outside} of "
        f"{words.counted(len(paths.months), 'spans of twelve months')}, Baltimore was outside the range of eight in "
        f"ten of {len(paths.agencies)} {SETS[paths.cities]}."
    )


def course_title(found: Course) -> str:
    """What was counted in the last year, beside what following the agencies of its size would have given."""
    side, than = _side(found.own[-1] / found.alike[-1] - 1)
    return (
        f"In {LAST}, Baltimore had {side} {found.measure.label} {than} if its count since {BASE} had moved as in "
        "other places of its size"
    )


def course_short(found: Course) -> str:
    """The same as people say it, and beside the courses of the other cities of the selection."""
    middle, low, high = (_side(found.own[-1] / other[-1] - 1) for other in (found.alike, found.high, found.low))
    return (
        f"In {LAST}, Baltimore had about {middle[0]} {found.measure.label} {middle[1]} if its count since {BASE} "
        f"had moved as in {found.agencies} police agencies of its size. Compared one by one with {named(found)}, it "
        f"had anywhere from {low[0]} to {high[0]}."
    )


def course_brief(found: Course) -> str:
    """The same for one narrow line."""
    side, than = _side(found.own[-1] / found.alike[-1] - 1)
    return f"{subject(found.measure)} in {LAST}: about {side} {than} at the pace of places its size"


def course_sentence(found: Course) -> str:
    """The counts of the year to each of four dates, and what its like and the other cities would have given."""
    at = [found.months.index(month) for month in (date(2021, 3, 1), date(2022, 12, 1), date(2023, 12, 1))]
    base = _rounded(found.own[found.months.index(date(BASE, 12, 1))])
    said = [
        f"{subject(found.measure)} in Baltimore: {base} in {BASE}. After each later count comes the count it would "
        f"have had if it had changed like {found.agencies} agencies that serve 250,000 to 1 million residents, taken "
        f"together without Baltimore. In parentheses is the range for {named(found)}, which is no margin of error."
    ]
    said += [
        f"Twelve months to {found.months[i]:%B %Y}: {_rounded(found.own[i])}, compared with {_rounded(found.alike[i])} "
        f"({_rounded(found.low[i])} to {_rounded(found.high[i])})."
        for i in (*at, len(found.months) - 1)
    ]
    return " ".join(said)


def named(found: Course) -> str:
    """The other cities of the selection: ``Cleveland, Detroit and Memphis``."""
    return words.listed([name.split(",")[0] for name in found.cities])


def _side(apart: float) -> tuple[str, str]:
    """How much more or less, and what joins it with what it is compared with."""
    size = words.percent(apart)
    return ("as much", "as") if size == "0%" else (f"{size} {'less' if apart < 0 else 'more'}", "than")


def _rounded(number: float) -> str:
    return words.count(round(number))


def recall_title(found: Place, parts: Sequence[Place]) -> str:
    """How Baltimore fared in the year of the recall; of a total, by which part most."""
    stood, label = found.standing, found.measure.label
    apart, when = stood.apart, "In the year after the policy was recalled"
    if apart.low <= 0 <= apart.high:
        went = f"{label} {words.verb(stood.change)} in Baltimore and {words.verb(stood.median)} in the median city"
        return f"{when}, {went}, no further apart than cities usually are"
    title = f"{when}, {label} ended {apart_text(apart)} the median city’s course"
    most = max(parts, key=lambda part: part.standing.apart.value * apart.value, default=None)
    return f"{title}, {most.measure.label} {words.percent(most.standing.apart.value)}" if most else title


def recall_sentence(
    found: Place, earlier: Sequence[Place], parts: Sequence[Place], citations: Published, arrests: date | None
) -> str:
    """What the year of the recall shows beside earlier years, and why it is a weak test.

    ``parts`` are the offenses that a total is made of; ``citations`` the published number of them; ``arrests`` is the
    last day to which arrests are on record here.
    """
    stood = found.standing
    each = [f"{part.measure.label} {words.verb(part.standing.change)} ({_middle(part)})" for part in parts]
    others = [place.standing.apart.value for place in earlier]
    said = [
        f"In the first year after the recall ({say_pair(found.months)}), {name_of(found.measure)} "
        f"{words.verb(stood.change)} in Baltimore. In the median of {stood.cities} {SETS[found.cities]} it "
        f"{words.verb(stood.median)}. So Baltimore ended {apart_text(stood.apart)} the median city’s course "
        f"({interval_text(stood.apart)}).",
    ]
    if each:
        said.append(f"Among its parts, {words.listed(each)}.{_mostly(found, parts)}")
    if len(others) >= FEWEST_YEARS:
        said.append(f"In earlier pairs of years the same comparison gave {between(min(others), max(others))}.")
    elif others:
        said.append("There are too few earlier pairs of years to say what is usual.")
    said.append(f"If the policy had lowered crime, its recall should have raised it. {_verdict(stood.apart)}.")
    if citations.period:
        said.append(
            f"And the recall was weak: {words.count(round(citations.value))} citations reached the court that handles "
            f"them from {citations.period.start:%B %Y} to {citations.period.end:%B %Y}. Police weren’t told until June "
            "2023 that they may arrest for these offenses again. We have no records of prosecutions, and much else "
            "changed in these months, so the recall is no test of the policy."
        )
    if arrests and arrests < RETURNED:
        said.append(
            f"Nor does the return of arrests in {RETURNED:%B %Y}: our arrest records end in {arrests:%B %Y}, so we "
            "can’t see how many followed."
        )
    return " ".join(said)


def _mostly(found: Place, parts: Sequence[Place]) -> str:
    """Which part makes up more than half of a total's change, where one does."""
    moved = found.count - found.before
    shares = {part.measure.title: (part.count - part.before) / moved for part in parts} if moved else {}
    most = max(shares, key=lambda title: shares[title], default=None)
    if most is None or not 0.5 < shares[most] <= 1:
        return ""
    return f" {most} makes up {words.percent(shares[most])} of the {'rise' if moved > 0 else 'fall'}."


def _middle(part: Place) -> str:
    return f"median city {words.signed(part.standing.median)}"


def _verdict(apart: Apart) -> str:
    if apart.low > 0:
        return "This count did rise more than cities usually differ, as it would for any other cause that year"
    if apart.high < 0:
        return "This count fell instead, by more than cities usually differ"
    return "This count can’t tell a rise, or a drop, from how much cities usually differ"


def between(low: float, high: float) -> str:
    """A range of differences from the median city: ``17% below to 4% above``."""
    ends = [
        "no difference" if words.percent(end) == "0%" else f"{words.percent(end)} {'below' if end < 0 else 'above'}"
        for end in (low, high)
    ]
    return f"{ends[0]} to {ends[1]}"


def years_title(found: Sequence[tuple[str, Sequence[Year]]]) -> str:
    """The last year of the first two rows against the base year."""
    parts = [f"{label} {words.verb(each[-1].change)}" for label, each in found[:2]]
    return f"{words.capital(words.listed(parts))} in Baltimore from {BASE} to {LAST}"


def years_sentence(found: Sequence[tuple[str, Sequence[Year]]]) -> str:
    """Each measure in its first and its last year against the base year, beside the agencies of its size."""
    said = []
    for label, each in found:
        parts = [f"{words.verb(year.change)} in {year.year} ({alike_text(year)})" for year in (each[0], each[-1])]
        said.append(f"{words.capital(label)} {words.listed(parts)}.")
    return f"In Baltimore, compared with {BASE}: {' '.join(said)}"


def alike_text(year: Year) -> str:
    """Its counts, and the change of its like: ``133 against 348; agencies of its size -20%``."""
    return f"{year.count:,} compared with {year.before:,}; agencies of its size {words.signed(year.alike)}"


def _per_day(months: Months) -> str:
    """That a change is one per day, where a February 29 is on one side of months that are the same else."""
    lengths = {days_of(side).sum() for side in (months.current, *months.baseline)}
    return ", counted per day" if months.same and len(lengths) > 1 else ""


def _before(found: Place) -> str:
    number = len(found.months.baseline)
    return words.count(found.before) if number == 1 else f"an average of {found.before / number:,.0f}"
