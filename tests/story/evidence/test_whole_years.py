"""911 calls by whole year and community area: the counts, what may be asked of them, and what is only inferred."""

import json
from datetime import date

import pytest

from lib.analysis.counts import UnknownNameError, WholeYearsError
from lib.analysis.windows import Window, WindowError, WindowPair, years_earlier
from lib.cli import main
from lib.errors import ArgumentError
from lib.figures.explore import cut_of, explore_time, time_table
from lib.figures.registry import drawing
from lib.story.check import check_measure
from lib.story.cut import Cut, over_time, parts_of, span_of
from lib.story.evidence.change_point import turning_of
from lib.story.evidence.placebos import policy_dates
from lib.story.evidence.places import counts_by_place, place_changes, places
from lib.story.evidence.whole_years import (
    CONTROL,
    DRUGS,
    against_control,
    counted_twice,
    early_shares,
    estimate_off,
    march_to_december,
    published_changes,
    year_window,
)
from lib.story.explore_state import Exploring
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import yearly_words
from lib.story.view import View, daily_measures_here, measures_here, read_view
from lib.web.routes.api import findings
from tests.story.findings import GARBAGE

DRUG_CALLS = {
    2011: 55_587, 2012: 55_791, 2015: 40_196, 2016: 47_686, 2017: 56_048, 2018: 51_807, 2019: 44_577, 2020: 34_632,
    2021: 29_397,
}  # fmt: skip
ACCIDENTS = {
    2011: 32_149, 2012: 31_904, 2015: 47_195, 2016: 56_632, 2017: 56_243, 2018: 53_471, 2019: 51_407, 2020: 41_041,
    2021: 52_309,
}  # fmt: skip
ASSAULTS = {2011: 52_966, 2012: 56_774, 2015: 44_718, 2016: 47_130, 2017: 46_781, 2018: 41_723}
TOTALS = {DRUGS: DRUG_CALLS, CONTROL: ACCIDENTS, "calls-common-assault-yearly": ASSAULTS}


def measure(name: str):
    return load_story().measures[name]


def against(current: int, *baseline: int) -> WindowPair:
    return WindowPair(year_window(current), tuple(map(year_window, baseline)))


@pytest.mark.parametrize("name", TOTALS)
def test_every_year_to_the_last_call_in_the_city_and_over_its_areas(name: str) -> None:
    line = open_records().line(measure(name))
    assert {year: line.count(year_window(year)) for year in line.years} == TOTALS[name]
    areas = open_records().place_names("community")
    assert len(areas) == 55
    for year, total in TOTALS[name].items():
        window = year_window(year)
        assert sum(open_records().line(measure(name), area).count(window) for area in areas) == total


@pytest.mark.parametrize(
    ("pair", "change"),
    [
        (against(2020, 2018, 2019), -0.28),  # the researchers' baseline, whole years
        (against(2020, 2019), -0.22),
        (against(2021, 2018, 2019), -0.39),  # at most: rows of 2021 may be entered twice
        (against(2019, 2018), -0.14),  # falling before
        (against(2018, 2017), -0.08),
    ],
)
def test_the_published_changes(pair: WindowPair, change: float) -> None:
    found = check_measure(measure(DRUGS), pair)
    assert found.change
    assert found.change.headline is not None
    assert found.change.interval
    assert found.change.of_counts is not None
    assert round(found.change.of_counts, 2) == change  # as published: of counts, 2020 with its February 29
    assert found.change.headline == pytest.approx(found.change.of_counts)  # years compare with years
    assert found.change.interval.low < change < (found.change.interval.high or 0)
    assert found.change.dispersion.of == "areas"
    assert found.as_dict()["kind"] == "counted"
    assert any("community areas" in note for note in found.notes)
    assert any("entered twice" in note for note in found.notes) == (pair.current.end.year == 2021)


def test_the_mean_of_two_years_is_what_hopkins_said() -> None:
    assert (DRUG_CALLS[2018] + DRUG_CALLS[2019]) / 24 == 4016
    assert "34,632 calls in 2020, compared with an average of 48,192 in 2018 and 2019" in (
        check_measure(measure(DRUGS), against(2020, 2018, 2019)).sentence
    )


