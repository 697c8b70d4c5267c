"""Every way to compare, against a plain loop; and panels of which nothing can be said."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import lsq_linear

from lib.analysis.specifications import Choice, Panel, earlier_masks, every_choice, panel_of
from lib.ingest.sources.donors import SetApart, read
from lib.ingest.sources.peers import SUMS
from lib.ingest.sources.raw import SourceError
from lib.ingest.specifications import specifications
from lib.tables.folder import bundled_dir
from lib.tables.schemas import PEER_CITY, PEER_MEASURES, PEER_OFFENSES, SCHEMAS
from lib.tables.store import Tables, open_tables, parquet_of

NO_ONE = SetApart((), ())
MONTHS = tuple(date(2018 + n // 12, n % 12 + 1, 1) for n in range(48))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return open_tables(bundled_dir())


def panel(number: int, effect: float = 1.0) -> Panel:
    """Made-up cities of 300,000 residents that differ, Baltimore first; it moves by ``effect`` from April 2020 on."""
    rng = np.random.default_rng(7)
    rates = rng.uniform(60, 140, (number, 1, len(PEER_OFFENSES))) * np.exp(rng.normal(0, 0.02, (1, len(MONTHS), 1)))
    rates[0, [month >= date(2020, 4, 1) for month in MONTHS]] *= effect
    names = (PEER_CITY, *(f"City {n:02}, XX" for n in range(1, number)))
    return Panel(names, MONTHS, rng.poisson(rates).astype(float), dict.fromkeys(names, 300_000))


def by_hand(frame: pd.DataFrame, residents: pd.Series, row: pd.Series, apart: SetApart) -> tuple[float, int]:
    """A row's gap and number of cities, with pandas and another solver: the months, cities and units written out."""
    names = frame["agency"].astype(str)
    out = {"no-policy": {*apart.policy}, "all": set(), "settled": {*apart.policy, *apart.revised}}[row["donors"]]
    counts = frame.assign(n=frame[list(PEER_MEASURES[row["measure"]])].astype(float).sum(axis=1, skipna=False))
    wide = counts.assign(agency=names).pivot(index="month", columns="agency", values="n").loc[:"2021-12"]
    every = frame.assign(agency=names).groupby(["agency", frame["month"].dt.year])[list(PEER_OFFENSES)]
    crimes = every.sum(min_count=12).astype(float).sum(axis=1, skipna=False).xs(2019, level="month")
    year = wide.loc["2019-01":"2019-12"].sum(skipna=False)
    whole = wide.columns[wide.notna().all()]
    larceny = frame.assign(agency=names).pivot(index="month", columns="agency", values="larceny").astype(float)
    usual = counts.groupby(names)["n"].median()
    fits = residents >= 250_000 if row["pool"] == "large" else crimes >= 10_000
    kept = []
    for name in [each for each in whole if each in residents and each not in out and fits.get(each, False)]:
        runs = (larceny[name] != larceny[name].shift()).cumsum()[larceny[name] >= 20]
        nearly_empty = usual[name] >= 20 and wide[name].min() < 0.1 * usual[name]
        if year[name] >= 100 and runs.value_counts().max() < 6 and not nearly_empty:
            kept.append(name)
    days = pd.DatetimeIndex(wide.index).days_in_month.to_numpy()[:, None]
    daily = wide[kept] / days
    level = year[kept] / 365
    unit = 100 * daily / level if row["units"] == "index" else daily * 365e5 / residents[kept]
    first, last = {"2018-2020": ("2018-01", "2020-02"), "2019-2020": ("2019-01", "2020-02"),
                   "2018-2019": ("2018-01", "2019-12")}[row["fitted"]]  # fmt: skip
    own, others = unit[PEER_CITY], unit[[name for name in kept if name != PEER_CITY]]
    before, base = own[first:last].to_numpy(), others[first:last].to_numpy()
    if row["method"] == "differences":
        mix = before.mean() + (others - base.mean(axis=0)).mean(axis=1)
    elif row["method"] == "median":
        mix = before.mean() * (others / base.mean(axis=0)).median(axis=1)
    else:
        # That the weights add up to one is a row that weighs more than all others.
        rows = np.vstack([base / before.std(), np.full(others.shape[1], 1e4)])
        found = lsq_linear(rows, np.append(before / before.std(), 1e4), bounds=(0, 1), method="bvls")
        mix = others @ found.x
    after = slice("2020-03" if row["march"] == "in" else "2020-04", "2021-03")
    return float(own[after].sum() / mix[after].sum() - 1), others.shape[1]


