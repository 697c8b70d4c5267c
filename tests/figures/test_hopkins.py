"""The figures of the Hopkins table: what they draw is what the table says, beside what the study published."""

import json
import re

import pytest

from lib.charts.theme import THEMES, ThemeName
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import drawing, spec
from lib.story.evidence.hopkins import CODES, COLUMNS, GROUPS, PERIODS, STUDY, WIDE, rows_of, study_figures
from lib.story.sentences import hopkins_words as said
from lib.story.view import default_view
from tests.figures.drawn import check_schema, params, rows_with, said_in
from tests.story.findings import GARBAGE

FIGURES = {
    "hopkins-averted": (STUDY, "all", "averted"),
    "hopkins-averted-wide": (WIDE, "all", "averted"),
    "hopkins-share": (STUDY, "black", "share"),
}
VIEW = default_view()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("figure", FIGURES)
def test_it_is_a_small_whole_spec_without_garbage(figure: str, theme: ThemeName) -> None:
    made = drawing(figure, VIEW)
    for text in (made.alt, made.frame.title, made.caption, made.sentence):
        assert text.strip()
        assert not GARBAGE.search(text.replace("  ", " ")), text
    finished = spec(figure, VIEW, theme)
    assert len(json.dumps(finished, allow_nan=False)) < 16 * 1024
    assert finished["config"]["background"] == THEMES[theme].page
    check_schema(finished)


@pytest.mark.parametrize("figure", FIGURES)
def test_it_draws_every_counterfactual_with_and_without_march_2020(figure: str) -> None:
    group, race, number = FIGURES[figure]
    drawn = rows_with(spec(figure, VIEW, "light"), "est")
    whole = rows_of(group, race)  # type: ignore[arg-type]
    without = rows_of(group, race, variant="without-march-2020")  # type: ignore[arg-type]
    cases = [row for pair in zip(whole, without, strict=True) for row in pair]
    assert len(drawn) == len(cases) == 6
    for row, case in zip(drawn, cases, strict=True):
        expected = [getattr(case, f"{number}{end}") for end in ("", "_low", "_high")]
        assert [row["est"], row["low"], row["high"]] == pytest.approx(expected, abs=1e-4)
        assert ("March" in row["label"]) is (case.variant != "every-month")
        assert row["claim" if case.group == STUDY else "est"] in (443, 0.78, row["est"])
    values = params(spec(figure, VIEW, "light"))
    assert values["lowest"] < min(row["low"] for row in drawn)
    assert values["highest"] > max(row["high"] for row in drawn)
    assert [row["i"] for row in drawn] == list(range(6))


def test_the_title_says_how_far_the_answers_lie_apart() -> None:
    title = drawing("hopkins-averted", VIEW).frame.title
    answers = [row["est"] for row in rows_with(spec("hopkins-averted", VIEW, "light"), "est")]
    low, high = (int(n.replace(",", "")) for n in re.findall(r"[\d,]+", title)[:2])
    assert (low, high) == (round(min(answers)), round(max(answers)))
    assert low < 443 < high
    assert "depending" in title
    assert said_in(spec("hopkins-averted", VIEW, "light"), "titleWide") == title


def test_only_the_studys_own_arrests_stand_beside_its_figure() -> None:
    for figure, published in (("hopkins-averted", 443), ("hopkins-averted-wide", None), ("hopkins-share", 0.78)):
        drawn = rows_with(spec(figure, VIEW, "light"), "est")
        assert {row.get("claim") for row in drawn} == {published}
        assert ("claim" in params(spec(figure, VIEW, "light"))["keys"]) is (published is not None)


@pytest.mark.parametrize("figure", FIGURES)
def test_its_table_has_all_numbers_of_the_rows(figure: str) -> None:
    table = drawing(figure, VIEW).table()
    assert table.columns == COLUMNS
    assert len(table.rows) == 6
    assert {row[COLUMNS.index("group")] for row in table.rows} == {FIGURES[figure][0]}
    assert {row[COLUMNS.index("after_last")] for row in table.rows} == {"2021-05-31"}


def test_the_sentence_is_the_one_of_the_command() -> None:
    every = drawing("hopkins-averted", VIEW).sentence
    assert "The study published 443" in every
    assert every.endswith(said.TOGETHER)
    assert "78%" in drawing("hopkins-share", VIEW).sentence


def test_the_opening_links_the_study_and_its_article() -> None:
    opening = said.opening(*study_figures())
    for part in ("443", "78%", f"]({study_figures()[0].address})", said.ARTICLE):
        assert part in opening


def test_the_answers_go_on_to_the_last_whole_month() -> None:
    text = said.to_the_end()
    assert "July 2021" in text
    for row in rows_of(STUDY, period="records"):
        assert row.averted is not None
        assert f"{row.averted:,.0f} if" in text


@pytest.mark.parametrize("period", PERIODS)
def test_the_readers_table_has_a_row_for_each_group_and_people(period: str) -> None:
    columns = said.table(period)  # type: ignore[arg-type]
    assert {len(cells) for cells in columns.values()} == {len(GROUPS) * len(CODES)}
    assert list(columns)[-3:] == ["Averted, flat", "Averted, linear", "Averted, log-linear"]
    at = GROUPS.index(STUDY) * len(CODES)
    flat = rows_of(STUDY, period=period)[0]  # type: ignore[arg-type]
    assert columns["A month before"][at] == round(flat.mean_before, 1)
    assert columns["Averted, flat"][at] == said.averted_text(flat)
    assert columns["People"][at : at + 3] == ["All", "Black", "Not Black"]
    for cells in columns.values():
        assert not [cell for cell in cells if "nan" in str(cell).lower() or "None" in str(cell)]
    assert ("May 2021" in said.compared(period)) is (period == "study")  # type: ignore[arg-type]


def test_means_of_people_add_up() -> None:
    columns = said.table("study")
    means = [float(mean) for mean in columns["A month before"]]
    for every, black, other in zip(means[::3], means[1::3], means[2::3], strict=True):
        assert every == pytest.approx(black + other, abs=0.11)
