"""The change and its interval: against published values and other people's programs, and at the edges."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import change
from lib.analysis.change import (
    Change,
    Dispersion,
    Interval,
    compare,
    pearson_dispersion,
    rate_ratio_interval,
    ratio_of_ratios,
    relative_change,
    weekly_dispersion,
)
from lib.analysis.counts import MissingSpan, RunningSum
from lib.analysis.windows import Window, WindowPair, years_earlier
from tests.analysis.made import line_of
from tests.examples import examples

# x events in x_time against y in y_time; ratio, Wald (Taylor series) limits, exact conditional limits.
# OpenEpi's own example of "Comparing 2 Person-Time Rates", both strata and the crude table:
# https://epiinformatics.com/DownloadFiles/SessionI.zip
OPENEPI = [
    (17, 3, 100_025, 122_268, 6.927, (2.03, 23.63), (2.004, 36.89)),
    (8, 1, 78_531, 77_932, 7.939, (0.9931, 63.47), (1.064, 352.3)),
    (25, 4, 178_556, 200_200, 7.008, (2.439, 20.13), (2.42, 27.71)),
]


def ratios(interval: Interval | None) -> tuple[float, float]:
    assert interval is not None
    assert interval.high is not None
    return 1 + interval.low, 1 + interval.high


@pytest.mark.parametrize(("x", "y", "x_time", "y_time", "ratio", "wald", "exact"), OPENEPI)
def test_few_events_have_the_exact_interval_that_openepi_prints(
    x: int, y: int, x_time: float, y_time: float, ratio: float, wald: tuple[float, float], exact: tuple[float, float]
) -> None:
    del ratio, wald
    assert ratios(rate_ratio_interval(x, y, x_time, y_time)) == pytest.approx(exact, rel=5e-4)


@pytest.mark.parametrize(("x", "y", "x_time", "y_time", "ratio", "wald", "exact"), OPENEPI)
def test_the_wald_interval_is_the_one_that_openepi_prints(
    monkeypatch: pytest.MonkeyPatch,
    x: int,
    y: int,
    x_time: float,
    y_time: float,
    ratio: float,
    wald: tuple[float, float],
    exact: tuple[float, float],
) -> None:
    del exact
    # OpenEpi prints both methods for the same few events; ours would choose the exact one.
    monkeypatch.setattr(change, "FEW_EVENTS", 0)
    assert ratios(rate_ratio_interval(x, y, x_time, y_time)) == pytest.approx(wald, rel=5e-4)
    assert 1 + (change.relative_change(x, y, x_time, y_time) or 0) == pytest.approx(ratio, rel=1e-3)


def test_the_exact_interval_is_the_one_that_stata_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    # http://www.stata.com/links/stata-basics/incidence-rate-ratio-calculator
    # `iri 41 15 28010 19017`: 1.855759, exact 1.005684 to 3.6093.
    monkeypatch.setattr(change, "FEW_EVENTS", 1000)
    assert ratios(rate_ratio_interval(41, 15, 28_010, 19_017)) == pytest.approx((1.005684, 3.6093), abs=5e-5)
    assert change.relative_change(41, 15, 28_010, 19_017) == pytest.approx(0.855759, abs=5e-7)


@given(st.integers(0, 9), st.integers(0, 400), st.booleans(), st.floats(0.1, 10), st.floats(0.1, 10))
def test_few_events_have_the_clopper_pearson_interval_of_scipy(
    few: int, other: int, swap: bool, x_time: float, y_time: float
) -> None:
    x, y = (other, few) if swap else (few, other)
    interval = rate_ratio_interval(x, y, x_time, y_time)
    if x + y == 0:
        assert interval is None
        return
    assert interval is not None
    assert interval.method == "conditional binomial"
    share = stats.binomtest(x, x + y).proportion_ci(confidence_level=0.95, method="exact")
    scale = y_time / x_time
    assert 1 + interval.low == pytest.approx(share.low / (1 - share.low) * scale, rel=1e-6, abs=1e-9)
    if y == 0:
        assert interval.high is None
    else:
        assert interval.high is not None
        assert 1 + interval.high == pytest.approx(share.high / (1 - share.high) * scale, rel=1e-6)


# Two counts and two means fit without rest; statsmodels says so, and it does not matter where phi is given.
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:Perfect separation")
@pytest.mark.parametrize(
    ("x", "y", "x_time", "y_time", "phi"),
    [
        (2103, 2546, 1.0, 1.0, 4.4),
        (10, 10, 1.0, 1.0, 1.0),
        (150, 90, 90.0, 91.0, 2.5),
        (40, 400, 1.0, 3.0, 1.7),
    ],
)
def test_many_events_have_the_quasi_poisson_interval_of_statsmodels(
    x: int, y: int, x_time: float, y_time: float, phi: float
) -> None:
    design = np.array([[1.0, 1.0], [1.0, 0.0]])
    model = sm.GLM([x, y], design, family=sm.families.Poisson(), exposure=[x_time, y_time])
    low, high = np.exp(model.fit(scale=phi, tol=1e-13).conf_int()[1])
    interval = rate_ratio_interval(x, y, x_time, y_time, phi)
    assert ratios(interval) == pytest.approx((low, high), rel=1e-6)
    assert interval is not None
    assert interval.method == "quasi-Poisson"


def test_the_pipeline_of_a_comparison_is_the_quasi_poisson_regression_of_weekly_counts() -> None:
    # Weeks of two windows, each at its own mean, as a regression would have them: same point, same interval
    # where the spread is the same. scale="X2" is Pearson's chi-square over its degrees of freedom.
    random = np.random.default_rng(7)
    weeks = random.negative_binomial(20, 20 / (20 + np.repeat([80.0, 60.0], 13)))
    design = np.column_stack([np.ones(26), np.repeat([0.0, 1.0], 13)])
    fit = sm.GLM(weeks, design, family=sm.families.Poisson()).fit(scale="X2")
    interval = rate_ratio_interval(int(weeks[13:].sum()), int(weeks[:13].sum()), 1.0, 1.0, float(fit.scale))
    assert ratios(interval) == pytest.approx(tuple(np.exp(fit.conf_int()[1])), rel=1e-6)


@given(st.integers(10, 10**5), st.integers(10, 10**5), st.floats(1, 20))
def test_swapping_the_windows_inverts_the_ratio(x: int, y: int, phi: float) -> None:
    low, high = ratios(rate_ratio_interval(x, y, 1.0, 1.0, phi))
    back_low, back_high = ratios(rate_ratio_interval(y, x, 1.0, 1.0, phi))
    assert (1 / back_high, 1 / back_low) == pytest.approx((low, high), rel=1e-9)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(1, 8), st.floats(0.2, 5))
def test_an_interval_holds_its_estimate_and_is_a_possible_change(x: int, y: int, phi: float, scale: float) -> None:
    interval = rate_ratio_interval(x, y, 1.0, scale, phi)
    if interval is None:
        assert x == y == 0
        return
    assert interval.low >= -1
    if interval.high is None:
        assert y / phi < 1  # less than one event's worth in the baseline: anything above is possible
    else:
        assert math.isfinite(interval.high)
    if y:
        assert interval.low <= x / y * scale - 1 <= (math.inf if interval.high is None else interval.high)


@given(st.integers(0, 60), st.integers(1, 60), st.floats(1, 3), st.floats(1.1, 3))
def test_more_spread_never_gives_a_narrower_interval(x: int, y: int, phi: float, more: float) -> None:
    narrower, wider = (rate_ratio_interval(x, y, 1.0, 1.0, spread) for spread in (phi, phi * more))
    assert narrower is not None
    assert wider is not None
    assert wider.low <= narrower.low + 1e-12
    # No upper end is wider than any.
    assert wider.high is None or (
        narrower.high is not None and wider.high >= narrower.high - 1e-12 * (1 + narrower.high)
    )


def test_nothing_against_nothing_has_no_interval_and_no_change() -> None:
    assert rate_ratio_interval(0, 0, 1.0, 1.0) is None
    found = compare_counts(0, 0)
    assert found.headline is None
    assert found.of_counts is None
    assert found.too_few


def test_nothing_against_some_is_a_fall_of_all_with_an_upper_end() -> None:
    interval = rate_ratio_interval(0, 20, 1.0, 1.0)
    assert interval is not None
    assert interval.low == -1
    # The "rule of 3.7": with no event seen, a Poisson mean is below 3.689 with 97.5% confidence
    # (https://rdocumentation.org/link/pois.exact?package=epitools&version=0.5-10.1); against 20 events that
    # is a ratio near 3.689 / 20, a little more as the 20 are uncertain too.
    assert interval.high is not None
    assert 3.689 / 20 < 1 + interval.high < 3.689 / 20 * 1.15
    assert compare_counts(0, 20).headline == -1


def test_some_against_nothing_has_a_lower_end_only_and_no_change() -> None:
    interval = rate_ratio_interval(20, 0, 1.0, 1.0)
    assert interval is not None
    assert interval.high is None
    # The mirror image of 0 against 20.
    _, high = ratios(rate_ratio_interval(0, 20, 1.0, 1.0))
    assert 1 / (1 + interval.low) == pytest.approx(high, rel=1e-9)
    found = compare_counts(20, 0)
    assert found.headline is None
    assert found.too_few


@pytest.mark.parametrize(("x", "y"), [(1, 0), (0, 1), (1, 1), (1, 2), (3, 1)])
def test_a_single_event_is_too_few_to_say(x: int, y: int) -> None:
    assert compare_counts(x, y).too_few


@pytest.mark.parametrize(("x", "y"), [(0, 50), (1, 60), (0, 500)])
def test_a_fall_to_almost_nothing_is_not_too_few_to_say(x: int, y: int) -> None:
    # 95% interval of 0 against 50: 93% to 100% down. Nobody would call that too wide to say anything.
    interval = rate_ratio_interval(x, y, 1.0, 1.0)
    assert interval is not None
    assert interval.high is not None
    assert interval.high < -0.88
    assert not interval.wide


@pytest.mark.parametrize("phi", [6.0, 11.0, 40.0])
@pytest.mark.parametrize(("x", "y"), [(0, 1), (1, 1), (1, 0), (0, 9)])
def test_a_large_spread_with_few_events_still_gives_an_interval(x: int, y: int, phi: float) -> None:
    interval = rate_ratio_interval(x, y, 1.0, 1.0, phi)
    assert interval is not None
    assert interval.wide
    assert interval.low >= -1
    assert interval.high is None or math.isfinite(interval.high)


def compare_counts(x: int, y: int) -> change.Change:
    """The comparison of x events in January 2021 with y in January 2020, with nothing else on record."""
    first = date(2020, 1, 1)
    daily = np.zeros(500, dtype=np.int64)
    daily[3], daily[366 + 3] = y, x
    return compare(line_of(first, daily), years_earlier(Window(date(2021, 1, 1), date(2021, 1, 31))))


def test_a_leap_day_makes_no_news() -> None:
    line = line_of(date(2019, 1, 1), np.full(1000, 2))
    found = compare(line, years_earlier(Window(date(2021, 1, 1), date(2021, 3, 31))))
    assert (found.current, found.baseline) == (180, 182)
    assert found.headline == pytest.approx(0, abs=1e-12)
    assert found.of_counts == pytest.approx(180 / 182 - 1)


def test_other_dates_compare_per_day() -> None:
    line = line_of(date(2019, 1, 1), np.full(1000, 2))
    pair = WindowPair(Window(date(2021, 1, 1), date(2021, 1, 31)), (Window(date(2019, 3, 1), date(2019, 6, 30)),))
    found = compare(line, pair)
    assert found.headline == pytest.approx(0, abs=1e-12)
    assert found.of_counts == pytest.approx(31 / 122 - 1)


def test_several_baselines_compare_with_their_mean() -> None:
    daily = np.concatenate([np.full(365, 4), np.full(365, 2), np.full(366, 9), np.full(365, 3)])
    line = line_of(date(2018, 1, 1), daily)
    window = Window(date(2021, 3, 1), date(2021, 3, 31))
    found = compare(line, WindowPair(window, (window.shifted(-2), window.shifted(-3))))
    assert (found.current, found.baseline) == (93, 31 * 6)
    assert found.headline == pytest.approx(0, abs=1e-12)
    phi = found.dispersion.phi
    assert ratios(found.interval) == pytest.approx(ratios(rate_ratio_interval(93, 186, 1.0, 2.0, phi)))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=examples(15))
def test_pearson_dispersion_is_that_of_a_poisson_regression_on_year_and_week(seed: int) -> None:
    random = np.random.default_rng(seed)
    weeks = random.poisson(random.uniform(0.5, 30, (1, 12)) * random.uniform(0.5, 2, (4, 1)))
    weeks[0, 0] += 1
    weeks = weeks[weeks.sum(axis=1) > 0][:, weeks.sum(axis=0) > 0]
    rows, columns = np.indices(weeks.shape)
    design = np.column_stack(
        [np.ones(weeks.size)]
        + [rows.ravel() == year for year in range(1, weeks.shape[0])]
        + [columns.ravel() == week for week in range(1, weeks.shape[1])]
    ).astype(float)
    fit = sm.GLM(weeks.ravel(), design, family=sm.families.Poisson()).fit(scale="X2", maxiter=200, tol=1e-12)
    assert pearson_dispersion(weeks) == pytest.approx(float(fit.scale), rel=1e-5)


def test_weeks_and_years_without_any_event_say_nothing_of_the_spread() -> None:
    weeks = np.array([[3, 0, 5, 0], [4, 0, 2, 0], [0, 0, 0, 0]])
    assert pearson_dispersion(weeks) == pytest.approx(pearson_dispersion(np.array([[3, 5], [4, 2]])))
    assert pearson_dispersion(np.zeros((3, 52), dtype=int)) == 0.0


def test_spread_comes_only_from_before_the_comparison_and_never_below_one() -> None:
    pair = years_earlier(Window(date(2021, 1, 1), date(2021, 3, 31)))
    days = (date(2021, 4, 30) - date(2014, 1, 1)).days + 1
    daily = np.full(days, 5)
    assert weekly_dispersion(line_of(date(2014, 1, 1), daily), pair) == Dispersion(1.0, 6)
    within = daily.copy()
    within[(date(2020, 1, 1) - date(2014, 1, 1)).days :] = np.arange(days - 2191) * 7 % 90
    assert weekly_dispersion(line_of(date(2014, 1, 1), within), pair) == Dispersion(1.0, 6)
    before = daily.copy()
    before[(date(2017, 6, 1) - date(2014, 1, 1)).days] = 400
    assert weekly_dispersion(line_of(date(2014, 1, 1), before), pair).phi > 3


def test_years_behind_a_gap_do_not_tell_of_the_spread() -> None:
    line = line_of(date(2014, 1, 1), np.full(2676, 5))
    gap = MissingSpan(Window(date(2014, 1, 1), date(2016, 6, 30)), frozenset({"x"}), "Nothing before July 2016.")
    line = RunningSum(line.first, line.last, line.sums, (gap,))
    assert weekly_dispersion(line, years_earlier(Window(date(2021, 1, 1), date(2021, 3, 31)))).years == 3


def test_with_no_two_years_before_the_years_after_are_used_and_else_pure_chance() -> None:
    random = np.random.default_rng(5)
    daily = random.poisson(np.repeat(random.gamma(5, 2, 400), 7)[:2500])
    line = line_of(date(2014, 1, 1), daily)
    early = weekly_dispersion(line, years_earlier(Window(date(2015, 2, 1), date(2015, 3, 31))))
    assert early.years >= 4
    assert early.phi > 2
    short = line_of(date(2014, 1, 1), daily[:500])
    assert weekly_dispersion(short, years_earlier(Window(date(2015, 2, 1), date(2015, 3, 31)))) == Dispersion(1.0, 0)


def first_day_of_weeks(pair: WindowPair, years: int) -> date:
    return pair.first - timedelta(weeks=52 * years)


@pytest.mark.parametrize("phi", [1.0, 3.0])
def test_weekly_dispersion_recovers_the_spread_under_seasons_and_years(phi: float) -> None:
    random = np.random.default_rng(int(phi * 100))
    pair = years_earlier(Window(date(2021, 1, 1), date(2021, 3, 31)))
    weeks = 52 * 6
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(weeks) / 52)
    years = np.repeat([1.0, 1.25, 0.8, 1.1, 0.9, 1.05], 52)
    mean = 60 * season * years
    measured = []
    for _ in range(250):
        rate = random.gamma(mean / (phi - 1), phi - 1) if phi > 1 else mean
        daily = random.poisson(np.repeat(rate / 7, 7))
        line = line_of(first_day_of_weeks(pair, 6), np.concatenate([daily, np.zeros(500, dtype=np.int64)]))
        found = weekly_dispersion(line, pair)
        assert found.years == 6
        measured.append(found.phi)
    # 255 degrees of freedom: one estimate has a standard error near 9%, the mean of 250 below 1%; the floor
    # at 1 lifts the mean of pure chance by about 4%.
    assert np.mean(measured) == pytest.approx(phi, rel=0.02) if phi > 1 else 1 <= np.mean(measured) < 1.06


def made_change(x: int, y: int, phi: float = 1.0) -> Change:
    return Change(x, y, relative_change(x, y, 1, 1), None, rate_ratio_interval(x, y, 1, 1, phi), Dispersion(phi, 3))


def test_the_ratio_of_two_ratios_has_nominal_coverage() -> None:
    # Altman and Bland, BMJ 326, 2003: the difference of two independent log ratios has the sum of their variances.
    random, held = np.random.default_rng(4), 0
    for _ in range(1000):
        x, y, u, v = random.poisson([120, 200, 700, 900])
        found = ratio_of_ratios(made_change(int(x), int(y)), made_change(int(u), int(v)))
        assert found is not None
        assert found[1].high is not None
        held += found[1].low <= (120 / 200) / (700 / 900) - 1 <= found[1].high
    assert 935 <= held <= 965


@given(st.integers(40, 4000), st.integers(40, 4000), st.integers(40, 4000), st.integers(40, 4000))
def test_the_ratio_of_ratios_turns_over_with_its_sides(x: int, y: int, u: int, v: int) -> None:
    one, other = made_change(x, y), made_change(u, v)
    found, turned = ratio_of_ratios(one, other), ratio_of_ratios(other, one)
    if found and turned:
        assert (1 + found[0]) * (1 + turned[0]) == pytest.approx(1)
        assert found[1].low <= found[0] <= (found[1].high or math.inf)
        assert (1 + found[1].low) * (1 + (turned[1].high or 0)) == pytest.approx(1)
    same = ratio_of_ratios(one, one)
    assert same is None or same[0] == pytest.approx(0)


@pytest.mark.parametrize("few", [made_change(3, 4), made_change(0, 50), made_change(9, 200)])
def test_a_ratio_of_few_events_is_not_given(few: Change) -> None:
    assert ratio_of_ratios(few, made_change(500, 600)) is None
    assert ratio_of_ratios(made_change(500, 600), few) is None
