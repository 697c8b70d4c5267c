"""Charts on top of each other, as Vega-Lite takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

Layers = dict[str, Any]
"""A layer of layers: their parts, what they share, and the selections of those below."""


def layered(*charts: alt.Chart | Layers, shared: alt.Chart | None = None, independent: Sequence[str] = ()) -> Layers:
    """Charts on top of each other, the first at the bottom.

    ``shared``, a chart without a mark, has the data, transforms and encodings that hold for all of them; data that they
    all have alike is shared, too, so that it is written once. ``independent`` names scales that they don't share.
    Altair's own layers copy all that lies below them, and layers in layers many times over: most of the time that a
    chart took to build.
    """
    parts = [_part(chart) for chart in charts]
    made = {} if shared is None else _part(shared)
    selections = [lifted for part in parts for lifted in _selections(part)]
    data = made.get("data", parts[0].get("data"))
    if data is not None and all(part.get("data") == data for part in parts):
        parts = [{name: value for name, value in part.items() if name != "data"} for part in parts]
        made["data"] = data
    made["layer"] = parts
    if selections:
        made["params"] = selections
    if independent:
        made["resolve"] = {"scale": dict.fromkeys(independent, "independent")}
    return made


def _part(chart: alt.Chart | Layers) -> dict[str, Any]:
    """A chart as a part of layers; a new dictionary, whose values are not to be changed."""
    if isinstance(chart, dict):
        return dict(chart)
    # The tests hold every filled chart against the schema. With data in the context a chart without gets none.
    made: dict[str, Any] = chart.to_dict(validate=False, context={"top_level": False, "data": None})
    return made


def _selections(part: dict[str, Any]) -> list[dict[str, Any]]:
    """The selections of a part, taken out of it, each with the name of its view: Streamlit looks for them at the top.

    A part whose marks are selected gets a name, if it has none.
    """
    found = []
    for selection in part.pop("params", []):
        if "views" not in selection:
            part.setdefault("name", f"view_{selection['name']}")
            selection = {**selection, "views": [part["name"]]}
        found.append(selection)
    return found
