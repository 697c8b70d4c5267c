"""The archive as a reader opens it from disk: no server, no network, no script."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from lib.export import archive
from lib.export.archive import write_archive
from lib.figures.chapters import CHAPTERS, Chapter
from lib.figures.contents import contents
from lib.figures.contents.pieces import Piece, Shown

KEPT = ("timeline", "claim-range", "funnel")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every page, with some of the figures."""
    target = tmp_path_factory.mktemp("archives") / "story"

    def some(chapter: Chapter) -> tuple[Piece, ...]:
        return tuple(p for p in contents(chapter) if not isinstance(p, Shown) or p.figure in KEPT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "contents", some)
        patch.setattr(archive, "_shown_nowhere", lambda _: ())
        write_archive(target, "", lambda _: None)
    return target


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
        shown = [p for p in contents(chapter) if isinstance(p, Shown) and p.figure in KEPT]
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
    page.goto((folder / "figures" / "timeline.html").as_uri())
    page.wait_for_selector("#figure svg .role-mark *", state="attached")
    assert all(url.startswith((folder.as_uri(), "data:", "blob:")) for url in asked)
    context.close()
