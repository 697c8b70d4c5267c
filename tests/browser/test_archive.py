"""The story as a folder of files: what stands in it is what the pages show, nothing leads outside, and a reader opens
it from disk without a server, a network or a script."""

import csv
import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser

from lib.chapters.blocks import Block, CaveatBlock, Collapsed, FigureBlock, Heading, Paragraphs, Quote, flat
from lib.chapters.chapters import BY_SLUG, CHAPTERS, Chapter
from lib.chapters.contents import contents
from lib.cli import main
from lib.errors import ArgumentError
from lib.export import archive
from lib.export.archive import Filed, write_archive
from lib.figures.registry import FIGURES, drawing
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from tests.web.story_app import charts, open_story

KEPT = ("timeline", "change-map", "claims-compared")
"""Figures that are really drawn here; a whole archive takes minutes."""
TIMELINE = FigureBlock("timeline", BY_SLUG["was-it-covid"].usual)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of every page, with some of the figures."""
    target = tmp_path_factory.mktemp("archives") / "story"

    def some(chapter: Chapter) -> tuple[Block, ...]:
        return tuple(p for p in contents(chapter) if all(figure in KEPT for figure in figures(p)))

    def figures(block: Block) -> list[str]:
        inside = flat([block], on_demand=True) if isinstance(block, Collapsed) else [block]
        return [each.figure for each in inside if isinstance(each, FigureBlock)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "contents", some)
        patch.setattr(archive, "_shown_nowhere", lambda _: ())
        files, size = write_archive(target, "https://story.example/", lambda _: None)
    assert files == sum(path.is_file() for path in target.rglob("*"))
    assert size < 30e6
    return target


class _Addresses(HTMLParser):
    """Every address that a page names, by what names it, and the ids on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "xlink:href") and value:
                self.found.append((tag, value))
            if name == "id" and value:
                self.ids.append(value)


def test_every_link_of_every_page_resolves_and_nothing_is_fetched_from_elsewhere(folder: Path) -> None:
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) >= len(CHAPTERS) + 2
    for page in pages:
        text = page.read_text(encoding="utf-8")
        found = _Addresses(text)
        assert len(found.ids) == len(set(found.ids)), page.name
        for tag, address in found.found:
            parts = urlsplit(address)
            if parts.scheme:
                assert (tag, parts.scheme) in (("a", "https"), ("a", "http")), (page.name, address)
            elif parts.path:
                assert (page.parent / unquote(parts.path)).is_file(), (page.name, address)
            else:
                assert parts.fragment in found.ids, (page.name, address)
        assert not re.search(r"@import|url\((?!#|[\w./-]+\.woff\)|data:)", text), page.name


def test_a_figure_is_there_in_every_format(folder: Path) -> None:
    name = Filed(TIMELINE).name
    files = {path.name.removeprefix(name) for path in (folder / "figures").glob(f"{name}.*")}
    assert files == {".svg", ".png", ".card.png", ".pdf", ".html", ".csv", ".parquet", ".json"}
    with Image.open(folder / "figures" / f"{name}.card.png") as card:
        assert card.size == (1200, 630)
    about = json.loads((folder / "figures" / f"{name}.json").read_text(encoding="utf-8"))
    assert about["address"].startswith("https://story.example/figure/timeline?")
    moving = (folder / "figures" / f"{name}.html").stat().st_size
    assert moving < (folder / "assets" / "vega.js").stat().st_size / 4


def test_a_page_holds_its_figures_with_alt_text_its_sentences_and_caveats(folder: Path) -> None:
    page = (folder / "announcement.html").read_text(encoding="utf-8")
    for block in flat(contents(CHAPTERS[0]), on_demand=True):
        if isinstance(block, FigureBlock) and block.figure in KEPT:
            alt = drawing(block.figure, block.view, block.claim).alt
            assert escape(alt) in page
        elif isinstance(block, Heading):
            assert f">{escape(block.text)}</h{block.level}>" in page
        elif isinstance(block, CaveatBlock):
            assert escape(block.caveat.text.split(".")[0], quote=False) in page
        elif isinstance(block, Quote):
            assert all(source.address.replace("&", "&amp;") in page for source in block.claim.sources)
    assert "prefers-color-scheme:dark" in page
    assert "var(--c" in page
    # The pictures stand in fonts that the archive has.
    given = set(re.findall(r"font-family:'([^']+)'", (folder / "assets" / "style.css").read_text(encoding="utf-8")))
    asked = {found.split(",")[0].strip("'&#39;") for found in re.findall(r'font-family="([^"]+)"', page)}
    assert asked
    assert asked <= given


