"""What readers see before Streamlit starts: a page's answer and its figure as plain HTML, and what previews show.

Made once for each page and view, kept, and the same for everybody. Without JavaScript it is the whole story.
"""

from __future__ import annotations

import asyncio
import html
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from lib.chapters.blocks import Heading, Onward, Piece, Shown
from lib.chapters.chapters import BY_SLUG, CHAPTERS, Chapter
from lib.chapters.contents import contents, opening
from lib.chapters.leads import Lead, LeadFigure, lead, lead_figure, source_line, title
from lib.chapters.reading import ALL_CHAPTERS, neighbors, progress
from lib.charts.theme import THEMES
from lib.errors import StoryError
from lib.export import blocks_html as plain
from lib.export import images as pictures
from lib.export.coalescing_cache import BusyError, Shelf
from lib.export.render_options import CANVASES, Look
from lib.export.style import colors, tables, taps
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.citation import PAGE_LINK, ROWS_LINK, query_of, reduced
from lib.figures.common import pair_text
from lib.figures.registry import drawing
from lib.story.check import can_count, check_named
from lib.story.load import load_story
from lib.story.model import Claim
from lib.story.records import hold_records, open_records
from lib.story.site import SITE_TITLE
from lib.story.verdict import PLAIN, Verdict, over_windows
from lib.story.view import View, read_view
from lib.web.query import is_embedded, read_page_query
from lib.web.responses import held_records, log_once

CONNECTION = (
    '<p id="connection" role="status" hidden data-cut="Reconnecting. You can keep reading." '
    'data-never="You can’t change the dates right now: this page has no connection to its server. '
    'You can keep reading, or reload the page."></p>'
)
"""What takes the place of Streamlit's dialog for developers; ``HAND_OVER`` shows it."""
WIDE, NARROW = 702, 356
"""Widths in px of a figure on a wide page and on a phone."""
NARROW_PAGE = 553
"""Width in px of a window up to which figures are drawn for a phone."""
MOST_INLINE = 60_000  # bytes of a figure; a larger one is a file of its own
PATIENCE = 0.6  # seconds that a page waits for its figure; without it, it says what the figure shows
TEXT_PATIENCE = 4.0

ROOT, PICTURE = "\ue000", "\ue001"
"""Marks for where the story stands and for the figure, as neither is known when a page's texts are made."""

LOCAL = {
    400: "local('Times New Roman'),local('Liberation Serif')",
    600: "local('Times New Roman Bold'),local('Liberation Serif Bold')",
}
UNTIL_THEN = (("Until Then", 400, 112), ("Until Then", 600, 107), ("Then Links", 400, 118), ("Then Links", 600, 112))
"""Fonts that readers have, by name, weight and percent of their size, made about as wide as Source Serif: lines of
text, and the row of links, break alike before and after that arrives."""
_MEDIA = Path(st.__file__).parent / "static" / "static" / "media"


def _font(start: str) -> str | None:
    """Where Streamlit serves a font, relative to the shell; None where this one has none of that name."""
    return next((f"./static/media/{file.name}" for file in _MEDIA.glob(f"{start}*.woff2")), None)


def _faces() -> str:
    """The page's font, as Streamlit's style sheet declares it later, and what stands in for it until it arrives."""
    font, own = _font("SourceSerifVariable-Roman"), ""
    if font:
        own = (
            f'<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>'
            "<style>@font-face{font-family:'Source Serif';font-weight:100 900;"
            f"src:url({font})format('woff2');font-display:swap}}</style>"
        )
    local = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};src:{LOCAL[weight]};size-adjust:{size}%;"
        "ascent-override:80%;descent-override:20%}"
        for family, weight, size in UNTIL_THEN
    )
    return f"{own}<style>{local}</style>"


