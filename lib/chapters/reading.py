"""How long a chapter's text takes to read, and how hard it is: words, minutes, and the grade of its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt

from lib.chapters.blocks import Block, CaveatBlock, Heading, Paragraphs, Quote, flat
from lib.chapters.chapters import CHAPTERS, Chapter
from lib.chapters.contents import contents
from lib.story.records_in_use import open_records
from lib.story.words import counted

WORDS_A_MINUTE = 230
"""Silent reading of English non-fiction: 238 a minute over 190 studies (Brysbaert 2019), less a little for numbers."""

ALL_CHAPTERS = "All chapters"

_MARKDOWN = MarkdownIt("commonmark")
_WORD = re.compile(r"[^\W_]+(?:[.,/:'’][^\W_]+)*")
_LETTER = re.compile(r"[^\W\d_]")
# A full stop ends a sentence where a blank and a capital or a figure follow, but not after an initial.
_END = re.compile(r"(?:(?<=[.!?])(?<!\b[A-Z]\.)|(?<=[.!?][”\")]))\s+(?=[“\"(]?[A-Z0-9])")
_ONLY_LINKS = re.compile(r"(?:\[[^\]]*\]\([^)]*\)[\s,]*)+")
_SYMBOLS = re.compile("[=√±Σ×≤≥]")

_VOWELS = re.compile("[aeiouy]+")
_SILENT = re.compile(
    r"(?<=[^aeiouy])e$|(?<=[^aeiouytd])ed$|(?<=[^aeiouyscgzx])(?<!sh)(?<!ch)es$"
    r"|(?<=[aeiouy][^aeiouy])e(?=(?:ly|ty|less|ful|ness|ments?)$)"
)
_WITHOUT_VOWEL = re.compile(r"[^aeiouyrlw]le[sd]?$|[a-z]sms?$|[a-z]thms?$")
_APART = re.compile(
    r"i(?:a(?!lly|ge|n)|o(?!n|us)|u(?!s)|ers?$|est$)|(?<!l)ian|(?<=[^csgtx])io|eo(?!u|p)|(?<=[^qg])ua|ying"
    r"|e(?:ing|um|al(?!t))|(?<=[aeiouy][^aeiouy])eas?$|uou"
)


@dataclass(frozen=True)
class Reading:
    """A chapter's text: ``words`` and ``minutes`` of what stands open on it, and the ``grade`` of its prose.

    ``minutes`` are whole, at least 1; looking at figures is not in them. ``grade`` is the Flesch-Kincaid grade level:
    years of American schooling that the text asks for.
    """

    words: int
    minutes: int
    grade: float


@dataclass(frozen=True)
class Sentence:
    """A sentence of a page's prose, and its own Flesch-Kincaid grade."""

    text: str
    grade: float


def reading(chapter: Chapter) -> Reading:
    """How long a chapter takes, and how hard it is, at an address without parameters. Raises as ``contents``."""
    return _reading(chapter, open_records().version)


@lru_cache(maxsize=64)
def _reading(chapter: Chapter, version: str) -> Reading:  # noqa: ARG001 - other tables make other sentences
    blocks = tuple(flat(contents(chapter), on_demand=False))
    words = sum(len(words_of(text)) for text in _open(blocks))
    return Reading(words, max(1, round(words / WORDS_A_MINUTE)), grade(_prose(blocks)))


def progress(chapter: Chapter) -> str:
    """Where in the story a page stands, and how long it takes: ``Chapters · 2 of 10 · 4 minutes``."""
    if chapter not in CHAPTERS:
        return ALL_CHAPTERS
    place = CHAPTERS.index(chapter) + 1
    time = counted(reading(chapter).minutes, "minutes")
    return f"Chapters · {place} of {len(CHAPTERS)} · {time}"


def neighbors(chapter: Chapter) -> tuple[tuple[str, Chapter], ...]:
    """The chapters before and after one, as far as there are any, each with what a link to it says."""
    place = CHAPTERS.index(chapter)
    before = [(f"← {each.short}", each) for each in CHAPTERS[max(0, place - 1) : place]]
    after = [(f"Next: {each.short} →", each) for each in CHAPTERS[place + 1 : place + 2]]
    return (*before, *after)


def sentences(chapter: Chapter) -> tuple[Sentence, ...]:
    """The sentences of ten words or more of a chapter's prose, the hardest first, each once. Raises as ``contents``."""
    found = dict.fromkeys(
        sentence for text in _prose(flat(contents(chapter), on_demand=False)) for sentence in sentences_of(text)
    )
    long = (Sentence(text, grade([text])) for text in found if len(words_of(text)) >= 10)
    return tuple(sorted(long, key=lambda each: -each.grade))


def grade(texts: Iterable[str]) -> float:
    """The Flesch-Kincaid grade of Markdown texts together; 0 where there is no sentence.

    0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid and others 1975). A number is a word of one syllable:
    how hard figures are to take in is not measured. Sentences with signs of arithmetic are left out.
    """
    found = [words_of(sentence) for text in texts for sentence in sentences_of(text)]
    words = [word for sentence in found for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a Markdown text, without its marks. A paragraph and an item of a list end one.

    Code and paragraphs of links alone have none.
    """
    found = []
    for block in _MARKDOWN.parse(text):
        parts = block.children or ()
        plain = "".join(
            part.content if part.type == "text" else " " if part.type == "softbreak" else "" for part in parts
        )
        if not _ONLY_LINKS.fullmatch(block.content):
            found += [one.strip() for one in _END.split(plain) if words_of(one) and not _SYMBOLS.search(one)]
    return tuple(found)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a plain text; a number is one, and so is each half of a word with a hyphen."""
    return tuple(_WORD.findall(text))


def syllables(word: str) -> int:
    """Syllables of an English word by its spelling: groups of vowels, less the silent ones, and those that fall apart.

    Compared with the CMU Pronouncing Dictionary it is right for 99 in 100 words of this story, and over all of them off
    by less than one in 100.
    """
    plain = re.sub("['’]s?", "", word.lower())
    if not _LETTER.search(plain):
        return 1
    spoken = len(_VOWELS.findall(_SILENT.sub("", plain)))
    return max(1, spoken + bool(_WITHOUT_VOWEL.search(plain)) + len(_APART.findall(plain)))


def _open(blocks: Iterable[Block]) -> Iterable[str]:
    """The texts that a reader meets without opening anything."""
    for block in blocks:
        match block:
            case Heading():
                yield block.text
            case Paragraphs(folded=None):
                yield " ".join(sentences_of(block.text))
            case Quote():
                yield block.claim.quote or block.claim.paraphrase
            case CaveatBlock():
                yield " ".join(sentences_of(block.text))


def _prose(blocks: Iterable[Block]) -> Iterable[str]:
    """The texts that this project wrote: no headings, which are no sentences, and nobody's quotations."""
    for block in blocks:
        match block:
            case Paragraphs():
                yield block.text
            case CaveatBlock():
                yield f"{block.caveat.short}\n\n{block.caveat.text}"
