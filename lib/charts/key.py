"""A key drawn above the plot with the marks themselves, where they can't be labelled directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from lib.charts.theme import NARROW_BELOW

SIZE = 420  # px² of a sign: its path reaches about 10 px to either side
LETTER, SIGN = 5.8, 40  # px of an average letter, and of a sign with the gaps around it
NARROW_ROOM, WIDE_ROOM = 320, 590  # px for a row of the key on a phone, and in any wide picture

# Paths from -1 to 1; y runs downward.
DOT = "M.45,0A.45,.45,0,1,1,-.45,0A.45,.45,0,1,1,.45,0Z"
DOT_ON_LINE = f"M-1,0H-.45M.45,0H1{DOT}"
DIAMOND = "M0,-.55L.55,0L0,.55L-.55,0Z"
DIAMOND_ON_LINE = f"M-1,0H-.55M.55,0H1{DIAMOND}"
SQUARE = "M-.42,-.42H.42V.42H-.42Z"
TRIANGLE = "M0,-.55L.55,.4H-.55Z"
BAR = "M-1,-.33H1V.33H-1Z"
THICK_LINE = "M-1,-.16H1V.16H-1Z"
DASHES = "M-1,-.1H-.4V.1H-1ZM-.25,-.1H.35V.1H-.25ZM.5,-.1H1V.1H.5Z"
UPRIGHT = "M-.06,-.8H.06V.8H-.06Z"
ARROW = "M-.9,0H.8M.3,-.45L.85,0L.3,.45L.85,0"


@dataclass(frozen=True)
class Sign:
    """A mark of the key: its path, one of those above, and its colors."""

    path: str
    fill: str
    stroke: str


def key(signs: Mapping[str, Sign]) -> alt.Chart:
    """A layer that draws nothing but the key of those ``signs`` that the parameters of ``explained`` name."""
    legend = alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        columns=alt.ExprRef(expr=f"width < {NARROW_BELOW} ? keyColumns[0] : keyColumns[1]"),
        columnPadding=16,
        rowPadding=3,
        values=alt.ExprRef(expr="keys"),
        labelExpr="keyWords[indexof(keys, datum.value)]",
        labelLimit=0,
        labelFontSize=12.5,
        symbolSize=SIZE,
        symbolStrokeWidth=2,
        symbolOpacity=1,
        offset=14,
    )

    def scale(field: str) -> alt.Scale:
        return alt.Scale(domain=list(signs), range=[getattr(sign, field) for sign in signs.values()])

    made: alt.Chart = (
        alt.Chart(alt.NamedData(name="zero"))
        .transform_filter("false")
        .mark_point()
        .encode(
            shape=alt.Shape("sign:N", scale=scale("path"), legend=legend),
            fill=alt.Fill("sign:N", scale=scale("fill"), legend=legend),
            stroke=alt.Stroke("sign:N", scale=scale("stroke"), legend=legend),
        )
    )
    return made


def explained(**words: str) -> dict[str, Any]:
    """The parameters for a key: what each of the chart's signs, by its name, stands for."""
    texts = list(words.values())
    return {
        "keys": list(words),
        "keyWords": texts,
        "keyColumns": [_columns(texts, NARROW_ROOM), _columns(texts, WIDE_ROOM)],
    }


def _columns(texts: Sequence[str], room: float) -> int:
    """As many columns as fit; every column is as wide as its widest text."""
    for columns in range(len(texts), 1, -1):
        widest = [max(map(len, texts[column::columns])) for column in range(columns)]
        if sum(SIGN + LETTER * letters for letters in widest) <= room:
            return columns
    return 1