def test_what_nobody_counts_in_both_years_is_an_estimate_from_published_numbers() -> None:
    assault, overdoses = published_changes()
    assert (assault.about, overdoses.about) == ("common assault", "overdoses")
    assert round(assault.change, 2) == -0.22  # 41,771 to an estimated 32,486
    assert round(overdoses.change, 2) == 0.04  # 4,775 to an estimated 4,971
    for each in (assault, overdoses):
        assert each.kind == "published estimate"
        assert (each.before.kind, each.after.kind) == ("exact", "estimate")
    # The alliance's row for the city is a little more than its 55 areas: some calls have no area.
    by_area = open_records().frame("calls-yearly", "calls_area_yearly").query("year == 2018")
    areas = by_area.groupby("group", observed=True)["count"].sum()
    assert 0.99 < areas["common-assault"] / assault.before.value < 1
    assert 0.99 < areas["overdose"] / overdoses.before.value < 1
    # Drug calls estimated in the same way come to what the alliance counted.
    assert abs(estimate_off()) < 0.01


def test_the_words_of_estimates_give_both_numbers_their_sources_and_no_verdict() -> None:
    found = published_changes()
    said = yearly_words.estimates_text(found, estimate_off())
    for text in ("fell about 22%, from 41,771 calls to about 32,500", "rose about 4%, from 4,775 calls to about 4,970"):
        assert text in said
    assert "published estimates and not counts" in said
    assert "No interval is known" in said
    for each in found:
        assert each.before.address in said
        assert each.after.address in said
    assert not GARBAGE.search(said)


@pytest.mark.parametrize(
    "window",
    [
        Window(date(2020, 3, 1), date(2020, 12, 31)),
        Window(date(2020, 4, 1), date(2021, 3, 31)),
        year_window(2013),
        year_window(2022),
    ],
)
def test_any_other_window_is_refused_by_everything_that_counts(window: Window) -> None:
    drugs, pair = measure(DRUGS), years_earlier(window)
    said = "whole calendar years only: 2011, 2012 and 2015 to 2021"
    for ask in (
        lambda: check_measure(drugs, pair),
        lambda: check_measure(drugs, pair, "community:Canton"),
        lambda: place_changes(drugs, pair, "areas"),
        lambda: over_time(parts_of(Cut((drugs,))), window, "year"),
        lambda: over_time(parts_of(Cut((drugs,))), window, "month"),
        lambda: findings({"measure": DRUGS, "current": str(window), "baseline": str(pair.baseline[0])}),
    ):
        with pytest.raises(WindowError, match=said):
            ask()


def test_methods_that_need_days_say_what_there_is_instead() -> None:
    drugs = measure(DRUGS)
    assert "whole calendar years only" in str(turning_of(drugs))
    with pytest.raises(WindowError):
        open_records().line(drugs).daily()
    for figure in ("every-window", "series"):
        with pytest.raises((WindowError, ArgumentError)):
            drawing(figure, View(load_story().default_pair, DRUGS, "week"))
    assert str(policy_dates(drugs, against(2020, 2019)).here)


def test_places_are_community_areas_and_a_neighborhood_is_told_of_its_own() -> None:
    drugs, pair = measure(DRUGS), against(2020, 2018, 2019)
    found = check_measure(drugs, pair, "COMMUNITY:canton")
    assert found.area == "community:Canton"
    assert not any("Events without any place" in note for note in found.notes)
    with pytest.raises(
        UnknownNameError, match=r"only by community area, not for Canton\. Canton lies in community:Canton"
    ):
        check_measure(drugs, pair, "canton")
    with pytest.raises(UnknownNameError, match="only by community area"):
        check_measure(drugs, pair, "district:Western")
    with pytest.raises(ArgumentError, match="only by community area"):
        place_changes(drugs, pair, "neighborhoods")
    by_place = dict(zip(places("areas").names, counts_by_place(drugs, year_window(2020), "areas"), strict=True))
    assert sum(by_place.values()) == DRUG_CALLS[2020]
    assert by_place["Canton"] == found.change.current  # type: ignore[union-attr]
    changed = place_changes(drugs, pair, "areas")
    assert (changed.coverage.recorded, changed.coverage.none) == (1.0, 0.0)


def test_the_command_lists_years_and_leaves_missing_ones_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cut", DRUGS, "--by", "year", "--csv"]) == 0
    rows = [line.split(",") for line in capsys.readouterr().out.splitlines()[1:]]
    assert {int(row[4][:4]): int(row[7]) if row[7] else None for row in rows} == {2013: None, 2014: None, **DRUG_CALLS}
    assert main(["cut", DRUGS, "--by", "month"]) == 2
    assert "whole calendar years only" in capsys.readouterr().err
    assert main(["cut", DRUGS, "--by", "year", "--area", "community:Canton", "--start", "2020-01-01", "--csv"]) == 0
    assert "community:Canton,all,all,2020-01-01,2020-12-31,366,19" in capsys.readouterr().out
    assert main(["cut", DRUGS, "--split", "district"]) == 2
    assert "only by community area" in capsys.readouterr().err


