"""The page Explore: levers, address, figures and the command it names all give the same numbers."""

import contextlib
import io
import shlex
from datetime import date
from urllib.parse import parse_qsl

import pyarrow.parquet as pq
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from bench.server import Server
from lib.analysis.counts import BYS
from lib.chapters.chapters import EXPLORE
from lib.cli import main
from lib.errors import StoryError
from lib.export.files import Order, csv_text, file_of
from lib.figures.explore import cut_of
from lib.figures.registry import drawing, spec
from lib.story.cut import PLACE_SPLITS, command
from lib.story.explore_state import PARAMS, Exploring, settled
from lib.story.load import load_story
from lib.story.records import RACES
from lib.story.records_in_use import open_records
from lib.story.view import View, countable, default_view, read_view
from tests.analysis.made import windows
from tests.examples import examples
from tests.story.findings import pairs
from tests.web.story_app import charts, drawn, open_story, texts

FIGURES = ("explore-time", "explore-change")
COUNTED = [measure.id for measure in load_story().measures.values() if measure.records in ("crime", "arrests")]


def typed(line: str) -> str:
    """What the command prints, run in this process."""
    python, m, lib, *words = shlex.split(line)
    assert (python, m, lib) == ("python", "-m", "lib")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(words) == 0
    return out.getvalue()


def commands(at: AppTest) -> list[str]:
    return [code.value for code in at.code]


def shown(at: AppTest) -> View:
    """The view of the page's address, which must be one that can be read."""
    params = {name: at.query_params[name] for name in at.query_params}
    view, notes = read_view({name: v if isinstance(v, str) else v[0] for name, v in params.items()}, EXPLORE.usual)
    assert notes == ()
    return view


def check_page(at: AppTest) -> None:
    """Fail unless figures, sentences and commands all belong to the view in the address."""
    assert not at.exception
    assert not at.error
    view = shown(at)
    assert charts(at) == [drawn(figure, view) for figure in FIGURES]
    for figure, line in zip(FIGURES, commands(at), strict=True):
        assert typed(line) == csv_text(drawing(figure, view).table())


@st.composite
def explored(draw: st.DrawFn) -> View:
    """Any state that the page can be in."""
    measure = draw(st.sampled_from(COUNTED))
    places = [*open_records().area_names()[::40], "district:Western", "community:Canton"]
    asked = Exploring(
        also=draw(st.lists(st.sampled_from(COUNTED), max_size=3, unique=True).map(tuple)),
        places=draw(st.lists(st.sampled_from(places), max_size=4, unique=True).map(tuple)),
        split=draw(st.sampled_from(["none", "offense", "race", *PLACE_SPLITS])),
        race=draw(st.sampled_from([None, *RACES])),
        span=draw(windows(countable().start, countable().end)),
        index=draw(st.booleans()),
    )
    fitting, _ = settled(asked, measure, None)
    return View(draw(pairs()), measure, draw(st.sampled_from(BYS[1:])), exploring=fitting)


@given(explored())
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_the_command_of_any_state_prints_the_numbers_of_its_figure(view: View) -> None:
    assert read_view(view.changed_params(default_view()), for_page=None) == (view, ())
    asked = {"span": view.exploring.span, "pair": view.pair, "index": view.exploring.index}
    for figure, by in zip(FIGURES, (view.by, None), strict=True):
        with contextlib.suppress(StoryError):  # a span without a whole bin, or no event in the baseline
            made = drawing(figure, view)
            assert made.alt
            assert spec(figure, view, "dark")
            assert typed(command(cut_of(view), by=by, **asked)) == csv_text(made.table())  # type: ignore[arg-type]


def test_levers_move_figures_address_and_commands_together() -> None:
    at = open_story(EXPLORE)
    check_page(at)
    assert not set(at.query_params) & set(PARAMS)
    at.multiselect(key="lever_measures").set_value(["robbery"]).run()
    at.multiselect(key="lever_in").set_value(["Sandtown-Winchester", "district:Western"]).run()
    at.button_group(key="lever_by").set_value("month").run()
    at.text_input(key="lever_span_start").set_value("2019-01-01").run()
    at.text_input(key="lever_span_end").set_value("2020-12-31").run()
    check_page(at)
    assert shown(at).params().items() >= {"measure": "robbery", "in": "Sandtown-Winchester|district:Western"}.items()
    assert "--area district:Western --by month --start 2019-01-01 --end 2020-12-31" in commands(at)[0]
    at.multiselect(key="lever_measures").set_value(["drug-arrests", "robbery"]).run()  # the latest choice wins
    check_page(at)
    assert shown(at).exploring.places == ("Sandtown-Winchester",)
    at.selectbox(key="lever_split").set_value("race").run()
    check_page(at)
    assert (shown(at).exploring.also, shown(at).exploring.places) == ((), ())
    assert any("Hispanic" in text for text in texts(at.main))
    at.multiselect(key="lever_measures").set_value([]).run()  # on the way to another one
    check_page(at)
    assert shown(at).measure == "drug-arrests"
    at.multiselect(key="lever_measures").set_value(["arson"]).run()
    check_page(at)
    assert (shown(at).measure, shown(at).exploring.split) == ("arson", "none")


