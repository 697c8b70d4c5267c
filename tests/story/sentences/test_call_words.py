"""Sentences about 911 calls: they say the numbers they are given, and claim no more than those hold."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.windows import Window
from lib.story.check import check_named
from lib.story.load import load_story
from lib.story.model import Obtained, Published
from lib.story.sentences import call_words as said
from tests.story.findings import GARBAGE

COUNTED = [f for f in load_story().published.values() if f.series and f.series.startswith("911-")]


def counted(
    value: float, year: int = 2018, month: int | None = None, kind: Obtained = "exact", note: str | None = None
) -> Published:
    start = date(year, month or 1, 1)
    end = date(year + (month == 12), (month or 12) % 12 + 1, 1) if month else date(year + 1, 1, 1)
    return Published(
        id=f"{value}-{year}-{month}",
        what="Calls",
        value=value,
        unit="count",
        by="Somebody",
        address="https://github.com/somebody/counts",
        measure=None,
        pair=None,
        kind=kind,
        error=None if kind == "exact" else 0.006,
        period=Window(start, date.fromordinal(end.toordinal() - 1)),
        series="calls",
        note=note,
    )


VALUES = st.integers(50, 3 * 10**6).map(float)


@given(VALUES, VALUES, VALUES, VALUES)
def test_a_title_speaks_of_the_recording_only_where_rows_and_urgent_calls_part(
    rows: float, later_rows: float, urgent: float, later_urgent: float
) -> None:
    title = said.break_title((counted(rows), counted(later_rows, 2019)), (counted(urgent), counted(later_urgent, 2019)))
    part = (later_rows - rows) * (later_urgent - urgent) < 0
    assert title.endswith("the recording changed") == part
    assert not GARBAGE.search(title)


def test_the_published_numbers_say_that_the_recording_changed() -> None:
    # All rows 0.95M -> 1.46M from 2018 to 2019; urgent ones 1,711 -> 1,000 a day, read off the author's chart. The
    # means that the author prints, 1,836.11 and 929.89, are of four years, and of a year and five months.
    story = load_story()
    rows = {f.period.start.year: f.value for f in story.series("911-rows") if f.period}
    before, after = (f.value for f in story.series("911-urgent"))
    assert (rows[2018], rows[2019], before, after) == (954487, 1455608, 1711, 1000)
    title = said.break_title(
        (story.published["calls-rows-2018"], story.published["calls-rows-2019"]),
        (story.published["calls-urgent-2018"], story.published["calls-urgent-2019"]),
    )
    assert f"rose {100 * (1455608 / 954487 - 1):.0f}%" in title
    assert f"fell {100 * (1 - 1000 / 1711):.0f}%" in title
    assert "between 2018 and 2019" in title


def test_what_the_researchers_counted_later_is_said_with_their_own_doubt() -> None:
    # The Crime Report, October 20, 2021.
    sentence = said.follow_up_sentence(load_story().published)
    for part in ("4,000", "2,500", "37% down", "167 calls", "five calls a month", "would not be prosecuted"):
        assert part in sentence
    assert "https://thecrimereport.org/2021/10/20/" in sentence


def test_the_article_is_not_given_the_offices_words() -> None:
    claims = [load_story().claims[name] for name in ("calls-drugs", "calls-sex-work")]
    told = said.article(claims)
    assert all(claim.paraphrase in told for claim in claims)
    assert not any("mention" in claim.paraphrase for claim in claims)
    assert "same months" not in claims[1].paraphrase


@given(VALUES, VALUES, st.integers(0, 10**6))
def test_leaving_out_crimes_is_counted(before: float, after: float, crimes: int) -> None:
    sentence = said.crimes_sentence(counted(before), counted(after, 2019), min(crimes, int(after)))
    left = (after - min(crimes, int(after))) / before - 1
    assert f"{min(crimes, int(after)):,}" in sentence
    size = re.search(r"(fell|rose) (\d+)%|hardly changed", sentence)
    assert size
    if size[1]:
        assert int(size[2]) == pytest.approx(abs(left) * 100, abs=0.51)
        assert (size[1] == "rose") == (left > 0)


def test_two_definitions_of_narcotics_are_never_compared_by_a_percent() -> None:
    story = load_story()
    before, after = story.published["calls-narcotics-outside-2018"], story.published["calls-narcotics-2020"]
    sentence = said.apart_sentence(before, after)
    assert "not the same thing" in sentence
    assert "%" not in sentence.replace("accurate to about 1%", "")
    assert "fell." in sentence  # only in: nor that they fell
    assert "nor that they fell." in sentence


def test_the_year_to_year_swing_is_of_one_definition() -> None:
    sentence = said.swing_sentence([counted(100, 2015), counted(112, 2016), counted(112, 2017), counted(90, 2018)])
    assert "rose 12% from 2015 to 2016, hardly changed from 2016 to 2017 and fell 20% from 2017 to 2018" in sentence


def test_months_are_compared_by_the_day() -> None:
    # 31 a month in January are one a day; 56 in the 28 days of February are two.
    months = [counted(31, 2018, 1), counted(56, 2018, 2), counted(46.5, 2018, 3)]
    assert "from 1 a day in January to 2 a day in February" in said.season_sentence(months)
    title = said.season_title(months, [counted(31, 2020, 1), counted(29, 2020, 2)])
    assert "was 100% above the lowest" in title
    assert said.per_day(replace(counted(930), unit="per day")) == 930


@given(st.lists(VALUES, min_size=12, max_size=12))
def test_the_months_of_2020_are_told_by_the_day(values: list[float]) -> None:
    months = [counted(value, 2020, i + 1) for i, value in enumerate(values)]
    sentence = said.pandemic_sentence(months[:2], months[2:])
    assert "in January and February 2020" in sentence
    assert "from March to December" in sentence
    assert f"{sum(values[:2]) / 60:,.0f} a day" in sentence
    assert f"{sum(values[2:]) / 306:,.0f} a day" in sentence
    assert not GARBAGE.search(sentence)


@pytest.mark.parametrize("figure", COUNTED, ids=lambda figure: figure.id)
def test_a_number_says_when_and_how_it_was_obtained(figure: Published) -> None:
    told = said.told(figure)
    assert said.obtained(figure) in told
    assert (figure.kind == "exact") == (said.obtained(figure) == "exact") == ("about" not in told)
    assert figure.period
    assert str(figure.period.start.year) in told
    if figure.period.days < 32:
        assert f"{figure.period.start:%B}" in told
    assert not GARBAGE.search(told)
    assert len(said.short(figure.value)) <= 6


@pytest.mark.parametrize(
    ("number", "text"),
    [(81.4, "81"), (1836.11, "1,836"), (4417.2, "4,417"), (33301, "33,300"), (954487, "0.95M"), (1462600, "1.46M")],
)
def test_numbers_over_bars_are_short(number: float, text: str) -> None:
    assert said.short(number) == text


def test_the_owners_of_repositories_are_named_once() -> None:
    charted = [figure for figure in COUNTED if "github.com" in figure.address]
    assert said.owners(charted) == "krishnaitdbg, drivendataorg, joedinoto, trisha-sen and ymericson"


def test_loading_is_told_with_both_commands_and_the_size_of_a_year() -> None:
    assert said.HOW_TO_LOAD == "python -m lib refresh calls"
    assert said.HOW_TO_IMPORT.startswith("python -m lib import calls ")
    assert "about 1.5 million rows" in said.how_to_load(load_story().published["calls-rows-2019"])


def test_a_claim_without_records_is_told_as_claimed_only() -> None:
    claims = [load_story().claims[name] for name in ("calls-drugs", "calls-sex-work")]
    sentence = said.unchecked(check_named(claims[1])[:1])
    assert "911 calls about sex work were 50% down" in sentence
    assert "can’t check whether" in sentence
    assert all(claim.paraphrase in said.article(claims) for claim in claims)
