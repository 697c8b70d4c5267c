"""The police arrests: the file, and what is told of such records whether they come from it or from a layer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from lib.ingest.sources.codebook import NO_RULE, CodeBook, squeezed
from lib.ingest.sources.raw import LeftOut, RawFile, read_table
from lib.tables.gaps import RULE, odd_days
from lib.tables.manifest import About, Gap
from lib.tables.schemas import DRUG_GROUPS
from lib.tables.write import NewTable

FILE = "arrests/bpd_arrests_2014-01_2021-08.csv.gz"

FIRST_DAY = date(2014, 1, 1)
LAST_DAY = date(2021, 8, 31)
"""The file's own period; no arrest may be dated outside it."""

COMPLETE_THROUGH = date(2021, 7, 31)
"""The file ends within the first week of August 2021."""

RACES = {"B": "black", "W": "white", "I": "other", "A": "other", "U": "unknown", "": "unknown"}
"""The police's race codes. There is no code for Hispanic people."""

UNCAUGHT_SHOWN = 40

RECODED = date(2019, 10, 1)
"""From about this day on the incident's text of an arrest hardly ever says narcotics."""

ROW_NOTE = "a row is an arrest with its gravest charge."
RACE_NOTE = "The police's race codes know no Hispanic people; American Indian and Asian are counted as other."


@dataclass(frozen=True)
class ArrestRecords:
    """One row an arrest: date, group, race, area ("" without a place), place, charge, and how it was grouped.

    ``rule`` is the number of the code book's rule that decided the group, ``charge_group`` the group by the
    charge alone, ``says_narcotics`` whether a rule for incidents catches the incident's text. ``uncaught``
    are the charge texts that no rule caught with their rows, the commonest first. ``mended`` are the
    spellings of neighborhoods that were changed to the map's.
    """

    frame: pd.DataFrame
    uncaught: pd.DataFrame
    file: RawFile
    rows_read: int
    mended: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def read(raw: Path, neighborhoods: Iterable[str], book: CodeBook) -> ArrestRecords:
    """The arrests, each once, sorted by ``book``, with neighborhoods spelled as in ``neighborhoods``.

    Raises SourceError for a missing or damaged file, and by line for a bad date, an unknown race code or
    a neighborhood that isn't on the map.
    """
    columns = ("RowID", "Race", "ArrestDate", "IncidentOffence", "ChargeDescription", "Neighborhood")
    table = read_table(raw, FILE, columns)
    spelled = spellings(table.text("Neighborhood"), neighborhoods)
    area = table.choice("Neighborhood", spelled).map(spelled)
    race = table.choice("Race", RACES).map(RACES)
    dates = table.days("ArrestDate")
    outside = ((dates < pd.Timestamp(FIRST_DAY)) | (dates > pd.Timestamp(LAST_DAY))).to_numpy()
    if outside.any():
        why = f"the day is outside the file's period, {FIRST_DAY} to {LAST_DAY}"
        raise table.error(int(np.argmax(outside)), "ArrestDate", why)
    charges, incidents = table.text("ChargeDescription"), table.text("IncidentOffence")
    repeats = table.frame.drop(columns="RowID").duplicated()
    frame = sorted_by(book, dates, race, area, charges, incidents)[~repeats.to_numpy()].reset_index(drop=True)
    left_out = repeats_left_out(int(repeats.sum()))
    return ArrestRecords(frame, uncaught(frame), table.source, len(table.frame), mended(spelled), left_out)


def spellings(written: "pd.Series[str]", neighborhoods: Iterable[str]) -> dict[str, str]:
    """The map's spelling of each neighborhood as written, in any letter case; those not on the map are left out."""
    on_map = {name.upper(): name for name in neighborhoods} | {"": ""}
    return {text: on_map[text.upper()] for text in written.unique() if text.upper() in on_map}


def mended(spelled: Mapping[str, str]) -> tuple[str, ...]:
    """Which spellings differ from the map's by more than capitals."""
    return tuple(f"{text} to {name}" for text, name in sorted(spelled.items()) if text not in (name, name.upper()))


