"""All figures: importing this module declares every one of them."""

from lib.figures import arrests, calls, crime, loaded_calls, places

__all__ = ["arrests", "calls", "crime", "loaded_calls", "places"]