STYLE = (
    f"{_faces()}<style>html{{font-size:17px}}"
    # As Streamlit sets the same elements (.streamlit/config.toml): text must not move when it takes over.
    f":is(#first-paint,#connection){{{colors(THEMES['light'])}}}"
    f"@media screen and (prefers-color-scheme:dark){{:is(#first-paint,#connection){{{colors(THEMES['dark'])};"
    "color-scheme:dark}}"
    "#first-paint{position:fixed;inset:0;overflow:auto;z-index:999991;background:var(--page);"
    "color:var(--ink);font:400 17px/1.6 'Source Serif','Until Then',serif;-webkit-font-smoothing:auto}"
    "#first-paint>*{box-sizing:border-box;max-width:736px;margin:0 auto;padding:0 17px}"
    "#first-paint>:first-child{padding-top:68px}#first-paint main{padding-bottom:51px}"
    "#first-paint nav+main{padding-top:17px}"
    "#first-paint ul{padding:0 0 0 1.5em;margin:0 0 17px}"
    "#first-paint nav details{border:1px solid var(--rule);border-radius:4px;margin:0}"
    "#first-paint nav summary{padding:0 12.75px 0 38.25px;font-size:14.875px;line-height:44px;cursor:pointer;"
    "list-style:none}"
    "#first-paint nav ul{list-style:none;padding:0 17px;margin:0}"
    "#first-paint nav a{color:var(--ink);text-decoration:none;font-size:14.875px;line-height:44px;padding:0 8.5px}"
    "#first-paint .onward{display:flex;flex-wrap:wrap;justify-content:space-between;gap:17px;line-height:44px}"
    "#first-paint .card{border:1px solid var(--rule);border-radius:4px;padding:0 17px;margin:0 0 17px}"
    "#first-paint nav a[aria-current]{font-weight:600}"
    "#first-paint :is(h1,h2,h3,h4){margin:0;font-weight:600;line-height:1.2;overflow-wrap:break-word}"
    "#first-paint h1{font-size:34px;padding:21.25px 0 17px;text-wrap:balance}"
    "#first-paint h2{font-size:25.5px;padding:34px 0 17px;letter-spacing:-.1275px}"
    "#first-paint h3{font-size:20.4px;padding:25.5px 0 17px}#first-paint h4{font-size:17.85px;padding:25.5px 0 12.75px}"
    "#first-paint :is(p,li,summary){font-size:inherit}#first-paint p{margin:0 0 17px;overflow-wrap:break-word}"
    "#first-paint a{color:var(--link)}"
    "#first-paint :is(strong,b){font-weight:600}#first-paint .doubt span{color:var(--caveat)}"
    "#first-paint blockquote{margin:0 0 17px;padding-left:12.75px;border-left:3px solid var(--rule)}"
    "#first-paint .rows{margin:0 0 17px}"
    "#first-paint pre{white-space:pre-wrap;overflow-wrap:anywhere}#first-paint li{overflow-wrap:break-word}"
    "#first-paint .note{background:var(--box);padding:12.75px;border-radius:4px}"
    "#first-paint figure{margin:0 0 17px}:is(#first-paint,.stand-in) :is(svg,img){display:block;width:100%;height:auto}"
    "#first-paint figcaption,#first-paint .foot{font-size:14.875px;line-height:1.6;margin:17px 0;opacity:.85}"
    "#first-paint .narrow{display:none}#first-paint :focus-visible{outline:3px solid var(--link)}"
    f"@media(max-width:{NARROW_PAGE}px){{#first-paint .narrow{{display:block}}#first-paint .wide{{display:none}}}}"
    "#connection{position:fixed;inset:auto 0 0;z-index:999992;margin:0;padding:8.5px 17px;text-align:center;"
    "font:14.875px/1.6 'Source Serif','Until Then',serif;color:var(--page);background:var(--ink)}"
    "#connection[hidden]{display:none}"
    # Some of Streamlit's own parts say that they are to be seen.
    "#root[data-waiting] *{visibility:hidden!important}"
    "#root[data-drawing] [data-testid=stVegaLiteChart]:not([data-released])"
    "{width:0!important;min-width:0!important;min-height:20rem}"
    # Not with :has(), which would make every change to a page with figures cost a tenth of a second.
    "[data-stood-in]{position:relative}"
    "[data-stood-in]>:not(.stand-in){position:absolute;inset:0 0 auto;visibility:hidden}"
    f"{tables('#first-paint ')}"
    f"{taps('#first-paint nav a,#first-paint figcaption a')}"
    "@media print{#first-paint{position:static;overflow:visible}}</style>"
    "<noscript><style>#first-paint{position:static;overflow:visible;min-height:100vh}"
    "body{margin:0}</style></noscript>"
)
HAND_OVER = Path(__file__).with_name("takeover.js").read_text(encoding="utf-8")
"""Streamlit empties its root element before it has anything to show. So the first paint steps beside it, over it, and
goes when the page stands: nothing flashes, and nobody is read two pages at once. Its links to the first page have no
path, so that who opens one in a new tab would get the same page again. And Streamlit leaves readers who go
on to another page as far down as they were, and the keyboard nowhere: both start at its top. Readers who are further
down than the opening reaches keep the first paint until the rest is there, which a line closes.

Streamlit would draw all figures of a page in one go, and on a phone nothing moves meanwhile. A figure without a width
is not drawn, so they get theirs one after the other, from the top."""

