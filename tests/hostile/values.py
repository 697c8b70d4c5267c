"""What no browser sends: values that a widget does not offer, over the websocket."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

from streamlit.proto.WidgetStates_pb2 import WidgetState

from bench.client import Run, Session, Widget

TEXTS = (
    *("", " ", "none-such", "violent", "None", "null", "2021-13-99", "2021-01-01", "9999-12-31", "0001-01-01", "0"),
    *("<b>x</b>", "a|b", "{}", "[]", "\u202e", "1" * 400, "x" * 5000, "constructor", "../..", "2017", "community:"),
    *("all", "Choose dates", "robbery"),
)
NUMBERS = (0.0, -1.0, 1e300, -1e300, math.nan, math.inf, -math.inf, 1e18, 5e14, 1.5, 2.0**63)
SELECTIONS = (
    *("{}", "[]", "null", "nonsense", '{"selection": {}}', '{"selection": 3}'),
    '{"selection": {"place": [{"name": 1}], "window": [{"end": "x", "days": "y"}]}}',
    '{"selection": {"place": [{}], "window": [{}]}}',
    '{"selection": {"place": "x", "window": 7}}',
    '{"selection": {"place": {"a": 1}, "window": null}}',
    '{"selection": {"window": [{"end": "2021-03-26", "days": -5}]}}',
    '{"selection": {"window": [{"end": "9999-12-31", "days": 1e99}], "place": [{"name": ["Canton"]}]}}',
)


def _texts(chance: random.Random) -> list[str]:
    return [chance.choice(TEXTS) for _ in range(chance.choice((0, 1, 1, 2, 3, 60)))]


def _set_list(field: str, values: Callable[[random.Random], list[str] | list[float]]) -> Callable[..., None]:
    return lambda state, chance: getattr(state, field).data.extend(values(chance))


WAYS: dict[str, Callable[[WidgetState, random.Random], None]] = {
    "string_value": lambda state, chance: setattr(state, "string_value", chance.choice(TEXTS)),
    "string_array_value": _set_list("string_array_value", _texts),
    "double_array_value": _set_list(
        "double_array_value", lambda chance: [chance.choice(NUMBERS) for _ in range(chance.choice((0, 1, 2, 2, 3)))]
    ),
    "double_value": lambda state, chance: setattr(state, "double_value", chance.choice(NUMBERS)),
    "int_value": lambda state, chance: setattr(state, "int_value", chance.choice((0, -1, 5, 2**62))),
    "bool_value": lambda state, chance: setattr(state, "bool_value", chance.random() < 0.5),
    "trigger_value": lambda state, _: setattr(state, "trigger_value", True),
    "json_value": lambda state, chance: setattr(state, "json_value", chance.choice(SELECTIONS)),
    "bytes_value": lambda state, _: setattr(state, "bytes_value", b"\x00\xff"),
}
"""Each field that a value can come in, and how one is made up for it."""
OWN = {
    "slider": "double_array_value",
    "date_input": "string_array_value",
    "number_input": "double_value",
    "checkbox": "bool_value",
    "text_input": "string_value",
    "selectbox": "string_value",
    "multiselect": "string_array_value",
    "button_group": "string_array_value",
    "arrow_vega_lite_chart": "string_value",
    "button": "trigger_value",
}
"""The field that a kind of widget reads."""


OTHERS = ("arrow_vega_lite_chart", "button")
"""Kinds that a ``Session`` does not keep by itself."""


def state_of(widget: Widget, chance: random.Random) -> WidgetState:
    """A value for a widget, mostly in the field that it reads."""
    own = OWN.get(widget.kind, "string_value")
    way = own if chance.random() < 0.85 else chance.choice(list(WAYS))
    state = WidgetState(id=widget.proto.id)
    if widget.kind == "arrow_vega_lite_chart":
        state.string_value = chance.choice(SELECTIONS)
    else:
        WAYS[way](state, chance)
    return state


def hostile_runs(session: Session, number: int, chance: random.Random) -> Iterator[tuple[str, Run]]:
    """Run the page again and again, each time with some such values and the page as it then is."""
    others: dict[str, Widget] = {}
    run = session.first
    for _ in range(number):
        for element in (message.delta.new_element for message in run.deltas):
            kind = element.WhichOneof("type") or ""
            if kind in OTHERS and getattr(element, kind).id:
                others[getattr(element, kind).id] = Widget(kind, getattr(element, kind), "")
        widgets = list({widget.proto.id: widget for widget in (*session.widgets.values(), *others.values())}.values())
        chosen = chance.sample(widgets, min(len(widgets), chance.choice((1, 1, 1, 2, 4))))
        kept = dict(session.states)
        for widget in chosen:
            session.states[widget.proto.id] = state_of(widget, chance)
        said = "; ".join(f"{w.proto.id[-40:]} = {str(session.states[w.proto.id])[:200]}" for w in chosen)
        run = session.rerun({})
        session.states = kept
        yield said, run
