"""Values that no browser sends: Streamlit is to take them for none."""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.runtime.state.session_state import Serialized, WStates


def leave_unread() -> None:
    """Have a value that its widget can't read count as not sent, and the widget stay as it was.

    Streamlit lets each widget read what came in its name, whatever kind of value that is, before the page runs; where
    that fails it shows its own red box and writes a traceback, and so at every later run of that session.
    """
    read = WStates.__getitem__
    if hasattr(read, "__wrapped__"):
        return

    @wraps(read)
    def careful(states: WStates, name: str) -> Any:
        state, about = states.states.get(name), states.widget_metadata.get(name)
        if isinstance(state, Serialized) and about is not None:
            kind = state.value.WhichOneof("value")
            if kind not in (None, about.value_type):
                raise KeyError(name)
        try:
            return read(states, name)
        except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError):
            raise KeyError(name) from None

    WStates.__getitem__ = careful  # type: ignore[method-assign]