def test_a_long_table_comes_by_pages() -> None:
    at = open_story(EXPLORE, {"split": "neighborhood", "by": "month"})
    at.toggle(key="explore-time-table").set_value(True).run()
    assert [len(frame.value) for frame in at.dataframe] == [300]
    first = at.dataframe[0].value
    at.number_input[0].set_value(38).run()
    assert len(at.dataframe[0].value) == 278 * 40 - 37 * 300
    assert not at.dataframe[0].value.equals(first)
    at.selectbox(key="lever_split").set_value("district").run()  # another table starts at its own first page
    assert not at.exception
    assert len(at.dataframe[0].value) == 300


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"also": "kindness"}, "measures"),
        ({"in": "Atlantis"}, "places"),
        ({"split": "kindness"}, "split"),
        ({"race": "green"}, "black"),
        ({"race": "black"}, "arrests"),
        ({"measure": "drug-arrests", "in": "Canton", "split": "race"}, "whole city"),
        ({"span": "soon"}, "span"),
        ({"span": "1871-01-01..1872-01-01"}, "reach"),
        ({"index": "x"}, "index"),
        ({"also": "arson", "in": "Canton|Abell"}, "One thing"),
        ({"split": "neighborhood", "by": "day", "span": "2015-01-01..2021-04-30"}, "longer bins"),
        ({"span": "2014-01-01..2014-12-31"}, "2014"),
    ],
)
def test_what_an_address_can_not_have_is_said_calmly(params: dict[str, str], word: str) -> None:
    at = open_story(EXPLORE, params)
    assert not at.exception
    assert not at.error
    assert any(word in note.value for note in at.info), [note.value for note in at.info]


def test_the_first_paint_says_the_answer_and_the_figures_page_leads_back(
    app_server: Server, http: requests.Session
) -> None:
    query = "measure=robbery&by=month&in=Canton%7Cdistrict:Western"
    page = http.get(f"{app_server.url}/explore?{query}").text
    assert "In the Western police district, robbery" in page
    assert f"<title>{EXPLORE.title}</title>" in page
    figure = http.get(f"{app_server.url}/figure/explore-time?{query}").text
    assert "explore?" in figure
    assert "explore-time.parquet" in figure
    answer = http.get(f"{app_server.url}/figure/explore-time.parquet?{query}")
    assert answer.headers["content-disposition"] == 'attachment; filename="explore-time.parquet"'
    table = pq.read_table(io.BytesIO(answer.content))
    view, _ = read_view(dict(parse_qsl(query)))
    own = drawing("explore-time", view).table()
    assert table.column_names == list(own.columns)
    assert [str(kind) for kind in table.schema.types[4:]] == ["date32[day]", "date32[day]", "int64", "int64"]
    assert [tuple(map(str, row.values())) for row in table.to_pylist()] == [tuple(map(str, row)) for row in own.rows]
    about = {name.decode(): text.decode() for name, text in table.schema.metadata.items() if name != b"ARROW:schema"}
    assert about["Data version"] == open_records().version
    assert about["URL"].startswith(f"{app_server.url}/figure/explore-time?")


def test_every_figures_parquet_keeps_numbers_days_and_what_is_not_known() -> None:
    for figure, claim in (("windows-compared", "violent"), ("timeline", None), ("change-map", None)):
        table = drawing(figure, default_view(), claim).table()
        found = pq.read_table(io.BytesIO(file_of(Order(figure, default_view(), claim, "parquet"))))
        for name, column in zip(table.columns, zip(*table.rows, strict=True), strict=True):
            read = [v.isoformat() if isinstance(v, date) else v for v in found[name].to_pylist()]
            assert read == list(column), (figure, name)
