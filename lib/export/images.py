"""Figures as SVG, PNG and PDF, drawn without a browser from the same specs and numbers as on the pages."""

from __future__ import annotations

import html
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import vl_convert

from lib.charts.template import WORDS
from lib.charts.theme import FOOT_LINE, PAPER, THEMES
from lib.errors import ArgumentError
from lib.export import custom_titles as edited
from lib.export import fonts
from lib.export.render_options import CANVASES, COLUMN, MOST_PIXELS, Canvas, Look
from lib.figures.registry import Drawing, drawing, spec
from lib.figures.url_data import inlined
from lib.story.records_in_use import open_records
from lib.story.view import View

SHRINK, GROW = 0.55, 2.2
"""How far the plot of a figure may be lowered or raised to fill a canvas, as a part of its usual height."""

PPI, CONVERTER_PPI = 96, 72
"""Pixels an inch of a picture of scale 1, and what the converter takes for that."""
USUAL_AXIS = 50  # px beside the plot, as a first guess
NARROWEST_PLOT = 120
MOST_LAYOUTS = 4

ENLARGED = (0.72, 0.86, 1.0)
"""Parts of a canvas's usual width that are tried: drawn narrower, everything in the picture is larger."""

_PRINTED = {getattr(THEMES["light"], name): color for name, color in PAPER.items()}
"""Colors on paper, by what they are on a light page."""

