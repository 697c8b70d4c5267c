"""The figure of every window at once: small, whole, and of the same numbers as the command and ``check``."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.change import compare
from lib.analysis.every_window import BASELINES, BaselineName, baseline_name, pair_against
from lib.analysis.windows import Window, WindowPair, parse_window
from lib.charts.heat import STEPS, STRENGTHS, heat
from lib.charts.theme import THEMES, Frame, ThemeName
from lib.cli import main
from lib.errors import ArgumentError
from lib.figures.every_window import cells_address
from lib.figures.registry import Drawing, drawing, spec
from lib.figures.url_data import inlined, part
from lib.story import words
from lib.story.check import check_measure
from lib.story.evidence.every_window import announcement, bounds_of, emergency, windows_at_once
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences.every_window_words import facts, sentence, share
from lib.story.view import View, Within, default_view
from tests.examples import examples
from tests.figures.drawn import check_schema, nodes, params, rows_with, said_in
from tests.story.findings import GARBAGE, measures_of, pairs

MOST_BYTES, MOST_WITH_CELLS = 16 * 1024, 150 * 1024
WITHINS: tuple[Within, ...] = get_args(Within)
QUARTER = Window(date(2021, 1, 1), date(2021, 3, 31))
CELLS = "windows/violent.1.all-0.json"
names = st.sampled_from(sorted(BASELINES))


def of(measure: str, name: BaselineName = "1", window: Window = QUARTER, within: Within = "all") -> View:
    return replace(default_view(), measure=measure, pair=pair_against(window, name), within=within)


def rows(made: Drawing, name: str) -> list[dict[str, Any]]:
    """The rows of a data set of the drawing."""
    return [dict(row) for row in made.data[name] if not isinstance(row, int)]


def assert_drawn(made: Drawing, theme: ThemeName) -> dict[str, Any]:
    for said in (made.alt, made.frame.title, made.frame.subtitle, made.caption, made.sentence):
        assert said.strip()
        assert not GARBAGE.search(said), said
    finished = made.template(theme).fill(made.frame, made.data, made.values)
    assert len(json.dumps(finished, allow_nan=False)) <= MOST_BYTES
    data = [node["data"] for node in nodes(finished) if isinstance(node.get("data"), dict)]
    (cells,) = (each for each in data if "url" in each)
    assert all(set(each) == {"values"} for each in data if each is not cells), "a data set was left open"
    whole = inlined(finished)
    assert len(json.dumps(whole, allow_nan=False)) <= MOST_WITH_CELLS
    assert not any("url" in node for node in nodes(whole))
    assert rows_with(whole, "skip") == content(cells["url"])
    check_schema(finished)
    return finished


def content(address: str) -> Any:
    """What stands at an address, which names the data's version."""
    kind, file = address.split("/")
    name, version = file.removesuffix(".json").rsplit("-", 1)
    return part(kind, name, version)


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("measure", ["violent", "property", "drug-arrests", "arson"])
def test_it_is_a_small_spec_and_a_whole_one_with_its_cells(measure: str, name: BaselineName) -> None:
    for theme in THEMES:
        made = assert_drawn(drawing("every-window", of(measure, name)), theme)
        assert made == spec("every-window", of(measure, name), theme)
        assert made["config"]["background"] == THEMES[theme].page


@pytest.mark.slow
@given(
    st.builds(
        View,
        pairs(),
        st.deferred(lambda: st.sampled_from(measures_of("all"))),
        st.just("week"),
        within=st.sampled_from(WITHINS),
    )
)
@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.too_slow])
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
    elif countable and not line.missing and bounds_of(view.within).hold(pair):
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
    for told in (f"{found['windows']:,} windows", f"{share(found['share_down'])} show a fall in property crime",
                 f"{share(found['share_outside_swing'])} lie outside the usual range", "claimed 35%"):  # fmt: skip
        assert told in made.sentence
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
@settings(max_examples=examples(20))
def test_every_cell_and_every_row_is_what_compare_gives(name: BaselineName, pick: int) -> None:
    made = drawing("every-window", of("violent", name))
    line = open_records().line(load_story().measures["violent"])
    table = made.table()
    assert table.columns == ("start", "end", "days", "change")
    cells = content(cells_address(load_story().measures["violent"], name, "all"))
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


