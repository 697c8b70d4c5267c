"""The tokens of the whole look: colors and type; and the look of every chart, with title, source and caveat inside.

Everything that has a color takes it from here: charts, pages of plain HTML, the first paint, the archive. Streamlit's
own parts read ``.streamlit/config.toml``, which a test holds against these.
"""

from __future__ import annotations

import textwrap
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

ThemeName = Literal["light", "dark"]

SANS = '"Source Sans", sans-serif'
SERIF = '"Source Serif", serif'
NARROW_BELOW = 600  # px of plot width under which text is wrapped for a phone: the lines of wide pictures need that
TITLE_CHARACTER, SUBTITLE_CHARACTER, FOOT_CHARACTER = 8.9, 6.1, 5.2  # px of an average character, with some to spare
FOOT_LINE = 13
_BREAK = "\u2060"  # seen by nobody
AXIS_TITLE = 18
FOOT_TOP = 36  # px from the plot to the foot, past the labels of the axis


@dataclass(frozen=True)
class Theme:
    """Colors of one theme. Text holds 4.5:1 against page and box; marks, and the edges of bands, 3:1.

    ``fell``, ``neutral`` and ``rose`` are the diverging scale of changes, which fades to ``unsure``; ``least`` and
    ``most`` the one of amounts; ``water`` to ``park_name`` are of a map's ground. Blue and orange stay
    apart for every kind of color blindness.
    """

    name: ThemeName
    page: str
    box: str
    ink: str
    muted: str
    link: str
    rule: str
    grid: str
    accent: str
    accent_band: str
    baseline: str
    baseline_band: str
    caveat: str
    fell: str
    neutral: str
    rose: str
    unsure: str
    least: str
    most: str
    water: str
    shore: str
    shore_name: str
    park: str
    park_name: str


THEMES: dict[ThemeName, Theme] = {
    "light": Theme(
        name="light",
        page="#fffefb",
        box="#f4f1e9",
        ink="#1c1c1a",
        muted="#5d5d57",
        link="#1b5e9b",
        rule="#d9d5ca",
        grid="#e6e3da",
        accent="#1b5e9b",
        accent_band="#c9def1",
        baseline="#72726b",
        baseline_band="#dddbd3",
        caveat="#a8480f",
        fell="#2166ac",
        neutral="#e4e0d6",
        rose="#b35806",
        unsure="#d9d6ce",
        least="#e9eef4",
        most="#0b3c6f",
        water="#e8f3f9",
        shore="#9db7c2",
        shore_name="#4b6b7a",
        park="#c3d6b4",
        park_name="#3f5f33",
    ),
    "dark": Theme(
        name="dark",
        page="#14171a",
        box="#1f2428",
        ink="#ecebe6",
        muted="#adada5",
        link="#8fc1ee",
        rule="#3a3f45",
        grid="#33373c",
        accent="#7fb6e8",
        accent_band="#234a6d",
        baseline="#92958f",
        baseline_band="#3c4045",
        caveat="#f0a265",
        fell="#6aaee8",
        neutral="#3a3f45",
        rose="#f0a265",
        unsure="#3f4347",
        least="#22303d",
        most="#9ccbf5",
        water="#0b1a22",
        shore="#35505f",
        shore_name="#87a7b6",
        park="#2b3a2a",
        park_name="#a9c79b",
    ),
}

PAPER = {"page": "#ffffff", "ink": "#000000", "muted": "#3d3d3a"}
"""The colors that differ on paper; the others are those of the light theme."""


@dataclass(frozen=True)
class Frame:
    """The words inside a picture: its finding, what and when, and the foot with source and caveat."""

    title: str
    subtitle: str
    caveat: str
    source: str

    def params(self) -> dict[str, list[str]]:
        """The texts cut into lines, for a wide and for a narrow picture, as Vega parameter values."""
        return {
            "titleWide": _lines(self.title, 78),
            "titleNarrow": _lines(self.title, 35),
            "subtitleWide": _lines(self.subtitle, 104),
            "subtitleNarrow": _lines(self.subtitle, 52),
            "footWide": _lines(self.caveat, 125) + _lines(self.source, 125),
            "footNarrow": _lines(self.caveat, 50) + _lines(self.source, 50),
        }

    def fixed(self, width: int) -> dict[str, list[str]]:
        """As ``params``, for a picture whose whole width in px is known: both forms are the same lines."""
        lines = {
            "title": _lines(self.title, int(width / TITLE_CHARACTER)),
            "subtitle": _lines(self.subtitle, int(width / SUBTITLE_CHARACTER)),
            "foot": [
                line for text in (self.caveat, self.source) for line in _lines(text, int((width - 90) / FOOT_CHARACTER))
            ],
        }
        return {f"{name}{form}": cut for name, cut in lines.items() for form in ("Wide", "Narrow")}


