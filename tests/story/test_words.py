"""Numbers in words: edges, and no sentence that holds what only a program would say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.change import Change
from lib.analysis.historical_range import EarlierPair, Swing
from lib.analysis.windows import WindowPair
from lib.story import finding_words, words
from lib.story.load import load_story
from tests.examples import examples
from tests.story.findings import GARBAGE, changes, measures


@pytest.mark.parametrize(
    ("fraction", "percent", "signed", "direction", "verb"),
    [
        (0.0, "0%", "0%", "no change", "hardly changed"),
        (-0.0, "0%", "0%", "no change", "hardly changed"),
        (-0.004, "0%", "0%", "no change", "hardly changed"),
        (0.0049, "0%", "0%", "no change", "hardly changed"),
        (-0.006, "1%", "\u22121%", "1% down", "fell 1%"),
        (-0.174, "17%", "\u221217%", "17% down", "fell 17%"),
        (0.321, "32%", "+32%", "32% up", "rose 32%"),
        (-1.0, "100%", "\u2212100%", "100% down", "fell 100%"),
        (3.5, "350%", "+350%", "350% up", "rose 350%"),
    ],
)
def test_a_change_in_words(fraction: float, percent: str, signed: str, direction: str, verb: str) -> None:
    assert words.percent(fraction) == percent
    assert words.signed(fraction) == signed
    assert words.direction(fraction) == direction
    assert words.verb(fraction) == verb


def test_digits_decide_what_rounds_to_nothing() -> None:
    assert words.signed(-0.004, 1) == "\u22120.4%"
    assert words.signed(-0.0004, 1) == "0.0%"
    assert words.signed(None) == "–"


@given(st.floats(-1, 50), st.integers(0, 2))
def test_signed_uses_a_true_minus_and_no_signed_zero(fraction: float, digits: int) -> None:
    said = words.signed(fraction, digits)
    assert "-" not in said
    number = said.strip("+\u2212%")
    assert said[0] in "+\u2212" or float(number) == 0
    assert float(number) == pytest.approx(abs(fraction) * 100, abs=0.5 * 10**-digits + 1e-9)
    if said[0] in "+\u2212":
        assert (said[0] == "+") == (fraction > 0)
        assert float(number) > 0


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.22, -0.12, "12% to 22% down"),
        (-0.05, 0.03, "5% down to 3% up"),
        (0.03, 0.3, "3% to 30% up"),
        (0.4, None, "40% up or more"),
        (-0.4, None, "40% down to any rise"),
        (-0.22, -0.001, "22% down to no change"),
        (0.001, 0.2, "no change to 20% up"),
        (-1.0, -0.5, "50% to 100% down"),
    ],
)
def test_a_span_in_words(low: float, high: float | None, said: str) -> None:
    assert words.span(low, high) == said


@given(st.floats(-1, 5), st.floats(0, 3) | st.none())
def test_any_span_is_made_of_words_and_percents(low: float, width: float | None) -> None:
    said = words.span(low, None if width is None else low + width)
    assert not GARBAGE.search(said), said
    assert "-" not in said


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (999, "999"), (2103, "2,103"), (1_234_567, "1,234,567")])
def test_counts_have_their_thousands_marked(number: int, said: str) -> None:
    assert words.count(number) == said


@given(changes(), measures(), st.none() | st.just("Abell"), st.none() | st.floats(-0.9, 2))
@settings(max_examples=examples(300))
def test_no_sentence_says_what_only_a_program_would(
    made: tuple[WindowPair, Change], measure: str, area: str | None, claimed: float | None
) -> None:
    pair, change = made
    counted = load_story().measures[measure]
    said = finding_words.answer(finding_words.subject(counted, area), counted, pair, change, claimed)
    assert not GARBAGE.search(said), said
    assert said.endswith(".")
    assert words.count(change.current) in said
    if len(pair.baseline) == 1:
        assert words.count(change.baseline) in said
    if area:
        assert area in said
    if change.too_few:
        assert "too few to say" in said
    else:
        assert change.headline is not None
        assert words.verb(change.headline) in said
        assert "is inside that interval" in said or "is outside that interval" in said or claimed is None


@given(changes(), st.lists(st.floats(-1, 8), max_size=6))
@settings(max_examples=examples(200))
def test_no_note_and_no_swing_says_what_only_a_program_would(
    made: tuple[WindowPair, Change], earlier: list[float]
) -> None:
    pair, change = made
    swing = Swing(tuple(EarlierPair(n, pair, value) for n, value in enumerate(earlier, 1)), ())
    said = [*finding_words.notes(pair, change, swing), finding_words.swing_sentence(swing, change)]
    for sentence in filter(None, said):
        assert not GARBAGE.search(sentence), sentence
        assert sentence.endswith(".")
    if said[-1] and 0 < len(earlier) < 3:
        assert said[-1].startswith("Too few earlier years to say")
    elif said[-1]:
        assert ("within the usual range" in said[-1]) == swing.holds(change.headline)


@given(changes(), st.lists(st.floats(-1, 8), max_size=6))
def test_shared_days_other_dates_and_a_leap_day_are_always_named(
    made: tuple[WindowPair, Change], earlier: list[float]
) -> None:
    del earlier
    pair, change = made
    said = " ".join(finding_words.notes(pair, change, Swing((), ())))
    assert ("The two windows share" in said) == bool(pair.shared_days)
    assert ("The baselines share" in said) == bool(pair.twice_counted_days)
    assert " 1 days" not in said
    assert ("different dates" in said) == (not pair.same_dates)
    assert ("February 29" in said) == (pair.same_dates and not pair.equal("day") and change.headline is not None)


def test_a_list_in_a_sentence() -> None:
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b"]) == "a and b"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
