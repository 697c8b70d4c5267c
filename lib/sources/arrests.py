"""The police arrests file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from lib.sources.codebook import NO_RULE, CodeBook, squeezed
from lib.sources.raw import LeftOut, RawFile, read_table

FILE = "arrests/bpd_arrests_2014-01_2021-08.csv.gz"

FIRST_DAY = date(2014, 1, 1)
LAST_DAY = date(2021, 8, 31)
"""The file's own period; no arrest may be dated outside it."""

COMPLETE_THROUGH = date(2021, 7, 31)
"""The file ends within the first week of August 2021."""

RACES = {"B": "black", "W": "white", "I": "other", "A": "other", "U": "unknown", "": "unknown"}
"""The police's race codes. There is no code for Hispanic people."""

UNCAUGHT_SHOWN = 40


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
    on_map = {name.upper(): name for name in neighborhoods} | {"": ""}
    written = table.text("Neighborhood")
    spelled = {text: on_map[text.upper()] for text in written.unique() if text.upper() in on_map}
    area = table.choice("Neighborhood", spelled).map(spelled)
    race = table.choice("Race", RACES).map(RACES)
    dates = table.days("ArrestDate")
    outside = ((dates < pd.Timestamp(FIRST_DAY)) | (dates > pd.Timestamp(LAST_DAY))).to_numpy()
    if outside.any():
        why = f"the day is outside the file's period, {FIRST_DAY} to {LAST_DAY}"
        raise table.error(int(np.argmax(outside)), "ArrestDate", why)
    charges, incidents = table.text("ChargeDescription"), table.text("IncidentOffence")
    by_charge = book.by_charge(charges)
    rule = book.overruled(by_charge, incidents)
    frame = pd.DataFrame(
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
    repeats = table.frame.drop(columns="RowID").duplicated()
    once = ~repeats.to_numpy()
    counts = charges[once & (rule == NO_RULE)].map(squeezed).value_counts()
    uncaught = pd.DataFrame({"text": counts.index, "rows": counts.to_numpy()})
    uncaught = uncaught.sort_values(["rows", "text"], ascending=[False, True], ignore_index=True)
    left_out = LeftOut(
        "arrests that repeat another in everything but the row's number",
        "one arrest written down twice",
        int(repeats.sum()),
    )
    return ArrestRecords(
        frame[once].reset_index(drop=True),
        uncaught,
        table.source,
        len(table.frame),
        tuple(f"{text} to {name}" for text, name in sorted(spelled.items()) if text not in (name, name.upper())),
        (left_out,) if left_out.rows else (),
    )


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


def _counted(records: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return records.groupby(keys, sort=True).size().rename("count").reset_index()