@lru_cache(maxsize=2048)
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    """The text in as few lines as the width allows, of about the same length, so that no word is left alone."""
    # Long names of places break after a slash.
    breakable = text.replace("/", f"/{_BREAK} ")
    cut = partial(textwrap.wrap, breakable, break_on_hyphens=False)
    fewest = len(cut(width))
    longest = min(width, max(map(len, breakable.split()), default=1))
    even = bisect_left(range(longest, width), True, key=lambda narrower: len(cut(narrower)) <= fewest) + longest
    return tuple(line.replace(f"{_BREAK} ", "").replace(_BREAK, "") for line in cut(even))


def _lines(text: str, width: int) -> list[str]:
    return list(_wrapped(text, width))


def foot(theme: Theme, axis_title: bool) -> dict[str, Any]:
    """The layer below the plot with caveat and source; ``axis_title``: the x axis has a title to stand below."""
    return {
        "data": {"name": "foot"},
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "top",
            "fontSize": 11,
            "lineHeight": FOOT_LINE,
            "color": theme.muted,
            "clip": False,
            "text": {"expr": by_width("foot")},
            "x": 0,
            "y": {"expr": f"height + {FOOT_TOP + (AXIS_TITLE if axis_title else 0)}"},
        },
    }


def title() -> dict[str, Any]:
    """Title and subtitle, at the left edge of the picture, in as many lines as its width needs."""
    return {
        "text": {"expr": by_width("title")},
        "subtitle": {"expr": by_width("subtitle")},
        "anchor": "start",
        "frame": "bounds",
        "offset": 12,
        "limit": 0,  # else Streamlit cuts lines off that are less than 40 px narrower than the picture
    }


def edge(color: str) -> dict[str, Any]:
    """The edge of a band whose own color is too faint to be told from the page by everybody."""
    return {"stroke": color, "strokeWidth": 0.75}


def rings(theme: Theme) -> tuple[dict[str, Any], dict[str, Any]]:
    """The looks of a label's edge, in the page's color, and of the label itself: no line runs through a letter."""
    return {"stroke": theme.page, "strokeWidth": 4, "strokeJoin": "round"}, {}


def by_width(name: str) -> str:
    """The expression that picks the lines of a text for the picture's width."""
    return f"width < {NARROW_BELOW} ? {name}Narrow : {name}Wide"


def config(theme: Theme) -> dict[str, Any]:
    """Vega-Lite config of the theme."""
    return {
        "background": theme.page,
        "font": SANS,
        # The picture as a whole has its alt text, and a table says the same; hundreds of marks read out one by one say
        # less, and cost a phone their labels.
        "aria": False,
        # Streamlit would give every mark a tooltip of its field names.
        "mark": {"aria": False, "tooltip": False},
        "view": {"stroke": None},
        "title": {
            "font": SERIF,
            "fontSize": 17,
            "fontWeight": 600,
            "lineHeight": 21,
            "color": theme.ink,
            "subtitleFontSize": 12.5,
            "subtitleLineHeight": 16,
            "subtitleColor": theme.muted,
            "subtitlePadding": 6,
        },
        "axis": {
            "labelFont": SANS,
            "titleFont": SANS,
            "labelColor": theme.muted,
            "labelFontSize": 11.5,
            "titleColor": theme.muted,
            "titleFontSize": 11.5,
            "titleFontWeight": "normal",
            "gridColor": theme.grid,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
        },
        "legend": {"labelFont": SANS, "labelFontSize": 11.5, "labelColor": theme.muted},
        "text": {"color": theme.ink, "fontSize": 12},
    }
