"""Baltimore beside a mix of other cities: the tables, read and computed anew, and the sentences made of them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lib.analysis.specifications import AFTER, Choice, every_choice, masks, outcome_of
from lib.errors import ArgumentError
from lib.story.evidence.peers import BALTIMORE, COLUMNS
from lib.story.evidence.synthetic import (
    FEWEST_TO_TELL,
    Mix,
    Specification,
    choice_of,
    curve,
    mix,
    panel,
    specification,
)
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import synthetic_words as said
from lib.story.view import View, default_view
from tests.story.findings import GARBAGE

WAYS = (
    Choice(),
    Choice(donors="all", pool="busy", method="covariates", units="rate"),
    Choice(donors="settled", pool="violent", fitted="2018-2019", march="in", method="differences"),
    Choice(fitted="2019-2020", method="median", march="in"),
)


def of(name: str, choice: Choice = WAYS[0]) -> Mix:
    return mix(load_story().measures[name], choice)


@pytest.mark.parametrize("choice", WAYS)
@pytest.mark.parametrize("name", ["violent", "property", "robbery"])
def test_the_path_gives_the_numbers_of_the_table(name: str, choice: Choice) -> None:
    found = of(name, choice)
    first = date(2020, 3, 1) if choice.march == "in" else AFTER[0]
    after = [first <= month <= AFTER[1] for month in found.months]
    assert found.own[after].sum() / found.mix[after].sum() - 1 == pytest.approx(found.found.gap, abs=1e-6)
    assert int((found.gaps < found.found.gap).sum()) == found.found.rank.lower
    assert len(found.others) == found.found.rank.cities == len(found.gaps) == len(found.astray)
    before, late = masks(panel(), choice)
    months = [month for month, used in zip(panel().months, before, strict=True) if used]
    early = [found.months.index(month) for month in months]
    misses = found.own - found.mix
    level = found.own[early].mean()
    assert np.sqrt((misses[early] ** 2).mean()) / level == pytest.approx(found.found.before, abs=1e-5)
    assert np.sqrt((misses[after] ** 2).mean()) / level == pytest.approx(found.found.after, abs=1e-5)
    assert late.sum() == sum(after)


def test_baltimores_months_are_those_of_the_index() -> None:
    frame = open_records().tables.frame("peers_monthly")
    ours = frame[frame["agency"] == BALTIMORE].set_index("month")["robbery"].astype(float)
    days = 365
    level = ours["2019-01":"2019-12"].sum() / days
    found = of("robbery")
    assert found.own[found.months.index(date(2020, 4, 1))] == pytest.approx(100 * ours["2020-04-01"] / 30 / level)


def test_shares_add_up_and_no_city_of_the_mix_had_such_a_policy() -> None:
    policy, revised = (load_story().set_apart(why) for why in ("policy", "revised"))
    for name in COLUMNS:
        found = of(name)
        assert sum(share for _, share in found.parts) == pytest.approx(1)
        assert BALTIMORE not in found.others
        assert not set(policy) & set(found.others)
        assert set(policy) & set(of(name, Choice(donors="all")).others) or name == "homicide"
        assert not {*policy, *revised} & set(of(name, Choice(donors="settled")).others)
    assert set(revised) <= set(of("violent").others)


def test_cities_that_are_set_apart_are_of_the_index_and_have_sources() -> None:
    names = set(open_records().tables.frame("peers_monthly")["agency"].astype(str))
    for city in load_story().apart.values():
        assert city.id in names
        assert city.sources
    notes = " ".join(open_records().tables.entry("synthetic_specifications").notes)
    for why in ("policy", "revised"):
        assert ", ".join(load_story().set_apart(why)) in notes  # what the build left out is what the story says


def test_larger_pools_hold_what_they_say() -> None:
    agencies = panel()
    for name in of("violent").others:
        assert agencies.residents[name] >= 250_000
    counts = {name: agencies.counts[i] for i, name in enumerate(agencies.names)}
    year = [i for i, month in enumerate(agencies.months) if month.year == 2019]
    for name in of("violent", Choice(pool="busy")).others:
        assert counts[name][year].sum() >= 10_000
    own = counts[BALTIMORE][year][:, :4].sum() / agencies.residents[BALTIMORE]
    for name in of("violent", Choice(pool="violent")).others:
        assert counts[name][year][:, :4].sum() / agencies.residents[name] >= 0.5 * own


def test_every_way_is_told_once_and_in_order() -> None:
    ways = list(every_choice())
    assert len(set(ways)) == len(ways) == 378
    found = curve(load_story().measures["violent"])
    assert {each.choice for each in found.found} < set(ways)
    told = [(each.gap, each.before, each.after, each.rank) for each in found.found]
    assert len(set(told)) == len(told), "where two choices leave the same cities, they are one way"
    assert all(found.at(choice) is not None for choice in ways)
    gaps = [each.gap for each in found.found]
    assert gaps == sorted(gaps)
    assert all(each.can_tell == (each.rank.cities >= FEWEST_TO_TELL) for each in found.found)
    assert not any(each.unusual for each in found.found if not each.can_tell)
    # The ratio to the median city knows no units.
    asked = replace(default_view(), method="median", units="rate")
    assert choice_of(asked) in set(ways)


def test_residents_are_needed_only_for_rates() -> None:
    rate, index = (outcome_of(panel(), "violent", units, [0, 1]) for units in ("rate", "index"))
    assert (rate / index)[:, 0] == pytest.approx((rate / index)[:, 5])


@pytest.mark.parametrize("measure", ["shooting", "arson", "drug-arrests"])
def test_what_the_index_does_not_count_is_refused_in_a_sentence(measure: str) -> None:
    for ask in (lambda: curve(load_story().measures[measure]), lambda: of(measure)):
        with pytest.raises(ArgumentError, match="Real-Time Crime Index"):
            ask()


def test_too_few_cities_are_refused_in_a_sentence() -> None:
    with pytest.raises(ArgumentError, match="too few"):
        specification(load_story().measures["homicide"], Choice(pool="violent", donors="settled"))


@pytest.mark.parametrize("choice", WAYS)
@pytest.mark.parametrize("name", COLUMNS)
def test_sentences_say_what_was_found_and_no_cause(name: str, choice: Choice) -> None:
    try:
        found = of(name, choice)
    except ArgumentError:
        return
    every = curve(found.measure)
    texts = [
        said.path_title(found), said.path_subtitle(found), said.path_short(found), said.path_sentence(found),
        said.placebos_title(found), said.placebos_subtitle(found), said.specifications_title(every),
        said.specifications_sentence(every), said.way_text(choice), said.mixed_in_brief(choice),
    ]  # fmt: skip
    for text in texts:
        assert not GARBAGE.search(text), text
        assert "because of the policy" not in text
    assert said.NOT_WHY in said.path_sentence(found)
    assert said.rank_text(found.found) in said.path_short(found)


def _ranked(lower: int, odd: int, cities: int, gap: float) -> Specification:
    one = of("violent").found
    return replace(one, gap=gap, rank=replace(one.rank, lower=lower, as_odd=odd, cities=cities))


def test_a_rank_is_said_as_a_rank() -> None:
    assert said.rank_text(_ranked(0, 0, 43, -0.26)) == "the largest shortfall of 44 cities"
    assert said.rank_text(_ranked(2, 0, 59, -0.26)) == "the third largest shortfall of 60 cities"
    assert said.rank_text(_ranked(11, 0, 59, -0.26)) == "the 12th largest shortfall of 60 cities"
    assert said.rank_text(_ranked(20, 0, 59, -0.26)) == "the 21st largest shortfall of 60 cities"
    assert said.rank_text(_ranked(43, 0, 43, 0.26)) == "the largest excess of 44 cities"
    assert said.odd_text(_ranked(0, 2, 43, 0.1).rank) == "the third most unusual of 44"
    assert said.odd_text(_ranked(0, 0, 43, 0.1).rank) == "the most unusual of 44"


def test_the_conclusion_gives_ranks() -> None:
    text = said.mixed_in_brief(Choice())
    for name in ("violent", "property"):
        assert said.rank_text(of(name).found) in text


def test_a_view_asks_for_the_usual_way() -> None:
    view = default_view()
    assert isinstance(view, View)
    assert choice_of(view) == Choice()
