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
- **Less calling.** As much goes on as before, but fewer people pass by and see it, or they call less: because they
  expect nobody to come or to be charged, or because they have come to live with it.
"""

TELLING = """
The number alone can’t tell. What could, with the records:

- **Calls about overdoses** are about health, not about the law. Less activity: they fall as well. Less calling: they
  stay, or rise. How strong the drugs are moves them too.
- **Calls that the policy has nothing to do with**, such as traffic accidents and common assault. Less activity in drugs
  and sex work: they stay. Less calling, or fewer people about: all fall alike.
- **Callers against officers.** Officers enter their own stops and finds; those follow what police are told to do.
- **Neighborhoods.** Less activity: the fall is where drugs were sold. Less calling: it is everywhere.
"""

ARRESTS = """
Arrests are loaded already; here they are in the researchers’ months. They follow what police are told to do, so they
speak for neither reading.
"""

OWN_WORDS = (
    "The records carry a dispatcher’s description, not a crime. Add or drop descriptions to define calls about drugs "
    "in your own way: the claim, its figures and this page’s address move with it. With descriptions of your own, "
    "records count whoever made them."
)

BASKETS = """
If people called less about everything, drugs and sex work would have fallen with the rest. Here each is compared with
other kinds of call in the same windows, as a ratio of the two changes; beside its name stands how much that kind of
call changed by itself. A pandemic can move every one of them in its own way: traffic accidents with traffic, disorder
and thefts with open shops and bars, common assault with full homes, overdoses with what is sold. So no one of them is
the right one.
"""

HOW_TO_LOAD = "python -m lib refresh calls"
HOW_TO_IMPORT = "python -m lib import calls FILE..."
COMMANDS = "Two commands, what they do and how long they take"


def unchecked(findings: Sequence[Finding]) -> str:
    """That a claim about calls waits for its records, and that nobody else has counted it in public."""
    said = [
        f"{found.measure.label} were {words.direction(found.claim.claimed)}"
        for found in findings
        if found.measure and found.claim and found.claim.claimed is not None
    ]
    return (
        f"Whether {words.listed(said)} isn’t checked here: we know of no public count of those calls, and the 911 "
        "records are not loaded."
    )


def article(claims: Sequence[Claim]) -> str:
    """The claims as the article gave them, with what it leaves out."""
    return (
        f"The article has it from Mosby, without the months: {' '.join(claim.paraphrase for claim in claims)} For sex "
        "work it names nothing to compare with. “Mentioning” is the office’s word."
    )


def how_to_load(year: Published) -> str:
    """What loading does and takes; ``year`` is a year's count of rows, for their number."""
    return (
        f"`{HOW_TO_LOAD}` asks the city’s own server, year by year; `{HOW_TO_IMPORT}` reads CSV files that you "
        f"downloaded from Open Baltimore by hand. A year has about {year.value / 10**6:.1f} million rows, several "
        "hundred megabytes as CSV, so it takes a while; the command says how far it is, and goes on where it stopped "
        "when it was cut off. What is kept is how many records a day there were of each kind, by whom they were made "
        "and in which neighborhood: nothing about a caller, and no address. Reload this page when it is done."
    )


def rows_sentence(before: Published, after: Published) -> str:
    """All rows of two years."""
    return (
        f"The 911 records {_moved(before, after)} from {_years(before)} to {_years(after)}: "
        f"{number(before)} rows, then {number(after)}."
    )


def crimes_sentence(before: Published, after: Published, crimes: int) -> str:
    """The rows of two years, with as many left out of the later one as there were crimes reported."""
    left = (after.value - crimes) / before.value - 1
    return (
        f"The count of {_years(after)} holds crime reports too. The police records of this story have "
        f"{words.count(crimes)} victims of crime in {_years(after)}; with as many rows taken out, the rest "
        f"{words.verb(left)}."
    )


def urgent_sentence(before: Published, after: Published) -> str:
    """Calls of high and medium priority a day, in two stretches of years."""
    return (
        f"Calls of high and medium priority {_moved(before, after)} over the same turn of the year: "
        f"{number(before)} a day {_from(before)}, {number(after)} a day {_from(after)}. {after.note or ''}"
    ).rstrip()


def break_title(rows: tuple[Published, Published], urgent: tuple[Published, Published]) -> str:
    """What all rows and urgent calls did over the turn of the year, and what that says where they part."""
    stretches = " and ".join(_years(f, "–") for f in urgent)
    title = (
        f"All 911 rows {_moved(*rows)} from {_years(rows[0])} to {_years(rows[1])}, "
        f"urgent calls {_moved(*urgent)} between {stretches}"
    )
    part = (rows[1].value - rows[0].value) * (urgent[1].value - urgent[0].value) < 0
    return f"{title}: the recording changed" if part else title


