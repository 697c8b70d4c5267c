"""The prose of the page on methods and data; every number in it is computed."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis.windows import say_date
from lib.ingest.sources.crime import OFFENSE_IDS
from lib.story import words
from lib.story.evidence.quality import place_shares, whole
from lib.story.load import load_story
from lib.story.provenance import SourceSummary
from lib.story.records import DATASETS
from lib.story.records_in_use import open_records
from lib.tables.manifest import Input

CALLS_LOADED = (
    "These come from the city’s layers or its files. Whoever runs this copy loaded them, or they were bundled with the "
    "project. Their tables are above. They are public records of the City of Baltimore, published without warranty."
)
COUNTED_TWICE = (
    "Here are two counts of the same calls, side by side. We never add them up or join them. The Baltimore "
    "Neighborhood Indicators Alliance publishes one by year, for calls in one of its 55 areas. We loaded the other, "
    "and the code book sorts it. It includes calls without a place."
)
QUOTED = (
    "Some numbers on these pages are quoted, not counted here. Each has its address beside it and says whether it is "
    "exact, read off a figure, or an estimate."
)
OFFENSES = (
    f"The police file names one offense for each victim, in one of {len(OFFENSE_IDS)} texts. Each text is one offense "
    "here; we sort nothing by hand. 2014 has no homicides and no shootings. The last year ends with the last complete "
    "day."
)
ARRESTS = (
    "The police file names one charge for each arrest, the most serious, as an officer typed it. A list of patterns "
    "sorts these texts, and the first pattern that fits decides. If a charge says nothing about the offense, the "
    "incident’s own text may still say drugs. “Offenses the policy covers” is how this story reads the office’s list. "
    "It names nine kinds of offenses in words, and no statutes or charge codes. We sort one of the nine, attempted "
    "distribution, with distribution, and don’t count it as covered."
)
CALL_BOOK = (
    "Each 911 record has a short description. A list of patterns sorts it into a group, and by who made it: a caller, "
    "an officer, or unknown if the words don’t say. A description that fits no pattern counts as other."
)
MEASURES = (
    "A measure adds up offenses, groups of charges or groups of calls. The first column is its name in addresses and "
    "commands. Events are those of all complete days after the last known gap."
)
METHODS = (
    "Each entry says what the method does, in words and in symbols, how we tested it, what it can’t say, and where it "
    "was described."
)
CITE = (
    "Cite the data version with any number. The same link can give another number after the police revise their files. "
    "Each figure’s own page has a citation with its dates, in words and for BibTeX. For the whole story, add the "
    "address and the day you read it:"
)


def calls_missing() -> str:
    """That 911 records are not here, how to load them, and why they are not bundled."""
    most = max(figure.value for figure in load_story().series("911-rows"))
    return (
        f"{open_records().lacks('calls')} A year of them has up to {most / 1e6:.1f} million rows, too many to bundle. "
        "They are public records of the City of Baltimore, published without warranty. We keep only counts by day, "
        "kind, maker and neighborhood."
    )


def sources(found: Sequence[SourceSummary], version: str) -> str:
    """How many sources and tables there are."""
    tables = sum(len(source.tables) for source in found)
    return (
        f"{tables} tables from {words.number_word(len(found))} sources, data version {version}. "
        "Each is listed below with its terms, its days, what we left out and why, and its known faults. "
        "`python -m lib verify` checks every table against its hash and its sums. Nothing in them is about a person."
    )


def source(found: SourceSummary) -> str:
    """One source: address, terms, days, what was read and what was left out."""
    counted = [kept for kept in found.tables if kept.counted is not None]
    dated = [kept.entry for kept in found.tables if kept.entry.first and kept.entry.last]
    through = sorted({entry.complete_through for entry in dated if entry.complete_through})
    retrieved = next((kept.entry.retrieved for kept in found.tables if kept.entry.retrieved), None)
    lines = [
        f"**Address:** [{found.address}]({found.address})",
        f"**Terms:** {found.terms}",
        f"**Tables:** {', '.join(kept.entry.name for kept in found.tables)}",
    ]
    if dated:
        first, last = min(entry.first for entry in dated if entry.first), max(e.last for e in dated if e.last)
        lines.append(
            f"**Days:** {say_date(first)} to {say_date(last)}"
            + (f"; complete through {words.listed([say_date(day) for day in through])}" if through else "")
        )
    if counted and counted[0].read is not None:
        kept = counted[0]
        lines.append(f"**Records:** {kept.read:,} read, {kept.left_out:,} left out, {kept.counted:,} counted")
    if found.dropped:
        lines.append("**Left out:** " + "; ".join(f"{one.what}: {one.rows:,} ({one.why})" for one in found.dropped))
    lines.append(f"**Retrieved:** {retrieved or 'the date was not written down'}")
    return "\n".join(f"- {line}" for line in lines)


def known_of(found: SourceSummary) -> str:
    """What folds away: how many gaps are known of a source, and what else is."""
    rest = "what was noted, and the files that were read"
    if not found.gaps:
        return f"{rest[0].upper()}{rest[1:]}"
    number = words.number_word(len(found.gaps)).capitalize()
    odd = "odd day" if len(found.gaps) == 1 else "odd days"
    return f"{words.counted(len(found.gaps), 'known gaps', number)} or {odd}, {rest}"


def file_read(found: Input) -> str:
    """A file that the build read."""
    return f"Read from {found.file}, {found.bytes:,} bytes, SHA-256 {found.sha256}."


def limits() -> tuple[str, ...]:
    """What the bundled data can't do, one sentence or two each."""
    opened = open_records()
    crime, arrests = opened.entry("crime"), opened.entry("arrests")
    unplaced = place_shares("arrests", whole("arrests", "year")[-1:]).nowhere[0]
    ends = [
        f"{DATASETS[name].name} end with {say_date(entry.complete_through)}"
        for name, entry in (("crime", crime), ("arrests", arrests))
        if entry.complete_through
    ]
    calls = (
        ()
        if opened.has("calls")
        else (
            "**911 calls by whole year only.** Drug calls, accidents and common assault are counted by year and "
            f"community area. Months, days and calls about sex work are not. {opened.lacks('calls')}",
        )
    )
    return (
        "**No cause.** The policy began in the same weeks as the pandemic. No count of these records can tell the two "
        "apart.",
        "**Nothing about prosecutors and courts.** Police records don’t say who was charged, dismissed, convicted or "
        "jailed.",
        "**No crime that nobody reported.** How many victims call the police can change, too, and may have in the "
        "pandemic.",
        f"**An end in 2021.** {words.listed(ends)[0].upper()}{words.listed(ends)[1:]}. Later years come from the "
        "Real-Time Crime Index, by month, and are never joined to the police file. From 2022 on, police count by "
        "another standard.",
        "**No homicides or shootings for 2014.** We count violent crime from 2015 on.",
        f"**Few places for arrests.** {words.percent(unplaced)} of arrests in the last year on record have no place, "
        "above all those on a warrant. Drug arrests more often have one, so only these are mapped.",
        "**No Hispanic people.** The police’s race codes have no such group, so “Black and brown” can’t be measured.",
        "**No stops.** A person who was stopped, searched or warned but not arrested is in no record here.",
        "**One charge per arrest.** The file doesn’t say what else a person was arrested for.",
        *calls,
    )


