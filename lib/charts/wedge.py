"""A color for a change and how sure it is, and the wedge that is its key.

The surer a change, the more shades tell how large it is; the wider its interval, the fewer, until one grey is left:
a value-suppressing uncertainty palette (Correll, Moritz and Heer, Value-Suppressing Uncertainty Palettes, CHI 2018).
"""

from __future__ import annotations

import json
import math
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from lib.charts.layers import Layers, layered
from lib.charts.theme import Theme

RINGS = 4
"""Ring 0 is the tip, the least sure; ring r tells 2^r shades of change apart."""
WIDEST = (0.13, 0.075, 0.0375)
"""Up to which half-width of its interval a change lies in ring 1, 2, 3, on the scale of ``sureness``."""
STEP = 0.15
"""What a shade of the rim spans; those at its ends are open, and a ring further in has shades twice as wide."""
STRENGTHS = ((0.0,), (0.27,), (0.42, 0.8), (0.18, 0.48, 0.76, 1.0))
"""How strong the shades of each ring are, from no change outward: the less sure, the closer to grey."""
TONES = 2**RINGS - 1
OPENING = 1.75  # radians that the key spans
Floats = NDArray[np.float64]


def sureness(low: Floats, high: Floats) -> Floats:
    """Half the width of intervals of changes (fractions) on a scale where falls and rises of a kind are as wide.

    That is the share of both windows' events that lie in the window under test: r / (1 + r) of a ratio r = 1 + change,
    where 0.025 is worth 10 points around no change.
    """
    shares = [(1 + ends) / (2 + ends) for ends in (low, high)]
    return np.asarray((shares[1] - shares[0]) / 2)


def tones(change: Floats, low: Floats, high: Floats) -> list[int]:
    """The tone of each change with its interval, as fractions: its place in ``tone_colors``."""
    ring = np.sum(sureness(low, high)[:, None] <= np.array(WIDEST), axis=1)
    shades = 2**ring
    span = STEP * 2.0 ** (RINGS - 1 - ring)
    at = np.clip(np.floor(change / span) + shades // 2, 0, shades - 1).astype(int)
    found: list[int] = (shades - 1 + at).tolist()
    return found


def tone_colors(theme: Theme) -> list[str]:
    """The colors of all tones: the tip's, then those of each ring from the largest fall to the largest rise."""
    neutral, unsure = _channels(theme.neutral), _channels(theme.unsure)
    found = []
    for ring, strengths in enumerate(STRENGTHS):
        base = unsure + ring / (RINGS - 1) * (neutral - unsure)
        falls = [base + strength * (_channels(theme.fell) - base) for strength in reversed(strengths)]
        rises = [base + strength * (_channels(theme.rose) - base) for strength in strengths]
        found += falls + rises if ring else [base]
    return ["#" + "".join(f"{round(channel):02x}" for channel in color) for color in found]


def _channels(color: str) -> Floats:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


def wedge(theme: Theme) -> Layers:
    """The key: its tip at the parameters ``keyX`` and ``keyY``, ``keyRadius`` long, all in px."""
    arcs = (
        alt.Chart(alt.sequence(0, TONES, as_="tone"))
        .transform_calculate(ring="floor(log(datum.tone + 1.5) / LN2)")
        .transform_calculate(
            begin=f"{OPENING} * ((datum.tone + 1) / pow(2, datum.ring) - 1.5)",
            end=f"{OPENING} * ((datum.tone + 2) / pow(2, datum.ring) - 1.5)",
            inner=f"datum.ring / {RINGS} * keyRadius",
            outer=f"(datum.ring + 1) / {RINGS} * keyRadius",
        )
        .mark_arc(x=alt.ExprRef(expr="keyX"), y=alt.ExprRef(expr="keyY"), stroke=theme.page, strokeWidth=1)
        .encode(
            theta=alt.Theta("begin:Q", scale=None, stack=None),
            theta2="end",
            radius=alt.Radius("inner:Q", scale=None, stack=None),
            radius2="outer",
        )
    )
    return layered(toned(arcs), _texts(theme))


def shades(theme: Theme) -> dict[str, str]:
    """The computed parameter that ``toned`` goes by."""
    return {"shades": json.dumps(tone_colors(theme))}


def toned(chart: alt.Chart, tone: str = "tone") -> alt.Chart:
    """A chart whose marks have the color of a field of tones."""
    shaded: alt.Chart = chart.transform_calculate(shade=f"shades[datum.{tone}]").encode(
        color=alt.Color("shade:N", scale=None)
    )
    return shaded


def _texts(theme: Theme) -> alt.Chart:
    """What the key's ends and rings mean."""
    end = OPENING / 2
    open_end = f"{STEP * (2 ** (RINGS - 2) - 1):.0%}"
    rows = [
        _text(f"−{open_end}", -0.85 * end, 1.0, aside=-6, down=-10),
        _text("or more", -0.85 * end, 1.0, aside=-6, down=5),
        _text("no change", 0, 1.0, down=-8),
        _text(f"+{open_end}", 0.85 * end, 1.0, aside=6, down=-10),
        _text("or more", 0.85 * end, 1.0, aside=6, down=5),
        _text("surest", end, 0.8, aside=8, down=6),
        _text("can’t tell", end, 0.14, aside=8),
    ]
    column = {name: json.dumps([row[name] for row in rows], ensure_ascii=False) for name in rows[0]}
    made: alt.Chart = (
        alt.Chart(alt.sequence(0, len(rows), as_="i"))
        .transform_calculate(**{name: f"{values}[datum.i]" for name, values in column.items()})
        .transform_calculate(
            at="keyX + datum.x * keyRadius + datum.aside", up="keyY - datum.y * keyRadius + datum.down"
        )
        .mark_text(
            fontSize=11,
            color=theme.muted,
            baseline="middle",
            align=alt.ExprRef(expr="datum.aside > 0 ? 'left' : datum.aside < 0 ? 'right' : 'center'"),
        )
        .encode(x=alt.X("at:Q", scale=None, axis=None), y=alt.Y("up:Q", scale=None, axis=None), text="text:N")
    )
    return made


def _text(text: str, angle: float, distance: float, aside: int = 0, down: int = 0) -> dict[str, Any]:
    """A text beside a point of the key: ``distance`` radii from the tip, moved by ``aside`` and ``down`` px."""
    return {
        "text": text,
        "x": round(distance * math.sin(angle), 3),
        "y": round(distance * math.cos(angle), 3),
        "aside": aside,
        "down": down,
    }