def test_check_and_the_interface_start_with_windows_that_can_be_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--measure", DRUGS, "--json"]) == 0
    [printed] = json.loads(capsys.readouterr().out)
    assert (printed["kind"], round(printed["change_of_counts"], 3)) == ("counted", -0.281)
    assert printed["change"] == printed["change_of_counts"]
    asked, *others = findings({"measure": DRUGS})
    assert len(others) == 4  # the other windows of the claim that are counted so
    assert asked.as_dict() == printed
    placed, *_ = findings({"measure": DRUGS, "area": "community:Canton"})
    assert placed.area == "community:Canton"


def test_explore_counts_them_by_year_whatever_the_grain() -> None:
    view, notes = read_view({"measure": DRUGS, "by": "week"})
    assert not notes
    assert view.pair == measure(DRUGS).usual
    drawn = drawing("explore-time", view)
    assert "by year" in drawn.frame.title
    assert drawn.data["lines"] == [{"name": measure(DRUGS).title, "value": [51_807, 44_577, 34_632]}]
    changes = drawing("explore-change", view).table()
    assert dict(zip(changes.columns, changes.rows[0], strict=True))["kind"] == "counted"
    assert read_view(view.changed_params(read_view({})[0]))[0] == view
    asked = View(view.pair, DRUGS, "week", exploring=Exploring(span=Window(date(2020, 2, 1), date(2020, 9, 30))))
    with pytest.raises(WindowError, match="whole calendar years only"):
        explore_time(asked, None)
    long = Exploring(span=Window(date(2011, 1, 1), date(2021, 12, 31)), index=True)
    drawn = drawing("explore-time", View(view.pair, DRUGS, "week", exploring=long))
    assert drawn.data["lines"][0]["value"][2:4] == [None, None]  # type: ignore[index]
    span = span_of(cut_of(view), view.exploring.span)
    assert len(time_table(cut_of(view), view.pair, span, "year", False).rows) == 3


def test_pickers_of_days_do_not_offer_them() -> None:
    assert DRUGS in measures_here()
    assert set(measures_here()) - set(daily_measures_here()) == set(TOTALS)


def test_drug_calls_fell_no_further_than_accident_calls_beyond_doubt() -> None:
    found = against_control(measure(DRUGS), measure(CONTROL), against(2020, 2018, 2019))
    assert found.control.change
    assert found.control.change.headline is not None
    assert round(found.control.change.headline, 2) == -0.22
    assert found.apart is not None
    ratio, interval = found.apart
    assert ratio == pytest.approx((34_632 / 48_192) / (41_041 / 52_439) - 1)
    assert interval.high is not None
    assert interval.low < ratio < 0 < interval.high


def test_march_to_december_is_inferred_and_says_so() -> None:
    shares = early_shares()
    assert (round(min(shares.values()), 3), round(max(shares.values()), 3)) == (0.106, 0.131)
    found, as_in_2019 = march_to_december(), march_to_december(1.0)
    assert round(found.change, 2) == round(as_in_2019.change, 2) == -0.31
    assert found.low < as_in_2019.low < found.change < as_in_2019.high < found.high
    assert found.low < -0.33 < found.high  # what was claimed
    for each in (found, as_in_2019):
        values = each.as_dict()
        assert values["kind"] == "inferred"
        assert values["current"] == {"start": "2020-03-01", "end": "2020-12-31", "days": 306, "count": None}
        assert values["verdict"] is None
        assert each.sentence.startswith("Inferred, not counted:")
        assert set(values) == set(check_measure(measure(DRUGS), against(2020, 2019)).as_dict())
    assert march_to_december(0.9).change > found.change > march_to_december(1.1).change
    for level in (-0.1, 8.0):
        with pytest.raises(ValueError, match=r"first part|levels"):
            march_to_december(level)


def test_without_loaded_records_no_year_is_counted_twice() -> None:
    assert open_records().has("calls") or counted_twice() == ()


def test_whole_years_errors_are_window_errors() -> None:
    assert issubclass(WholeYearsError, WindowError)
