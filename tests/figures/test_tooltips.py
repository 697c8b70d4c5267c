"""What a pointer over a mark reads, of every figure: words, and never a field's name, nothing known, or another day."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import vl_convert

from lib.analysis.windows import parse_window, years_earlier
from lib.chapters.contents import usual_figure
from lib.errors import StoryError
from lib.figures.registry import FIGURES, spec
from lib.figures.url_data import inlined
from lib.story.records_in_use import open_records
from lib.story.view import View
from tests.figures.drawn import nodes

DRAWABLE = [(figure.id, claim) for figure in FIGURES.values() for claim in figure.claims()]
ALONG = ("line", "area", "trail")
"""Marks that have one tooltip for all their points."""
UNKNOWN = "NOTHING KNOWN OF"


def views(figure_id: str, claim: str | None) -> Iterator[View]:
    """As its chapter shows it, and as the levers can turn it into something else."""
    usual = replace(usual_figure(figure_id, claim).view, area=open_records().area_names()[0])
    yield usual
    params = FIGURES[figure_id].params
    if "show" in params:
        yield replace(usual, show="rate")
        yield replace(usual, show="count", layer="districts")
    if "pair" in params and "measure" in params:
        yield replace(usual, measure="homicide", pair=years_earlier(parse_window("2020-04-01..2020-04-30")))


def tips(unit: dict[str, Any]) -> list[dict[str, Any]]:
    found = unit.get("encoding", {}).get("tooltip") or []
    if found == {"value": None}:  # it says that there is none
        return []
    return found if isinstance(found, list) else [found]


def mark_of(unit: dict[str, Any]) -> str:
    return str(unit["mark"]["type"] if isinstance(unit["mark"], dict) else unit["mark"])


def unknown_alone(node: dict[str, Any]) -> dict[str, Any] | None:
    """The chart with nothing but a text for each tooltip that has no value to show; None where it has no tooltips."""
    if "layer" in node:
        kept = [left for each in node["layer"] if (left := unknown_alone(each))]
        return {**node, "layer": kept} if kept else None
    fields = [tip["field"] for tip in tips(node)]
    if not fields:
        return None
    valid = " && ".join(f"isValid(datum['{field}']) && datum['{field}'] !== ''" for field in fields)
    where = {channel: node["encoding"][channel] for channel in ("x", "y") if channel in node["encoding"]}
    mark = {"type": "text", "text": f"{UNKNOWN} {' '.join(fields)}"}
    made = {
        **node,
        "mark": mark,
        "encoding": where,
        "transform": [*node.get("transform", ()), {"filter": f"!({valid})"}],
    }
    return {key: value for key, value in made.items() if key not in ("params", "projection")}


@pytest.mark.slow
@pytest.mark.parametrize(("figure_id", "claim"), DRAWABLE)
def test_tooltips_say_something_and_in_words(figure_id: str, claim: str | None) -> None:
    for view in views(figure_id, claim):
        try:
            made = spec(figure_id, view, "light", claim)
        except StoryError:
            continue  # a sentence stands in its place
        # Without this, Streamlit gives marks that have no tooltip one of their field names.
        assert made["config"]["mark"]["tooltip"] is False
        units = [node for node in nodes(made) if "mark" in node and "encoding" in node and tips(node)]
        for unit in units:
            assert mark_of(unit) not in ALONG, "its tooltip would say its first point wherever the pointer is"
            for tip in tips(unit):
                assert tip.get("title") == " " or re.fullmatch(r"[A-Z][\w ,()]+", tip.get("title") or ""), tip
                assert "value" not in tip
        # By a text in its place for each tooltip with a value that is not known, where its mark would be drawn.
        bare = unknown_alone(inlined(made))
        if bare:
            bare = {**bare, "params": [p for p in bare["params"] if "select" not in p], "width": 600}
            assert UNKNOWN not in vl_convert.vegalite_to_svg(bare)


def test_a_tooltip_without_a_value_would_be_found() -> None:
    tip = {"field": "a", "type": "quantitative", "title": "A"}
    encoding = {"x": {"field": "x", "type": "quantitative"}, "tooltip": [tip]}
    chart = {"data": {"values": [{"x": 1, "a": 1}, {"x": 2, "a": None}]}, "mark": "point", "encoding": encoding}
    bare = unknown_alone({"layer": [chart]})
    assert bare
    assert vl_convert.vegalite_to_svg(bare).count(f"{UNKNOWN} a") == 1