def version(name: str, loaded: bool) -> str:
    """What the data version is."""
    more = " It also covers the records loaded on this copy, so it differs from other copies’." if loaded else ""
    return (
        f"The data version is **{name}**. It comes from the tables themselves: the same tables give the same version, "
        f"and any changed number gives another. It is in every picture, file and link.{more}"
    )


def report(contact: str | None, name: str) -> str:
    """Whom to write to, and what to put in."""
    whom = (
        f"Write to [{contact.removeprefix('mailto:')}]({contact})"
        if contact
        else "Write to whoever runs the copy you read"
    )
    return (
        f"{whom}. Include the link of the page or figure (its address keeps the dates), the data version ({name}), "
        "what it says, and what you think is right, with a source. We correct confirmed errors and list the "
        "corrections under [Data version and changes](#changes)."
    )


DEFINITIONS = """
- **Window**: a first and a last day, both counted. The **baseline** is the window we compare it with, usually the
  same dates a year earlier.
- **Violent crime**: homicide, non-fatal shooting, rape, aggravated assault and all robbery. **Property crime**:
  burglary, larceny, larceny from cars, auto theft and arson. Common assault is neither.
- **A row is a victim**, not an incident.
- **Change**: we compare counts when both windows have the same number of days, and counts per day when they don’t, so
  a leap day doesn’t skew the comparison.
- **95% interval**, or margin of error (“between … and …”): how far off the change could be if weeks are as uneven as
  they were in earlier years. Where only whole years are known, it rests on how unevenly the community areas moved in
  earlier years. It doesn’t cover slow drift from one year to the next; the usual range shows that. It is
  exp(ln(x/y) ± 1.96 √(φ(1/x + 1/y))) − 1 for x events against y. Here φ says how much more weekly counts vary than
  pure chance would make them, in the years before the baseline. Under ten events an exact interval takes its place
  (conditional binomial).
- **Usual range**: what the same comparison gave in every earlier pair of years. A fall within that range isn’t news.
  We call a change outside it only when it is more than two points beyond all of at least three earlier pairs.
- **Verdict on a number, for one pair of windows**: it *matches* when the claim lies inside the interval, or within two
  points of our count. It is *right direction, different size* when the change is clear but of another size. It is
  *contradicted* when the records show the opposite, or no change that can be told from none. There are *too few to
  say* when the interval is too wide to tell.
- **Verdict on a claim, over all the windows somebody used**: it *holds on all the dates tried*, it *depends on the
  dates*, it is *contradicted*, or it is *not in these records*. A verdict on a number is never a verdict on a cause.
- **The claim’s time** runs from the first to the last day of the windows it was made or checked for. A claim gets a
  verdict only in its own time and for the whole city: nine in ten days of the window must lie in that time, and the
  baseline must begin before the window does. On any other dates, and for a single place, we give the number alone.
"""
