"""A figure as a page of its own that moves under the pointer: one that carries everything, and one that is embedded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import vl_convert

from lib.charts.theme import THEMES, ThemeName
from lib.export import fonts
from lib.export.assets import STATIC, read_js
from lib.export.custom_titles import edited_frame, edited_texts
from lib.export.images import with_fonts
from lib.export.render_options import Look
from lib.export.style import FRAME, colors
from lib.export.templates import NIGHT, render
from lib.figures.citation import Facts, query_of
from lib.figures.registry import drawing, spec
from lib.figures.url_data import inlined
from lib.story.view import View

PageTheme = Literal["light", "dark", "auto"]

Change = tuple[list[str | int], Any]
USUAL = Look()

DRAW, EMBED = read_js(STATIC / "draw.js"), read_js(STATIC / "embed.js")

AROUND = 150
"""Height in px of what stands above and below a plot in most figures."""


@lru_cache(maxsize=1)
def vega_script() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, which leaves the function ``draw`` behind. About 0.9 MB."""
    return vl_convert.javascript_bundle(DRAW)


@lru_cache(maxsize=1)
def vega_version() -> str:
    """A short hash of the script."""
    return hashlib.sha256(vega_script().encode()).hexdigest()[:8]


def responsive_spec(
    figure_id: str, view: View, claim: str | None, theme: ThemeName, look: Look = USUAL
) -> dict[str, Any]:
    """A figure's spec as wide as the element it is drawn in, with all its parts inside, in the shipped fonts.

    Of ``look`` it has an editor's words, and whether they are shown.
    """
    made: dict[str, Any] = with_fonts(inlined(spec(figure_id, view, theme, claim)))
    texts = edited_frame(drawing(figure_id, view, claim).frame, look).params()
    made["params"] = [
        {**param, "value": texts[param["name"]]} if param["name"] in texts else param for param in made["params"]
    ]
    if look.plain:
        made.pop("title")
    made["width"] = "container"
    # Vega-Embed names what it draws by this, and takes away the name that stood there.
    made["description"] = drawing(figure_id, view, claim).alt
    return made


def usual_height(figure_id: str, view: View, claim: str | None) -> int:
    """About how high in px an embedded figure is, for pages that can't ask it."""
    return int(spec(figure_id, view, "light", claim)["height"]) + AROUND


def document(figure_id: str, view: View, claim: str | None, look: Look, about: Facts) -> str:
    """A figure as one HTML file that asks nothing of any network, with an editor's title where ``look`` has one."""
    scripts = f"<script>{_inside(vega_script())}</script>"
    titled = replace(about, title=edited_texts(about, look).get("title", about.title))
    made = responsive_spec(figure_id, view, claim, look.chart_theme, look)
    return page(made, look.chart_theme, titled, scripts)


def embedded(figure_id: str, view: View, claim: str | None, theme: PageTheme, about: Facts, root: str) -> str:
    """A figure as a page to be framed; scripts and fonts are at addresses below ``root``, which ends in a slash.

    With the theme "auto" it is light or dark as the reader's system is. Where no script runs it is a picture.
    """
    first: ThemeName = "dark" if theme == "dark" else "light"
    made = responsive_spec(figure_id, view, claim, first)
    return page(
        made,
        first,
        about,
        f'<script src="{root}script/vega-{vega_version()}.js"></script>',
        faces=fonts.linked_rules(root),
        source=True,
        dark=changes(made, responsive_spec(figure_id, view, claim, "dark")) if theme == "auto" else (),
        still=_still(f"{root}figure/{figure_id}.svg?{query_of(figure_id, view, claim)}", theme, about),
    )


def _still(picture: str, theme: PageTheme, about: Facts) -> str:
    """The figure as a picture at its own address, for where no script runs."""
    dark = f"{picture}&theme=dark"
    return render(
        "picture.html",
        sources=[(NIGHT, dark)] if theme == "auto" else [],
        address=dark if theme == "dark" else picture,
        alt=about.alt,
        size=None,
        lazy=False,
    )


def changes(one: Any, other: Any, at: tuple[str | int, ...] = ()) -> list[Change]:
    """Where two trees of plain values differ: for each place its path, and what stands there in the other one."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [change for key in one for change in changes(one[key], other[key], (*at, key))]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [change for i, (left, right) in pairs for change in changes(left, right, (*at, i))]
    return [] if one == other else [(list(at), other)]


def page(
    made: dict[str, Any],
    theme: ThemeName,
    about: Facts,
    scripts: str,
    *,
    faces: str | None = None,
    source: bool = False,
    dark: Sequence[Change] = (),
    still: str = "",
) -> str:
    """A page that holds a figure and its alt text, and tells its height to the page that frames it.

    ``scripts`` must leave the function ``draw``; ``faces`` is the CSS of the fonts (None: they are put into the page),
    with ``source`` a link leads to the figure's own page, ``still`` is HTML in its place where no script runs; ``dark``
    are the changes to the spec where the reader's system is dark.
    """
    faces = fonts.face_rules(json.dumps(made, ensure_ascii=False)) if faces is None else faces
    night = f"@media(prefers-color-scheme:dark){{:root{{{colors(THEMES['dark'])}}}}}" if dark else ""
    return render(
        "embed.html",
        title=about.title,
        style=f"{faces}:root{{{colors(THEMES[theme])}}}{night}{FRAME}",
        about=about,
        source=source,
        still=still,
        scripts=scripts,
        spec=made,
        dark=dark,
        embed=EMBED,
    )


def _inside(script: str) -> str:
    """A script that no text in it can end."""
    return script.replace("</", "<\\/").replace("<!--", "<\\!--")
