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
from urllib.parse import urlencode

import streamlit as st

from lib.chapters.blocks import Block, ChapterLink, FigureBlock, Heading
from lib.chapters.chapters import BY_SLUG, CHAPTERS, Chapter
from lib.chapters.contents import contents, opening
from lib.chapters.leads import CLOSING, SOURCES, Lead, LeadFigure, lead, lead_figure, source_line, title
from lib.chapters.reading import ALL_CHAPTERS, neighbors, progress
from lib.charts.theme import SANS, SERIF, THEMES
from lib.errors import StoryError
from lib.export import blocks_html as plain
from lib.export import images as pictures
from lib.export.assets import read_css, read_js
from lib.export.coalescing_cache import BusyError, Shelf
from lib.export.fonts import NAMES
from lib.export.render_options import Look
from lib.export.style import colors, tables
from lib.export.templates import Preview, picture, render
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.citation import LINKS, query_of, reduced
from lib.figures.common import pair_text
from lib.figures.registry import drawing
from lib.story.records_in_use import hold_records, open_records
from lib.story.site import SITE_TITLE
from lib.story.view import View, read_view
from lib.web.query import is_embedded, read_page_query
from lib.web.responses import held_records, log_once
from lib.web.shell.linked_data import linked_data
from lib.web.shell.streamlit_style import CHAPTERS_ROW, STATIC

CONNECTION = (
    '<p id="connection" role="status" hidden data-cut="Reconnecting. You can keep reading." '
    'data-never="You can’t change the dates right now: this page has no connection to its server. '
    'You can keep reading, or reload the page."></p>'
)
"""What takes the place of Streamlit's dialog for developers; ``HAND_OVER`` shows it."""
WIDE, NARROW = 702, 356
FONTS = {NAMES[SANS]: "'Source Sans'", NAMES[SERIF]: "'Source Serif'"}
"""The fonts of pictures, and the same as Streamlit's pages have them."""
"""Widths in px of a figure on a wide page and on a phone."""
NARROW_PAGE = 553
"""Width in px of a window up to which figures are drawn for a phone."""
MOST_INLINE = 60_000  # bytes of a figure; a larger one is a file of its own
PATIENCE = 0.6  # seconds that a page waits for its figure; without it, it says what the figure shows
TEXT_PATIENCE = 4.0

ROOT, PICTURE = "\ue000", "\ue001"
"""Marks for where the story stands and for the figure, as neither is known when a page's texts are made."""

_MEDIA = Path(st.__file__).parent / "static" / "static" / "media"


def _font(start: str) -> str | None:
    """Where Streamlit serves a font, relative to the shell; None where this one has none of that name."""
    return next((f"./static/media/{file.name}" for file in _MEDIA.glob(f"{start}*.woff2")), None)


def _own_font() -> str:
    """The page's font, as Streamlit's style sheet declares it later."""
    font = _font("SourceSerifVariable-Roman")
    if not font:
        return ""
    return (
        f'<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>'
        "<style>@font-face{font-family:'Source Serif';font-weight:100 900;"
        f"src:url({font})format('woff2');font-display:swap}}</style>"
    )


_PLACE = ":is(#first-paint,#connection,#figure-menu)"
STYLE = (
    f"{_own_font()}<style>{_PLACE}{{{colors(THEMES['light'])}}}"
    f"@media screen and (prefers-color-scheme:dark){{{_PLACE}{{{colors(THEMES['dark'])};color-scheme:dark}}}}"
    f"{read_css(STATIC / 'prerender.css')}{read_css(STATIC / 'figure_menu.css')}{CHAPTERS_ROW}"
    f"{tables('#first-paint')}</style>"
    "<noscript><style>#first-paint{position:static;overflow:visible;min-height:100vh}"
    "body{margin:0}</style></noscript>"
)
SAID = '<p id="stage-said" role="status"></p>'
"""Where screen readers hear what a move of a lever did, and that something was copied; the scripts fill it."""
STAGE = "".join(read_js(STATIC / f"{name}.js") for name in ("stage", "drag", "figure_menu", "zoom"))
HAND_OVER = read_js(STATIC / "takeover.js")
"""Streamlit empties its root element before it has anything to show. So the first paint steps beside it, over it, and
goes when the page stands: nothing flashes, and nobody is read two pages at once. Its links to the first page have no
path, so that who opens one in a new tab would get the same page again. And Streamlit leaves readers who go
on to another page as far down as they were, and the keyboard nowhere: both start at its top. Readers who are further
down than the opening reaches keep the first paint until the rest is there, which a line closes.

Streamlit would draw all figures of a page in one go, and on a phone nothing moves meanwhile. A figure without a width
is not drawn, so they get theirs one after the other, from the top."""

