"""All figures: importing this module declares every one of them."""

from lib.figures import arrests, calls, crime, every_window, loaded_calls, places

__all__ = ["arrests", "calls", "crime", "every_window", "loaded_calls", "places"]
