"""The three sentences that survive: each clause stands only where the look it rests on says so."""

import re
from datetime import date

import pytest
from hypothesis import given, settings

from lib.analysis.specifications import Choice
from lib.analysis.windows import Window, WindowPair, years_earlier
from lib.story.check import check_measure
from lib.story.evidence.expected import Departure, departure
from lib.story.evidence.peers import place
from lib.story.load import load_story
from lib.story.sentences.conclusion import Conclusion, conclusion
from lib.story.words import percent, verb
from tests.examples import examples
from tests.story.findings import GARBAGE, pairs

OFFICE = next(w.pair for w in load_story().claims["violent"].windows if w.id == "office")


def concluded(pair: WindowPair) -> Conclusion:
    return conclusion(pair, "damped", "2016", "large", Choice())


@pytest.mark.parametrize("name", ["violent", "property", "covered-arrests"])
def test_what_is_supported_is_what_the_records_gave(name: str):
    measure = load_story().measures[name]
    change = check_measure(measure, OFFICE).change
    assert change is not None
    assert change.headline is not None
    assert change.interval is not None
    assert change.interval.high is not None
    said = concluded(OFFICE).supported
    wanted = f"{measure.label} {verb(change.headline)} (between {percent(change.interval.high)} and "
    assert f"{wanted}{percent(change.interval.low)})" in said


def test_a_count_is_below_expectation_only_where_its_interval_is():
    found = {
        name: departure(load_story().measures[name], OFFICE.current, "damped", "2016")
        for name in ("violent", "property")
    }
    said = concluded(OFFICE)
    for name, each in found.items():
        assert isinstance(each, Departure)
        label = load_story().measures[name].label
        below = said.supported.partition(". ")[2].lower()
        assert (label in below) == (not each.inside and each.difference.high < 0)
        inside = re.search(r"[^.]* stayed inside the range forecast from the years before", said.beyond.lower())
        assert (label in (inside[0] if inside else "")) == each.inside


def test_other_cities_stand_where_their_interval_puts_them():
    said = concluded(OFFICE)
    for name in ("violent", "property"):
        measure = load_story().measures[name]
        apart = place(measure, OFFICE, "large").standing.apart
        within = re.search(rf"{measure.label} [^.]* fell more", said.beyond.lower())
        assert bool(within) == (apart.low <= 0 <= apart.high)
        assert (f"{measure.label} moved unlike the median" in said.contradicted.lower()) == (not within)


def test_years_in_which_crime_rose_support_no_fall_of_it():
    rising = years_earlier(Window(date(2017, 1, 1), date(2017, 12, 31)))
    said = concluded(rising).supported
    assert "violent crime fell" not in said
    assert "below what earlier years" not in said


def test_a_day_that_is_far_too_short_supports_nothing():
    day = WindowPair(Window(date(2019, 5, 1), date(2019, 5, 1)), (Window(date(2018, 5, 1), date(2018, 5, 1)),))
    assert "show no clear fall" in concluded(day).supported


@given(pairs())
@settings(max_examples=examples(25))
def test_each_is_plain_sentences_whatever_the_windows(pair: WindowPair):
    for paragraph in concluded(pair).paragraphs:
        assert paragraph.endswith(".")
        assert all(sentence[0].isupper() for sentence in re.split(r"\. ", paragraph))
        assert not GARBAGE.search(paragraph)
    assert "did it" not in concluded(pair).supported


def test_no_sentence_names_a_cause():
    for sentence in concluded(OFFICE).paragraphs:
        assert "because of" not in sentence
        assert "can’t name the cause" in concluded(OFFICE).beyond
        assert not re.search(r"(policy|pandemic) (caused|lowered|brought)", sentence)
