"""Every page and every figure in the desk's words (docs/style.md), and one of a thing said as one, in any windows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from lib.analysis.windows import parse_window, years_earlier
from lib.chapters.blocks import (
    Caption,
    CaveatBlock,
    ChapterLink,
    Collapsed,
    FigureBlock,
    Heading,
    Notice,
    Paragraphs,
    Quote,
    TableBlock,
    flat,
)
from lib.chapters.chapters import BY_SLUG
from lib.chapters.contents import contents
from lib.errors import StoryError
from lib.export.blocks_html import as_text
from lib.figures.registry import drawing
from lib.story.records_in_use import open_records
from lib.story.view import View
from lib.story.words import counted
from scripts.style import banned, faults

VERBS = "is|was|has|does|holds|lies|goes|less|as|its|matches|depends|series"
ONE_OF_MANY = re.compile(
    rf"(?<![\d.,/–−-])\b(?:1|[Oo]ne) (?:earlier |other |more |whole |such )?(?!(?:{VERBS})\b)[a-z]+s\b"
)
FOREIGN_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2} (?:January|February|March|April|June|July|August) \d{4}")
DATES = [
    ("2021-01-01..2021-01-01", "homicide"),
    ("2020-04-05..2020-04-11", "shooting"),
    ("2021-01-01..2021-03-26", "rape"),
]


def said(slug: str, view: View) -> Iterator[str]:
    """Every sentence of a page, and all that its figures say in words."""
    for block in flat(contents(BY_SLUG[slug], view), on_demand=False):
        match block:
            case Heading() | Caption() | Notice() | Paragraphs() | CaveatBlock():
                yield as_text(block.text)
            case Quote():
                yield f"{block.claim.title} {block.claim.paraphrase}"
            case ChapterLink() | Collapsed():
                yield block.label
            case TableBlock():
                yield block.caption
            case FigureBlock():
                yield from _drawn(block)


@cache
def _drawn(shown: FigureBlock) -> tuple[str, ...]:
    try:
        made = drawing(shown.figure, shown.view, shown.claim)
    except StoryError as error:
        return (str(error),)
    rows = [row for rows in made.data.values() for row in rows if isinstance(row, dict)]
    tips = [str(row[key]) for row in rows for key in ("tip", "label", "text") if key in row]
    return (made.frame.title, made.frame.subtitle, made.alt, made.sentence, made.short, *tips)


@pytest.mark.parametrize(("dates", "measure"), DATES)
@pytest.mark.parametrize("slug", [slug for slug in BY_SLUG if slug not in ("methods", "studio")])
def test_one_of_a_thing_is_no_plural(slug: str, dates: str, measure: str) -> None:
    pair = years_earlier(parse_window(dates))
    view = replace(BY_SLUG[slug].usual, pair=pair, measure=measure, area=open_records().place("Hampden"))
    wrong = {found[0]: text for text in said(slug, view) for found in ONE_OF_MANY.finditer(text)}
    assert not wrong


@pytest.mark.parametrize("dates", [None, *(dates for dates, _ in DATES)])
@pytest.mark.parametrize("slug", [slug for slug in BY_SLUG if slug not in ("methods", "studio")])  # notes of the build
def test_every_page_is_in_the_desks_words(slug: str, dates: str | None) -> None:
    usual = BY_SLUG[slug].usual
    view = replace(usual, pair=years_earlier(parse_window(dates))) if dates else usual
    wrong = {fault: text for text in said(slug, view) for fault in faults(text)}
    assert not wrong


@pytest.mark.parametrize("slug", [slug for slug in BY_SLUG if slug not in ("methods", "studio", "explore")])
def test_dates_are_written_as_american_papers_write_them(slug: str) -> None:
    usual = BY_SLUG[slug].usual
    assert not {found[0]: text for text in said(slug, usual) for found in FOREIGN_DATE.finditer(text)}


@pytest.mark.parametrize(
    ("number", "things", "text"),
    [(0, "victims", "0 victims"), (1, "victims", "1 victim"), (2, "victims", "2 victims"), (1, "cities", "1 city"),
     (2103, "arrests", "2,103 arrests"), (1, "911 calls", "1 911 call"), (1, "entries", "1 entry")],
)  # fmt: skip
def test_a_number_with_what_it_counts(number: int, things: str, text: str) -> None:
    assert counted(number, things) == text


def test_the_pattern_finds_what_it_is_for() -> None:
    for text in ("1 victims from", "what one earlier years did", "One windows", "in 1 places, rose"):
        assert ONE_OF_MANY.search(text), text
    for text in ("2.1 times", "1 victim", "11 victims", "one is", "1,001 victims", "2,1 years", "one of them lies"):
        assert not ONE_OF_MANY.search(text), text


def test_each_rule_of_the_desk_finds_what_it_rules_out() -> None:
    assert len(banned()) > 20
    for words, better in banned().items():
        assert list(faults(f"It was {words} so.")) == [f"“{words}”: say “{better}”"]
    assert list(faults("It is the the same.")) == ["“the the” stands twice"]
    assert not list(faults("It said that that `held against` is code, see https://example.org/prior to."))
