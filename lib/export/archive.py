"""The whole story as a folder of files: every page, every figure in every format, the data. No server, no network."""

from __future__ import annotations

import html
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lib.analysis.windows import WindowPair, years_earlier
from lib.chapters.blocks import Block, ChapterLink, FigureBlock, Paragraphs, flat
from lib.chapters.chapters import CHAPTERS, Chapter
from lib.chapters.contents import contents, usual_figure
from lib.charts.theme import THEMES
from lib.errors import ArgumentError, StoryError
from lib.export import fonts
from lib.export import images as pictures
from lib.export.blocks_html import block_html, dark_rules, markdown, themed_svg
from lib.export.files import Order, csv_text, file_of
from lib.export.interactive import changes, page, responsive_spec, vega_script
from lib.export.render_options import COLUMN, Look
from lib.export.style import ARCHIVE
from lib.export.templates import render
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.citation import Facts, cite_story, facts, reduced
from lib.figures.registry import FIGURES, Table
from lib.story.check import check_named
from lib.story.load import load_story
from lib.story.model import Claim
from lib.story.records import DATASETS
from lib.story.records_in_use import open_records
from lib.story.site import SITE_TITLE
from lib.story.view import default_view
from lib.tables.folder import MANIFEST

MARK = "archive.json"
"""The file by which an earlier archive is known; a folder with anything else in it is never replaced."""

FIRST_PAGE = "announcement"
WIDE = Look()
_FORMATS = {
    "png": "PNG", "card.png": "PNG for a preview", "svg": "SVG", "pdf": "PDF", "html": "interactive page",
    "csv": "numbers as CSV", "parquet": "numbers with types", "json": "all of it as JSON",
}  # fmt: skip

Say = Callable[[str], None]


@dataclass(frozen=True)
class Filed:
    """A figure under the name that all its files have."""

    shown: FigureBlock
    root: str = ""

    @cached_property
    def name(self) -> str:
        """What its files are called: its id, its claim, and what differs from the usual view."""
        view = reduced(self.shown.figure, self.shown.view)
        usual = default_view()
        changed = {key: value for key, value in view.params().items() if usual.params().get(key) != value}
        dates = [_dates(view.pair)] if view.pair != usual.pair else []
        rest = [value for key, value in changed.items() if key not in ("current", "baseline")]
        parts = [self.shown.figure, self.shown.claim or "", *rest, *dates]
        return "-".join(re.sub(r"[^a-z0-9_.]+", "-", part.lower()).strip("-") for part in parts if part)

    @cached_property
    def facts(self) -> Facts:
        """What it says."""
        return facts(self.shown.figure, self.shown.view, self.shown.claim, self.root)

    def file(self, kind: str, look: Look) -> bytes:
        """It as a file of one kind."""
        return file_of(Order(self.shown.figure, self.shown.view, self.shown.claim, kind, look, self.root))