TEXTS = Shelf(most_bytes=16 * 2**20, most_waiting=16, hands=1)
PICTURES = Shelf(most_bytes=16 * 2**20, most_waiting=6, hands=1)


@dataclass(frozen=True)
class PageRequest:
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
    """What goes into the shell: for its head, and for its root element."""

    head: str
    body: str


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
    return Paint(made["head"], made["body"].replace(PICTURE, picture))


def read(chapter: Chapter, query: str, base: str) -> PageRequest:
    """What a query asks for, as the page itself reads it. Raises DataError without data."""
    params, too_long = read_page_query(query)
    view, notes = read_view(params, chapter.usual, for_page=chapter.dates)
    alone = params.get("print") == "1" or is_embedded(query)
    return PageRequest(chapter, view, (*too_long, *notes), base, alone)


def warm_up(base: str) -> None:
    """Make what the first readers will ask for: every page in its usual view."""
    for chapter in BY_SLUG.values():
        try:
            with hold_records():
                asked = PageRequest(chapter, chapter.usual, base=base)
                shown = lead_figure(chapter)
                TEXTS.ask(("text", asked, _version()), lambda asked=asked: _texts(asked)).result()  # type: ignore[misc]
                if shown:
                    _ask_picture(shown, asked).result()
        except StoryError as error:
            log_once(str(error))


def bare(chapter: Chapter, base: str, root: str) -> Paint:
    """Title and links alone."""
    pages = [(f"{base}{each.slug}", each) for each in BY_SLUG.values()]
    head = render(
        "first_paint_head.html",
        title=chapter.title,
        preview=None,
        address=f"{root}{chapter.slug}",
        linked_data=[],
        style=STYLE,
    )
    return Paint(head, _body(chapter, f"<h1>{html.escape(chapter.title)}</h1>", pages, ALL_CHAPTERS))


async def _within(seconds: float, future: Future[bytes]) -> str:
    """What is in the making, as text. Raises TimeoutError; the making goes on, as others may wait for it."""
    found = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), seconds)
    return found.decode()


def _version() -> str:
    return open_records().version


# The figure


def _ask_picture(shown: LeadFigure, asked: PageRequest) -> Future[bytes]:
    view = reduced(shown.figure, asked.view)
    key = ("picture", shown, view, asked.base, _version())
    return PICTURES.ask(key, lambda: _picture(shown, view, asked.base).encode())


async def _picture_in_time(shown: LeadFigure, asked: PageRequest) -> str:
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
            for ours, theirs in FONTS.items():
                picture = picture.replace(ours, theirs)
            drawn += f'<div class="{name}">{picture}</div>'
            colors |= dark
    except plain.UnthemedError:
        drawn = ""
    if not drawn or len(drawn) > MOST_INLINE:
        made = pictures.drawn_svg(shown.figure, view, shown.claim, Look(width=WIDE))
        return _image(shown, view, base, pictures.size_of(made))
    return f"{plain.dark_rules('#first-paint,.stand-in', colors)}{drawn}"


def _image(
    shown: LeadFigure, view: View, base: str, size: tuple[float, float] | None = None, *, lazy: bool = False
) -> str:
    """A figure as a picture from its own address; ``size`` in px."""

    def file(**look: str) -> str:
        return f"{base}figure/{shown.figure}.svg?{query_of(shown.figure, view, shown.claim, **look)}"

    alt = drawing(shown.figure, view, shown.claim).alt
    return picture(file, alt, wide=str(WIDE), narrow=str(NARROW), below=NARROW_PAGE, size=size, lazy=lazy)


def _figure_links(figure: str, view: View, claim: str | None, base: str) -> str:
    query = html.escape(query_of(figure, view, claim))
    links = (f'<a href="{base}figure/{figure}{ending}?{query}">{label}</a>' for label, ending in LINKS)
    return f"<figcaption>{' · '.join(links)}</figcaption>"


# The texts