def test_a_sample_of_the_table_is_that_of_a_plain_loop(tables: Tables) -> None:
    rows = tables.frame("synthetic_specifications")
    rows = rows[(rows["method"] != "covariates") & (rows["pool"] != "violent")].astype({"measure": str})
    card = tables.frame("peers_yearly_2026")
    residents = card.assign(agency=card["agency"].astype(str)).groupby("agency")["residents"].last()
    frame = tables.frame("peers_monthly")
    frame = frame[~frame["agency"].astype(str).str.endswith(SUMS) & (frame["month"] <= "2024-07-01")]
    apart = read(bundled_dir())
    for _, row in rows.sample(10, random_state=3).iterrows():
        gap, cities = by_hand(frame, residents, row, apart)
        assert cities == row["cities"], dict(row)
        # Weights in the table are rounded to ten-thousandths.
        assert gap == pytest.approx(row["gap"], abs=3e-4), dict(row)


@pytest.fixture
def few_measures(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Two measures in place of nine, for speed."""
    chosen = {name: PEER_MEASURES[name] for name in ("violent", "robbery")}
    monkeypatch.setattr("lib.ingest.specifications.PEER_MEASURES", chosen)
    return tuple(chosen)


def test_a_planted_effect_stands_in_every_row(few_measures: tuple[str, ...]) -> None:
    rows, weights = specifications(panel(26, 0.7), NO_ONE)
    assert set(rows["measure"]) == set(few_measures)
    assert rows["gap"].mean() == pytest.approx(-0.3, abs=0.02)
    assert rows["gap"].max() < -0.15
    assert (rows.loc[rows["measure"] == "violent", "lower"] == 0).all()
    assert rows["march_2019"].abs().mean() < 0.06
    low, high = rows["without_one_low"], rows["without_one_high"]
    assert (low.dropna() <= high.dropna()).all()
    assert low.isna().equals(~rows["method"].isin(["synthetic", "covariates"]))
    assert set(weights["fit"]) == set(rows["fit"]) - {0}


@pytest.mark.usefixtures("few_measures")
def test_the_same_panel_gives_the_same_bytes() -> None:
    one, other = (specifications(panel(12), NO_ONE) for _ in range(2))
    for name, a, b in zip(("synthetic_specifications", "synthetic_weights"), one, other, strict=True):
        assert parquet_of(a, SCHEMAS[name]) == parquet_of(b, SCHEMAS[name])


@pytest.mark.usefixtures("few_measures")
def test_a_panel_of_which_nothing_can_be_said_gives_no_row() -> None:
    for empty in (
        panel(6),  # too few cities
        replace(panel(20), residents={}),
        replace(panel(20), counts=np.full((20, 48, 7), np.nan)),
        replace(panel(20), names=tuple(f"City {n}, XX" for n in range(20))),  # Baltimore isn't among them
        replace(panel(20), counts=np.full((20, 48, 7), 50.0)),  # filled in: one count in every month
    ):
        rows, weights = specifications(empty, NO_ONE)
        assert rows.empty
        assert weights.empty
        assert list(rows.columns) == [column.name for column in SCHEMAS["synthetic_specifications"].columns]


@pytest.mark.usefixtures("few_measures")
def test_cities_with_a_policy_of_their_own_are_out_until_asked_for() -> None:
    made = panel(16)
    apart = SetApart(made.names[1:4], made.names[4:6])
    rows, weights = specifications(made, apart)
    cities = rows.drop_duplicates(["donors", "cities"]).groupby("donors")["cities"].unique()
    assert {name: list(numbers) for name, numbers in cities.items()} == {
        "all": [15],
        "no-policy": [12],
        "settled": [10],
    }
    without = set(rows.loc[rows["donors"] == "no-policy", "fit"]) - {0}
    assert not set(weights.loc[weights["fit"].isin(without), "donor"]) & set(apart.policy)


def test_a_year_earlier_needs_a_year_to_learn_from() -> None:
    made = panel(10)
    found = {choice.fitted: earlier_masks(made, choice) for choice in every_choice()}
    assert found["2019-2020"] is None
    for fitted, months in (("2018-2020", 14), ("2018-2019", 12)):
        masks = found[fitted]  # type: ignore[index]
        assert masks is not None
        assert masks[0].sum() == months
        assert not (masks[0] & masks[1]).any()
        assert max(np.flatnonzero(masks[1])) == MONTHS.index(date(2020, 2, 1))
    assert Choice() in every_choice()


def test_the_panel_leaves_out_sums_and_keeps_what_is_not_stated(tables: Tables) -> None:
    made = panel_of(tables.frame("peers_monthly"), tables.frame("peers_yearly_2026"), SUMS)
    assert not [name for name in made.names if name.endswith(SUMS)]
    assert np.isnan(made.of("violent")[made.names.index("Milwaukee, WI")]).any()
    assert made.residents[PEER_CITY] > 500_000


@pytest.mark.parametrize("text", ["[[city]]\nid = 'A'\nwhy = 'other'\n", "no toml", "[[town]]\nid = 'A'\n"])
def test_a_broken_list_of_cities_is_named(tmp_path, text: str) -> None:
    (tmp_path / "story").mkdir()
    (tmp_path / "story" / "donors.toml").write_text(text)
    with pytest.raises(SourceError, match=r"donors\.toml"):
        read(tmp_path)