@pytest.mark.parametrize("within", WITHINS)
@pytest.mark.parametrize("name", BASELINES)
def test_a_restriction_is_named_and_kept_and_its_shares_are_those_of_the_windows_left(
    name: BaselineName, within: Within
) -> None:
    made = drawing("every-window", of("violent", name, within=within))
    assert_drawn(made, "light")
    measure = load_story().measures["violent"]
    shares, _ = windows_at_once(measure, name, bounds_of(within))
    every, _ = windows_at_once(measure, name)
    assert (shares.windows < every.windows) is (
        within == "before-announcement" or (within == "clean-baseline" and name in ("1", "mean3"))
    )
    for said in (made.frame.title, made.sentence, made.alt):
        assert f"{shares.windows:,} windows" in said
        assert ("March 26, 2021" in said.split("Marked")[0]) is (within == "before-announcement")
        assert ("March 5, 2020" in said.split("Marked")[0]) is (within == "clean-baseline")
    assert share(shares.down_20) in made.frame.title
    windows = [parse_window(f"{row[0]}..{row[1]}") for row in made.table().rows]
    assert len(windows) == len({*windows})
    for window in windows:
        pair = pair_against(window, name)
        assert within != "before-announcement" or window.end <= date(2021, 3, 25)
        assert within != "clean-baseline" or all(each.end <= date(2020, 3, 4) for each in pair.baseline)
    for mark in rows(made, "marks"):
        end = date.fromisoformat(mark["date"][:10])
        window = Window(end - timedelta(days=mark["days"] - 1), end)
        assert bounds_of(within).hold(pair_against(window, name))


def test_the_share_without_the_pandemic_in_the_baseline_is_that_of_a_loop() -> None:
    line = open_records().line(load_story().measures["property"])
    shares, _ = windows_at_once(load_story().measures["property"], "1", bounds_of("clean-baseline"), 200, 200)
    first, fell = date(2015, 1, 1), []
    while (pair := pair_against(Window(first, first + timedelta(days=199)), "1")).baseline[0].end < date(2020, 3, 5):
        change = compare(line, pair)
        fell.append(5 * change.current * pair.baseline_days <= 4 * change.baseline * pair.current.days)
        first += timedelta(days=1)
    assert (shares.windows, shares.down_20) == (len(fell), sum(fell) / len(fell))


def test_the_named_dates_are_those_of_the_timeline() -> None:
    assert announcement() == date(2021, 3, 26)
    assert emergency() == date(2020, 3, 5)


@pytest.mark.parametrize(
    "name", ["", "treason.1.all", "violent.4.all", "violent.1.some", "violent.1", "violent.1.all.1", "../violent.1.all"]
)
def test_there_are_no_other_windows_than_those_that_are_named(name: str) -> None:
    with pytest.raises(ArgumentError, match="no windows"):
        part("windows", name, open_records().version)


def test_the_address_of_the_cells_is_the_same_for_every_window_and_theme() -> None:
    views = (of("violent"), of("violent", window=Window(date(2019, 5, 1), date(2019, 8, 15))))
    urls = {
        node["url"] for view in views for theme in THEMES for node in nodes(spec("every-window", view, theme))
        if "url" in node
    }  # fmt: skip
    assert urls == {f"windows/violent.1.all-{open_records().version}.json"}


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
        node["scale"] for node in nodes(heat(theme, CELLS).spec) if node.get("scale", {}).get("type") == "threshold"
    )  # fmt: skip
    assert len(scale["range"]) == len(set(scale["range"])) == len(scale["domain"]) + 1
    assert list(scale["domain"]) == sorted(STEPS)
    assert list(STRENGTHS) == sorted(STRENGTHS)

    def warmth(color: str) -> int:
        return int(color[1:3], 16) - int(color[5:7], 16)

    assert [warmth(color) for color in scale["range"]] == sorted(warmth(color) for color in scale["range"])


@pytest.mark.parametrize("theme", THEMES)
def test_its_template_is_built_once_and_takes_its_data(theme: ThemeName) -> None:
    assert heat(theme, CELLS) is heat(theme, CELLS)
    with pytest.raises(KeyError):
        heat(theme, CELLS).fill(Frame("", "", "", ""), {"rows": []}, {})
    assert params(heat(theme, CELLS).fill(Frame("a", "", "", ""), {}, {"step": 7}))["step"] == 7


@pytest.mark.parametrize(
    ("fraction", "said"),
    [(0, "none"), (0.001, "less than 1%"), (0.0051, "1%"), (0.42, "42%"), (0.999, "more than 99%"), (1, "all")],
)
def test_shares_in_words(fraction: float, said: str) -> None:
    assert share(fraction) == said


@given(st.deferred(lambda: st.sampled_from(measures_of("all"))), names)
@settings(max_examples=examples(20))
def test_no_sentence_holds_garbage(measure: str, name: BaselineName) -> None:
    shares, _ = windows_at_once(load_story().measures[measure], name)
    for said in (sentence(shares), *facts(shares)):
        assert not GARBAGE.search(said), said
        assert said.endswith(".")
