"""A figure's own page, in plain HTML: what it says, and every way to take it along."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from lib.chapters.chapters import Chapter
from lib.chapters.contents import chapter_of
from lib.export import blocks_html as plain
from lib.export import fonts
from lib.export.interactive import usual_height
from lib.export.render_options import CANVASES, COLUMN
from lib.export.style import PAGE
from lib.figures.citation import Facts, facts, params_of, query_of, short_query
from lib.figures.registry import drawing
from lib.story.site import SITE_TITLE
from lib.story.view import View

ROOT = Path(__file__).resolve().parents[3]
CARD = CANVASES["card"]
NARROW = 420
"""Width in px of the picture on a phone; there its lines are cut anew, not only made smaller."""

MOST_ROWS = 600
"""Rows of a figure's table that its page shows."""


@dataclass(frozen=True)
class Asked:
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


def page(asked: Asked) -> str:
    """The page. Raises as ``registry.drawing`` does."""
    about = facts(asked.figure, asked.view, asked.claim, asked.root)
    chapter = chapter_of(asked.figure, asked.claim)
    return (
        f'<!doctype html><html lang="en"><head>{_head(asked, about)}</head><body><main>'
        f'<p class="to"><a href="{escape(asked.root)}">{escape(SITE_TITLE)}</a></p>'
        f"<h1>{escape(about.title)}</h1>{_other_version(asked, about)}<p>{escape(about.sentence)}</p>"
        f"<figure>{_picture(asked, about)}</figure>{_foot(about)}{_numbers(asked)}"
        f'<p class="on to"><a href="{escape(story_address(asked, chapter))}">Read it in the story: '
        f"{escape(chapter.title)}</a></p>{_downloads(asked)}{_fields(asked, about)}</main>"
        f"<script>{_COPY}</script></body></html>"
    )


def story_address(asked: Asked, chapter: Chapter) -> str:
    """The chapter with the windows and choices of the figure."""
    chosen = asked.view.params()
    named = {name: value for name, value in params_of(asked.figure, asked.view, None).items() if name in chosen}
    return f"{asked.root}{chapter.slug}{'?' if named else ''}{urlencode(named, safe=':.,')}"


def embed_address(asked: Asked) -> str:
    """Where the figure stands to be framed."""
    return f"{asked.root}embed/{asked.figure}?{query_of(asked.figure, asked.view, asked.claim)}"


def embed_code(asked: Asked, about: Facts, width: str = "100%", most_height: int | None = None) -> tuple[str, int]:
    """HTML that shows the figure on another page, and the height in px that it asks for.

    Where that page lets its script run, the frame becomes as high as the figure; else its height is about right. It
    stands over a linked picture with a sentence, in one cell: those are left where a feed or a newsletter drops frames.
    The picture is small, and asked for after the frame, as most readers see that.
    """
    height = usual_height(asked.figure, asked.view, asked.claim)
    height = min(height, most_height or height)
    most = f"max-height:{most_height}px;overflow:auto;" if most_height else ""
    picture = f"{asked.root}figure/{asked.figure}.png?{query_of(asked.figure, asked.view, asked.claim, scale='1')}"
    left = (
        f'<a href="{escape(about.address)}" style="{most}grid-area:1/1"><img src="{escape(picture)}" '
        f'alt="{escape(about.title)}" style="width:100%;height:auto" loading="lazy" fetchpriority="low"><br>'
        f"{escape(about.sentence)}</a>"
    )
    frame = framed(embed_address(asked), about.title, width, height, "grid-area:1/1;z-index:1;min-height:100%;")
    limit = "" if width.endswith("%") else f"max-width:{width}px;"
    cell = f"{limit}display:grid;grid-template-columns:minmax(0,1fr)"
    return f'<div style="{cell}">{frame}{left}</div>{_GROW}', height