_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)" viewBox="[^"]*">')


def picture_spec(figure_id: str, view: View, claim: str | None, look: Look, width: int) -> dict[str, Any]:
    """A figure's spec with everything inside it: outlines and cells, shipped fonts, lines cut for ``width`` px.

    Raises as ``registry.drawing`` does.
    """
    # What shows only under a pointer has no place in a picture.
    made: dict[str, Any] = with_fonts(_without_hover(inlined(spec(figure_id, view, look.chart_theme, claim))))
    texts = edited.fixed(drawing(figure_id, view, claim).frame, look, width)
    made["autosize"] = "pad"
    made["width"] = width - USUAL_AXIS
    made["params"] = [
        {**param, "value": texts[param["name"]]} if param["name"] in texts else param for param in made["params"]
    ]
    if look.plain:
        made.pop("title")
    return _printed(made) if look.theme == "print" else made


def svg(figure_id: str, view: View, claim: str | None, look: Look) -> str:
    """A figure as an SVG that stands alone: its fonts are inside, its alt text is its description."""
    made, about = drawn_svg(figure_id, view, claim, look), drawing(figure_id, view, claim)
    return _described(made, replace(about, frame=edited.edited_frame(about.frame, look)))


def png(figure_id: str, view: View, claim: str | None, look: Look, facts: Mapping[str, str]) -> bytes:
    """A figure as PNG; ``facts`` (title, source, windows ...) are written into the file.

    Raises ArgumentError for a picture of too many pixels.
    """
    made = drawn_svg(figure_id, view, claim, look)
    width, height = size_of(made)
    scale = 1.0 if look.size in CANVASES else look.scale
    if width * height * scale**2 > MOST_PIXELS:
        raise ArgumentError(
            f"A picture may have at most {MOST_PIXELS // 1_000_000} million pixels; choose a smaller one."
        )
    # A scale of 1 is 96 pixels an inch, as in browsers: printed, each picture is as large as it is drawn.
    drawn = vl_convert.svg_to_png(made, scale=CONVERTER_PPI / PPI, ppi=PPI * scale)
    return _with_facts(drawn, facts)


def pdf(figure_id: str, view: View, claim: str | None, look: Look, title: str) -> bytes:
    """A figure as PDF, in which text stays text; it says its title and its language."""
    from lib.export.documents import titled_pdf

    return titled_pdf(vl_convert.svg_to_pdf(drawn_svg(figure_id, view, claim, look)), title)


def page_color(look: Look) -> str:
    """The color behind the picture."""
    page = THEMES[look.chart_theme].page
    return _PRINTED[page] if look.theme == "print" else page


def size_of(picture: str) -> tuple[float, float]:
    """Width and height of an SVG, in px."""
    found = _SIZE.search(picture)
    if found is None:
        raise ValueError("not a finished SVG")
    return float(found[1]), float(found[2])


def drawn_svg(figure_id: str, view: View, claim: str | None, look: Look) -> str:
    """The picture as SVG without fonts and texts beside it, on its canvas where it has one. Raises as ``svg``."""
    return _drawn(figure_id, view, claim, replace(look, scale=1.0), open_records().version)


# The formats of one figure are mostly asked for one after the other.
@lru_cache(maxsize=16)
def _drawn(figure_id: str, view: View, claim: str | None, look: Look, version: str) -> str:  # noqa: ARG001
    fonts.register()
    if look.size not in CANVASES:
        width = COLUMN if look.size else look.width
        return _svg(picture_spec(figure_id, view, claim, look, width), width)
    canvas = CANVASES[look.size]
    template = drawing(figure_id, view, claim).template(look.chart_theme)
    if template.beside is not None and canvas.width > canvas.height:
        words = picture_spec(figure_id, view, claim, look, round(WORDS * canvas.drawn))
        return _on_canvas(_words_beside(words, template.beside, canvas), canvas, page_color(look))
    for part in ENLARGED:
        width = round(part * canvas.drawn)
        height = canvas.height * width / canvas.width
        made = _fitted(picture_spec(figure_id, view, claim, look, width), width, height, template.grows)
        if size_of(made)[1] <= height + 1:
            break
    return _on_canvas(made, canvas, page_color(look))


def _svg(made: dict[str, Any], width: int) -> str:
    """The spec as an SVG that is ``width`` px wide, whatever its labels need; sets the plot's width in the spec.

    Vega's own fitting goes by the labels of a first layout and cuts some off; so the plot is made narrower or wider by
    what the picture as a whole is off.
    """
    for _ in range(MOST_LAYOUTS):
        drawn = vl_convert.vegalite_to_svg(made)
        off = width - size_of(drawn)[0]
        if abs(off) < 1:
            break
        made["width"] = max(made["width"] + off, NARROWEST_PLOT)
    return drawn


def _fitted(made: dict[str, Any], width: int, height: float, grows: bool) -> str:
    """The picture with its plot lowered or raised toward a height in px."""
    drawn = _svg(made, width)
    usual = made["height"]
    missing = height - size_of(drawn)[1]
    if not grows or abs(missing) < 1:
        return drawn
    made["params"] = [param for param in made["params"] if param["name"] != "height"]
    made["height"] = min(max(usual + missing, SHRINK * usual), GROW * usual)
    return _svg(made, width)


def _words_beside(made: dict[str, Any], beside: Mapping[str, str], canvas: Canvas) -> str:
    """The picture as high as its canvas, its title, subtitle and foot inside the plot at its left edge."""
    lines = {param["name"]: param.get("value", "") for param in made["params"]}
    foot = FOOT_LINE * len(lines["footWide"])
    width, height = canvas.drawn, round(canvas.drawn * canvas.height / canvas.width)
    made = {**made, "width": width, "height": height, "padding": 0}
    computed = {**beside, "keyY": f"height - {foot + 16}"}
    made["params"] = [
        {"name": param["name"], "expr": computed[param["name"]]} if param["name"] in computed else param
        for param in made["params"]
        if param["name"] != "height"
    ]
    if "title" in made:
        head = 21 * len(lines["titleWide"]) + 6 + 16 * len(lines["subtitleWide"])
        made["title"] = {**made["title"], "frame": "group", "offset": -head}
    *layers, last = made["layer"]
    made["layer"] = [*layers, {**last, "mark": {**last["mark"], "y": {"expr": f"height - {foot}"}}}]
    return vl_convert.vegalite_to_svg(made)


def _on_canvas(picture: str, canvas: Canvas, page: str) -> str:
    """The picture in the middle of its canvas, as large as fits."""
    width, height = size_of(picture)
    margin = 0.03 * canvas.width
    scale = min((canvas.width - 2 * margin) / width, (canvas.height - 2 * margin) / height)
    x, y = (canvas.width - scale * width) / 2, (canvas.height - scale * height) / 2
    inner = picture[picture.index(">") + 1 : picture.rindex("</svg>")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'class="marks" width="{canvas.width}" height="{canvas.height}" viewBox="0 0 {canvas.width} {canvas.height}">'
        f'<rect width="100%" height="100%" fill="{page}"/>'
        f'<g transform="translate({x:.2f},{y:.2f}) scale({scale:.4f})">{inner}</g></svg>'
    )


def _described(picture: str, about: Drawing) -> str:
    """The SVG with its fonts, its title and its alt text inside."""
    texts = "".join(html.unescape(text) for text in re.findall(r">([^<]+)<", picture))
    start = picture.index(">")
    head = f'{picture[:start]} role="img" aria-labelledby="figure-title figure-text">'
    return (
        f'{head}<title id="figure-title">{html.escape(about.frame.title)}</title>'
        f'<desc id="figure-text">{html.escape(about.alt)}</desc>'
        f"<style>{fonts.face_rules(texts)}</style>{_with_fallbacks(picture[start + 1 :])}"
    )


def _with_fallbacks(drawn: str) -> str:
    """The drawing with fonts named that others may have: editors of drawings leave out those that are inside it."""
    for family, others in fonts.FALLBACKS.items():
        drawn = drawn.replace(f"font-family=\"'{family}'\"", f'font-family="{others}"')
    return drawn


def with_fonts(made: dict[str, Any]) -> dict[str, Any]:
    """The spec in the shipped fonts."""
    found: dict[str, Any] = _walk(made, lambda node: fonts.NAMES.get(node, node) if isinstance(node, str) else node)
    return found


def _printed(made: dict[str, Any]) -> dict[str, Any]:
    """The spec in the colors of paper; they stand inside expressions too."""

    def change(node: Any) -> Any:
        if isinstance(node, str):
            for color, other in _PRINTED.items():
                node = node.replace(color, other)
        return node

    found: dict[str, Any] = _walk(made, change)
    return found


def _walk(node: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(node, dict):
        return {key: _walk(value, change) for key, value in node.items()}
    if isinstance(node, list):
        return [_walk(value, change) for value in node]
    return change(node)


def _without_hover(node: Any) -> Any:
    """The spec without layers that are never seen, and without links, which lead nowhere from a file."""
    if isinstance(node, dict):
        return {
            key: [_without_hover(layer) for layer in value if not _unseen(layer)]
            if key == "layer"
            else _without_hover(value)
            for key, value in node.items()
            if key != "href"
        }
    return [_without_hover(item) for item in node] if isinstance(node, list) else node


def _unseen(layer: Mapping[str, Any]) -> bool:
    mark = layer.get("mark")
    return isinstance(mark, dict) and mark.get("opacity") == 0


def _with_facts(picture: bytes, facts: Mapping[str, str]) -> bytes:
    """The PNG with texts in it (iTXt chunks, W3C PNG specification, section 11.3.4.5), after its header."""
    header = 8 + 25
    chunks = b"".join(_chunk(name, text) for name, text in facts.items())
    return picture[:header] + chunks + picture[header:]


def _chunk(name: str, text: str) -> bytes:
    body = b"iTXt" + name.encode("latin-1") + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