def write_archive(target: Path, root: str, say: Say) -> tuple[int, int]:
    """Write the story into a new folder, or in place of an earlier archive; whole, or not at all.

    ``root`` is where the living story stands, ending in a slash, or empty. Gives the number of files and of bytes.
    Raises ArgumentError for a folder that holds something else, or can't be written; DataError without data.
    """
    _check_free(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
        try:
            _fill(beside, root, say)
            files = [path for path in beside.rglob("*") if path.is_file()]
            size = sum(path.stat().st_size for path in files)
            beside.chmod(0o755)
            _swap(beside, target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise ArgumentError(f"{target} can't be written: {error.strerror}.") from error
    return len(files), size


def _check_free(target: Path) -> None:
    if target.is_dir():
        if any(target.iterdir()) and not (target / MARK).is_file():
            raise ArgumentError(f"{target} has files that aren't an earlier export; name a new folder.")
    elif target.exists():
        raise ArgumentError(f"{target} is a file, not a folder.")


def _swap(beside: Path, target: Path) -> None:
    """Put the finished folder in its place; an earlier one goes away after that."""
    if not target.exists():
        beside.rename(target)
        return
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-old-"))
    target.rename(old / "was")
    try:
        beside.rename(target)
    except OSError:
        (old / "was").rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _fill(folder: Path, root: str, say: Say) -> None:
    pages = {chapter: tuple(contents(chapter)) for chapter in CHAPTERS}
    shown = [
        block for blocks in pages.values() for block in flat(blocks, on_demand=True) if isinstance(block, FigureBlock)
    ]
    every = [Filed(block, root) for block in (*shown, *_shown_nowhere(shown))]
    figures = {figure.name: figure for figure in every}
    _assets(folder / "assets")
    inline = {}
    for number, figure in enumerate(figures.values(), 1):
        say(f"figure {number} of {len(figures)}: {figure.name}")
        try:
            inline[figure.name] = _figure_files(folder / "figures", figure)
        except StoryError as error:  # as on its page, a sentence stands in its place
            inline[figure.name] = f"<p>{html.escape(error.told)}</p>"
    for chapter, blocks in pages.items():
        say(f"page: {chapter.title}")
        body = "".join(block_html(block, lambda each: inline[Filed(each).name], _address) for block in blocks)
        page = _document("archive.html", chapter.title, chapter, root, main=body)
        _write(folder / _page_name(chapter), page)
    drawn = [figure for figure in figures.values() if (folder / "figures" / f"{figure.name}.svg").exists()]
    gallery = _document("archive_gallery.html", "All figures", None, root, figures=drawn, formats=_FORMATS)
    _write(folder / "figures.html", gallery)
    index = _document("archive_index.html", SITE_TITLE, None, root, chapters=_openings(pages), files=_named_files())
    _write(folder / "index.html", index)
    say("data")
    _data(folder / "data")
    _write(folder / "README.txt", _readme(root))
    _write(folder / MARK, json.dumps({"archive": 1, "data_version": open_records().version, "figures": len(drawn)}))


def _address(link: ChapterLink) -> str:
    return _page_name(link.chapter)


def _shown_nowhere(shown: Iterable[FigureBlock]) -> Iterable[FigureBlock]:
    """Figures that no page shows by itself, in their usual view; one of a neighborhood waits for its choice."""
    seen = {(block.figure, block.claim) for block in shown}
    for figure in FIGURES.values():
        for claim in figure.claims():
            if (figure.id, claim) not in seen:
                yield usual_figure(figure.id, claim)


def _figure_files(folder: Path, figure: Filed) -> str:
    """Write all files of a figure; gives its HTML for a page one folder up."""
    shown = figure.shown
    _write(folder / f"{figure.name}.svg", pictures.svg(shown.figure, shown.view, shown.claim, WIDE))
    for kind, look in (("png", WIDE), ("pdf", WIDE), ("csv", WIDE), ("parquet", WIDE), ("json", WIDE)):
        _write(folder / f"{figure.name}.{kind}", figure.file(kind, look))
    _write(folder / f"{figure.name}.card.png", figure.file("png", Look(size="card")))
    _write(folder / f"{figure.name}.html", _moving(figure))
    (wide, colors), (narrow, others) = (
        themed_svg(shown.figure, shown.view, shown.claim, width, f"{figure.name}-{name}")
        for name, width in (("wide", WIDE.width), ("narrow", COLUMN))
    )
    style = dark_rules(f'[id="{figure.name}"]', colors | others)
    return render("archive_figure.html", name=figure.name, style=style, wide=wide, narrow=narrow, formats=_FORMATS)


def _moving(figure: Filed) -> str:
    """A figure's interactive page; script and fonts are those that all of them share."""
    shown = figure.shown
    light, dark = (responsive_spec(shown.figure, shown.view, shown.claim, theme) for theme in THEMES)
    script = '<script src="../assets/vega.js"></script>'
    faces = "".join(face.rule(f"../assets/{face.name}.woff") for face in fonts.FACES)
    return page(light, "light", figure.facts, script, faces=faces, dark=changes(light, dark))


def _page_name(chapter: Chapter) -> str:
    return f"{chapter.slug or FIRST_PAGE}.html"


def _document(template: str, title: str, here: Chapter | None, root: str, **values: object) -> str:
    """A page of the archive; ``here`` is the chapter it is, for the links to all of them."""
    links = [("index.html", "Contents", False)]
    links += [(_page_name(chapter), chapter.short, chapter is here) for chapter in CHAPTERS]
    links += [("figures.html", "All figures", False)]
    return render(template, title=title, links=links, provenance=_provenance(root), **values)


def _openings(pages: dict[Chapter, tuple[Block, ...]]) -> list[tuple[str, str, str]]:
    """Each chapter's address, title and first words, these as HTML."""

    def lead(blocks: Sequence[Block]) -> str:
        return next((markdown(block.text) for block in blocks if isinstance(block, Paragraphs) and block.text), "")

    return [(_page_name(chapter), chapter.title, lead(blocks)) for chapter, blocks in pages.items()]


def _named_files() -> list[tuple[str, str]]:
    """The address of each file beside the pages, and what it holds."""
    return [
        ("figures.html", "All figures, in every format"),
        ("data/findings.json", "Every claim under each of its windows"),
        ("data/claims.json", "The claims, their sources and windows"),
        *((f"data/{DATASETS[name].city}.csv", f"{_grain(name)}: {DATASETS[name].name}") for name in _counted()),
        ("data/manifest.json", "Where the tables come from, their terms, gaps and hashes"),
        ("README.txt", "What this folder is, and how to cite it"),
    ]


def _assets(folder: Path) -> None:
    _write(folder / "vega.js", vega_script())
    rules = []
    for face in fonts.FACES:
        _write(folder / f"{face.name}.woff", fonts.packed(face.name))
        rules.append(face.rule(f"{face.name}.woff"))
    _write(folder / "style.css", "".join(rules) + ARCHIVE)


def _data(folder: Path) -> None:
    """The manifests, the daily counts of the city, the claims and the findings."""
    story, records = load_story(), open_records()
    _write(folder / "manifest.json", (records.tables.folder / MANIFEST).read_bytes())
    for name, loaded in records.loaded.items():
        _write(folder / f"manifest-{name}.json", (loaded.folder / MANIFEST).read_bytes())
    for name in _counted():
        city = DATASETS[name].city
        frame = records.frame(name, city)
        columns = [frame[column].astype(str).tolist() for column in frame.columns]
        _write(folder / f"{city}.csv", csv_text(Table(tuple(frame.columns), tuple(zip(*columns, strict=True)))))
    findings = [finding.as_dict() for claim in story.claims.values() for finding in check_named(claim)]
    _write(folder / "findings.json", _json(findings))
    _write(folder / "claims.json", _json([_claim(claim) for claim in story.claims.values()]))


def _grain(name: str) -> str:
    return "Daily counts" if DATASETS[name].resolution == "day" else "By year and community area"


def _counted() -> list[str]:
    return [name for name in DATASETS if open_records().has(name)]


def _claim(claim: Claim) -> dict[str, Any]:
    """A claim as plain values; changes are fractions, windows are written as in addresses."""
    return {
        **{name: getattr(claim, name) for name in _CLAIM},
        "sources": [asdict(source) for source in claim.sources],
        "windows": [
            {
                "id": window.id,
                "label": window.label,
                "current": str(window.pair.current),
                "baseline": [str(baseline) for baseline in window.pair.baseline],
                "claimed": claim.claimed_for(window.pair),
                "note": window.note,
            }
            for window in claim.windows
        ],
    }


_CLAIM = (
    "id", "title", "kind", "speaker", "quote", "paraphrase", "claimed", "measure", "records", "why_not", "would_take",
    "caveats",
)  # fmt: skip


def _provenance(root: str) -> str:
    records = open_records()
    sources = "; ".join(dict.fromkeys(records.entry(name).source for name in _counted()))
    where = f" The living story, with windows to move: {root}" if root else ""
    return (
        f"{sources}. Data version {records.version}. "
        f"A verdict on a number is never a verdict on a cause. A copy to keep, without levers.{where}"
    )


def _readme(root: str) -> str:
    version = open_records().version
    where = root or "The story's own address was not given when this copy was made, so addresses in files are short."
    return f"""{SITE_TITLE}

A copy of the whole story as files. Open index.html; no server and no network is needed.
Data version {version}. {where}

index.html and the pages beside it   the story in its usual windows
figures.html, figures/               every figure: SVG, PNG, a PNG of 1200 x 630 px for previews (.card.png), PDF,
                                     an interactive page, its numbers (CSV), and all of it as JSON
data/                                daily counts of the city, the claims, the findings, and manifest.json, which
                                     names each table's source, terms, gaps and hash
assets/                              the style, the fonts (SIL Open Font License) and the script of interactive pages

To cite: {cite_story(root)}
Each figure's JSON holds a citation of its own. A changed number is no longer ours; please keep the data version.
"""


def _dates(pair: WindowPair) -> str:
    """Windows as part of a file's name; a baseline of a year earlier goes without saying."""
    against = "" if pair == years_earlier(pair.current) else f"-against-{'-'.join(map(str, pair.baseline))}"
    return f"{pair.current}{against}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
