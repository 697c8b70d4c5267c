"""The cut fonts: they are cut from this very Streamlit, hold what pages show, and take the place of the whole ones."""

import io

import pytest
import requests
from fontTools.ttLib import TTFont

from bench.server import Server
from lib.chapters.blocks import flat
from lib.chapters.chapters import CHAPTERS
from lib.chapters.contents import contents
from lib.export.fonts import LATIN
from lib.web.shell.subset_fonts import FOLDER
from scripts import fonts

RENEW = "`make fonts` cuts them anew"


@pytest.mark.parametrize("name", [*fonts.TEXT, fonts.ICONS])
def test_a_cut_font_is_of_the_installed_streamlit_and_takes_its_place(app_server: Server, name: str):
    whole = fonts.source(name)
    cut = FOLDER / whole.name
    assert cut.exists(), RENEW
    assert cut.stat().st_size < whole.stat().st_size / 3
    url = f"{app_server.url}/static/media/{whole.name}"
    answer = requests.get(url, timeout=30)
    assert answer.content == cut.read_bytes()
    assert (answer.headers["content-type"], answer.status_code) == ("font/woff2", 200)
    known = requests.get(url, headers={"If-None-Match": answer.headers["etag"]}, timeout=30)
    assert (known.status_code, known.content) == (304, b"")


def test_there_are_no_others():
    assert {file.name for file in FOLDER.glob("*.woff2")} == {
        fonts.source(name).name for name in (*fonts.TEXT, fonts.ICONS)
    }, RENEW


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SourceCodeVF-Upright", fonts.ICONS])
def test_cutting_again_gives_the_same_file(name: str):
    assert fonts.cut(name) == (FOLDER / fonts.source(name).name).read_bytes(), RENEW


def test_a_font_that_is_not_cut_comes_whole(app_server: Server):
    other = fonts.source("KaTeX_Main-Regular")
    assert requests.get(f"{app_server.url}/static/media/{other.name}", timeout=30).content == other.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", fonts.TEXT)
def test_text_keeps_every_letter_that_the_story_is_written_in(name: str):
    whole, cut = (TTFont(file).getBestCmap() for file in (fonts.source(name), FOLDER / fonts.source(name).name))
    said = {
        ord(character)
        for chapter in CHAPTERS
        for block in flat(contents(chapter), on_demand=True)
        for character in repr(block)
    }
    assert said & set(whole) <= set(cut)
    assert set(LATIN) & set(whole) <= set(cut)


def test_every_icon_that_the_front_end_names_is_still_spelled_by_its_name():
    whole, cut = (
        fonts.ligatures(TTFont(io.BytesIO(file.read_bytes())))
        for file in (fonts.source(fonts.ICONS), FOLDER / fonts.source(fonts.ICONS).name)
    )
    named = fonts.icon_names() & set(whole)
    assert len(named) > 50
    assert named <= set(cut)
    assert len(cut) < 2 * len(named)  # some have a second name
