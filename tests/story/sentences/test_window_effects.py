"""What a move of the dates did, and why it could: in words, from the findings and the windows alone."""

from datetime import date

from hypothesis import given, settings

from lib.analysis.windows import Window, WindowPair, years_earlier
from lib.story import claim_words, finding_words, words
from lib.story.check import check_measure, check_named
from lib.story.load import load_story
from lib.story.sentences import conclusion_words as survives_words
from lib.story.sentences import window_effects as moves
from lib.story.verdict import over_windows
from tests.examples import examples
from tests.story.findings import GARBAGE, pairs

CLAIMS = tuple(load_story().claims[name] for name in ("violent", "property"))
ARTICLE = CLAIMS[0].windows[0].pair


def test_a_reading_is_the_change_that_is_counted():
    office = next(window.pair for window in CLAIMS[0].windows if window.id == "office")
    for claim in CLAIMS:
        for pair in (ARTICLE, office):
            measure = load_story().measures[claim.measure or ""]
            change = check_measure(measure, pair).change
            assert change is not None
            assert change.interval is not None
            between = finding_words.between(change.interval.low, change.interval.high)
            assert moves.reading(measure, pair) == moves.Reading(measure.title, words.signed(change.headline), between)


def test_a_reading_of_too_few_events_says_so():
    day = years_earlier(Window(date(2021, 1, 1), date(2021, 1, 1)))
    assert moves.reading(load_story().measures["homicide"], day).change == "too few to say"


def test_the_days_of_the_baseline_in_the_pandemic_are_counted():
    before = years_earlier(Window(date(2021, 1, 1), date(2021, 3, 4)))  # 2020 up to the day before the emergency
    after = years_earlier(Window(date(2021, 1, 1), date(2021, 3, 10)))
    said = " ".join(moves.reasons(before, after))
    assert "6 days of the baseline come after the pandemic emergency began on March 5, 2020" in said
    assert "it was no days before this change" in said
    assert "longer (69 days, not 63)" in said


def test_a_baseline_further_back_and_other_dates_are_named():
    window = ARTICLE.current
    further = moves.reasons(ARTICLE, years_earlier(window, 2))
    assert any("is two years before the period you’re checking, not one year" in reason for reason in further)
    summer = WindowPair(window, (Window(date(2019, 6, 1), date(2019, 8, 24)),))
    assert any("season" in reason for reason in moves.reasons(ARTICLE, summer))


@given(pairs(), pairs())
@settings(max_examples=examples(40))
def test_any_move_is_told_in_plain_words(before: WindowPair, after: WindowPair):
    for text in moves.reasons(before, after):
        assert text.endswith(".")
        assert not GARBAGE.search(text), text
    assert moves.reasons(before, before) == ()


def test_every_statement_has_its_verdicts_and_no_cause_is_decided():
    findings = [check_named(claim) for claim in load_story().claims.values()]
    told = survives_words.verdicts(findings).splitlines()
    assert len(told) == len(findings)
    for line, found in zip(told, findings, strict=True):
        claim = found[0].claim
        assert claim is not None
        assert claim.title in line
        assert ("The cause: open. Police rewrote their rules" in line) == (claim.id == "drug-arrests")
        if claim.claimed is not None and found[0].change:
            overall = over_windows(finding.verdict for finding in found if finding.verdict)
            assert f" The claim {claim_words.HELD[overall][0]}." in line
    assert "it is open" in survives_words.TWO_VERDICTS
    settled = survives_words.would_settle(load_story().claims.values())
    assert settled.count("\n- ") + 1 == sum(claim.would_take is not None for claim in load_story().claims.values())
