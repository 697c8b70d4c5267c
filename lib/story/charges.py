"""How the code book sorted the charges of arrests: what each rule caught, and what none did."""

from __future__ import annotations

from typing import Any

from lib.story.records import open_records

Columns = dict[str, list[Any]]


def rules() -> Columns:
    """Each rule of the code book in its order: group, pattern, what it reads, and the arrests it caught."""
    frame = open_records().frame("arrests", "arrest_charge_rules")
    return {
        "group": frame["group"].astype(str).tolist(),
        "pattern": frame["pattern"].astype(str).tolist(),
        "reads": frame["witness"].astype(str).tolist(),
        "arrests": frame["rows"].tolist(),
    }


def uncaught() -> Columns:
    """The commonest texts that no rule caught, and how many arrests have them; they count as other."""
    frame = open_records().frame("arrests", "arrest_charges_uncaught").sort_values("rows", ascending=False)
    return {"charge": frame["text"].astype(str).tolist(), "arrests": frame["rows"].tolist()}
