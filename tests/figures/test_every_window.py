"""The figure of every window at once: small, whole, and of the same numbers as the command and ``check``."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import altair as alt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.change import compare
from lib.analysis.every_window import BASELINES, BaselineName, baseline_name, pair_against
from lib.analysis.windows import Window, WindowPair, parse_window
from lib.charts.heat import STEPS, STRENGTHS, heat
from lib.charts.theme import THEMES, Frame, ThemeName
from lib.cli import main
from lib.figures.every_window import windows_figure
from lib.figures.registry import Drawing, drawing, spec
from lib.figures.view import View, default_view
from lib.story import words
from lib.story.check import check_measure
from lib.story.every_window import windows_at_once
from lib.story.load import load_story
from lib.story.records import open_records
from lib.story.window_words import facts, sentence, share
from tests.figures.drawn import nodes, params, rows_with, said_in
from tests.story.findings import GARBAGE, measures_of, pairs

MOST_BYTES = 150 * 1024
QUARTER = Window(date(2021, 1, 1), date(2021, 3, 31))
names = st.sampled_from(sorted(BASELINES))


def of(measure: str, name: BaselineName = "1", window: Window = QUARTER) -> View:
    return replace(default_view(), measure=measure, pair=pair_against(window, name))


def rows(made: Drawing, name: str) -> list[dict[str, Any]]:
    """The rows of a data set of the drawing."""
    return [dict(row) for row in made.data[name] if not isinstance(row, int)]


def assert_drawn(made: Drawing, theme: ThemeName) -> dict[str, Any]:
    for said in (made.alt, made.frame.title, made.frame.subtitle, made.caption, made.sentence):
        assert said.strip()
        assert not GARBAGE.search(said), said
    finished = made.template(theme).fill(made.frame, made.data, made.values)
    assert len(json.dumps(finished, allow_nan=False)) <= MOST_BYTES
    for node in nodes(finished):
        if isinstance(node.get("data"), dict):
            assert set(node["data"]) == {"values"}, "a data set was left open"
    # Altair's schema knows no expression as a subtitle, Vega-Lite does.
    alt.LayerChart.from_dict({**finished, "title": {**finished["title"], "subtitle": ""}})
    return finished


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("measure", ["violent", "property", "drug-arrests", "arson"])
def test_it_is_a_complete_spec_under_150_kb(measure: str, name: BaselineName) -> None:
    for theme in THEMES:
        made = assert_drawn(drawing("every-window", of(measure, name)), theme)
        assert made == spec("every-window", of(measure, name), theme)
        assert made["config"]["background"] == THEMES[theme].page


@given(st.builds(View, pairs(), st.deferred(lambda: st.sampled_from(measures_of("all"))), st.just("week")))
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
def test_it_draws_in_any_state_of_a_page_with_the_readers_window_marked(view: View) -> None:
    made = drawing("every-window", view)
    finished = assert_drawn(made, "dark")
    name = baseline_name(view.pair) or "1"
    mine = [mark for mark in rows(made, "marks") if mark["mine"]]
    line, pair = open_records().line(load_story().measures[view.measure]), pair_against(view.pair.current, name)
    countable = all(line.first <= w.start and w.end <= line.last for w in (pair.current, *pair.baseline))
    if mine:
        assert mine == [mark for mark in rows_with(finished, "mine") if mark["mine"]]
        assert mine[0]["days"] == view.pair.current.days
        assert mine[0]["date"].startswith(view.pair.current.end.isoformat())
        assert mine[0]["tip"] in made.alt
    elif countable and not line.missing:
        assert not 14 <= view.pair.current.days <= 549


@pytest.mark.parametrize("name", BASELINES)
def test_its_title_and_sentence_give_the_shares_of_the_command(
    name: BaselineName, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("windows", "property", "--baseline", name, "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    made = drawing("every-window", of("property", name))
    expected = f"Of {found['windows']:,} windows, {share(found['share_down_20'])} show a fall of at least 20%"
    assert made.frame.title == expected
    assert said_in(spec("every-window", of("property", name), "light"), "titleWide") == expected
    for part in (f"{found['windows']:,} windows", f"{share(found['share_down'])} show a fall in property crime",
                 f"{share(found['share_outside_swing'])} lie outside the ordinary swing", "claimed 35%"):  # fmt: skip
        assert part in made.sentence
    assert made.sentence in made.alt


@pytest.mark.parametrize("measure", ["violent", "property"])
@pytest.mark.parametrize("name", BASELINES)
def test_the_named_windows_of_claims_with_this_baseline_are_marked(measure: str, name: BaselineName) -> None:
    own = Window(date(2019, 5, 1), date(2019, 8, 15))
    finished = spec("every-window", of(measure, name, own), "light")
    named = {
        (window.label, window.pair)
        for claim in load_story().claims.values()
        for window in claim.windows
        if claim.measure == measure and baseline_name(window.pair) == name
    }
    marks = rows_with(finished, "mine")
    assert {mark["label"] for mark in marks} == {label for label, _ in named} | {"Your dates"}
    assert marks[-1]["mine"]
    for label, pair in {*named, ("Your dates", pair_against(own, name))}:
        (mark,) = (mark for mark in marks if mark["label"] == label)
        assert (mark["date"], mark["days"]) == (f"{pair.current.end}T00:00:00", pair.current.days)
        change = check_measure(load_story().measures[measure], pair).change
        assert change is not None
        assert mark["tip"].startswith(f"{words.signed(change.headline)}: ")
    heights = sorted(mark["at"] for mark in marks)
    assert all(after - before > 20 for before, after in pairwise(heights)), "labels overlap"


def test_another_baseline_than_those_is_drawn_a_year_apart() -> None:
    pair = WindowPair(QUARTER, (parse_window("2019-06-01..2019-08-31"),))
    made = drawing("every-window", replace(default_view(), pair=pair))
    assert "one year earlier" in made.frame.subtitle
    assert made.frame == drawing("every-window", of("violent")).frame


@given(names, st.integers(0, 10**6))
@settings(max_examples=20)
def test_every_cell_and_every_row_is_what_compare_gives(name: BaselineName, pick: int) -> None:
    made = drawing("every-window", of("violent", name))
    line = open_records().line(load_story().measures["violent"])
    table = made.table()
    assert table.columns == ("start", "end", "days", "change")
    cells = rows(made, "cells")
    drawn = [
        (date(made.values["year0"], made.values["month0"] + 1, made.values["day0"])
         + timedelta(days=made.values["step"] * (row["skip"] + i)), row["days"], change)
        for row in cells for i, change in enumerate(row["change"]) if change is not None
    ]  # fmt: skip
    assert 1000 < len(drawn) == len(table.rows) < 10_000
    start, end, days, change = table.rows[pick % len(table.rows)]
    assert drawn[pick % len(drawn)][:2] == (date.fromisoformat(str(end)), days)
    assert isinstance(drawn[0][2], int)
    window = Window(date.fromisoformat(str(start)), date.fromisoformat(str(end)))
    assert window.days == days
    alone = compare(line, pair_against(window, name)).headline
    assert change == pytest.approx(alone, abs=1e-6)
    assert drawn[pick % len(drawn)][2] == pytest.approx(1000 * (alone or 0), abs=0.5001)


def test_bounds_are_named_and_kept() -> None:
    within = Window(date(2015, 1, 1), date(2020, 3, 4))
    measure = load_story().measures["violent"]
    made = windows_figure(measure, "1", QUARTER, within)
    assert_drawn(made, "light")
    shares, _ = windows_at_once(measure, "1", within)
    assert f"{shares.windows:,}" in made.frame.title
    assert "1 January 2015 to 4 March 2020" in made.frame.subtitle
    assert max(str(row[1]) for row in made.table().rows) == "2020-03-04"
    assert made.data["marks"] == made.data["rules"] == []
    after = windows_figure(measure, "1", QUARTER, Window(date(2019, 1, 1), date(2021, 4, 30)))
    assert {mark["days"] for mark in rows(after, "marks")} == {69, 85, 90, 365}
    assert len(after.data["rules"]) == 2


def test_the_lines_stand_where_windows_end_before_and_begin_with_the_policy() -> None:
    upright, sloping = rows_with(spec("every-window", of("violent"), "light"), "date2")
    assert upright["date"] == upright["date2"] == "2020-03-18T00:00:00"
    for date_name, days_name in (("date", "days"), ("date2", "days2")):
        last = date.fromisoformat(sloping[date_name][:10])
        assert last - timedelta(days=sloping[days_name] - 1) == date(2020, 3, 18)


def test_counting_all_windows_is_done_once() -> None:
    measure = load_story().measures["larceny"]
    assert windows_at_once(measure, "2") is windows_at_once(measure, "2")


@pytest.mark.parametrize("theme", THEMES)
def test_colors_run_from_falls_to_rises_and_differ(theme: ThemeName) -> None:
    (scale,) = (
        node["scale"] for node in nodes(heat(theme).spec) if node.get("scale", {}).get("type") == "threshold"
    )  # fmt: skip
    assert len(scale["range"]) == len(set(scale["range"])) == len(scale["domain"]) + 1
    assert list(scale["domain"]) == sorted(STEPS)
    assert list(STRENGTHS) == sorted(STRENGTHS)

    def warmth(color: str) -> int:
        return int(color[1:3], 16) - int(color[5:7], 16)

    assert [warmth(color) for color in scale["range"]] == sorted(warmth(color) for color in scale["range"])


@pytest.mark.parametrize("theme", THEMES)
def test_its_template_is_built_once_and_takes_its_data(theme: ThemeName) -> None:
    assert heat(theme) is heat(theme)
    with pytest.raises(KeyError):
        heat(theme).fill(Frame("", "", "", ""), {"rows": []}, {})
    assert params(heat(theme).fill(Frame("a", "", "", ""), {}, {"step": 7}))["step"] == 7


@pytest.mark.parametrize(
    ("fraction", "said"),
    [(0, "none"), (0.001, "less than 1%"), (0.0051, "1%"), (0.42, "42%"), (0.999, "more than 99%"), (1, "all")],
)
def test_shares_in_words(fraction: float, said: str) -> None:
    assert share(fraction) == said


@given(st.deferred(lambda: st.sampled_from(measures_of("all"))), names)
@settings(max_examples=20)
def test_no_sentence_holds_garbage(measure: str, name: BaselineName) -> None:
    shares, _ = windows_at_once(load_story().measures[measure], name)
    for said in (sentence(shares), *facts(shares)):
        assert not GARBAGE.search(said), said
        assert said.endswith(".")
