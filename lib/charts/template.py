"""Charts built once and filled many times.

Building an Altair chart takes some fifty milliseconds, filling a finished one with new numbers less than one. So every
chart is built once for each theme, with named data sets and parameters left open, and a move of a lever only fills it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import altair as alt

from lib.charts.key import Sign, explained, key
from lib.charts.layers import Layers, layered
from lib.charts.theme import Frame, Theme, config, foot, title

Rows = Sequence[Mapping[str, Any]] | Sequence[int]
WORDS = 0.44
Path = tuple[str | int, ...]
"""The keys and positions that lead to a part of a spec."""


@dataclass(frozen=True)
class Template:
    """A finished Vega-Lite spec with open data sets and parameters; shared, never changed.

    ``row`` is the height in px of one row of the data set ``rows``, for charts as tall as they have rows. ``grows``
    says that the plot may be made higher or lower, as nothing in it stands at a place in px. ``beside`` are computed
    parameters for a wide, low picture whose words stand left of the plot, in the part ``WORDS``; None: it has none.
    """

    spec: dict[str, Any]
    row: int | None
    grows: bool
    beside: Mapping[str, str] | None = None

    @classmethod
    def of(
        cls,
        layers: Sequence[alt.Chart | Layers],
        theme: Theme,
        *,
        height: int | None = None,
        row: int | None = None,
        params: Mapping[str, Any] | None = None,
        computed: Mapping[str, str] | None = None,
        independent: Sequence[str] = (),
        axis_title: bool = False,
        grows: bool = True,
        beside: Mapping[str, str] | None = None,
        signs: Mapping[str, Sign] | None = None,
    ) -> Template:
        """The template of these layers in the common frame.

        Give the plot's ``height`` in px or that of a ``row``. ``params`` are values left open, with defaults;
        ``computed`` are expressions by name, in which ``height`` is the plot's where that follows from its width;
        ``independent`` names scales that layers don't share; ``axis_title`` says that the x axis has a title;
        ``grows`` and ``beside`` are as in the class; ``signs`` are what a key can show (see ``key``).
        """
        spec = {
            "$schema": alt.SCHEMA_URL,
            **layered(*layers, *([key(signs)] if signs else []), independent=independent),
        }
        if "data" in spec:  # what all layers share must not become the foot's
            spec["layer"] = [{"data": spec.pop("data"), "layer": spec["layer"]}]
        spec["layer"].append(foot(theme, axis_title))
        open_values = {
            **{name: [""] for name in Frame("", "", "", "").params()},
            **(explained() if signs else {}),
            **(params or {}),
        }
        spec["params"] = spec.get("params", []) + [{"name": n, "value": v} for n, v in open_values.items()]
        spec["params"] += [{"name": name, "expr": expr} for name, expr in (computed or {}).items()]
        if height is not None:
            spec["height"] = height
        spec["title"] = title()
        spec["config"] = config(theme)
        spec["padding"] = {"left": 2, "top": 4, "right": 6, "bottom": 4}
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
        return cls(spec, row, grows, beside)

    @cached_property
    def _holes(self) -> tuple[tuple[Path, str], ...]:
        """Where the data sets stand that the spec leaves open, and their names."""
        return tuple(_open_data(self.spec, ()))

    def fill(self, frame: Frame, data: Mapping[str, Rows], values: Mapping[str, Any]) -> dict[str, Any]:
        """The spec with these texts, data sets and parameter values; what stays the same is the template's own.

        Raises KeyError for a data set or parameter that the chart does not have.
        """
        if unknown := set(data) - {"foot", "zero", *(name for _, name in self._holes)}:
            raise KeyError(f"the chart has no data set {sorted(unknown)}")
        texts = frame.params()
        open_values = {**texts, **values}
        filling = {"foot": [{}], "zero": [{}], **data}
        spec: dict[str, Any] = dict(self.spec)
        for path, name in self._holes:
            if name in filling:
                spec = _put(spec, path, {"values": filling[name]})
        known = {param["name"] for param in spec["params"]}
        if set(open_values) - known:
            raise KeyError(f"the chart has no parameter {sorted(set(open_values) - known)}")
        spec["params"] = [
            {**param, "value": open_values[param["name"]]} if param["name"] in open_values else param
            for param in spec["params"]
        ]
        if self.row is not None:
            spec["height"] = self.row * len(data["rows"])
        return spec


def _open_data(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The data sets that a spec leaves open: where each stands, and its name."""
    if isinstance(node, dict) and set(node) == {"name"} and isinstance(node["name"], str):
        yield path, node["name"]
    elif isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _open_data(value, (*path, key))


def _put(node: Any, path: Path, value: Any) -> Any:
    """A spec with another value at a place; it shares with the given one all that does not lie on the way there."""
    if not path:
        return value
    changed = node.copy()
    changed[path[0]] = _put(node[path[0]], path[1:], value)
    return changed