def framed(address: str, title: str, width: str, height: int, more: str = "") -> str:
    """An inline frame with a title, which screen readers say; its size holds against the style of the page around."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{width}" height="{height}" '
        f'style="{more}border:0;width:100%;height:{height}px;max-height:none" loading="lazy"></iframe>'
    )


def _head(asked: Asked, about: Facts) -> str:
    canonical = f"{asked.root}figure/{asked.figure}"
    query = asked.query()
    address = f"{canonical}{'?' if query else ''}{query}"
    card = f"{canonical}.png?{query_of(asked.figure, asked.view, asked.claim, size='card')}"
    oembed = f"{asked.root}oembed?{urlencode({'url': address})}"
    named = {
        "description": about.sentence,
        "twitter:card": "summary_large_image",
        "twitter:title": about.title,
        "twitter:description": about.sentence,
        "twitter:image": card,
        "twitter:image:alt": about.alt,
    }
    graph = {
        "og:type": "article",
        "og:site_name": SITE_TITLE,
        "og:title": about.title,
        "og:description": about.sentence,
        "og:url": address,
        "og:image": card,
        "og:image:type": "image/png",
        "og:image:width": str(CARD.width),
        "og:image:height": str(CARD.height),
        "og:image:alt": about.alt,
    }
    metas = [("name", name, text) for name, text in named.items()]
    metas += [("property", name, text) for name, text in graph.items()]
    return (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(about.title)}</title><link rel="canonical" href="{escape(address)}">'
        + "".join(f'<meta {kind}="{name}" content="{escape(text)}">' for kind, name, text in metas)
        + f'<link rel="alternate" type="application/json+oembed" href="{escape(oembed)}" title="{escape(about.title)}">'
        f"<style>{fonts.linked_rules('../')}{PAGE}</style>"
    )


def _other_version(asked: Asked, about: Facts) -> str:
    if asked.version in (None, about.data_version):
        return ""
    return (
        '<p class="note">This link was made with another version of the data than the one shown here, '
        f"which is {about.data_version}; numbers may differ.</p>"
    )


def _picture(asked: Asked, about: Facts) -> str:
    night, narrow = "(prefers-color-scheme: dark)", f"(max-width: {NARROW + 60}px)"
    width = str(NARROW)
    sources = (
        (f"{night} and {narrow}", asked.file("svg", theme="dark", width=width)),
        (narrow, asked.file("svg", width=width)),
        (night, asked.file("svg", theme="dark")),
    )
    return (
        "<picture>"
        + "".join(f'<source media="{media}" srcset="{escape(address)}">' for media, address in sources)
        + f'<img src="{escape(asked.file("svg"))}" alt="{escape(about.alt)}"></picture>'
    )


def _foot(about: Facts) -> str:
    windows = [("Windows", about.windows)] if about.windows else []
    said = [*windows, ("Keep in mind", about.caveat), ("Records", about.source)]
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{escape(text)}</dd>' for name, text in said)}</dl>"


def _numbers(asked: Asked) -> str:
    """The table that says what the picture shows, for those who can't see it or want to read it."""
    table = drawing(asked.figure, asked.view, asked.claim).table()
    told = f"Changes and shares are fractions: {plain.cell(-0.17)} is 17% down."
    if len(table.rows) > MOST_ROWS:
        told += f" These are the first {MOST_ROWS:,} of {len(table.rows):,} rows; the file below (CSV) has all of them."
    return (
        '<h2 id="numbers">The numbers</h2><div class="rows" role="region" aria-labelledby="numbers" tabindex="0">'
        f"{plain.table(table.columns, table.rows[:MOST_ROWS], told)}</div>"
    )


def _downloads(asked: Asked) -> str:
    sizes = {name: f"{canvas.width} × {canvas.height}" for name, canvas in CANVASES.items()}
    sizes["column"] = f"{COLUMN} wide, one newspaper column"
    pictures = [(f"PNG, {name} ({size})", asked.file("png", size=name)) for name, size in sizes.items()]
    others = (
        ("PNG, as above", "png"),
        ("SVG (drawing)", "svg"),
        ("PDF (print)", "pdf"),
        ("Interactive page (HTML)", "html"),
        ("Numbers (CSV)", "csv"),
        ("Numbers, with types (Parquet)", "parquet"),
        ("Numbers with windows and source (JSON)", "json"),
    )
    files = [*((label, asked.file(kind)) for label, kind in others), *pictures]
    items = "".join(f'<li><a href="{escape(address)}" download>{label}</a></li>' for label, address in files)
    return (
        f'<h2>Save</h2><ul class="files">{items}</ul><p>Any picture can be had in black on white (add '
        "<code>theme=print</code> to its address), dark (<code>theme=dark</code>) or without its title "
        "(<code>plain=1</code>).</p>"
    )


def _fields(asked: Asked, about: Facts) -> str:
    fields = (
        ("link", "Link to this figure, with its dates and data version", about.address),
        ("embed", "Code to embed it", embed_code(asked, about)[0]),
        ("citation", "Citation", about.citation),
        ("bibtex", "BibTeX", about.bibtex),
        ("alt", "Description for those who can’t see it (alt text)", about.alt),
    )
    return (
        "<h2>Link, embed, cite</h2>"
        + "".join(
            f'<div class="field"><label for="{name}">{label}</label>'
            f'<textarea id="{name}" readonly rows="{min(8, 1 + len(text) // 90 + text.count(chr(10)))}">{escape(text)}'
            f'</textarea><button type="button" data-copies="{name}" hidden>Copy</button></div>'
            for name, label, text in fields
        )
        + (
            '<p aria-live="polite" id="copied"></p><p>The frame is light; add <code>theme=dark</code> or '
            "<code>theme=auto</code> to the address in the code for one that is dark, or as the reader’s system is.</p>"
        )
    )


_GROW = (
    '<script>addEventListener("message",e=>{for(const f of document.querySelectorAll("iframe"))'
    "if(f.contentWindow===e.source&&e.data.figure&&e.data.height>0){"
    "const p=f.nextElementSibling;if(p&&p.tagName==='A')p.style.display='none';"
    "f.style.minHeight='0';f.style.height=Math.ceil(e.data.height)+'px'}})</script>"
)
_COPY = (
    'for(const b of document.querySelectorAll("[data-copies]")){b.hidden=false;b.onclick=async()=>{'
    "const f=document.getElementById(b.dataset.copies);f.select();"
    'try{await navigator.clipboard.writeText(f.value)}catch{document.execCommand("copy")}'
    'document.getElementById("copied").textContent="Copied: "+f.labels[0].textContent}}'
)
