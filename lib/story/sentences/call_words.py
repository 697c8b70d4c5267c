"""Sentences and titles about 911 calls: what others have counted, and what a fall in calls can mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log10
from urllib.parse import urlsplit

from lib.analysis.windows import say_window
from lib.story import words
from lib.story.finding import Finding
from lib.story.model import Claim, Published

MARKS = "Filled: exact. Hollow: read off a figure. Dashed: an estimate."

READINGS = """
- **Less activity.** Fewer people sell, buy, use or wait in the open, so neighbors have less to call about.
- **Less calling.** As much goes on as before, but fewer people see it or call. They may expect that nobody will come or
  be charged. Or they may have gotten used to it.
"""

TELLING = """
With the 911 records, these could help:

- **Calls about overdoses** are about health, not the law. With less activity, they fall, too. With less calling, they
  don’t. But the strength of the drugs may move them as well.
- **Calls the policy has nothing to do with**, such as traffic accidents and common assault. With less activity in drugs
  and sex work, these don’t change. With less calling, or fewer people around, all fall alike.
- **Callers and officers.** Officers enter their own stops and finds, which follow what police are told to do.
- **Neighborhoods.** With less activity, calls drop where drugs were sold. With less calling, they drop everywhere.
"""
TELLING_FOLDED = "What could tell the two apart"

ARRESTS = """
Arrests follow what police are told to do, so they favor neither reading.
"""
ARRESTS_FOLDED = "Show arrests in those months, which favor neither reading"

OWN_WORDS = (
    "The records carry a dispatcher’s description, not a crime. Add or drop descriptions to define drug calls your own "
    "way: the claim, its figures and this page’s address follow. If you choose your own descriptions, the count "
    "includes records no matter who made them."
)

BASKETS = """
If people called less about everything, calls about drugs and sex work would have fallen with the rest. So here we
compare them with other kinds of calls over the same dates, as a ratio of the two changes. Beside each name is how much
that kind of call changed by itself. A pandemic can move each of them in its own way: accidents with traffic, disorder
and thefts with open shops and bars, common assault with full homes, overdoses with what is sold. So none of them is the
one right comparison.
"""

BREAK = (
    "The researchers’ baseline averages one year from before that change and one from after it, so the claimed drops "
    "may be too large or too small."
)
"""What the break between two years of records does to the claims."""

HOW_TO_LOAD = "python -m lib refresh calls"
HOW_TO_IMPORT = "python -m lib import calls FILE..."
COMMANDS = "How to load the 911 records: two commands, and how long they take"
ARTICLE = "How Blavity’s article put it"
NARCOTICS = "Narcotics calls: two counts that don’t make one series"
SEASONS = "The seasons, and 2020 as a whole"


def unchecked(findings: Sequence[Finding]) -> str:
    """That a claim about calls waits for its records, and that nobody else has counted it in public."""
    said = [
        f"{found.measure.label} were {words.direction(found.claim.claimed)}"
        for found in findings
        if found.measure and found.claim and found.claim.claimed is not None
    ]
    return (
        f"We can’t check whether {words.listed(said)}: we know only the researchers’ own count, and the city’s 911 "
        "records don’t come with this story."
    )


def article(claims: Sequence[Claim]) -> str:
    """The claims as the article gave them, with what it leaves out."""
    return (
        f"Blavity’s article quotes Mosby without the months: {' '.join(claim.paraphrase for claim in claims)} For sex "
        "work it doesn’t say compared with what. “Mentioning” is her office’s word."
    )


def how_to_load(year: Published) -> str:
    """What loading does and takes; ``year`` is a year's count of rows, for their number."""
    return (
        f"`{HOW_TO_LOAD}` asks the city’s own server, year by year. `{HOW_TO_IMPORT}` reads CSV files that you "
        f"downloaded from Open Baltimore yourself. A year has about {year.value / 10**6:.1f} million rows, several "
        "hundred megabytes as CSV, so it takes a while. The command shows its progress, and if it’s cut off, it picks "
        "up where it stopped. It keeps only counts: how many records a day of each kind, who made them and in which "
        "neighborhood. It keeps nothing about a caller and no address. Reload this page when it’s done."
    )


