"""Sentences and titles about how good the records are; every number in them is computed."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis.windows import say_date, say_window
from lib.story import words
from lib.story.evidence.quality import ALL_SEVEN, WEEKS_AROUND, Agreement, Days, Outage, PlaceShares, Published2021
from lib.story.model import Unit
from lib.story.records import DATASETS
from lib.tables.manifest import Dropped

ROWS = {ALL_SEVEN: "All seven offenses", "violent": "Violent crime", "property": "Property crime, no arson"}
NAMES = {
    "aggravated-assault": "Assault and shooting",
    "larceny": "Larceny, from cars too",
    "auto-theft": "Auto theft",
}
MOST_NAMED = 3
UNDATED = "without a date"
RULE = (
    f"We compare each day with the same weekday of {words.number_word(WEEKS_AROUND)} weeks around it, and take the "
    "median. A day stands out with less than half of that, or more than twice."
)


def days_title(days: Days) -> str:
    """Whether days are without records, and how many have few."""
    quiet = sum(day.quiet for day in days.odd)
    name = DATASETS[days.records].name
    every = len(days.known)
    none = f"No day of {every:,} is without" if not days.empty else f"{days.empty:,} of {every:,} days are without"
    number = "none has" if not quiet else f"{words.number_word(quiet)} {'has' if quiet == 1 else 'have'}"
    few = f"{number} less than half the usual number"
    return f"{none} {name}; {few}"


def days_sentence(days: Days) -> str:
    """The same with the span, the usual day and the days that stand out most."""
    quiet = sorted((day for day in days.odd if day.quiet), key=lambda day: day.count / day.usual)
    full = sorted((day for day in days.odd if not day.quiet), key=lambda day: -day.count / day.usual)
    said = [
        f"{days_title(days)}. From {say_window(days.window)}, there are {days.total:,} {DATASETS[days.records].name}, "
        f"{days.total / len(days.known):,.0f} a day."
    ]
    for few, name in ((quiet, "Fewest"), (full, "Most")):
        if few:
            listed = words.listed(
                [f"{say_date(day.day)} ({day.count:,}, usually {day.usual:,.0f})" for day in few[:MOST_NAMED]]
            )
            said.append(f"{name} for their weekday: {listed}.")
    return " ".join(said)


def outage_title(found: Outage) -> str:
    """Whether the attack left a hole."""
    what = "left a hole in" if found.hole else "left no hole in"
    return (
        f"The ransomware of {say_date(found.attack)} {what} the crime records: the emptiest week from then on has "
        f"{found.least:,}, an average week {found.mean_week:,.0f}"
    )


def outage_sentence(found: Outage) -> str:
    """The same with the months of earlier years beside it."""
    low, high = min(found.earlier), max(found.earlier)
    return (
        f"{outage_title(found)}. The emptiest week begins on {say_date(found.least_week)}. From "
        f"{say_window(found.days.window)}, there are {found.a_day:,.0f} crime records a day. On the same dates of the "
        f"three years before, there were {low:,.0f} to {high:,.0f}. The public file wasn’t updated for weeks, but the "
        "records of those days are in it now."
    )


def places_title(crime: PlaceShares, arrests: PlaceShares) -> str:
    """The shares of the last whole year."""
    filled = crime.imputed[-1] if crime.imputed else 0.0
    return (
        f"In {crime.periods[-1].end.year}, {words.percent(filled)} of crime records had a place filled in and "
        f"{words.percent(crime.nowhere[-1])} had none; of arrests {words.percent(arrests.nowhere[-1])} had none"
    )


def imputed_sentence(found: PlaceShares) -> str:
    """Shares of crime records in one period."""
    (when,), (nowhere,) = found.periods, found.nowhere
    filled = found.imputed[0] if found.imputed else 0.0
    return (
        f"Of {found.records[0]:,} crime records from {say_window(when)}, {words.percent(filled, 1)} have a "
        f"neighborhood that we filled in from their block’s other records, and {words.percent(nowhere, 1)} have none."
    )


def early_sentence(found: PlaceShares) -> str:
    """The years in which nearly no place was recorded, if there are any."""
    early = [
        window.start.year
        for window, imputed, nowhere in zip(found.periods, found.imputed or (), found.nowhere, strict=True)
        if imputed + nowhere > 0.99
    ]
    if not early:
        return ""
    return (
        f"In {words.listed([str(year) for year in early])} no place is a record’s own. The extract we took places from "
        "begins later, so every place in these years is filled in from the block."
    )


def row_name(found: Agreement) -> str:
    """What a row of the comparison is called."""
    name = found.offense.replace("-", " ")
    return ROWS.get(found.offense) or NAMES.get(found.offense) or f"{name[0].upper()}{name[1:]}"


def row_text(found: Agreement) -> str:
    """How far both counts of one row are apart: all months together, and at most in one."""
    return f"{words.signed(found.together, 1)}, up to {words.percent(found.most, 1)} a month"


def agreement_title(found: Sequence[Agreement]) -> str:
    """The largest distance of a month, and the offense that is furthest off."""
    whole = found[0]
    furthest = max(found[1:], key=lambda row: abs(row.together))
    lower = "lower" if furthest.together < 0 else "higher"
    return (
        f"Two counts of the same crimes lie within {words.percent(whole.most, 1)} of each other in every month; "
        f"{row_name(furthest).lower()} is {words.percent(furthest.together, 1)} {lower} in the police file"
    )


def agreement_sentence(found: Sequence[Agreement]) -> str:
    """The comparison in full."""
    whole = found[0]
    first, last = whole.months[0], whole.months[-1]
    return (
        f"{agreement_title(found)}. Over the {words.counted(len(whole.months), 'months')} from {first:%B %Y} to "
        f"{last:%B %Y} the police file has {sum(whole.own):,} victims of these seven offenses and the Real-Time "
        f"Crime Index {sum(whole.index):,}. The index counts non-fatal shootings as aggravated assault, so we add the "
        "two here; it has no arson or common assault. Both come from the same police department. So agreement shows "
        "that little was lost on the way, not that every crime was reported."
    )


def published_title(found: Sequence[Published2021]) -> str:
    """How the changes counted here differ from those published."""
    changes = [row for row in found if row.unit == "change" and row.ours is not None]
    smaller = sum(abs(row.ours or 0) < abs(row.published) for row in changes)
    return f"{_of(smaller, len(changes))} published drops are larger than the records show today"


def published_sentence(found: Sequence[Published2021]) -> str:
    """The differences: of counts in events, of changes in percentage points."""
    counts = [row for row in found if row.unit == "count" and row.ours is not None]
    changes = [row for row in found if row.unit == "change" and row.ours is not None]
    said = [f"{published_title(found)}."]
    if counts:
        lower = [row for row in counts if (row.apart or 0) < 0]
        most = max(counts, key=lambda row: abs(row.apart or 0) / row.published)
        said.append(
            f"{_of(len(lower), len(counts))} published counts are higher than the count here; the largest difference "
            f"is {words.percent((most.apart or 0) / most.published, 1)} ({most.what.lower()}: {most.published:,.0f} "
            f"published, {most.ours:,.0f} here)."
        )
    if changes:
        most = max(changes, key=lambda row: abs(row.apart or 0))
        inside = sum(row.low is not None and row.low <= row.published <= (row.high or row.published) for row in changes)
        said.append(
            f"Of the changes, the largest difference is {abs(100 * (most.apart or 0)):.1f} percentage points "
            f"({most.what[0].lower()}{most.what[1:]}: {words.signed(most.published)} published, "
            f"{words.signed(most.ours, 1)} here); {words.number_word(inside)} of {words.number_word(len(changes))} "
            "published changes lie inside our 95% interval."
        )
    return " ".join(said)


def revision(left_out: Sequence[Dropped]) -> str:
    """Why published figures of crimes differ from these; ``left_out`` are the crime records that are in no window."""
    undated = words.listed([f"{one.rows:,} {one.what}" for one in left_out if UNDATED in one.what] or ["no records"])
    return (
        "Police add, drop and reclassify records for years, so a file read later never gives quite the same figures. "
        "That is the likely cause of small differences in crimes, and other causes may add to it. "
        f"This file has {undated}. They are in no window here but may be in a published total. "
        "In March 2021, records of the last weeks were still coming in, which makes a drop look larger than it turns "
        "out to be. A published percent is rounded, and it is of plain counts, which a February 29 moves by up to a "
        "point. For arrests the definition matters more: the office didn’t publish which charges it counted."
    )


def value(number: float | None, unit: Unit, digits: int = 0) -> str:
    """A published figure, or ours beside it, in its unit; changes in percent with so many digits."""
    if number is None:
        return "not loaded"
    if unit == "count":
        return f"{number:,.0f}"
    return words.signed_number(number) if unit == "difference" else words.signed(number, digits)


def apart(row: Published2021) -> str:
    """How far ours lies from the published figure: events, or points of a percent."""
    if row.apart is None:
        return "not loaded"
    if row.unit == "change":
        return f"{words.signed_number(100 * row.apart, 1)} points"
    return words.signed_number(row.apart)


def _of(some: int, every: int) -> str:
    """``All six`` or ``Four of six``, to open a sentence."""
    if some == every:
        return f"All {words.number_word(every)}"
    return f"{words.number_word(some).capitalize()} of {words.number_word(every)}"
