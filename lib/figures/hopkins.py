"""The figures of the Johns Hopkins study's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from lib.charts.averted import averted
from lib.charts.key import explained
from lib.charts.ranges import ends
from lib.figures.common import frame
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import words
from lib.story.evidence.hopkins import COLUMNS, STUDY, VARIANTS, WIDE, Color, Row, rows_of, study_figures
from lib.story.load import load_story
from lib.story.sentences import hopkins_words as said
from lib.story.view import View


@figure("hopkins-averted")
def arrests_averted(_view: View, _: str | None) -> Drawing:
    """Arrests averted under each counterfactual, with and without March 2020, of those that the study counted."""
    return _averted(STUDY, main=True)


@figure("hopkins-averted-wide")
def arrests_averted_wide(_view: View, _: str | None) -> Drawing:
    """The same, with the drug charges whose text says neither possession nor distribution."""
    return _averted(WIDE, main=False)


@figure("hopkins-share")
def share_averted(_view: View, _: str | None) -> Drawing:
    """The share of Black people in the arrests averted, under each counterfactual."""
    cases, published = _cases(STUDY, "black"), study_figures()[1]
    drawn = [
        _dot(i, row, said.share_text(row), (row.share, row.share_low, row.share_high, row.published_share), main=True)
        for i, row in enumerate(cases)
    ]
    return _dots(
        cases,
        drawn,
        title=said.share_title(cases, published),
        about="Black people’s part of the arrests averted, in percent",
        form=".0%",
        sentence=said.shares(rows_of(STUDY, "black"), published),
    )


def _averted(group: str, *, main: bool) -> Drawing:
    measure, cases = load_story().measures[group], _cases(group, "all")
    drawn = [
        _dot(i, row, said.averted_text(row), (row.averted, row.averted_low, row.averted_high, row.published), main=main)
        for i, row in enumerate(cases)
    ]
    return _dots(
        cases,
        drawn,
        title=said.averted_title(cases),
        about=f"Number of {measure.label} averted in Baltimore",
        form=",.0f",
        sentence=said.dependence(measure, rows_of(group), study_figures()[0]),
    )


def _cases(group: str, race: Color) -> list[Row]:
    """The study's months under each counterfactual, each with and then without March 2020."""
    pairs = zip(*(rows_of(group, race, variant=variant) for variant in VARIANTS), strict=True)
    return [row for pair in pairs for row in pair]


def _dot(i: int, row: Row, text: str, numbers: tuple[float | None, ...], *, main: bool) -> dict[str, Any]:
    """One row of the chart; what is not known is left out."""
    whole = row.variant == "every-month"
    drawn = zip(("est", "low", "high", "claim"), numbers, strict=True)
    return {
        "i": i,
        "label": f"{said.NAMES[row.counterfactual] if whole else 'Without March 2020'}: {text}",
        "tip": f"{words.count(row.after)} counted in {row.months_after} months, {words.count(row.before)} in the "
        f"{row.months_before} before",
        "main": main and whole,
        **{name: round(value, 4) for name, value in drawn if value is not None},
    }


def _dots(
    cases: Sequence[Row], drawn: list[dict[str, Any]], *, title: str, about: str, form: str, sentence: str
) -> Drawing:
    return Drawing(
        averted,
        frame(title, f"{about}, {said.months(cases[0])}", "which-counterfactual", "arrests"),
        {"rows": drawn},
        lambda: Table(COLUMNS, tuple(tuple(_cell(value) for value in astuple(row)) for row in cases)),
        alt="Dots with intervals, one for each assumption about what would have happened. "
        f"{'; '.join(row['label'] for row in drawn)}. {sentence}",
        values={**_scale(drawn), "form": form, **_key(drawn)},
        sentence=sentence,
    )


def _scale(drawn: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The ends of the axis: from zero on where nothing lies below it, so that no label stands on the line of zero."""
    found = ends(drawn)
    below = any(row[name] < 0 for row in drawn for name in ("est", "low", "claim") if name in row)
    return found if below else {**found, "lowest": 0.0}


def _key(drawn: Sequence[dict[str, Any]]) -> dict[str, Any]:
    signs = {
        "count": "from our counts, with margin of error (95% interval)" if any(row["main"] for row in drawn) else "",
        "other": "the same without March 2020"
        if any(row["main"] for row in drawn)
        else "from our counts, with 95% interval",
        "claim": "published by the study" if any("claim" in row for row in drawn) else "",
    }
    return explained(**{name: text for name, text in signs.items() if text})


def _cell(value: Any) -> Cell:
    """A number to six places, a day as ISO text."""
    if isinstance(value, date):
        return value.isoformat()
    return round(value, 6) if isinstance(value, float) else value
