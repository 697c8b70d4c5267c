"""The dates the story must know, checked against the state's policy record."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lib.ingest.sources.raw import RawFile, SourceError, read_table

FILE = "covid/key_dates.csv"
POLICY_FILE = "covid/OI_policy_milestones_Maryland.csv"

POLICY_SOURCE = "OI"
"""How key_dates.csv names the policy file among the sources of a date."""


@dataclass(frozen=True)
class KeyDates:
    """Each key date with what happened, by line order, and the files they came from."""

    events: tuple[tuple[date, str], ...]
    files: tuple[RawFile, ...]


def read(raw: Path) -> KeyDates:
    """The key dates. Raises SourceError by line, also if one cites the policy file and isn't in it."""
    table = read_table(raw, FILE, ("date", "event", "source"))
    policy = read_table(raw, POLICY_FILE, ("date", "policy_description"))
    recorded = set(policy.days("date").dt.date)
    days = [day.date() for day in table.days("date")]
    for row, (day, source) in enumerate(zip(days, table.text("source"), strict=True)):
        cites = any(part.split()[:1] == [POLICY_SOURCE] for part in source.split(";"))
        if cites and day not in recorded:
            raise table.error(row, "date", f"{day} cites the policy record, and {POLICY_FILE} lacks it")
    return KeyDates(tuple(zip(days, table.text("event"), strict=True)), (table.source, policy.source))


def require_events(key_dates: KeyDates, events: set[date], where: str) -> None:
    """Raises SourceError naming the first key date that isn't among ``events``, those of ``where``."""
    for day, what in key_dates.events:
        if day not in events:
            raise SourceError(f"{where} has no event on {day}, which {FILE} lists: {what}.")
