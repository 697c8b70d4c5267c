"""Addresses that no page leads to."""

from __future__ import annotations

import random
from itertools import cycle
from urllib.parse import quote, quote_plus

from lib.chapters.chapters import BY_SLUG
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES
from lib.story.view import PARAMS

NAMES = (*PARAMS, *("claim", "theme", "size", "width", "scale", "title", "subtitle", "v", "figure", "embed", "url"))
TEXTS = (
    *("", " ", "0", "-1", "1e9", "nan", "x" * 50, "../../etc/passwd", "\x00", "\r\nX: y", "\u202e", "日本", "🙂", "%"),
    *("<script>alert(1)</script>", "';--", "{{7*7}}", "${x}", "javascript:alert(1)", "//evil.example/", "a|b|c", "a,b"),
    *("2021-01-01..2021-03-26", "2021-03-26..2021-01-01", "9999-12-31..9999-12-31", "0001-01-01..0001-01-02", "Canton"),
    *("violent", "robbery", "arson,robbery", "month", "all", "dark", "card", "1", "true", "community:Canton", "%zz"),
    '>;rel=preload;as=script,<//evil.example/x.js>;rel="x"',
)
KINDS = ("csv", "csv", "csv", "json", "json", "parquet", "svg", "exe", "", "CSV")
ROUTES = (
    *(f"/{slug}" for slug in BY_SLUG),
    *("/figure/series", "/figure/series.csv", "/figure/series.json", "/figure/series.svg", "/embed/series", "/api"),
    *("/api/claims.json", "/api/findings.json", "/oembed", "/robots.txt", "/sitemap.xml", "/geo/x-1.json", "/nowhere"),
    *(
        "/windows/x-1.json",
        "/script/vega-0.js",
        "/font/x-0.woff",
        "/_stcore/health",
        "/_stcore/host-config",
        "/methods/",
    ),
    *("/_stcore/stream", "/media/x", "/component/x/y", "/static/js/none.js", "/_stcore/upload_file/a/b", "/figure/"),
)
"""One address of every kind."""


def shuffled_names(chance: random.Random, most: int) -> str:
    """Names that are near many neighborhoods' and are none, up to so many characters."""
    letters = list("canton hampden mi")
    names = []
    for _ in range(most // 18):
        chance.shuffle(letters)
        names.append("".join(letters).strip())
    return quote_plus("|".join(names))[:most]


SOME = (0, 1, 2, 3, 8)


def query(chance: random.Random, parts_of_it: tuple[int, ...] = SOME) -> str:
    """A query of one of these numbers of parts, now and then as long as it may be, or longer."""
    if chance.random() < 0.05:
        return (
            f"{chance.choice(('in', 'area', 'texts', 'x'))}={shuffled_names(chance, chance.choice((2000, 5900, 7000)))}"
        )
    parts = []
    for _ in range(chance.choice(parts_of_it)):
        text = chance.choice(TEXTS)
        parts.append(f"{chance.choice(NAMES)}={quote(text, safe=chance.choice(('', ',:|/<>')))}")
    return chance.choice(("&", "&", "&", "&amp;", ";")).join(parts)


def target(chance: random.Random) -> str:
    """A path with a query, as it goes over the wire."""
    asked = query(chance)
    draw = chance.random()
    if draw < 0.5:
        figure = chance.choice((*FIGURES, "none", quote(chance.choice(TEXTS), safe="")))
        kind = chance.choice(KINDS)
        path = chance.choice(
            [f"/figure/{figure}{ending}" for ending in (f".{kind}", "", "/menu")] + [f"/embed/{figure}"]
        )
    elif draw < 0.9:
        path = chance.choice(ROUTES)
    else:
        path = chance.choice(("/", "/./", "//", "/static/./././", "/%2e%2e/", "/_stcore/", "/figure/"))
        path += quote(chance.choice(TEXTS), safe="")
    return f"{path}?{asked}" if asked else path


def page_path(chance: random.Random) -> str:
    """A page's address with a hostile query."""
    return f"{chance.choice(list(BY_SLUG))}?{query(chance)}"


def page_paths(chance: random.Random) -> list[str]:
    """Every page's address with a query of one hostile value, of some or of many, in turn: for what takes its time."""
    return [f"{slug}?{query(chance, (parts,))}" for slug, parts in zip(BY_SLUG, cycle((1, 8, 16)), strict=False)]