TEXTS = Shelf(most_bytes=16 * 2**20, most_waiting=16, hands=1)
PICTURES = Shelf(most_bytes=16 * 2**20, most_waiting=6, hands=1)

TITLES = ("State’s Attorney ", "Police Commissioner ")
"""What a speaker's name begins with where it is a person's."""
RATINGS = {Verdict.MATCHES: 5, Verdict.SIZE_NOT: 3, Verdict.DEPENDS: 3, Verdict.CONTRADICTED: 1}
"""What search engines are told of a verdict, from 1 to 5; one that can't be given has words only."""


@dataclass(frozen=True)
class Asked:
    """A page as its address asks for it; ``base`` is the path of the story, ending in a slash.

    ``alone``: without links to the other chapters, as it is framed or printed.
    """

    chapter: Chapter
    view: View
    notes: tuple[str, ...] = ()
    base: str = "/"
    alone: bool = False

    @property
    def query(self) -> str:
        """What differs from the usual view, as an address carries it."""
        return urlencode(self.view.changed_params(self.chapter.usual), safe=":.,")

    def address(self, chapter: Chapter, root: str) -> str:
        """Where a chapter stands with the reader's windows and choices."""
        return f"{root}{chapter.slug}{'?' if self.query else ''}{self.query}"


@dataclass(frozen=True)
class Paint:
    """What goes into the shell: for its head, and for its root element; ``days``: the page's dates move by the day."""

    head: str
    body: str
    days: bool = True


async def paint(chapter: Chapter, query: str, root: str, base: str) -> Paint:
    """The first paint of a page; ``root`` is where the story stands for readers, ending in a slash, or empty.

    Where the numbers can't be had, or not in time: title and links alone.
    """
    async with held_records():
        try:
            return await _painted(chapter, query, root, base)
        except (StoryError, TimeoutError):
            return bare(chapter, base, root)
        except Exception:  # the page itself still opens; whoever runs the story sees why
            logging.getLogger(__name__).exception("The first paint of %r could not be made", chapter.slug)
            return bare(chapter, base, root)


async def _painted(chapter: Chapter, query: str, root: str, base: str) -> Paint:
    asked = await asyncio.to_thread(read, chapter, query, base)
    texts = await _within(TEXT_PATIENCE, TEXTS.ask(("text", asked, _version()), lambda: _texts(asked)))
    made = {name: text.replace(ROOT, html.escape(root)) for name, text in json.loads(texts).items()}
    shown = lead_figure(chapter)
    picture = await _picture_in_time(shown, asked) if shown and PICTURE in made["body"] else ""
    days = chapter.dates.resolution(asked.view.measure) == "day"
    return Paint(made["head"], made["body"].replace(PICTURE, picture), days)


def read(chapter: Chapter, query: str, base: str) -> Asked:
    """What a query asks for, as the page itself reads it. Raises DataError without data."""
    params, too_long = read_page_query(query)
    view, notes = read_view(params, chapter.usual, for_page=chapter.dates)
    alone = params.get("print") == "1" or is_embedded(query)
    return Asked(chapter, view, (*too_long, *notes), base, alone)


