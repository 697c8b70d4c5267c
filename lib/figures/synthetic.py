"""The figures of Baltimore beside a mix of other cities."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lib.charts import mixes
from lib.charts.events import EVENT_ROW
from lib.figures.common import event_row, local, measure_of
from lib.figures.peers import index_frame, paths_drawing
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import words
from lib.story.evidence.peers import BALTIMORE
from lib.story.evidence.synthetic import Mix, Specification, choice_of, curve, mix
from lib.story.load import load_story
from lib.story.model import Event, EventId
from lib.story.sentences import synthetic_words as said
from lib.story.view import View

CHOICES = tuple(said.VALUES)
PARAMS = ("measure", *CHOICES)
CAVEAT = "synthetic-limits"
MARKED: tuple[EventId, ...] = ("state-of-emergency", "charges-dropped", "made-permanent")
MIDDLE = 15  # the day on which a month's value stands: events of March lie within March
LABELLED = 9  # months at the right end over which the names of lines stand
TICK = 0.1  # between the lines of the curve
WIDEST = 0.98  # of all gaps lie within the scale of the placebos; a line beyond is cut
COLUMNS = (
    *CHOICES, "gap", "error_before", "ratio", "cities", "lower", "as_far", "p_ratio", "without_one_low",
    "without_one_high", "a_year_earlier",
)  # fmt: skip


def _events() -> list[Event]:
    return [load_story().event(name) for name in MARKED]


@figure("synthetic-path", *PARAMS)
def synthetic_path(view: View, _: str | None) -> Drawing:
    """Baltimore and what other cities would have made of it, month by month."""
    found = mix(measure_of(view), choice_of(view))
    made = paths_drawing(
        found.months,
        {
            "baltimore": found.own.tolist(),
            "mix": found.mix.tolist(),
            "p10": found.low.tolist(),
            "p90": found.high.tolist(),
        },
        (said.LINES[found.found.choice.method], "Eight of ten cities"),
        index_frame(said.path_title(found), said.path_subtitle(found), CAVEAT),
        said.path_sentence(found),
        said.path_sentence(found),
        events=_events(),
        middle=MIDDLE,
        labelled=LABELLED,
        below=found.found.gap < 0,
    )
    return replace(made, short=said.path_short(found))


@figure("synthetic-placebos", *PARAMS)
def synthetic_placebos(view: View, _: str | None) -> Drawing:
    """Every city's gap from what was made of it the same way, with Baltimore's in color."""
    found = mix(measure_of(view), choice_of(view))
    first = found.months[0]
    start = {"year0": first.year, "month0": first.month - 1}
    told = found.astray[np.isfinite(found.astray)]
    tail = (1 - WIDEST) / 2
    low, high = (float(end) for end in np.quantile(told, (tail, 1 - tail)))
    own = found.own_astray
    events = _events()
    sentence = f"{said.placebos_title(found)}. {said.placebos_subtitle(found)} {said.path_sentence(found)}"
    return Drawing(
        mixes.strays,
        index_frame(said.placebos_title(found), said.placebos_subtitle(found), CAVEAT),
        {
            "cities": [
                {"name": name, **start, "gap": _thousandths(line)}
                for name, line in zip(found.others, found.astray, strict=True)
            ],
            "own": [{"name": "Baltimore", **start, "gap": _thousandths(own)}],
            "events": [_marked(i, event) for i, event in enumerate(reversed(events))],
        },
        lambda: _placebo_table(found),
        alt=f"Lines by month from {first:%B %Y} to {found.months[-1]:%B %Y}, one a city. {sentence}",
        values={
            "lowest": round(min(low, float(own.min()), -0.05), 3),
            "highest": round(max(high, float(own.max()), 0.05), 3),
        },
        sentence=sentence,
        short=f"{said.placebos_title(found)}. {said.NOT_WHY}",
    )


def _marked(i: int, event: Event) -> dict[str, Any]:
    return {**event_row(i, event), "y": 8 + i * EVENT_ROW, "label": event.label, "date": local(event.date)}


def _thousandths(line: Any) -> list[int | None]:
    return [round(1000 * float(value)) if np.isfinite(value) else None for value in line]


def _placebo_table(found: Mix) -> Table:
    """A row a city: its gap in the months after, and by month."""
    months = tuple(month.isoformat()[:7] for month in found.months)
    lines = [(BALTIMORE, found.found.gap, found.own_astray), *zip(found.others, found.gaps, found.astray, strict=True)]
    order = [lines[0], *sorted(lines[1:], key=lambda line: (np.isnan(line[1]), line[1]))]
    return Table(
        ("agency", "gap", *months),
        tuple((name, _cell(gap), *(_cell(value) for value in line)) for name, gap, line in order),
    )


def _cell(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


@figure("synthetic-specifications", *PARAMS)
def synthetic_specifications(view: View, _: str | None) -> Drawing:
    """Every reasonable way to compare, in the order of the gap, with its choices as marks below."""
    found = curve(measure_of(view))
    gaps = [each.gap for each in found.found]
    low, high = min(0.0, gaps[0]), max(0.0, gaps[-1])
    margin = 0.08 * (high - low)
    at = found.at(choice_of(view))
    sentence = said.specifications_sentence(found)
    first = int(np.ceil(low / TICK - 1e-9))
    last = int(np.floor(high / TICK + 1e-9))
    return Drawing(
        partial(mixes.curve, choices=tuple((name, tuple(said.VALUES[name].items())) for name in CHOICES)),
        index_frame(said.specifications_title(found), said.specifications_subtitle(), CAVEAT),
        {
            "ways": [
                {
                    "gap": [round(1000 * gap) for gap in gaps],
                    "unusual": [int(each.unusual) for each in found.found],
                    "code": [said.code_of(each.choice) for each in found.found],
                }
            ],
            "labels": _labels(),
            "ticks": [
                {"gap": 1000 * TICK * i, "text": "level with them" if i == 0 else words.signed(TICK * i)}
                for i in range(first, last + 1)
            ],
            "chosen": [{"i": at, "gap": round(1000 * gaps[at]), "text": words.signed(gaps[at])}]
            if at is not None
            else [{"i": -9, "gap": 0, "text": ""}],
        },
        lambda: Table(COLUMNS, tuple(_row(each) for each in found.found)),
        alt=f"Dots in order of the gap, one for each way to compare, above a matrix of their choices. {sentence}",
        values={
            "lowest": round(1000 * (low - margin)),
            "highest": round(1000 * (high + margin)),
            "number": len(gaps),
            **mixes.KEY,
        },
        sentence=sentence,
    )


def _labels() -> list[dict[str, Any]]:
    rows = mixes.rows_of([len(said.VALUES[name]) for name in CHOICES])
    return [
        {"text": text, "y": y}
        for name, each in zip(CHOICES, rows, strict=True)
        for text, y in zip(said.VALUES[name].values(), each, strict=True)
    ]


def _row(found: Specification) -> tuple[Cell, ...]:
    rank = found.rank
    numbers = (found.gap, found.before, found.ratio)
    others = (rank.p_ratio, *(found.without_one or (None, None)), found.year_earlier)
    return (
        *(getattr(found.choice, name) for name in CHOICES),
        *(round(number, 4) for number in numbers),
        rank.cities, rank.lower, rank.as_far,
        *(None if number is None else round(number, 4) for number in others),
    )  # fmt: skip