def sorted_by(
    book: CodeBook,
    dates: "pd.Series[pd.Timestamp]",
    race: "pd.Series[str]",
    area: "pd.Series[str]",
    charges: "pd.Series[str]",
    incidents: "pd.Series[str]",
) -> pd.DataFrame:
    """The arrests with these days, races, areas and texts as ``ArrestRecords.frame`` has them."""
    by_charge = book.by_charge(charges)
    rule = book.overruled(by_charge, incidents)
    return pd.DataFrame(
        {
            "date": dates,
            "group": book.groups_of(rule),
            "race": race,
            "area": area,
            "place": np.where(area == "", "none", "recorded"),
            "rule": rule,
            "charge": charges,
            "charge_group": book.groups_of(by_charge),
            "says_narcotics": book.incident_says(incidents),
        }
    )


def uncaught(records: pd.DataFrame) -> pd.DataFrame:
    """text, rows: the charges that no rule caught, the commonest first."""
    counts = records.loc[records["rule"] == NO_RULE, "charge"].map(squeezed).value_counts()
    texts = pd.DataFrame({"text": counts.index, "rows": counts.to_numpy()})
    return texts.sort_values(["rows", "text"], ascending=[False, True], ignore_index=True)


def repeats_left_out(rows: int) -> tuple[LeftOut, ...]:
    """What is said of arrests that are there twice; nothing of none."""
    what = "arrests that repeat another in everything but the row's number"
    return (LeftOut(what, "one arrest written down twice", rows),) if rows else ()


def city_daily(records: pd.DataFrame) -> pd.DataFrame:
    """date, group, race, count: the arrests of the whole city, with or without a place."""
    return _counted(records, ["date", "group", "race"])


def area_daily(records: pd.DataFrame) -> pd.DataFrame:
    """date, group, area, place, count: the arrests by neighborhood."""
    return _counted(records, ["date", "group", "area", "place"])


def rules(records: pd.DataFrame, book: CodeBook) -> pd.DataFrame:
    """rule, witness, group, pattern, rows: the book's rules, and the arrests whose group each decided."""
    rows = records["rule"].value_counts()
    incidents = {rule.number for rule in book.incidents}
    return pd.DataFrame(
        {
            "rule": [rule.number for rule in book.rules],
            "witness": ["incident" if rule.number in incidents else "charge" for rule in book.rules],
            "group": [rule.group for rule in book.rules],
            "pattern": [rule.expression.pattern for rule in book.rules],
            "rows": [int(rows.get(rule.number, 0)) for rule in book.rules],
        }
    )


def tables(records: pd.DataFrame, book: CodeBook, about: About, place_notes: tuple[str, ...]) -> list[NewTable]:
    """The four tables of the arrests: ``about`` is said of them, ``place_notes`` of those by neighborhood too."""
    texts = uncaught(records)
    shown = texts.head(UNCAUGHT_SHOWN)
    rows = int(texts["rows"].sum())
    placed = replace(about, notes=(*about.notes, *_unplaced_notes(records), *place_notes))
    undated = About(
        source=f"{about.source}; the code book of this project",
        address=about.address,
        terms=about.terms,
        retrieved=about.retrieved,
        inputs=about.inputs,
    )
    about_rules = replace(
        undated,
        notes=(
            "Rows are the arrests whose group a rule decided, repeats left out; a rule for incidents takes "
            "its arrests from the rules for charges and from those no rule catches.",
            f"{rows:,} arrests no rule decided are other.",
        ),
    )
    about_uncaught = replace(
        undated,
        notes=(
            f"The {len(shown)} commonest of the {len(texts):,} texts of charges that no rule of "
            f"the code book catches: {shown['rows'].sum():,} of {rows:,} arrests.",
        ),
    )
    return [
        NewTable("arrests_city_daily", city_daily(records), about),
        NewTable("arrests_area_daily", area_daily(records), placed),
        NewTable("arrest_charge_rules", rules(records, book), about_rules),
        NewTable("arrest_charges_uncaught", shown, about_uncaught),
    ]


def gaps(records: pd.DataFrame, through: date) -> tuple[Gap, ...]:
    """The odd days, and the recoding of incidents."""
    return (*_odd_days(records), *_recoding(records, through))


