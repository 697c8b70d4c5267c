"""Every registered figure in every format: whole, with its words inside, and nothing cut off."""

import io
import itertools
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import vl_convert
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from lib.errors import StoryError
from lib.export import images as pictures
from lib.export.files import PLAIN, Order, file_of
from lib.export.images import page_color, size_of
from lib.export.render_options import CANVASES, COLUMN, Look
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.citation import Facts, facts
from lib.figures.registry import FIGURES
from lib.story.records_in_use import open_records
from lib.story.view import default_view

VIEW = replace(default_view(), area=open_records().area_names()[0])
FIRST = [(figure, FIGURES[figure].claims()[0]) for figure in sorted(FIGURES) if FIGURES[figure].claims()]
ROOT = "https://story.example/"
SVG = "{http://www.w3.org/2000/svg}"
INLINE_IMAGE = re.compile(rb"(?<![^\s])BI\s.*?\sID\s", re.DOTALL)
"""A bitmap among the operators of a PDF. Searched for, as to parse all of them for it takes seconds."""


@cache
def made(figure: str, claim: str | None, kind: str, look: Look = PLAIN) -> bytes:
    return file_of(Order(figure, VIEW, claim, kind, look, ROOT))


def about(figure: str, claim: str | None) -> Facts:
    return facts(figure, VIEW, claim, ROOT)


def words(text: str) -> str:
    """A text without what the breaking of lines changes."""
    return re.sub(r"\s+", "", text)


def texts_in(svg: bytes) -> str:
    return words("".join("".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")))


def told_in(png: bytes) -> dict[str, str]:
    """The texts that a PNG carries; fails where a chunk is damaged."""
    at, found = 8, {}
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + body),)
        if kind == b"iTXt":
            name, _, rest = body.partition(b"\0")
            found[name.decode("latin-1")] = rest[4:].decode()
        at += 12 + length
    return found


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def color(text: str) -> list[int]:
    return [int(text[at : at + 2], 16) for at in (1, 3, 5)]


def check_drawing(figure: str, claim: str | None) -> None:
    """Fail where the drawing lacks words or fonts, or asks for anything outside."""
    svg, said = made(figure, claim, "svg"), about(figure, claim)
    tree = ET.fromstring(svg)
    assert tree.find(f"{SVG}title").text == said.title  # type: ignore[union-attr]
    assert tree.find(f"{SVG}desc").text == said.alt  # type: ignore[union-attr]
    shown = texts_in(svg)
    for text in (said.title, said.subtitle, said.caveat, said.source, said.data_version):
        assert words(text) in shown
    text = svg.decode()
    assert "@font-face" in text
    assert {address[:5] for address in re.findall(r"url\(([^)#]+)\)", text)} <= {"data:"}
    assert not re.search(r"(?:href|src)=\"(?!#|data:)", text)
    families = {name.strip("'\" ") for name in re.findall(r'font-family="([^"]+)"', text)}
    assert {family.split(",")[0].strip("'") for family in families} <= {"Story Sans", "Story Serif"}
    for family in families:  # programs that leave out what is inside take one of the others, and never a third kind
        assert family.endswith(",Arial,sans-serif" if "Sans" in family else ",Georgia,serif")


@pytest.mark.slow
@pytest.mark.parametrize(("figure", "claim"), FIRST)
def test_drawing_and_picture_stand_alone_with_nothing_cut_off(figure: str, claim: str | None):
    """Both in one test: a figure is laid out once for them."""
    check_drawing(figure, claim)
    check_picture(figure, claim)


def parts_drawn(figure: str, claim: str | None) -> set[tuple[str, frozenset[str]]]:
    """What a drawing is made of: elements by their names and those of their attributes."""
    tree = ET.fromstring(made(figure, claim, "svg"))
    return {(node.tag, frozenset(node.attrib)) for node in tree.iter()}


@pytest.mark.slow
def test_a_document_holds_letters_and_lines_and_no_bitmap():
    """A document is made from the drawing, so of two that are made of the same parts one is looked at."""
    seen: set[tuple[str, frozenset[str]]] = set()
    documents = 0
    for figure, claim in FIRST:
        if not (parts := parts_drawn(figure, claim)) <= seen:
            seen |= parts
            documents += 1
            check_pdf(figure, claim)
    assert documents > 5


def check_picture(figure: str, claim: str | None) -> None:
    """Fail where the picture lacks its facts, or ink touches its edges."""
    png, said = made(figure, claim, "png", Look(scale=1)), about(figure, claim)
    told = told_in(png)
    assert told["Title"] == said.title
    assert told["Description"] == said.alt
    assert said.data_version == told["Data version"]
    assert told["URL"] == said.address
    assert told["Source"] in told["Citation"]
    shown = pixels(png)
    assert shown.shape[1] == pytest.approx(760, abs=2)
    check_edges(shown, page_color(Look()))
    assert shown.std() > 5