def _texts(asked: PageRequest) -> bytes:
    """Head and body of a page, with ``ROOT`` and ``PICTURE`` in them. Raises as ``leads.lead``."""
    chapter, view = asked.chapter, asked.view
    told, shown = lead(chapter, view), lead_figure(chapter)
    blocks = opening(chapter, view)
    said = "".join(
        (
            *(f'<p class="note">{html.escape(note)}</p>' for note in asked.notes),
            f"<h1>{html.escape(title(chapter, view))}</h1>",
            *(
                _block(block, lambda found: _opening_figure(found, shown, asked.base), chapter, asked.base)
                for block in blocks
            ),
            _rest(asked),
            "" if asked.alone else _neighbors(asked),
            f'<p class="foot">{CLOSING}</p>',
            plain.folded(SOURCES, f'<p class="foot">{html.escape(source_line())}</p>'),
        )
    )
    pages = [(asked.address(each, asked.base), each) for each in BY_SLUG.values()]
    body = _body(chapter, said, [] if asked.alone else pages, progress(chapter))
    made = {"head": _head(asked, told, shown), "body": body}
    return json.dumps(made).encode()


def _body(here: Chapter, main: str, pages: list[tuple[str, Chapter]], place: str) -> str:
    """What stands on a page: ``pages`` by their addresses, none where it stands alone; ``place`` is where it is."""
    return render("first_paint.html", pages=pages, here=here, place=place, main=main)


def _neighbors(asked: PageRequest) -> str:
    if asked.chapter not in CHAPTERS:
        return ""
    links = (plain.link(asked.address(each, asked.base), label) for label, each in neighbors(asked.chapter))
    return f'<p class="onward">{" ".join(links)}</p>'


def _block(block: Block, shown: Callable[[FigureBlock], str], here: Chapter, base: str) -> str:
    def address(link: ChapterLink) -> str:
        query = urlencode(link.view.changed_params(here.usual), safe=":.,")
        return f"{base}{link.chapter.slug}{'?' if query else ''}{query}"

    return plain.block_html(block, shown, address)


def _opening_figure(found: FigureBlock, leads_with: LeadFigure | None, base: str) -> str:
    """A figure above the first heading: the chapter's own stands in the page, another is a picture of its own."""
    if leads_with is None or (found.figure, found.claim) != (leads_with.figure, leads_with.claim):
        return _offered(found, base)
    view = reduced(found.figure, found.view)
    return f"<figure>{PICTURE}{_figure_links(found.figure, view, found.claim, base)}</figure>"


def _rest(asked: PageRequest) -> str:
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
    rest = dropwhile(lambda block: not isinstance(block, Heading), contents(chapter))
    return "".join(_block(block, lambda found: _offered(found, base), chapter, base) for block in rest)


def _offered(found: FigureBlock, base: str) -> str:
    """A figure further down: its title with links, and the picture itself where there is no script."""
    try:
        made = drawing(found.figure, found.view, found.claim)
    except StoryError as error:
        return f"<p>{html.escape(error.told)}</p>"
    view = reduced(found.figure, found.view)
    image = _image(LeadFigure(found.figure, found.claim), view, base, lazy=True)
    return (
        f"<figure><noscript>{image}</noscript><p><strong>{html.escape(made.frame.title)}</strong></p>"
        f"{_figure_links(found.figure, view, found.claim, base)}</figure>"
    )


# The head


def _head(asked: PageRequest, opening: Lead, shown: LeadFigure | None) -> str:
    chapter = asked.chapter
    said = [plain.as_text(text) for text in (*opening.sentences, *opening.missing)]
    called = title(chapter, asked.view)
    description = said[0] if said else called
    canonical = asked.address(chapter, ROOT)
    address, alt = _card(asked, shown) or (None, "")
    preview = Preview(SITE_TITLE, called, description, canonical, address, alt)
    return render(
        "first_paint_head.html",
        title=called,
        preview=preview,
        linked_data=linked_data(chapter, preview, ROOT),
        style=STYLE,
    )


def _card(asked: PageRequest, shown: LeadFigure | None) -> tuple[str, str] | None:
    """Address and alt text of the picture for previews, None where the figure can't be drawn."""
    if shown is None:
        return None
    view = reduced(shown.figure, asked.view)
    try:
        alt = drawing(shown.figure, view, shown.claim).alt
    except StoryError:
        return None
    return f"{ROOT}figure/{shown.figure}.png?{query_of(shown.figure, view, shown.claim, size='card')}", alt
