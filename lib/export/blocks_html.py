"""Pages of plain HTML: paragraphs, quotes and caveats as markup, and pictures that follow the reader's theme."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt

from lib.chapters.blocks import (
    Block,
    Caption,
    Card,
    CaveatBlock,
    ChapterLink,
    Code,
    Collapsed,
    FigureBlock,
    Heading,
    Levers,
    Notice,
    Paragraphs,
    Quote,
    TableBlock,
)
from lib.chapters.stage import Stage
from lib.errors import ArgumentError
from lib.export import images as pictures
from lib.export.cells import cells
from lib.export.render_options import Look
from lib.figures.registry import Cell, drawing, spec
from lib.figures.url_data import inlined
from lib.story.view import View


class UnthemedError(ArgumentError):
    """A picture has no dark form that its colors alone could give."""


LONG = 28  # characters from which on a cell of a table is broken into lines
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_COLOR = re.compile(r"#[0-9a-fA-F]{6}\b")
_MIXED = re.compile(r"rgba?\(|hsla?\(")
_ROLES = re.compile(r' (?:aria-[a-z]+|role|class|xmlns:xlink|pointer-events)="[^"]*"')
_NOTHING = re.compile(r'<path d="[^"]*"(?: display="none")?/>|<g></g>')
_NAME = re.compile(r'(\bid="|href="#|url\(#)(?=[\w-])')


@lru_cache(maxsize=1024)
def markdown(text: str) -> str:
    """Markdown as HTML; markup in it stays text."""
    made: str = _MARKDOWN.render(text.strip())
    return made


def one_line(text: str) -> str:
    """Markdown of one paragraph as HTML, without the paragraph."""
    made: str = _MARKDOWN.renderInline(text)
    return made


@lru_cache(maxsize=1024)
def as_text(text: str) -> str:
    """Markdown as plain text on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markdown(text))).replace(" .", ".").split())


def link(address: str, text: str) -> str:
    """A link."""
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'


def doubt(block: CaveatBlock) -> str:
    """A reason for doubt as a paragraph."""
    return f'<p class="doubt"><span aria-hidden="true">▲</span> {one_line(f"{block.text} {block.sources}".strip())}</p>'


def block_html(block: Block, shown: Callable[[FigureBlock], str], address: Callable[[ChapterLink], str]) -> str:
    """A block of a page as HTML; ``shown`` draws a figure, ``address`` says where a link leads. Levers are left out."""
    match block:
        case Heading():
            named = f' id="{html.escape(block.target)}"' if block.level == 2 else ""
            return f"<h{block.level}{named}>{html.escape(block.text)}</h{block.level}>"
        case Paragraphs(folded=None):
            return markdown(block.text)
        case Paragraphs():
            return folded(block.folded or "", markdown(block.text))
        case Caption():
            return f'<p class="foot">{one_line(block.text)}</p>'
        case Notice():
            return f'<p class="note">{html.escape(block.text)}</p>'
        case Quote():
            claim = block.claim
            said = "".join(f"<p>{html.escape(line)}</p>" for line in block.said)
            links = ", ".join(link(source.address, source.name) for source in claim.sources)
            speaker = html.escape(claim.speaker)
            return f"<blockquote>{said}<p>{speaker}. Source: {links}</p></blockquote>"
        case CaveatBlock():
            return doubt(block)
        case FigureBlock():
            return shown(block)
        case TableBlock(folded=True):
            return folded(block.caption, tabled(block))
        case TableBlock():
            return tabled(block)
        case Code():
            return f"<pre>{html.escape(block.text)}</pre>"
        case Levers():
            return ""
        case ChapterLink():
            return f"<p>{link(address(block), block.label)}</p>"
        case Card():
            inner = "".join(block_html(each, shown, address) for each in block.blocks)
            return f'<section class="card">{inner}</section>'
        case Collapsed():
            return folded(block.label, "".join(block_html(each, shown, address) for each in block.make()))


def stage_html(found: Stage) -> str:
    """The dates and numbers beside a page's levers, and between which days ``drag.js`` lets a window be dragged."""
    # Where there is little room, only other than the usual dates say what they are compared with.
    kind, note = (
        (' class="unusual"', " <small>Not the usual dates of this page.</small>") if found.unusual else ("", "")
    )
    against = f"<span{kind}>{',' if ',' in found.windows else ''} {html.escape(found.against)}.</span>{note}"
    windows = f"<p><b>{html.escape(found.windows)}</b>{against}</p>" if found.windows else ""
    numbers = "".join(
        f"<li>{html.escape(now.label)} <b>{now.change}</b>"
        f"{f' <span>was {was}</span>' if was is not None else ''}"
        f"{f' <small>{html.escape(now.spread)}</small>' if now.spread else ''}</li>"
        for now, was in found.readings
    )
    brief = f'<p class="brief">{html.escape(found.brief)}</p>' if found.brief else ""
    finding = f'{brief}<p class="finding">{one_line(found.finding)}</p>' if found.finding else ""
    dragged = (
        f' data-test="{found.pair.current}" data-baseline="{found.pair.baseline[0]}" data-within="{found.within}"'
        if found.pair and found.within
        else ""
    )
    return f'<div class="stage-now"{dragged}>{windows}{f"<ul>{numbers}</ul>" if numbers else ""}{finding}</div>'