def rows_sentence(before: Published, after: Published) -> str:
    """All rows of two years."""
    return (
        f"All 911 records {_moved(before, after)} from {_years(before)} to {_years(after)}: "
        f"{number(before)} rows, then {number(after)}."
    )


def crimes_sentence(before: Published, after: Published, crimes: int) -> str:
    """The rows of two years, with as many left out of the later one as there were crimes reported."""
    left = (after.value - crimes) / before.value - 1
    return (
        f"The {_years(after)} count includes crime reports. This story’s police records have {words.count(crimes)} "
        f"victims of crime in {_years(after)}. Without that many rows, the rest {words.verb(left)}."
    )


def urgent_sentence(before: Published, after: Published) -> str:
    """Calls of high and medium priority a day, in two stretches of years."""
    return (
        f"Calls of high and medium priority {_moved(before, after)} between the same two years: "
        f"{number(before)} a day {_from(before)}, {number(after)} a day {_from(after)}. {after.note or ''}"
    ).rstrip()


def break_title(rows: tuple[Published, Published], urgent: tuple[Published, Published]) -> str:
    """What all rows and urgent calls did over the turn of the year, and what that says where they part."""
    stretches = " and ".join(_years(f, "–") for f in urgent)
    title = (
        f"All 911 records {_moved(*rows)} from {_years(rows[0])} to {_years(rows[1])}; "
        f"urgent calls {_moved(*urgent)} between {stretches}"
    )
    part = (rows[1].value - rows[0].value) * (urgent[1].value - urgent[0].value) < 0
    return f"{title}: the recording changed" if part else title


def one_hand_sentence(before: Published, after: Published) -> str:
    """All rows of two years as one author counted them in one file, since others count in files of their own."""
    return (
        "Two people made these counts of all rows, each from a different file. One author’s chart of a single file has "
        f"both years. In it, all rows {_moved(before, after)}, from about {round(before.value, -1):,.0f} to about "
        f"{round(after.value, -1):,.0f} a day."
    )


def follow_up_sentence(published: Mapping[str, Published]) -> str:
    """What the researchers counted of calls later on, and their own doubt, as Markdown."""
    drugs, before, after, sex_work, fewer = (
        published[f"hopkins-calls-{name}"]
        for name in ("drugs", "drugs-before", "drugs-after", "sex-work-before", "sex-work")
    )
    return (
        f"The Johns Hopkins researchers later counted nearly {before.value:,.0f} drug calls a month before the policy "
        f"and about {after.value:,.0f} after it began, {words.direction(drugs.value)}. They counted "
        f"{sex_work.value:,.0f} calls about prostitution a month before it. That number, one summary says, “has "
        f"declined by about {words.number_word(round(-fewer.value))} calls a month.” They themselves wrote that calls "
        "may have declined because people knew these crimes would not be prosecuted "
        f"([{drugs.by}]({drugs.address}); we didn’t have the report’s own tables). So there are two readings:"
    )


def swing_sentence(years: Sequence[Published]) -> str:
    """What one description did from each year to the next, before policy and pandemic."""
    moves = [f"{_moved(before, after)} from {_years(before)} to {_years(after)}" for before, after in pairwise(years)]
    return (
        f"The most common narcotics description {words.listed(moves)}, with neither policy nor pandemic. Each number "
        f"is {obtained(years[0])}."
    )


def apart_sentence(before: Published, after: Published) -> str:
    """Why two narcotics counts are not to be compared."""
    return (
        f"About {short(before.value)} in {_years(before)} and about {short(after.value)} in {_years(after)} look "
        f"alike, but they are not the same thing. The first {_uncapped(before.note)} The second has "
        f"everything under one word and is only {obtained(after)}: {_uncapped(after.note)} So nothing here says that "
        "drug calls stayed the same, nor that they fell."
    )


def season_sentence(months: Sequence[Published]) -> str:
    """How much one description swings within a year."""
    least, most = min(months, key=per_day), max(months, key=per_day)
    return (
        f"In {_years(months[0])} alone, the most common narcotics description went from {per_day(least):.0f} a day in "
        f"{month(least)} to {per_day(most):.0f} a day in {month(most)}. So only the same months of two years can be "
        "compared."
    )


