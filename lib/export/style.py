"""The style sheets of plain HTML: figures' own pages, the page on data, the archive. Every color is a theme's."""

from __future__ import annotations

from lib.charts.theme import THEMES, Theme
from lib.export.assets import STATIC, read_css

REDUCED_MOTION = read_css(STATIC / "reduced_motion.css")
_TABLES, _TABLES_ON_PAPER = read_css(STATIC / "tables.css"), read_css(STATIC / "tables_on_paper.css")


def colors(theme: Theme) -> str:
    """The theme's colors as CSS variables. ``--rule`` divides, ``--edge`` is the border of what can be used."""
    named = {
        "page": theme.page,
        "box": theme.box,
        "ink": theme.ink,
        "muted": theme.muted,
        "link": theme.link,
        "rule": theme.rule,
        "edge": theme.baseline,
        "caveat": theme.caveat,
    }
    return ";".join(f"--{name}:{color}" for name, color in named.items())


def both_themes(place: str = ":root") -> str:
    """Colors that follow the reader's system; on paper they are light."""
    return (
        f"{place}{{color-scheme:light dark;{colors(THEMES['light'])}}}"
        f"@media screen and (prefers-color-scheme:dark){{{place}{{{colors(THEMES['dark'])}}}}}"
    )


def tables(place: str = "") -> str:
    """Rules for tables; ``place`` is a selector of what they stand in, everywhere where it is empty."""
    return f"{_within(place, _TABLES)}@media print{{{tables_on_paper(place)}}}"


def tables_on_paper(place: str = "") -> str:
    """The same for what is made to be printed, or pictured whole."""
    return _within(place, _TABLES_ON_PAPER)


def _within(place: str, rules: str) -> str:
    return f"{place}{{{rules}}}" if place else rules


_BASE = f"{both_themes()}{read_css(STATIC / 'base.css')}{tables()}{REDUCED_MOTION}"
PAGE = _BASE + read_css(STATIC / "page.css")
"""For one figure's page, the page on data, and where there is no page."""
ARCHIVE = _BASE + read_css(STATIC / "archive.css")
"""For the folder that holds the whole story."""
FRAME = read_css(STATIC / "frame.css") + REDUCED_MOTION
"""For a figure alone, as it is framed or saved."""
