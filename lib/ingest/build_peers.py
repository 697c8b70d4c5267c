"""From the files of the Real-Time Crime Index to its tables, and to those of Baltimore's mixes of other cities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from lib.analysis.specifications import panel_of
from lib.ingest.about import dropped, inputs, listed, say_day
from lib.ingest.sources import donors, peers, peers_later
from lib.ingest.specifications import specifications
from lib.tables.manifest import About
from lib.tables.schemas import PEER_MEASURES
from lib.tables.write import NewTable


def index_tables(raw: Path) -> list[NewTable]:
    """The index as it stood in 2024, a selection of it as it stood in 2026, and the scorecard. Raises SourceError."""
    return [_monthly(raw), _later(raw), _scorecard(raw)]


def mix_tables(index: Sequence[NewTable], folder: Path) -> list[NewTable]:
    """Every way to compare Baltimore with a mix of the cities of ``index``, as ``index_tables`` gives it.

    Raises SourceError where the list of cities that are set apart can't be read.
    """
    monthly, _, card = index
    apart = donors.read(folder)
    rows, weights = specifications(panel_of(monthly.frame, card.frame, peers.SUMS), apart)
    about = About(
        source="Made here from the Real-Time Crime Index, AH Datalytics, editions of 2024 (months) and April 2026 "
        "(residents)",
        address=monthly.about.address,
        terms=monthly.about.terms,
        notes=(
            f"{len(rows):,} ways to compare Baltimore with a mix of other cities, for {len(PEER_MEASURES)} counts. A "
            "way in which too few cities can be compared isn't in it.",
            f"Cities with such a policy of their own: {listed(apart.policy)}. Cities whose counts were revised later: "
            f"{listed(apart.revised)}. data/story/donors.toml says where each is told.",
            "Residents are those of the scorecard's years, not of the years compared.",
        ),
        inputs=(*monthly.about.inputs, *card.about.inputs),
    )
    of_weights = replace(
        about,
        notes=("Weights in ten-thousandths, by the numbers of the fits in synthetic_specifications.", *about.notes[1:]),
    )
    return [
        NewTable("synthetic_specifications", rows, about),
        NewTable("synthetic_weights", weights, of_weights),
    ]


def _monthly(raw: Path) -> NewTable:
    read = peers.read(raw)
    months = read.frame["month"]
    through = min(peers.COMPLETE_THROUGH, months.max().date())
    about = About(
        source="Real-Time Crime Index, AH Datalytics",
        address="https://realtimecrimeindex.com/",
        terms="No license stated; published for public use, with attribution to AH Datalytics",
        complete_through=through,
        dropped=dropped(read.left_out),
        notes=(
            f"The file says it was last updated {listed(map(say_day, read.updated))}; when it was retrieved wasn't "
            "noted.",
            *(
                f"{column}: stated for {stated:,} agency-months with all its parts; {differ:,} of them "
                "differ from the sum of the parts."
                for column, (stated, differ) in read.totals.items()
            ),
            "Shootings are counted inside aggravated assault: add Baltimore's two to compare.",
            f"{read.complete} of {read.agencies} agencies state every offense in every month.",
            f"{len(read.sums)} more names are sums over many agencies, and are compared with nothing: "
            f"{'; '.join(read.sums) or 'none'}.",
            f"Agencies that never state some offense: {listed(read.never)}.",
            "Agencies that state one and the same larceny count for a year or more, filled in rather than "
            f"counted: {listed(read.flat)}.",
        ),
        inputs=inputs([read.file]),
    )
    return NewTable("peers_monthly", read.frame, about)


def _later(raw: Path) -> NewTable:
    read = peers_later.read_monthly(raw)
    about = About(
        source=f"Real-Time Crime Index, AH Datalytics, edition of {peers_later.MONTHLY_VINTAGE}",
        address="https://realtimecrimeindex.com/",
        terms="No license stated; published for public use, with attribution to AH Datalytics",
        complete_through=read.through,
        notes=(
            f"The edition of {peers_later.MONTHLY_VINTAGE}. Agencies revise their counts: Baltimore's of 2018 to 2023 "
            "equal those of the edition of 2024 (peers_monthly) in every month, those of Detroit and Memphis differ by "
            "up to 26%. Counts of the two editions are never joined.",
            "A selection: Baltimore and five more cities by name, all agencies of 250,000 to 1 million residents "
            "together, and the full sample together. Baltimore is among both sums; it is taken out before it is "
            "compared with them.",
            *(
                f"{column}: stated for {stated:,} agency-months; {differ:,} of them differ from the sum of the parts."
                for column, (stated, differ) in read.totals.items()
            ),
            f"Names without totals, whose parts are added: {'; '.join(read.without_totals) or 'none'}.",
            "Shootings are counted inside aggravated assault. The latest months are revised most.",
            "When the file was retrieved wasn't noted.",
        ),
        inputs=inputs([read.file]),
    )
    return NewTable("peers_monthly_2026", read.frame, about)


def _scorecard(raw: Path) -> NewTable:
    read = peers_later.read_scorecard(raw)
    zeros = "; ".join(f"{offense} {rows:,}" for offense, rows in read.zeros.items())
    about = About(
        source=f"Real-Time Crime Index, AH Datalytics, scorecard of {peers_later.SCORECARD_VINTAGE}",
        address="https://realtimecrimeindex.com/",
        terms="No license stated; published for public use, with attribution to AH Datalytics",
        complete_through=date(max(peers_later.SCORECARD_YEARS), 12, 31),
        dropped=dropped(read.left_out),
        notes=(
            f"The scorecard of {peers_later.SCORECARD_VINTAGE}; the file says it was last updated "
            f"{listed(map(say_day, read.updated))}. Counts of one edition are never joined to another's.",
            "Whole years and the residents each agency serves. The scorecard's own totals aren't read: the parts are "
            "added.",
            f"An agency that states nothing of an offense has 0, as one where nothing happened. Agency-years of 0: "
            f"{zeros}.",
        ),
        inputs=inputs([read.file]),
    )
    return NewTable("peers_yearly_2026", read.frame, about)
