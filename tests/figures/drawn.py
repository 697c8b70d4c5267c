"""Figures to draw, and what is in a finished one."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import altair as alt
from hypothesis import strategies as st

from lib.analysis.windows import WindowPair
from lib.figures import crime
from lib.figures.registry import FIGURES
from lib.story.load import load_story
from lib.story.view import View
from tests.story.findings import areas, measures, pairs

CLAIMS = ("violent", "property")
# The figures of this chapter; other modules test their own.
CRIME_FIGURES = [f for f in FIGURES.values() if f.build.__module__ == crime.__name__]
DRAWN = [(f.id, claim) for f in CRIME_FIGURES for claim in (CLAIMS if "claim" in f.params else (None,))]


def views() -> st.SearchStrategy[View]:
    """Any state that a crime page can be in."""
    return st.builds(View, pairs(), measures(), st.sampled_from(["day", "week", "month"]), areas())


def check_schema(made: dict[str, Any]) -> None:
    """Fail where a spec is not valid for Altair's schema, which knows no expression as a subtitle, as Vega-Lite does.

    The schema leaves numbers and texts alone, so each way of drawing is looked at once. Altair's ``from_dict`` begins
    with this same check, and then takes ten times as long to make objects that nobody needs.
    """
    _check_shape(json.dumps(_shape({**made, "title": {**made["title"], "subtitle": ""}}), sort_keys=True))


@cache
def _check_shape(shape: str) -> None:
    alt.LayerChart.validate(json.loads(shape))


def _shape(tree: Any, name: str = "") -> Any:
    """A spec without its rows and without the values of its parameters."""
    if isinstance(tree, dict):
        return {key: _shape(value, f"{name}.{key}") for key, value in tree.items()}
    if isinstance(tree, list):
        return [] if name.endswith(".data.values") else [_shape(value, name) for value in tree]
    return "" if name == ".params.value" else tree


def default_of(name: str, pair: WindowPair | None = None) -> View:
    return View(pair or load_story().default_pair, name, "week")


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a spec, data rows too."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from nodes(value)


def params(spec: dict[str, Any]) -> dict[str, Any]:
    """The values of a spec's parameters; a selection has none."""
    return {param["name"]: param["value"] for param in spec["params"] if "value" in param}


def rows_with(spec: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The rows of the first data set whose rows have a key."""
    for node in nodes(spec):
        values = node.get("values")
        if isinstance(values, list | tuple) and values and isinstance(values[0], dict) and key in values[0]:
            return list(values)
    raise AssertionError(f"no data set with {key}")


def said_in(spec: dict[str, Any], name: str) -> str:
    """A text of the frame, its lines joined."""
    return " ".join(params(spec)[name])
