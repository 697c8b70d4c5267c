"""The style sheet of plain HTML: figures' own pages, the page on data, the archive. Every color is a theme's.

Sizes of text are in rem, so that they follow what readers have set in their browser.
"""

from __future__ import annotations

from lib.charts.theme import THEMES, Theme
from lib.export import fonts
from lib.export.assets import REDUCED_MOTION, TABLES, TABLES_ON_PAPER

TAP = 44
"""Least height and width in px of what is tapped (WCAG 2.2, 2.5.5)."""
PHONE = "(max-width:640px),(pointer:coarse)"
"""Where readers tap instead of pointing."""


def taps(links: str) -> str:
    """Rules that let small links answer taps around them, without moving a line; ``links`` is a selector."""
    return (
        f"@media {PHONE}{{:is({links}){{position:relative;z-index:1}}:is({links})::after{{content:'';"
        f"position:absolute;left:50%;top:50%;width:max(100%,{TAP}px);height:{TAP}px;transform:translate(-50%,-50%)}}}}"
    )


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
    return f"{_within(place, TABLES)}@media print{{{tables_on_paper(place)}}}"


def tables_on_paper(place: str = "") -> str:
    """The same for what is made to be printed, or pictured whole."""
    return _within(place, TABLES_ON_PAPER)


def _within(place: str, rules: str) -> str:
    return f"{place}{{{rules}}}" if place else rules


_BASE = (
    f"{both_themes()}*{{box-sizing:border-box}}"
    f"body{{margin:0;background:var(--page);color:var(--ink);font:400 1.0625rem/1.55 '{fonts.FAMILY}',sans-serif;"
    "-webkit-text-size-adjust:100%}"
    f"h1,h2,h3,h4{{font-family:'{fonts.SERIF_FAMILY}',serif;font-weight:600;line-height:1.2;text-wrap:balance;"
    "overflow-wrap:anywhere}"
    "a{color:var(--link)}strong{font-weight:600}"
    f"{tables()}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}"
    ".card{border:1px solid var(--rule);border-radius:4px;padding:0 1rem;margin:1rem 0}"
    ":focus-visible{outline:3px solid var(--link);outline-offset:2px}"
    f"{REDUCED_MOTION}"
)

PAGE = (
    f"{_BASE}main{{max-width:760px;margin:0 auto;padding:1rem}}"
    "p,dd,li{overflow-wrap:anywhere}"
    "h1{font-size:1.7rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem}code{font-size:.9em}"
    "figure{margin:1rem 0}img{display:block;width:100%;height:auto}"
    "dl{font-size:.9rem;color:var(--muted)}dt{font-weight:600}dd{margin:0 0 .5rem}"
    "ul{padding-left:1.2rem}li{margin:.3rem 0}.note{border-left:4px solid var(--edge);padding-left:.8rem}"
    ".field{margin:1rem 0}label{display:block;font-weight:600;font-size:.9rem}"
    "textarea{width:100%;font:.875rem/1.4 ui-monospace,monospace;color:inherit;"
    "background:transparent;border:1px solid var(--edge);border-radius:4px;padding:.4rem;resize:vertical}"
    "button{font:inherit;font-size:.9rem;color:var(--page);background:var(--link);border:0;border-radius:4px;"
    "padding:.35rem .9rem;cursor:pointer}"
    f"@media {PHONE}{{.to a,.files a{{display:inline-block;min-width:{TAP}px;padding:.7rem 0}}.files li{{margin:0}}"
    f"button{{min-height:{TAP}px}}}}"
    "@media print{.files,.field,.to,.copy{display:none}}"
)
"""For one figure's page and the page on data. ``to`` are links on a line of their own, ``files`` a list of links."""

ARCHIVE = (
    f"{_BASE}main,nav,footer{{max-width:800px;margin:0 auto;padding:0 20px}}"
    "nav{display:flex;flex-wrap:wrap;gap:4px 18px;padding-top:18px;padding-bottom:10px;font-size:.94rem}"
    "h1{font-size:2.1rem;margin:24px 0 16px}h2{font-size:1.56rem;margin:44px 0 12px}"
    "h3{font-size:1.25rem;margin:32px 0 10px}h4{font-size:1.12rem;margin:32px 0 8px}"
    "nav a[aria-current]{color:var(--ink);font-weight:600;text-decoration:none}"
    "blockquote{margin:0 0 16px;padding-left:16px;border-left:3px solid var(--rule)}"
    ".doubt span{color:var(--caveat)}figure{margin:24px 0}figure svg,img{display:block;max-width:100%;height:auto}"
    "figcaption,section p,footer{font-size:.875rem;color:var(--muted)}section img{border:1px solid var(--rule)}"
    ".narrow{display:none}details{margin:16px 0}summary{cursor:pointer}"
    "footer{margin-top:48px;border-top:1px solid var(--rule);padding-bottom:32px}"
    "@media screen and (max-width:820px){.wide{display:none}.narrow{display:block}h1{font-size:1.69rem}}"
    "@media screen and (max-width:420px){main,nav,footer{padding-left:10px;padding-right:10px}}"
    f"@media {PHONE}{{nav a,figcaption a,section p a,summary{{display:inline-block;min-width:{TAP}px;"
    "padding:.7rem 0}nav{gap:0 18px}}"
    "@media print{nav,figcaption{display:none}body{font-size:11pt}figure,blockquote{break-inside:avoid}"
    "h1,h2,h3,h4{break-after:avoid}details>:not(summary){display:block}}"
)
"""For the folder that holds the whole story."""

FRAME = (
    "body{margin:0;background:var(--page);color:var(--ink)}#figure{width:100%;display:block}"
    "img{display:block;width:100%;height:auto}"
    f"p{{margin:0;padding:4px;font:.8125rem '{fonts.FAMILY}',sans-serif}}a{{color:var(--link)}}"
    ".unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}"
    f":focus-visible{{outline:3px solid var(--link)}}{REDUCED_MOTION}"
)
"""For a figure alone, as it is framed or saved."""