def warm_up(base: str) -> None:
    """Make what the first readers will ask for: every page in its usual view."""
    for chapter in BY_SLUG.values():
        try:
            with hold_records():
                asked = Asked(chapter, chapter.usual, base=base)
                shown = lead_figure(chapter)
                TEXTS.ask(("text", asked, _version()), lambda asked=asked: _texts(asked)).result()  # type: ignore[misc]
                if shown:
                    _ask_picture(shown, asked).result()
        except StoryError as error:
            log_once(str(error))


def bare(chapter: Chapter, base: str, root: str) -> Paint:
    """Title and links alone."""
    address = html.escape(f"{root}{chapter.slug}")
    links = _links([(f"{base}{each.slug}", each) for each in BY_SLUG.values()], chapter)
    head = f'<title>{html.escape(chapter.title)}</title><link rel="canonical" href="{address}">{STYLE}'
    return Paint(head, _body(links, chapter, ""))


async def _within(seconds: float, future: Future[bytes]) -> str:
    """What is in the making, as text. Raises TimeoutError; the making goes on, as others may wait for it."""
    found = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), seconds)
    return found.decode()


def _version() -> str:
    return open_records().version


# The figure


def _ask_picture(shown: LeadFigure, asked: Asked) -> Future[bytes]:
    view = reduced(shown.figure, asked.view)
    key = ("picture", shown, view, asked.base, _version())
    return PICTURES.ask(key, lambda: _picture(shown, view, asked.base).encode())


async def _picture_in_time(shown: LeadFigure, asked: Asked) -> str:
    try:
        return await _within(PATIENCE, _ask_picture(shown, asked))
    except (BusyError, TimeoutError):
        return f"<noscript>{_image(shown, asked.view, asked.base)}</noscript>"
    except StoryError as error:
        return f"<p>{html.escape(error.told)}</p>"


def _picture(shown: LeadFigure, view: View, base: str) -> str:
    """A figure inside the page, wide and narrow, in both themes; as a file of its own where it is too big for that."""
    colors: dict[str, str] = {}
    drawn = ""
    try:
        for name, width in (("wide", WIDE), ("narrow", NARROW)):
            picture, dark = plain.themed_svg(shown.figure, view, shown.claim, width, name)
            drawn += f'<div class="{name}">{picture}</div>'
            colors |= dark
    except plain.UnthemedError:
        drawn = ""
    if not drawn or len(drawn) > MOST_INLINE:
        made = pictures.drawn_svg(shown.figure, view, shown.claim, Look(width=WIDE))
        return _image(shown, view, base, pictures.size_of(made))
    rules = "".join(f"--c{light[1:]}:{dark};" for light, dark in sorted(colors.items()))
    return f"<style>@media screen and (prefers-color-scheme:dark){{#first-paint,.stand-in{{{rules}}}}}</style>{drawn}"


def _image(shown: LeadFigure, view: View, base: str, size: tuple[float, float] | None = None) -> str:
    """A figure as a picture from its own address."""

    def file(**look: str) -> str:
        return html.escape(f"{base}figure/{shown.figure}.svg?{query_of(shown.figure, view, shown.claim, **look)}")

    night, narrow = "(prefers-color-scheme: dark)", f"(max-width: {NARROW_PAGE}px)"
    wide_px, narrow_px = str(WIDE), str(NARROW)
    box = f' width="{size[0]:g}" height="{size[1]:g}"' if size else ""
    return (
        f'<picture><source media="{night} and {narrow}" srcset="{file(theme="dark", width=narrow_px)}">'
        f'<source media="{narrow}" srcset="{file(width=narrow_px)}">'
        f'<source media="{night}" srcset="{file(theme="dark", width=wide_px)}">'
        f'<img src="{file(width=wide_px)}"{box} alt="{html.escape(drawing(shown.figure, view, shown.claim).alt)}">'
        "</picture>"
    )


def _figure_links(figure: str, view: View, claim: str | None, base: str) -> str:
    query = html.escape(query_of(figure, view, claim))
    return (
        f'<figcaption><a href="{base}figure/{figure}?{query}">{PAGE_LINK}</a> · '
        f'<a href="{base}figure/{figure}.csv?{query}">{ROWS_LINK}</a></figcaption>'
    )