def group_notes(records: pd.DataFrame, book: CodeBook) -> tuple[str, ...]:
    """How the arrests were sorted, and how odd days were found."""
    return (
        "Arrests are grouped by the text of the charge, with the code book of the project; "
        f"{int((records['rule'] == NO_RULE).sum()):,} whose text no rule catches are other.",
        *_incident_note(records, book),
        f"Odd days are found by a rule: {RULE}.",
        *_share_note(records),
    )


def _incident_note(frame: pd.DataFrame, book: CodeBook) -> tuple[str, ...]:
    """How many arrests the incident's text put into another group than the charge; nothing without such rules."""
    if not book.incidents:
        return ()
    by_incident = frame["group"] != frame["charge_group"]
    moved = frame.loc[by_incident, "charge_group"].value_counts()
    parts = [f"{rows:,} from {group}" for group, rows in moved.items()]
    kept = frame["says_narcotics"] & ~frame["group"].isin(DRUG_GROUPS)
    return (
        f"The incident's text is a second witness: it moved {int(by_incident.sum()):,} arrests whose charge names "
        f"no drugs to the drug groups ({_listed(parts)}); {int(kept.sum()):,} more made in a narcotics incident "
        "stay with the charge they name.",
    )


def _odd_days(frame: pd.DataFrame) -> tuple[Gap, ...]:
    """Days on which the arrests of one group stand far above the weeks around them, with their commonest charge."""
    counts = frame.groupby(["date", "group"]).size()
    days = counts.rename("count").rename_axis(["date", "offense"])
    gaps = []
    for gap in odd_days(days.reset_index(), days):
        (group,) = gap.categories
        inside = (frame["date"] == pd.Timestamp(gap.start)) & (frame["group"] == group)
        charges = frame.loc[inside, "charge"].map(squeezed).value_counts().sort_index()
        charge, rows = charges.idxmax(), charges.max()
        usual = gap.what.split(";")[0].replace("records", "arrests")
        gaps.append(Gap(gap.start, gap.end, (group,), f"{usual}; {rows} of them for {charge}.", missing=False))
    return tuple(gaps)


def _recoding(frame: pd.DataFrame, through: date) -> tuple[Gap, ...]:
    """The note on the days from RECODED on; nothing for records that don't reach across it."""
    drugs = frame[frame["group"].isin(DRUG_GROUPS)]
    before = drugs["date"] < pd.Timestamp(RECODED)
    if before.all() or not before.any() or through < RECODED:
        return ()
    said = drugs.groupby(before)["says_narcotics"].mean()
    what = (
        f"Police wrote “narcotics” as the incident in {said[True]:.0%} of drug arrests before {RECODED} and in "
        f"{said[False]:.0%} from then on. So we go by the charge."
    )
    return (Gap(RECODED, through, DRUG_GROUPS, what, missing=False),)


def _share_note(frame: pd.DataFrame) -> tuple[str, ...]:
    """How much of the drug arrests doesn't say what was done."""
    drugs = frame.loc[frame["group"].isin(DRUG_GROUPS), "group"]
    if drugs.empty:
        return ()
    return (
        f"Of {len(drugs):,} drug arrests {(drugs == 'drug-unspecified').mean():.0%} are drug-unspecified: the text "
        "says drugs and no more, so that possession, distribution and marijuana are undercounted.",
    )


def _unplaced_notes(frame: pd.DataFrame) -> tuple[str, ...]:
    """The share of arrests without a place by year, for drug arrests, warrants and all others."""
    group, year = frame["group"], frame["date"].dt.year
    families = {"drug arrests": group.isin(DRUG_GROUPS), "warrants": group == "warrants"}
    families["other arrests"] = ~families["drug arrests"] & ~families["warrants"]
    absent = frame["place"] == "none"
    notes = [f"Without a place: {absent.mean():.0%} of all arrests."]
    for name, inside in families.items():
        shares = absent[inside].groupby(year[inside]).mean()
        notes.append(f"{name.capitalize()} without a place: {_listed(f'{y} {s:.0%}' for y, s in shares.items())}.")
    return tuple(notes)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _counted(records: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return records.groupby(keys, sort=True).size().rename("count").reset_index()
