"""The verdict on a number, case by case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.change import Change, Dispersion, Interval, rate_ratio_interval, relative_change
from lib.analysis.historical_range import MARGIN
from lib.story import claim_words
from lib.story.verdict import OVERALL, PLAIN, Overall, Verdict, judge, over_windows
from tests.story.findings import changes


def change_of(headline: float | None, low: float = -1.0, high: float | None = None) -> Change:
    interval = None if headline is None else Interval(low, high, "quasi-Poisson")
    return Change(100, 100, headline, headline, interval, Dispersion(1.0, 5))


@pytest.mark.parametrize(
    ("claimed", "change", "verdict"),
    [
        pytest.param(-0.20, change_of(-0.17, -0.27, -0.06), Verdict.MATCHES, id="claim inside the interval"),
        pytest.param(-0.20, change_of(-0.185, -0.19, -0.18), Verdict.MATCHES, id="within two points, interval apart"),
        pytest.param(-0.20, change_of(-0.19, -0.40, 0.09), Verdict.MATCHES, id="within two points, interval holds 0"),
        pytest.param(-0.35, change_of(-0.29, -0.34, -0.23), Verdict.OTHER_SIZE, id="a smaller fall"),
        pytest.param(-0.20, change_of(-0.40, -0.45, -0.34), Verdict.OTHER_SIZE, id="a larger fall"),
        pytest.param(0.20, change_of(0.60, 0.40, 0.80), Verdict.OTHER_SIZE, id="a larger rise"),
        pytest.param(-0.20, change_of(0.30, 0.20, 0.41), Verdict.CONTRADICTED, id="a rise"),
        pytest.param(-0.35, change_of(-0.02, -0.08, 0.05), Verdict.CONTRADICTED, id="no change that can be seen"),
        pytest.param(-0.20, change_of(-0.10, -0.30, 0.15), Verdict.TOO_FEW, id="claim and no change both possible"),
        pytest.param(-0.20, change_of(-0.05, -0.60, 1.20), Verdict.TOO_FEW, id="a wide interval"),
        pytest.param(-0.20, change_of(None), Verdict.TOO_FEW, id="nothing in the baseline"),
        pytest.param(-0.20, change_of(-0.20, -0.9, None), Verdict.TOO_FEW, id="no upper end"),
        pytest.param(0.0, change_of(0.03, -0.05, 0.12), Verdict.MATCHES, id="no change claimed, none seen"),
        pytest.param(0.0, change_of(-0.20, -0.30, -0.10), Verdict.CONTRADICTED, id="no change claimed, a fall"),
    ],
)
def test_judge(claimed: float, change: Change, verdict: Verdict) -> None:
    assert judge(claimed, change) is verdict


claims = st.floats(-0.99, 2).filter(lambda value: abs(value) > 0.001)


@given(claims, changes())
def test_a_claim_never_matches_counts_that_fit_no_change_as_well(claimed: float, made: tuple[object, Change]) -> None:
    change = made[1]
    if judge(claimed, change) is Verdict.MATCHES:
        assert change.headline is not None
        assert change.interval is not None
        low, high = change.interval.low, change.interval.high
        holds_zero = low <= 0 and (high is None or high >= 0)
        holds_claim = low <= claimed and (high is None or claimed <= high)
        close = abs(change.headline - claimed) <= MARGIN
        assert close or (holds_claim and not holds_zero)


@given(claims, changes())
def test_direction_right_is_never_said_of_another_direction(claimed: float, made: tuple[object, Change]) -> None:
    change = made[1]
    verdict = judge(claimed, change)
    assert verdict not in (Verdict.NOT_HERE,)
    if verdict is Verdict.OTHER_SIZE:
        assert change.headline is not None
        assert (change.headline < 0) == (claimed < 0)
    if verdict is Verdict.CONTRADICTED:
        assert change.interval is not None
        assert not change.interval.low <= claimed <= (change.interval.high or 0)


@given(st.integers(200, 5000), st.floats(0.5, 1.5))
def test_the_measured_change_itself_always_matches(y: int, ratio: float) -> None:
    x = round(y * ratio)
    found = relative_change(x, y, 1.0, 1.0)
    assert found is not None
    change = Change(x, y, found, found, rate_ratio_interval(x, y, 1.0, 1.0, 2.0), Dispersion(2.0, 5))
    assert judge(found, change) is Verdict.MATCHES


def test_over_windows_is_the_common_verdict_or_that_it_depends() -> None:
    assert over_windows([Verdict.MATCHES] * 5) is Overall.HOLDS
    assert over_windows(iter([Verdict.OTHER_SIZE])) is Overall.OTHER_SIZE
    assert over_windows([Verdict.MATCHES, Verdict.OTHER_SIZE]) is Overall.DEPENDS
    assert over_windows([Verdict.MATCHES, Verdict.MATCHES, Verdict.TOO_FEW]) is Overall.DEPENDS
    assert {over_windows([verdict]) for verdict in Verdict if verdict is not Verdict.NOT_HERE} == set(Overall) - {
        Overall.DEPENDS
    }


def test_every_verdict_has_plain_words_and_the_agreed_name() -> None:
    assert set(PLAIN) == set(Verdict)
    assert {str(verdict) for verdict in Verdict} == {
        "matches",
        "right direction, different size",
        "contradicted",
        "too few to say",
        "not in these records",
    }
    assert set(OVERALL) == set(claim_words.HELD) == set(Overall)
    assert not set(OVERALL.values()) & set(PLAIN.values())  # a verdict of one kind is never taken for the other