def one_hand_sentence(before: Published, after: Published) -> str:
    """All rows of two years as one author counted them in one file, since others count in files of their own."""
    return (
        "These counts of all rows are by two people, each from a file of their own. One author’s chart of a single "
        f"file holds both years: there all rows {_moved(before, after)}, from about {round(before.value, -1):,.0f} to "
        f"about {round(after.value, -1):,.0f} a day."
    )


def follow_up_sentence(published: Mapping[str, Published]) -> str:
    """What the researchers counted of calls later on, and their own doubt, as Markdown."""
    drugs, before, after, sex_work, fewer = (
        published[f"hopkins-calls-{name}"]
        for name in ("drugs", "drugs-before", "drugs-after", "sex-work-before", "sex-work")
    )
    return (
        f"The researchers at Johns Hopkins later counted nearly {before.value:,.0f} calls related to drugs a month "
        f"before the policy and about {after.value:,.0f} after it began, {words.direction(drugs.value)}. Of calls "
        f"about prostitution they counted {sex_work.value:,.0f} a month before; that number, one summary says, “has "
        f"declined by about {words.number_word(round(-fewer.value))} calls a month.” They wrote themselves that calls "
        "may have declined because people knew that these crimes would not be prosecuted, and not because there was "
        f"less to be concerned about ([{drugs.by}]({drugs.address}); we had not the report’s own tables). Two "
        "readings, then:"
    )


def break_meaning() -> str:
    """What the break does to the claims."""
    return (
        "A city’s calls hardly change like that over a new year; ways of recording and of publishing do. The "
        "researchers’ baseline is the mean of a year before that change and a year after it. Which way that moved the "
        "calls about drugs and sex work these numbers can’t say: the claimed falls may be too large or too small. The "
        "records, once loaded, can be set against each of the two years alone."
    )


def swing_sentence(years: Sequence[Published]) -> str:
    """What one description did from each year to the next, before policy and pandemic."""
    moves = [f"{_moved(before, after)} from {_years(before)} to {_years(after)}" for before, after in pairwise(years)]
    return (
        f"The commonest narcotics description {words.listed(moves)}, with neither policy nor pandemic. Each number is "
        f"{obtained(years[0])}."
    )


def apart_sentence(before: Published, after: Published) -> str:
    """Why two narcotics counts are not to be compared."""
    return (
        f"About {short(before.value)} in {_years(before)} and about {short(after.value)} in {_years(after)} look much "
        f"alike, but are not the same thing. The first {_uncapped(before.note)} The second has it all under one word, "
        f"and is only {obtained(after)}: {_uncapped(after.note)} So nothing here says that drug calls stayed the same, "
        "nor that they fell."
    )


def season_sentence(months: Sequence[Published]) -> str:
    """How much one description swings within a year."""
    least, most = min(months, key=per_day), max(months, key=per_day)
    return (
        f"Within {_years(months[0])} alone the commonest narcotics description went from {per_day(least):.0f} a day in "
        f"{month(least)} to {per_day(most):.0f} a day in {month(most)}: only the same months can be compared with "
        "each other."
    )


def season_title(months: Sequence[Published], rows: Sequence[Published]) -> str:
    """How far both counts lie apart between their lowest and their highest month."""
    above = [words.percent(max(map(per_day, part)) / min(map(per_day, part)) - 1) for part in (months, rows)]
    return (
        f"The highest month lay {above[0]} above the lowest for narcotics outdoors in {_years(months[0])}, "
        f"{above[1]} for all 911 rows in {_years(rows[0])}"
    )


def pandemic_sentence(before: Sequence[Published], after: Sequence[Published]) -> str:
    """All rows a day in the months before and in those from March 2020 on."""
    then, now = mean_per_day(before), mean_per_day(after)
    least = min(after, key=per_day)
    return (
        f"All 911 rows together stood at {then:,.0f} a day {_months(before)} {_years(before[0])} and at {now:,.0f} a "
        f"day {_months(after)}, {words.direction(now / then - 1)}, with {per_day(least):,.0f} in {month(least)}, the "
        "lowest month. So 911 records as a whole moved as well: part of any change in drug calls may be that. Seasons "
        "play a part too."
    )


def obtained(figure: Published) -> str:
    """How a number was obtained, and how far it may be off: ``read off a figure, right to about 0.6%``."""
    if figure.error is None:
        return "exact"
    kind = "an estimate" if figure.kind == "estimate" else figure.kind
    return f"{kind}, right to about {figure.error * 100:g}%"


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
