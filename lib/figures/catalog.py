"""All figures: importing this module declares every one of them."""

from lib.figures import arrests, crime, places

__all__ = ["arrests", "crime", "places"]
