"""The story run without a browser, and what stands on a page of it."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node

from lib.analysis.windows import WindowPair
from lib.chapters.chapters import BY_SLUG, Chapter
from lib.errors import StoryError
from lib.figures.common import short_date
from lib.figures.registry import FIGURES, drawing, spec
from lib.story import finding_words
from lib.story.check import check, check_measure
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.view import View, read_view
from lib.web.pages.dates import SIDES
from lib.web.pages.layout import REST

ROOT = Path(__file__).resolve().parent.parent.parent
STORY = ROOT / "lib" / "web" / "pages" / "story.py"
CRIME = BY_SLUG["violent-and-property-crime"]
FIRST = BY_SLUG[""]


def open_story(chapter: Chapter = FIRST, params: Mapping[str, str] | None = None) -> AppTest:
    """A chapter, opened with these parameters in its address."""
    at = AppTest.from_file(str(STORY), default_timeout=30)
    at.session_state[REST] = True  # as a browser asks once the opening stands
    if chapter is not FIRST:
        at.run()  # a test can't open any other page before this one
    for name, value in (params or {}).items():
        at.query_params[name] = value
    return at.run() if chapter is FIRST else go_to(at, chapter)


def unfold(at: AppTest) -> AppTest:
    """The same page with all that opens on demand."""
    for toggle in at.toggle:
        toggle.set_value(True)
    return at.run()


def go_to(at: AppTest, chapter: Chapter) -> AppTest:
    """The story after going to a chapter, as by a link that keeps the address."""
    for key in ("lever_test_start", "lever_test_end"):
        if key in at.session_state:
            at.session_state[key] = ""  # a browser leaves a page's levers behind with it; AppTest hands them on
    return at.switch_page(os.path.relpath(ROOT / chapter.page, STORY.parent)).run()


def texts(node: Any) -> list[str]:
    """Every text below a node, in order: headings, paragraphs, captions, notes, link labels."""
    return [part for element in elements(node) if (text := _text(element)) for part in text.split("\n\n")]


def elements(node: Any) -> Iterator[Node]:
    """Everything below a node, in order, except its blocks."""
    for child in node.children.values():
        if isinstance(child, Block):
            yield from elements(child)
        else:
            yield child


def _text(element: Any) -> str:
    if element.type in ("vega_lite_chart", "html"):
        return ""
    value = getattr(element, "value", None)
    return value if isinstance(value, str) else ""


def tables(at: AppTest) -> list[dict[str, list[str]]]:
    """Every table that a page shows as plain HTML: the texts of each column, by its head."""
    found = []
    for element in at.get("html"):
        body = element.proto.body
        if "<table>" in body:
            heads, *rows = (
                ["".join(cell.itertext()) for cell in row] for row in ElementTree.fromstring(body).iter("tr")
            )
            found.append(dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True)))
    return found


def view_of(at: AppTest, chapter: Chapter = CRIME) -> View:
    """The view that the page's address spells out; the address must be one that can be read."""
    params = {name: at.query_params[name] for name in at.query_params}
    view, notes = read_view({name: v if isinstance(v, str) else v[0] for name, v in params.items()}, chapter.usual)
    assert notes == ()
    return view


def charts(at: AppTest) -> list[tuple[str, dict[str, Any]]]:
    """Alt text and spec of every chart, in order."""
    return [(chart.proto.alt, json.loads(chart.proto.spec)) for chart in at.get("vega_lite_chart")]


def drawn(figure_id: str, view: View, claim: str | None = None) -> tuple[str, dict[str, Any]]:
    """Alt text and spec of a registered figure, as a page shows it to a reader of the light theme."""
    finished: dict[str, Any] = json.loads(json.dumps(spec(figure_id, view, "light", claim)))
    return drawing(figure_id, view, claim).alt.strip(), finished


def known(view: View) -> list[tuple[str, dict[str, Any]]]:
    """Every registered figure as a page may show it to a reader of this view: in its windows or in a claim's first,
    of its measure or of a claim's."""
    claims = [claim for claim in load_story().claims.values() if claim.measure]
    pairs = dict.fromkeys([view.pair, *(claim.windows[0].pair for claim in claims)])
    measures = dict.fromkeys([view.measure, *(claim.measure for claim in claims if claim.measure)])
    found = []
    for figure in FIGURES.values():
        for claim in figure.claims():
            for pair in pairs if "pair" in figure.params else [view.pair]:
                for measure in measures if "measure" in figure.params else [view.measure]:
                    with suppress(StoryError):
                        found.append(drawn(figure.id, replace(view, pair=pair, measure=measure), claim))
    return found


def lead_findings(pair: WindowPair) -> list[Finding]:
    """What answers the question of the crime chapter."""
    return [check(claim, pair) for claim in CRIME.checked_claims()]


def check_crime_page(at: AppTest, view: View) -> None:
    """Fail unless sentences, figures, address, links and levers of the crime chapter all belong to this view."""
    assert not at.exception
    assert not at.error
    assert view_of(at) == view
    story = load_story()
    paragraphs = [part for markdown in at.main.markdown for part in markdown.value.split("\n\n")]
    measured = check_measure(story.measures[view.measure], view.pair)
    for finding in (*lead_findings(view.pair), measured):
        assert any(text.startswith(finding_words.short(finding)) for text in paragraphs)
        assert any(finding_words.exact(finding) in text for text in paragraphs)
    by_claim = [drawn("windows-compared", view, claim) for claim in CRIME.claims]
    by_offense = [drawn("contributions", replace(view, measure=measure)) for measure in (*CRIME.claims, view.measure)]
    always = (*by_claim, drawn("series", view), drawn("every-window", view))
    shown = charts(at)
    assert all(figure in shown for figure in always)
    assert all(alt for alt, _ in shown)
    assert all(figure in (*always, *by_offense, drawn("earlier-years", view)) for figure in shown)
    assert drawing("every-window", view).sentence in paragraphs
    for link in at.get("page_link"):
        assert read_view(dict(parse_qsl(link.proto.query_string)), CRIME.usual) == (view, ())
    current = (short_date(view.pair.current.start), short_date(view.pair.current.end))
    refused = any("can’t be used" in note.value for note in at.info)  # then what was typed stays
    assert refused or tuple(at.text_input(key=f"lever_test_{side}").value for side in SIDES) == current
    assert at.selectbox(key="lever_measure").value == view.measure
    assert at.button_group(key="lever_by").value == view.by
    assert at.button_group(key="lever_within").value == view.within
