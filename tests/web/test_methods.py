"""The methods page: every method with what it does, its check, its limits, and where it was described."""

import pytest

from lib.figures.chapters import BY_SLUG
from lib.story import words
from lib.story.load import load_story
from tests.web.story_app import open_story, texts

METHODS = list(load_story().methods.values())


@pytest.fixture(scope="module")
def said() -> list[str]:
    at = open_story(BY_SLUG["methods"])
    assert not at.exception
    assert not at.error
    return texts(at.main)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_a_method_stands_with_its_check_its_limits_and_its_sources(said: list[str], method):
    assert method.name in said
    page = "\n".join(said)
    for text in (method.text, method.check, method.limits, method.formula or ""):
        assert text in page
    for source in method.sources:
        assert f"[{source.name}]({source.address})" in page


def test_the_words_are_defined_first(said: list[str]):
    defined = next(i for i, text in enumerate(said) if words.DEFINITIONS.strip() in text.strip())
    assert defined < said.index(METHODS[0].name)