# The texts


def _texts(asked: Asked) -> bytes:
    """Head and body of a page, with ``ROOT`` and ``PICTURE`` in them. Raises as ``leads.lead``."""
    chapter, view = asked.chapter, asked.view
    told, shown = lead(chapter, view), lead_figure(chapter)
    pieces = opening(chapter, view)
    said = "".join(
        (
            *(f'<p class="note">{html.escape(note)}</p>' for note in asked.notes),
            f"<h1>{html.escape(title(chapter, view))}</h1>",
            *(
                _piece(piece, lambda found: _opening_figure(found, shown, asked.base), chapter, asked.base)
                for piece in pieces
            ),
            _rest(asked),
            "" if asked.alone else _neighbors(asked),
            f'<p class="foot">{html.escape(source_line())}</p>',
        )
    )
    pages = [(asked.address(each, asked.base), each) for each in BY_SLUG.values()]
    links = "" if asked.alone else _links(pages, chapter, progress(chapter))
    made = {"head": _head(asked, told, shown), "body": _body(links, chapter, said)}
    return json.dumps(made).encode()


def _body(links: str, chapter: Chapter, said: str) -> str:
    said = said or f"<h1>{html.escape(chapter.title)}</h1>"
    return f'<div id="first-paint">{links}<main>{said}</main></div>'


def _links(pages: list[tuple[str, Chapter]], here: Chapter, place: str = ALL_CHAPTERS) -> str:
    items = "".join(
        f'<li><a href="{html.escape(address)}"{" aria-current=page" if page is here else ""}>'
        f"{html.escape(page.short)}</a></li>"
        for address, page in pages
    )
    return (
        f'<nav aria-label="Chapters"><details><summary>{html.escape(place)}</summary><ul>{items}</ul></details></nav>'
    )


def _neighbors(asked: Asked) -> str:
    if asked.chapter not in CHAPTERS:
        return ""
    links = (plain.link(asked.address(each, asked.base), label) for label, each in neighbors(asked.chapter))
    return f'<p class="onward">{" ".join(links)}</p>'


def _piece(piece: Piece, shown: Callable[[Shown], str], here: Chapter, base: str) -> str:
    def address(link: Onward) -> str:
        query = urlencode(link.view.changed_params(here.usual), safe=":.,")
        return f"{base}{link.chapter.slug}{'?' if query else ''}{query}"

    return plain.piece_html(piece, shown, address)


def _opening_figure(found: Shown, leads_with: LeadFigure | None, base: str) -> str:
    """A figure above the first heading: the chapter's own stands in the page, another is a picture of its own."""
    if leads_with is None or (found.figure, found.claim) != (leads_with.figure, leads_with.claim):
        return _offered(found, base)
    view = reduced(found.figure, found.view)
    return f"<figure>{PICTURE}{_figure_links(found.figure, view, found.claim, base)}</figure>"


def _rest(asked: Asked) -> str:
    """What follows the opening on the page, in its usual windows; pictures only where there is no script."""
    rest = _usual_rest(asked.chapter, asked.base, _version())
    if not rest or asked.view == asked.chapter.usual or not asked.chapter.claims:
        return rest
    usual = pair_text(asked.chapter.usual.pair)
    return (
        f'<p class="note">What follows is the rest of this page in its usual windows, {html.escape(usual)}.</p>{rest}'
    )


@lru_cache(maxsize=32)
def _usual_rest(chapter: Chapter, base: str, version: str) -> str:  # noqa: ARG001 - the version is the cache's key
    rest = dropwhile(lambda piece: not isinstance(piece, Heading), contents(chapter))
    return "".join(_piece(piece, lambda found: _offered(found, base), chapter, base) for piece in rest)


def _offered(found: Shown, base: str) -> str:
    """A figure further down: its title with links, and the picture itself where there is no script."""
    try:
        made = drawing(found.figure, found.view, found.claim)
    except StoryError as error:
        return f"<p>{html.escape(error.told)}</p>"
    view = reduced(found.figure, found.view)
    image = _image(LeadFigure(found.figure, found.claim), view, base).replace("<img ", '<img loading="lazy" ')
    return (
        f"<figure><noscript>{image}</noscript><p><strong>{html.escape(made.frame.title)}</strong></p>"
        f"{_figure_links(found.figure, view, found.claim, base)}</figure>"
    )


