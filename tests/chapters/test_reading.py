import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.chapters.chapters import BY_SLUG, CHAPTERS
from lib.chapters.reading import WORDS_A_MINUTE, grade, reading, sentences, sentences_of, syllables, words_of
from lib.cli import main

HARDEST_PAGE = 10.5  # the aim is 9; intervals and dates make long sentences
PLATYPUS = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."


def test_the_grade_is_the_published_one_of_a_published_example():
    # Wikipedia, "Flesch-Kincaid readability tests": 13 words, 24 syllables, grade 11.3.
    assert len(words_of(PLATYPUS)) == 13
    assert sum(map(syllables, words_of(PLATYPUS))) == 24
    assert grade([PLATYPUS]) == pytest.approx(0.39 * 13 + 11.8 * 24 / 13 - 15.59)


def test_syllables_are_those_of_the_pronouncing_dictionary():
    spoken = {  # as the CMU Pronouncing Dictionary has them
        "crime": 1, "year’s": 1, "scale": 1, "moved": 1, "trees": 1, "police": 2, "arrest": 2, "counted": 2, "table": 2,
        "quite": 1, "rhythm": 2, "earlier": 3, "violent": 3, "safety": 2, "larceny": 3, "prosecute": 3, "interval": 3,
        "policies": 3, "Baltimore": 3, "area": 3, "pandemic": 3, "commissioner": 4, "prostitution": 4, "2020": 1,
    }  # fmt: skip
    assert {word: syllables(word) for word in spoken} == spoken


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Down 17.4% (as said by J. Smith). Up 1,978.", ("Down 17.4% (as said by J. Smith).", "Up 1,978.")),
        ("He said “no.” Then\nhe left!", ("He said “no.”", "Then he left!")),
        ("- **Window**: two days\n- a [link](https://x.example/a.B) here", ("Window: two days", "a link here")),
        ("Load it with `python -m lib`. In symbols: y = a + b.", ("Load it with .",)),
        ("[One](https://x.example), [Two](https://y.example)", ()),
        ("…\n\n- –", ()),
    ],
)
def test_sentences_are_told_apart_without_their_marks(text, expected):
    assert sentences_of(text) == expected


@given(st.text(alphabet="ab e.!?”(*_-[]`\n1é"))
def test_any_text_has_a_grade_and_every_word_a_syllable(text):
    assert all(words_of(sentence) for sentence in sentences_of(text))
    assert all(syllables(word) >= 1 for word in words_of(text))
    assert (grade([text]) == 0.0) == (sentences_of(text) == ())


def test_no_page_is_too_hard_and_every_page_says_how_long_it_takes():
    found = {chapter.slug: reading(chapter) for chapter in CHAPTERS}
    assert {slug: each.grade for slug, each in found.items() if each.grade > HARDEST_PAGE} == {}
    assert all(each.minutes == max(1, round(each.words / WORDS_A_MINUTE)) for each in found.values())
    assert all(found[slug].words > 100 for slug in found)


def test_the_hardest_sentences_of_a_page_come_first_and_are_its_own():
    found = sentences(BY_SLUG[""])
    assert [each.grade for each in found] == sorted((each.grade for each in found), reverse=True)
    assert found[0].grade > reading(BY_SLUG[""]).grade
    assert not any("discriminately enforced" in each.text for each in found)  # a quotation is not ours


def test_the_command_prints_every_page_and_the_sentences_to_rewrite(capsys):
    assert main(["prose", "--hardest", "1"]) == 0
    printed = capsys.readouterr().out
    for chapter in CHAPTERS:
        assert f"{reading(chapter).grade:5.1f}" in printed
        assert sentences(chapter)[0].text in printed
