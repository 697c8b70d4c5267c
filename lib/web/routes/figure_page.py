"""A figure's own page, in plain HTML: what it says, and every way to take it along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from lib.chapters.chapters import Chapter
from lib.chapters.contents import chapter_of
from lib.export import blocks_html as plain
from lib.export import fonts
from lib.export.assets import STATIC, read_js
from lib.export.interactive import usual_height
from lib.export.render_options import CANVASES, COLUMN
from lib.export.style import PAGE
from lib.export.templates import Preview, picture, render
from lib.figures.citation import Facts, facts, params_of, query_of, short_query
from lib.figures.registry import drawing
from lib.story.site import SITE_TITLE
from lib.story.view import View

ROOT = Path(__file__).resolve().parents[3]
CARD = CANVASES["card"]
COPY = read_js(STATIC / "copy.js")
GROW = "".join(read_js(STATIC / "grow.js").splitlines())
"""On one line: it stands in a field from which readers copy it."""
NARROW = 420
"""Width in px of the picture on a phone; there its lines are cut anew, not only made smaller."""

MOST_ROWS = 600
"""Rows of a figure's table that its page shows."""


@dataclass(frozen=True)
class FigurePageRequest:
    """A figure as its page's address asks for it; ``version`` is the data version that the address names, if any."""

    figure: str
    view: View
    claim: str | None
    root: str
    version: str | None = None

    def query(self, **more: str) -> str:
        """The figure's parameters as a query, without the data version."""
        return short_query(self.figure, self.view, self.claim, **more)

    def file(self, kind: str, **look: str) -> str:
        """Where the figure stands as a file, relative to its page."""
        query = self.query(**look)
        return f"{self.figure}.{kind}{'?' if query else ''}{query}"


def page(asked: FigurePageRequest) -> str:
    """The page. Raises as ``registry.drawing`` does."""
    about = facts(asked.figure, asked.view, asked.claim, asked.root)
    chapter = chapter_of(asked.figure, asked.claim)
    preview = _preview(asked, about)
    windows = [("Windows", about.windows)] if about.windows else []
    return render(
        "figure.html",
        title=about.title,
        style=fonts.linked_rules("../") + PAGE,
        about=about,
        root=asked.root,
        preview=preview,
        oembed=f"{asked.root}oembed?{urlencode({'url': preview.address})}",
        other_version=asked.version not in (None, about.data_version),
        picture=picture(partial(asked.file, "svg"), about.alt, wide=None, narrow=str(NARROW), below=NARROW + 60),
        foot=[*windows, ("Keep in mind", about.caveat), ("Records", about.source)],
        table=_numbers(asked),
        chapter=chapter,
        chapter_address=story_address(asked, chapter),
        files=_files(asked),
        fields=_fields(asked, about),
        copy=COPY,
    )


def menu(asked: FigurePageRequest) -> str:
    """What stands on the page to be copied and saved, as HTML for a menu on the figure itself; addresses are those of
    the page. Raises as ``registry.drawing`` does.
    """
    about = facts(asked.figure, asked.view, asked.claim, asked.root)
    query = asked.query()
    address = f"{asked.figure}{'?' if query else ''}{query}"
    return render("figure_menu.html", about=about, fields=_fields(asked, about), files=_files(asked), page=address)


def story_address(asked: FigurePageRequest, chapter: Chapter) -> str:
    """The chapter with the windows and choices of the figure."""
    chosen = asked.view.params()
    named = {name: value for name, value in params_of(asked.figure, asked.view, None).items() if name in chosen}
    return f"{asked.root}{chapter.slug}{'?' if named else ''}{urlencode(named, safe=':.,')}"


def embed_address(asked: FigurePageRequest) -> str:
    """Where the figure stands to be framed."""
    return f"{asked.root}embed/{asked.figure}?{query_of(asked.figure, asked.view, asked.claim)}"


def embed_code(
    asked: FigurePageRequest, about: Facts, width: str = "100%", most_height: int | None = None
) -> tuple[str, int]:
    """HTML that shows the figure on another page, and the height in px that it asks for.

    Where that page lets its script run, the frame becomes as high as the figure; else its height is about right. It
    stands over a linked picture with a sentence, in one cell: those are left where a feed or a newsletter drops frames.
    The picture is small, and asked for after the frame, as most readers see that.
    """
    height = usual_height(asked.figure, asked.view, asked.claim)
    height = min(height, most_height or height)
    small = f"{asked.root}figure/{asked.figure}.png?{query_of(asked.figure, asked.view, asked.claim, scale='1')}"
    code = render(
        "embed_code.html",
        address=embed_address(asked),
        title=about.title,
        width=width,
        height=height,
        more="grid-area:1/1;z-index:1;min-height:100%;",
        limit="" if width.endswith("%") else width,
        most_height=most_height,
        about=about,
        picture=small,
        script=GROW,
    )
    return code, height


def framed(address: str, title: str, width: str, height: int) -> str:
    """An inline frame with a title, which screen readers say."""
    return render("frame.html", address=address, title=title, width=width, height=height, more="")


def _preview(asked: FigurePageRequest, about: Facts) -> Preview:
    canonical = f"{asked.root}figure/{asked.figure}"
    query = asked.query()
    card = f"{canonical}.png?{query_of(asked.figure, asked.view, asked.claim, size='card')}"
    address = f"{canonical}{'?' if query else ''}{query}"
    return Preview(SITE_TITLE, about.title, about.sentence, address, card, about.alt)


def _numbers(asked: FigurePageRequest) -> str:
    """The table that says what the picture shows, for those who can't see it or want to read it."""
    table = drawing(asked.figure, asked.view, asked.claim).table()
    told = "Changes and shares are fractions: −0.17 is 17% down."
    if len(table.rows) > MOST_ROWS:
        told += f" These are the first {MOST_ROWS:,} of {len(table.rows):,} rows; the file below (CSV) has all of them."
    return plain.table(table.columns, table.rows[:MOST_ROWS], told)


def _files(asked: FigurePageRequest) -> list[tuple[str, str]]:
    """Every file of a figure: what it is, and where."""
    sizes = {name: f"{canvas.width} × {canvas.height}" for name, canvas in CANVASES.items()}
    sizes["column"] = f"{COLUMN} wide, one newspaper column"
    pictures = [(f"PNG, {name} ({size})", asked.file("png", size=name)) for name, size in sizes.items()]
    others = (
        ("PNG, as shown", "png"),
        ("SVG (drawing)", "svg"),
        ("PDF (print)", "pdf"),
        ("Interactive page (HTML)", "html"),
        ("Numbers (CSV)", "csv"),
        ("Numbers, with types (Parquet)", "parquet"),
        ("Numbers with windows and source (JSON)", "json"),
    )
    return [*((label, asked.file(kind)) for label, kind in others), *pictures]


def _fields(asked: FigurePageRequest, about: Facts) -> list[tuple[str, str, str, int]]:
    """What can be copied: id, label, text, and how many lines of it are shown."""
    fields = (
        ("link", "Link to this figure, with its dates and data version", about.address),
        ("embed", "Code to embed it", embed_code(asked, about)[0]),
        ("citation", "Citation", about.citation),
        ("bibtex", "BibTeX", about.bibtex),
        ("alt", "Description for those who can’t see it (alt text)", about.alt),
    )
    return [(*field, min(8, 1 + len(field[2]) // 90 + field[2].count("\n"))) for field in fields]
