"""How chapters end: every answer follows from findings, in any windows, and hands over to the next chapter."""

import pytest
from hypothesis import given, settings

from lib.analysis.specifications import Choice
from lib.analysis.windows import WindowPair
from lib.chapters.blocks import Heading, Paragraphs, flat
from lib.chapters.chapters import BY_SLUG
from lib.chapters.contents import contents
from lib.story import claim_words, words
from lib.story.check import check_named
from lib.story.evidence.placebos import untouched
from lib.story.load import load_story
from lib.story.sentences import endings
from lib.story.sentences.placebos_words import also_fell
from lib.story.verdict import over_windows
from tests.examples import examples
from tests.story.findings import GARBAGE, pairs

ENDED = (
    "violent-and-property-crime",
    "drug-arrests",
    "who-was-arrested",
    "calls-911",
    "where-things-changed",
    "afterwards",
)


@pytest.mark.parametrize("slug", [*ENDED, "was-it-covid"])
def test_a_chapter_ends_with_its_answer_and_names_what_comes_next(slug: str) -> None:
    *_, heading, ending = flat(contents(BY_SLUG[slug]), on_demand=False)
    assert isinstance(heading, Heading)
    assert heading.text == (endings.ANSWER if slug in ENDED else endings.WHICH)
    assert isinstance(ending, Paragraphs)
    assert "next chapter" in ending.text
    assert not GARBAGE.search(ending.text)


def test_the_answer_on_a_claim_is_its_verdict_over_all_windows() -> None:
    claims = load_story().claims
    violent, property_ = (check_named(claims[name]) for name in ("violent", "property"))
    said = endings.crime([violent, property_], claims["drug-arrests"])
    for found, label in ((violent, "violent crime"), (property_, "property crime")):
        verdict = over_windows(finding.verdict for finding in found if finding.verdict)
        assert f"On {label}, the claim {claim_words.HELD[verdict][0]}." in said
    assert "an 80% drop" in said


@given(pairs())
@settings(max_examples=examples(25))
def test_which_it_was_says_no_more_than_was_found(pair: WindowPair) -> None:
    said = endings.which_was_it(pair, "large", Choice())
    assert not GARBAGE.search(said)
    assert said.startswith("The records can’t say")
    fell, known = also_fell(untouched(pair)[2])
    assert (f"of {words.number_word(known)} counts that the policy doesn’t name fell" in said) == bool(fell)


def test_the_days_between_emergency_and_policy_are_counted() -> None:
    # March 5 to March 18, 2020.
    assert "only 13 days into" in endings.which_was_it(BY_SLUG["was-it-covid"].usual.pair, "large", Choice())
