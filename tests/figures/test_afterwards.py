"""The figures of the time afterwards: the same numbers as the story's, and the recall said with its doubts."""

from dataclasses import replace

import pytest

from lib.figures.afterwards import ROWS
from lib.figures.registry import drawing, spec
from lib.story import words
from lib.story.evidence import later
from lib.story.evidence.peers import place_in, year_months
from lib.story.load import load_story
from lib.story.view import View, default_view
from tests.figures.drawn import rows_with


def of(measure: str) -> View:
    return replace(default_view(), measure=measure)


def test_it_opens_with_the_last_year_beside_the_course_of_agencies_of_its_size() -> None:
    found = later.course(load_story().measures["violent"])
    made = drawing("afterwards", of("violent"))
    assert f"{words.percent(found.own[-1] / found.alike[-1] - 1)} less violent crime" in made.frame.title
    for value in (found.own[-1], found.alike[-1], found.low[-1], found.high[-1]):
        assert f"{round(value):,}" in made.sentence
    (row,) = rows_with(spec("afterwards", of("violent"), "dark"), "median")
    assert row["own"][-1] == round(found.own[-1])
    assert made.table().columns[0] == "month"
    assert len(made.table().rows) == 85
    assert made.table().rows[-1][0] == "2025-12-01"
    assert "edition of May 2026" in made.frame.source


def test_the_table_of_years_holds_each_offense_in_each_year() -> None:
    made = drawing("afterwards-years", of("violent"))
    cells = rows_with(spec("afterwards-years", of("violent"), "light"), "column")
    assert [row["label"] for row in rows_with(spec("afterwards-years", of("violent"), "light"), "label")] == [
        load_story().measures[name].title for name in ROWS
    ]
    assert len(cells) == len(made.table().rows) == len(ROWS) * 6
    for cell in cells:
        found = {str(year.year): year for year in later.years(load_story().measures[ROWS[cell["i"]]])}[cell["column"]]
        assert cell["own"] == words.signed(found.change)
        assert cell["other"] == words.signed(found.alike)
    assert "133 compared with 348" in made.sentence


def test_the_last_year_is_the_scorecards_and_says_so() -> None:
    found = later.last_year(load_story().measures["robbery"], "large")
    made = drawing("last-year", of("robbery"))
    assert str(found.standing.cities) in made.frame.title
    assert "scorecard of April 2026" in made.frame.source
    assert made.table().rows[0][:3] == ("Baltimore, MD", found.count, found.before)


@pytest.mark.parametrize("measure", ["violent", "property", "homicide"])
def test_the_year_of_the_recall_stands_first_with_earlier_years_below(measure: str) -> None:
    made = drawing("recall", of(measure))
    rows = rows_with(spec("recall", of(measure), "light"), "main")
    assert [row["main"] for row in rows] == [True, *[False] * (len(rows) - 1)]
    assert [row["label"][:4] for row in rows] == ["2023", "2022", "2021", "2020", "2019"]
    found = place_in(load_story().measures[measure], year_months(2023, 2022), "large")
    assert rows[0]["est"] == pytest.approx(found.standing.apart.value, abs=1e-4)
    assert made.table().rows[0][10] == pytest.approx(found.standing.apart.value, abs=1e-5)
    for part in ("If the policy had lowered crime", "no test of the policy", "721 citations", "until June 2023"):
        assert part in made.sentence
    assert "is public" not in made.sentence


def test_auto_theft_is_said_to_make_most_of_the_rise_and_not_all_of_it() -> None:
    # The index, 2022 and 2023: auto theft 3,597 and 11,147; burglary and larceny together 16,996 and 18,325.
    found = place_in(load_story().measures["property"], year_months(2023, 2022), "large")
    stolen = place_in(load_story().measures["auto-theft"], year_months(2023, 2022), "large")
    assert (stolen.before, stolen.count) == (3597, 11147)
    assert (found.before - stolen.before, found.count - stolen.count) == (16996, 18325)
    share = (stolen.count - stolen.before) / (found.count - found.before)
    assert f"Auto theft makes up {words.percent(share)} of the rise." in drawing("recall", of("property")).sentence
    assert "most of the rise" in load_story().caveats["recall-weak"].text
    assert "alone" not in load_story().caveats["recall-weak"].text
