"""The numbers of a table's column as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from lib.figures.registry import Cell

GROUPED = 10_000
"""Thousands stand apart in a column of whole numbers that reaches this: below, they may be years."""


def cells(column: Sequence[Cell]) -> list[str]:
    """A column's values as texts: a true minus, thousands apart, and one number of decimals all down.

    That is one where the smallest that is no whole number is 10 or more, else two or three, and fewer where fewer say
    the same. A number of 100 and more has one at most, as counts and shares may stand in one column.
    """
    sizes = [abs(value) for value in column if isinstance(value, (int, float))]
    parts = [size for size in sizes if size != int(size)]
    decimals = _decimals(parts) if parts else 0
    apart = bool(parts) or max(sizes, default=0) >= GROUPED
    return [_said(value, decimals, apart) if isinstance(value, (int, float)) else value or "" for value in column]


def _decimals(parts: Sequence[float]) -> int:
    least = min(parts)
    most = 1 if least >= 10 else 2 if least >= 1 else 3
    enough = (n for n in range(1, most) if all(round(part, n) == round(part, most) for part in parts))
    return next(enough, most)


def _said(value: float, decimals: int, apart: bool) -> str:
    if abs(value) >= 100 and decimals > 1:
        decimals = 0 if value == int(value) else 1
    said = f"{value:,.{decimals}f}" if apart else f"{value:.{decimals}f}"
    if not said.strip("-0."):
        said = said.removeprefix("-")
    return said.replace("-", "−")