def folded(label: str, inner: str) -> str:
    """What a tap on a line opens."""
    return f"<details><summary>{html.escape(label)}</summary>{inner}</details>"


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], caption: str) -> str:
    """A table with its first column as heads of rows; numbers as ``cells`` has them, web addresses as links."""
    values = [[row[i] for row in rows] for i in range(len(columns))]
    sides = [_side(column) for column in values]
    said = zip(*(cells(column) for column in values), strict=True)
    names = zip(columns, sides, strict=True)
    heads = "".join(f'<th scope="col"{side}>{html.escape(name.replace("_", " "))}</th>' for name, side in names)
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>"
        + "".join(
            f'<tr><th scope="row"{sides[0]}>{_linked(row[0])}</th>'
            + "".join(f"<td{side}>{_linked(each)}</td>" for each, side in zip(row[1:], sides[1:], strict=True))
            + "</tr>"
            for row in said
        )
        + "</tbody></table>"
    )


def tabled(block: TableBlock) -> str:
    """A page's table; a wide one scrolls by itself."""
    made = table(list(block.columns), list(zip(*block.columns.values(), strict=True)), block.caption)
    return f'<div class="rows" role="region" aria-label="{html.escape(block.caption)}" tabindex="0">{made}</div>'


def _linked(said: str) -> str:
    return link(said, said) if said.startswith("https://") else html.escape(said)


def _side(cells: Sequence[Cell]) -> str:
    """How a column stands: numbers to the right, long texts in lines."""
    texts = [value for value in cells if isinstance(value, str)]
    if not texts:
        return ' class="number"'
    return ' class="long"' if max(map(len, texts)) > LONG else ""


def themed_svg(figure_id: str, view: View, claim: str | None, width: int, prefix: str) -> tuple[str, dict[str, str]]:
    """A figure as SVG for a page that has the fonts of pictures, and the dark color of each of its colors.

    Every color is the CSS variable ``--c`` and six digits, with the light color where that is not set; names inside
    begin with ``prefix``. Raises UnthemedError where its colors can't be told apart, and as
    ``registry.drawing``.
    """
    made = pictures.drawn_svg(figure_id, view, claim, Look(width=width))
    dark = dark_colors(figure_id, view, claim)
    if _MIXED.search(made):
        raise UnthemedError("A picture with mixed colors has no dark form of its own.")
    width_px, height_px = pictures.size_of(made)
    inner = _NOTHING.sub("", _ROLES.sub("", made[made.index(">") + 1 :]))
    inner = _NAME.sub(rf"\g<1>{prefix}-", inner)
    inner = re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}", inner)
    used = {color.lower(): dark[color.lower()] for color in _COLOR.findall(inner) if color.lower() in dark}
    inner = _COLOR.sub(
        lambda found: f"var(--c{found[0][1:].lower()},{found[0]})" if found[0].lower() in used else found[0], inner
    )
    alt = html.escape(drawing(figure_id, view, claim).alt)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt}" width="{width_px:g}" '
        f'height="{height_px:g}" viewBox="0 0 {width_px:g} {height_px:g}">{inner}',
        used,
    )


def dark_rules(scope: str, colors: Mapping[str, str]) -> str:
    """The style sheet that gives pictures of ``themed_svg`` inside ``scope`` their dark colors, but on paper."""
    rules = "".join(f"--c{light[1:]}:{dark};" for light, dark in sorted(colors.items()))
    return f"<style>@media screen and (prefers-color-scheme:dark){{{scope}{{{rules}}}}}</style>"


def dark_colors(figure_id: str, view: View, claim: str | None) -> dict[str, str]:
    """The dark color of each light color of a figure, as six digits after a ``#``, by its specs.

    Raises UnthemedError where one light color is two in the dark.
    """
    found: dict[str, str] = {}
    light, dark = (spec(figure_id, view, theme, claim) for theme in ("light", "dark"))
    for one, other in _texts(inlined(light), inlined(dark)):
        for color, dark_color in zip(_COLOR.findall(one), _COLOR.findall(other), strict=True):
            if found.setdefault(color.lower(), dark_color.lower()) != dark_color.lower():
                raise UnthemedError("A picture in which one color becomes two has no dark form of its own.")
    return found


def _texts(one: Any, other: Any) -> list[tuple[str, str]]:
    """The texts of two specs of one shape, side by side."""
    if isinstance(one, dict):
        return [pair for key in one for pair in _texts(one[key], other[key])]
    if isinstance(one, list):
        return [pair for parts in zip(one, other, strict=True) for pair in _texts(*parts)]
    return [(one, other)] if isinstance(one, str) else []