def test_the_data_are_the_records_own(folder: Path) -> None:
    frame = open_records().frame("crime", "crime_city_daily")
    with (folder / "data" / "crime_city_daily.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(frame)
    assert sum(int(row["count"]) for row in rows) == int(frame["count"].sum())
    assert {row["date"][4] + row["date"][7:8] for row in rows} == {"--"}
    claims = json.loads((folder / "data" / "claims.json").read_text(encoding="utf-8"))
    assert [claim["id"] for claim in claims] == list(load_story().claims)
    findings = json.loads((folder / "data" / "findings.json").read_text(encoding="utf-8"))
    assert {finding["data_version"] for finding in findings} == {open_records().version}
    assert open_records().version in (folder / "README.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", [CHAPTERS[1], CHAPTERS[5]], ids=lambda chapter: chapter.slug)
def test_the_archive_holds_what_the_page_shows(chapter: Chapter) -> None:
    at = open_story(chapter)
    blocks = tuple(flat(contents(chapter), on_demand=False))
    shown = [p for p in blocks if isinstance(p, FigureBlock)]
    assert [alt for alt, _ in charts(at)] == [drawing(p.figure, p.view, p.claim).alt for p in shown]
    said = [markdown.value.strip() for markdown in at.main.markdown]
    paragraphs = "\n\n".join(said)
    assert all(p.text.strip() in paragraphs for p in blocks if isinstance(p, Paragraphs))


def test_every_figure_is_on_some_page_or_added_to_the_archive() -> None:
    shown = [p for chapter in CHAPTERS for p in flat(contents(chapter), on_demand=True) if isinstance(p, FigureBlock)]
    added = list(archive._shown_nowhere(shown))
    drawable = {(figure.id, claim) for figure in FIGURES.values() for claim in figure.claims()}
    assert {(p.figure, p.claim) for p in (*shown, *added)} >= drawable


def test_names_of_files_differ_where_figures_do() -> None:
    shown = {p for chapter in CHAPTERS for p in flat(contents(chapter), on_demand=True) if isinstance(p, FigureBlock)}
    by_name: dict[str, set[str]] = {}
    for block in shown:
        by_name.setdefault(Filed(block).name, set()).add(Filed(block).facts.address)
    assert all(len(addresses) == 1 for addresses in by_name.values())
    assert all(re.fullmatch(r"[a-z0-9_.-]+", name) for name in by_name)


def test_a_folder_with_other_files_is_never_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "letter.txt").write_text("dear")
    assert main(["export", "--out", str(target)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert main(["export", "--out", str(target / "letter.txt")]) == 2
    assert (target / "letter.txt").read_text() == "dear"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_failed_export_leaves_the_earlier_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "story"

    def small(folder: Path, root: str, say: archive.Say) -> None:  # noqa: ARG001
        (folder / archive.MARK).write_text(root)

    def broken(folder: Path, root: str, say: archive.Say) -> None:  # noqa: ARG001
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_fill", small)
    for root in ("one", "two"):
        write_archive(target, root, print)
    monkeypatch.setattr(archive, "_fill", broken)
    with pytest.raises(ArgumentError, match="No space left"):
        write_archive(target, "three", print)
    assert (target / archive.MARK).read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["story"]


@pytest.mark.parametrize(("width", "mode"), [(1280, "light"), (390, "dark")])
def test_every_page_opens_from_disk_without_scripts_and_asks_for_nothing_outside(
    browser: Browser, folder: Path, width: int, mode: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=mode, java_script_enabled=False
    )
    asked: list[str] = []
    said: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto((folder / "index.html").as_uri())
    for chapter in CHAPTERS:
        page.get_by_role("navigation").get_by_role("link", name=chapter.short, exact=True).click()
        assert page.locator("h1").inner_text() == chapter.title
        shown = [p for p in contents(chapter) if isinstance(p, FigureBlock) and p.figure in KEPT]
        pictures = page.get_by_role("img").filter(visible=True)
        assert pictures.count() == len(shown)
        for i in range(pictures.count()):
            box = pictures.nth(i).bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    page.get_by_role("link", name="All figures").click()
    assert page.locator("section").count() >= len(KEPT)
    page.screenshot()  # lazy pictures in sight are loaded
    assert all(url.startswith(folder.as_uri()) for url in asked)
    assert said == []
    context.close()


def test_an_interactive_page_draws_itself_from_disk(browser: Browser, folder: Path) -> None:
    context = browser.new_context(viewport={"width": 900, "height": 700})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto((folder / "figures" / f"{Filed(TIMELINE).name}.html").as_uri())
    page.wait_for_selector("#figure svg .role-mark *", state="attached")
    assert all(url.startswith((folder.as_uri(), "data:", "blob:")) for url in asked)
    context.close()