def season_title(months: Sequence[Published], rows: Sequence[Published]) -> str:
    """How far both counts lie apart between their lowest and their highest month."""
    above = [words.percent(max(map(per_day, part)) / min(map(per_day, part)) - 1) for part in (months, rows)]
    return (
        f"The highest month was {above[0]} above the lowest for outdoor narcotics in {_years(months[0])}, "
        f"{above[1]} for all 911 records in {_years(rows[0])}"
    )


def pandemic_sentence(before: Sequence[Published], after: Sequence[Published]) -> str:
    """All rows a day in the months before and in those from March 2020 on."""
    then, now = mean_per_day(before), mean_per_day(after)
    least = min(after, key=per_day)
    return (
        f"All 911 records together came to {then:,.0f} a day {_months(before)} {_years(before[0])} and {now:,.0f} a "
        f"day {_months(after)}, {words.direction(now / then - 1)}. The lowest month, {month(least)}, had "
        f"{per_day(least):,.0f}. So 911 records as a whole moved, too, and that may be part of any change in drug "
        "calls. Seasons play a part as well."
    )


def obtained(figure: Published) -> str:
    """How a number was obtained, and how far it may be off: ``read off a figure, accurate to about 0.6%``."""
    if figure.error is None:
        return "exact"
    kind = "an estimate" if figure.kind == "estimate" else figure.kind
    return f"{kind}, accurate to about {figure.error * 100:g}%"


def marked(figure: Published) -> str:
    """How a number was obtained, in a word or two that fit under it in a picture."""
    return {"exact": "exact", "read off a figure": "read off", "estimate": "estimate"}[figure.kind]


def short(number: float) -> str:
    """A number as it fits over a bar: ``1.46M``, ``33,300``, ``930``."""
    if number >= 10**5:
        return f"{number / 10**6:.2f}M"
    return f"{round(number, -2):,.0f}" if number >= 10**4 else f"{number:,.0f}"


def per_day(figure: Published) -> float:
    """A count a day of its period; a count that is one a day already as it is."""
    if figure.period is None or figure.unit == "per day":
        return figure.value
    return figure.value / figure.period.days


def mean_per_day(figures: Sequence[Published]) -> float:
    """The counts of several periods together, a day."""
    return sum(f.value for f in figures) / sum(f.period.days for f in figures if f.period)


def month(figure: Published) -> str:
    """The name of the month it begins in."""
    return f"{figure.period.start:%B}" if figure.period else ""


def owners(figures: Sequence[Published]) -> str:
    """Whose repositories the numbers are from: ``krishnaitdbg, trisha-sen and ymericson``."""
    return words.listed(list(dict.fromkeys(urlsplit(f.address).path.split("/")[1] for f in figures)))


def told(figure: Published) -> str:
    """A number with its years and how it was obtained, for a tooltip or a description."""
    unit = " a day" if figure.unit == "per day" else ""
    return f"{_when(figure)}: {number(figure)}{unit}, {obtained(figure)}"


def _moved(before: Published, after: Published) -> str:
    return words.verb(after.value / before.value - 1)


def number(figure: Published) -> str:
    """In full where exact; where not, with a word and rounded to the last digit that its error leaves in sight."""
    if figure.error is None:
        return f"{figure.value:,.0f}"
    return f"about {round(figure.value, -int(log10(figure.value * figure.error))):,.0f}"


def _when(figure: Published) -> str:
    """The month of a figure of one month, else its years."""
    one_month = figure.period and figure.period.days < 32
    return f"{month(figure)} {_years(figure)}" if one_month else _years(figure)


def _years(figure: Published, to: str = " to ") -> str:
    """``2018``, or ``2015 to 2018``."""
    if figure.period is None:
        return ""
    first, last = figure.period.start.year, figure.period.end.year
    return str(first) if first == last else f"{first}{to}{last}"


def _months(figures: Sequence[Published]) -> str:
    """``in January and February``, or ``from March to December``."""
    names = [month(f) for f in figures]
    return f"in {words.listed(names)}" if len(names) < 3 else f"from {names[0]} to {names[-1]}"


def _from(figure: Published) -> str:
    return f"from {say_window(figure.period)}" if figure.period else ""


def _uncapped(note: str | None) -> str:
    return note[0].lower() + note[1:] if note else ""
