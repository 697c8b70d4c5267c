"""How the code books sort records: what each rule for charges caught and what none did, and the rules for 911 calls."""

from __future__ import annotations

from typing import Any

import numpy as np

from lib.ingest.sources import callbook, codebook
from lib.story.records_in_use import open_records

Columns = dict[str, list[Any]]


def rules() -> Columns:
    """Each rule of the code book in its order: group, what it reads, the arrests it caught, pattern, example and why.

    Raises DataError or SourceError.
    """
    frame = open_records().frame("arrests", "arrest_charge_rules")
    book = codebook.read().rules
    return {
        "group": frame["group"].astype(str).tolist(),
        "reads": frame["witness"].astype(str).tolist(),
        "arrests": frame["rows"].tolist(),
        "pattern": frame["pattern"].astype(str).tolist(),
        "example": [rule.examples[0] for rule in book],
        "why": [rule.note for rule in book],
    }


def uncaught() -> Columns:
    """The commonest texts that no rule caught, and how many arrests have them; they count as other."""
    frame = open_records().frame("arrests", "arrest_charges_uncaught").sort_values("rows", ascending=False)
    return {"charge": frame["text"].astype(str).tolist(), "arrests": frame["rows"].tolist()}


def call_rules() -> Columns:
    """Each rule for the descriptions of 911 records in its order; with its records where these are loaded.

    Records whose description is rare are pooled when they are loaded, and belong to no rule here. Raises DataError or
    SourceError.
    """
    book = callbook.read()
    columns: Columns = {
        "group": [rule.group for rule in book.rules],
        "origin": [rule.origin for rule in book.rules],
        "pattern": [rule.expression.pattern for rule in book.rules],
        "example": [rule.examples[0] for rule in book.rules],
        "why": [rule.note for rule in book.rules],
    }
    if not open_records().has("calls"):
        return columns
    frame = open_records().frame("calls", "calls_description_daily")
    counts = frame.groupby("description", observed=True)["count"].sum()
    caught = np.bincount(
        book.by_description(counts.index.astype(str)), weights=counts.to_numpy(), minlength=len(book.rules) + 1
    )
    return {"records": caught[1:].astype(int).tolist(), **columns}


def call_kinds() -> Columns:
    """911 records by group and origin, the largest first. Raises NotLoadedError."""
    opened = open_records()
    opened.entry("calls")
    counts = opened.frame("calls", "calls_city_daily").groupby(["group", "origin"], observed=True)["count"].sum()
    frame = counts.sort_values(ascending=False).reset_index()
    return {
        "group": frame["group"].astype(str).tolist(),
        "origin": frame["origin"].astype(str).tolist(),
        "records": frame["count"].tolist(),
    }