# The head


def _head(asked: Asked, opening: Lead, shown: LeadFigure | None) -> str:
    chapter = asked.chapter
    said = [plain.as_text(text) for text in (*opening.sentences, *opening.missing)]
    called = title(chapter, asked.view)
    description = said[0] if said else called
    canonical = asked.address(chapter, ROOT)
    graph = {
        "og:type": "article",
        "og:site_name": SITE_TITLE,
        "og:title": called,
        "og:description": description,
        "og:url": canonical,
    }
    named = {
        "description": description,
        "twitter:card": "summary_large_image" if shown else "summary",
        "twitter:title": called,
        "twitter:description": description,
    }
    card = _card(asked, shown)
    if card:
        address, alt = card
        graph |= {
            "og:image": address,
            "og:image:type": "image/png",
            "og:image:width": str(CANVASES["card"].width),
            "og:image:height": str(CANVASES["card"].height),
            "og:image:alt": alt,
        }
        named |= {"twitter:image": address, "twitter:image:alt": alt}
    metas = [("name", *item) for item in named.items()] + [("property", *item) for item in graph.items()]
    article = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": called,
        "description": description,
        "url": canonical,
        "inLanguage": "en",
        "author": {"@type": "Organization", "name": SITE_TITLE, "url": ROOT},
        "isPartOf": {"@type": "WebSite", "name": SITE_TITLE, "url": ROOT},
        **({"image": card[0]} if card else {}),
    }
    return (
        f'<title>{html.escape(called)}</title><link rel="canonical" href="{html.escape(canonical)}">'
        + "".join(f'<meta {kind}="{name}" content="{html.escape(text)}">' for kind, name, text in metas)
        + "".join(_linked_data(data) for data in (article, *map(_review, _reviewed(chapter))))
        + STYLE
    )


def _card(asked: Asked, shown: LeadFigure | None) -> tuple[str, str] | None:
    """Address and alt text of the picture for previews, None where the figure can't be drawn."""
    if shown is None:
        return None
    view = reduced(shown.figure, asked.view)
    try:
        alt = drawing(shown.figure, view, shown.claim).alt
    except StoryError:
        return None
    return f"{ROOT}figure/{shown.figure}.png?{query_of(shown.figure, view, shown.claim, size='card')}", alt


def _reviewed(chapter: Chapter) -> tuple[Claim, ...]:
    """The claims that a page checks: its own, on the first page all; never one about a cause."""
    claims = (claim for claim in load_story().claims.values() if claim.kind == "number" and can_count(claim))
    return tuple(claim for claim in claims if claim.chapter == chapter.slug or not chapter.slug)


def _review(claim: Claim) -> dict[str, Any]:
    """A checked claim as search engines read it: the verdict on the number over all its named windows."""
    found = check_named(claim)
    verdicts = [finding.verdict for finding in found if finding.verdict]
    if not verdicts:
        return {}
    overall = over_windows(verdicts)
    value = {"ratingValue": RATINGS[overall], "bestRating": 5, "worstRating": 1} if overall in RATINGS else {}
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{ROOT}{claim.chapter or ''}",
        "claimReviewed": claim.paraphrase,
        "author": {"@type": "Organization", "name": SITE_TITLE, "url": ROOT},
        "itemReviewed": {
            "@type": "Claim",
            "author": {
                "@type": "Person" if claim.speaker.startswith(TITLES) else "Organization",
                "name": claim.speaker,
            },
            "datePublished": f"{load_story().event('made-permanent').date}",
            "appearance": [{"@type": "CreativeWork", "url": source.address} for source in claim.sources],
        },
        "reviewRating": {"@type": "Rating", **value, "alternateName": PLAIN[overall]},
    }


def _linked_data(data: dict[str, Any]) -> str:
    """Data for search engines; nothing in it can end the element it stands in."""
    if not data:
        return ""
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return f'<script type="application/ld+json">{text}</script>'