def check_edges(shown: np.ndarray, page: str) -> None:
    """Fail where ink touches the left or right edge of a picture."""
    for column in (shown[:, 0], shown[:, -1]):
        assert abs(column - color(page)).max() < 24


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 480, 1000, 1600])
@pytest.mark.parametrize("figure", ["series", "windows-compared", "contributions", "peers-change", "change-map"])
def test_no_text_is_cut_at_any_width(figure: str, width: int):
    claim = FIGURES[figure].claims()[0]
    look = Look(width=width, scale=1)
    shown = pixels(made(figure, claim, "png", look))
    assert shown.shape[1] == pytest.approx(width, abs=2)
    check_edges(shown, page_color(look))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("figure", "size"),
    [
        *itertools.product(("series", "change-map"), (*CANVASES, "column")),
        *(("windows-compared", "square"), ("timeline", "story"), ("timeline", "card")),
    ],
)
def test_each_size_has_its_pixels(figure: str, size: str):
    claim = FIGURES[figure].claims()[0]
    look = Look(size=size)  # type: ignore[arg-type]
    png = made(figure, claim, "png", look)
    width, height = Image.open(io.BytesIO(png)).size
    if size == "column":
        assert width == pytest.approx(COLUMN * look.scale, abs=4)
    else:
        canvas = CANVASES[size]  # type: ignore[index]
        assert (width, height) == (canvas.width, canvas.height)
    check_edges(pixels(png), page_color(look))


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_the_theme_is_that_of_the_page_behind(theme: str):
    look = Look(theme=theme, scale=1)  # type: ignore[arg-type]
    shown = pixels(made("series", None, "png", look))
    assert shown[0, 0].tolist() == color(page_color(look))
    if theme == "print":
        assert shown.max() == 255
        text = made("series", None, "svg", look).decode()
        assert "#fffefb" not in text
        assert "#000000" in text


@pytest.mark.parametrize("look", [Look(), Look(scale=1), Look(scale=3, size="column"), Look(size="card")])
def test_a_picture_says_how_dense_it_is(look: Look):
    with Image.open(io.BytesIO(made("series", None, "png", look))) as picture:
        scale = 1 if look.size == "card" else look.scale
        assert picture.info["dpi"] == pytest.approx((96 * scale, 96 * scale), abs=0.1)


def test_an_edited_document_has_its_own_title():
    read = PdfReader(io.BytesIO(made("series", None, "pdf", Look(title="Mine, “é”"))))
    assert read.metadata is not None
    assert read.metadata.title == "Mine, “é”"


def test_a_plain_picture_has_no_title_but_keeps_its_source():
    said, looks = about("series", None), (Look(), Look(plain=True))
    plain = texts_in(made("series", None, "svg", looks[1]))
    assert words(said.title) not in plain
    assert words(said.subtitle) not in plain
    assert words(said.source) in plain
    usual, low = (float(ET.fromstring(made("series", None, "svg", look)).get("height", "0")) for look in looks)
    assert low < usual


def check_pdf(figure: str, claim: str | None) -> None:
    """Fail where text is a bitmap, or a font is not inside or not ours."""
    said = about(figure, claim)
    read = PdfReader(io.BytesIO(made(figure, claim, "pdf")))
    assert read.metadata is not None
    assert (read.metadata.title, read.trailer["/Root"]["/Lang"]) == (said.title, "en-US")  # type: ignore[index]
    (page,) = read.pages
    shown = words(page.extract_text())
    for text in (said.title, said.source):
        assert words(text) in shown
    for resources, content in parts_of(page):
        drawn = resources.get("/XObject", {}).values()
        assert all(part.get_object()["/Subtype"] == "/Form" for part in drawn)
        assert not INLINE_IMAGE.search(content)
    fonts = [font for resources, _ in parts_of(page) for font in fonts_of(resources)]
    assert fonts
    assert all("Story" in name and embedded for name, embedded in fonts)


def parts_of(part: Any) -> Iterator[tuple[Any, bytes]]:
    """Resources and content of a page and of each part that is drawn on it."""
    content = part.get_contents() if "/Contents" in part else part
    resources = part.get("/Resources", DictionaryObject()).get_object()
    yield resources, content.get_data()
    for drawn in resources.get("/XObject", {}).values():
        yield from parts_of(drawn.get_object())


def fonts_of(resources: Any) -> Iterator[tuple[str, bool]]:
    """Name of each font, and whether its file is inside."""
    for font in resources.get("/Font", {}).values():
        for each in font.get_object()["/DescendantFonts"]:
            descriptor = each.get_object()["/FontDescriptor"].get_object()
            yield str(each.get_object()["/BaseFont"]), any(f"/FontFile{n}" in descriptor for n in ("", 2, 3))


def test_maps_carry_their_outlines():
    svg = made("change-map", None, "svg").decode()
    assert svg.count("<path") >= 56  # one or more for each community area


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1_000_000)
    with pytest.raises(StoryError, match="1 million pixels"):
        file_of(Order("series", VIEW, None, "png", Look(width=1600, scale=4)))


def test_the_converter_measures_the_shipped_fonts():
    """Text that is measured in another font than it is painted in makes pictures too wide, or cuts them off."""

    def width(font: str) -> float:
        mark = {"type": "text", "text": "iiiiiiiiii" * 6, "font": font, "fontSize": 20, "align": "left", "x": 0}
        spec = {"data": {"values": [{}]}, "mark": mark, "width": 10, "height": 10}
        return size_of(vl_convert.vegalite_to_svg(spec))[0]

    made("series", None, "svg")
    assert width("'Story Sans'") < 0.6 * width("No Such Font")
