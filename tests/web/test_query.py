"""One address means one thing: before Streamlit starts, in it, in figures, on embeds and in the API."""

from html import escape
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.story.view import PARAMS, View, read_view
from lib.web.query import MOST_QUERY, LongQueryError, is_embedded, read_page_query, read_query
from lib.web.shell import prerender as first_paint
from lib.web.shell.security_headers import may_be_framed
from tests.web.routes_app import ROOT, client
from tests.web.story_app import CRIME, charts, check_crime_page, drawn, open_story, view_of

LINK = "measure=robbery&by=month&current=2020-06-01..2020-08-31&baseline=2018-06-01..2018-08-31"
MEANT = read_view(read_query(LINK), CRIME.usual)[0]
SPELLED = {
    "as it is": LINK,
    "out of a page's source": escape(LINK),
    "out of a source that shows a source": escape(escape(LINK)),
    "given twice": f"by=day&measure=arson&{LINK}",
    "given twice, once escaped": f"{LINK}&amp;measure=arson",
}


@pytest.mark.parametrize("query", SPELLED.values(), ids=SPELLED)
def test_a_page_its_first_paint_its_figures_and_the_api_read_one_thing(query: str):
    assert first_paint.read(CRIME, query, "/").view == MEANT
    sheet, meant = (client().get(f"/figure/series.csv?{asked}") for asked in (query, LINK))
    assert (sheet.status_code, sheet.content) == (200, meant.content)
    shown, meant = (client().get(f"/figure/series?{asked}") for asked in (query, LINK))
    assert shown.text == meant.text
    framed, meant = (client().get(f"/embed/series?{asked}") for asked in (query, LINK))
    assert framed.text == meant.text
    found, meant = (client().get(f"/api/findings.json?{asked}") for asked in (query, LINK))
    assert found.json() == meant.json()
    code, meant = (
        client().get("/oembed", params={"url": f"{ROOT}figure/series?{asked}"}).json() for asked in (query, LINK)
    )
    assert code == meant


@pytest.mark.parametrize("query", [SPELLED["out of a page's source"], SPELLED["given twice"]])
def test_streamlit_reads_the_same(query: str):
    at = open_story(CRIME, parse_qs(query))  # type: ignore[arg-type]
    assert not at.info
    assert view_of(at) == MEANT
    assert (at.selectbox(key="lever_measure").value, at.button_group(key="lever_by").value) == ("robbery", "month")
    assert drawn("series", MEANT) in charts(at)
    assert not [name for name in at.query_params if name.startswith("amp;")]


@given(view=st.sampled_from(["day", "week", "month"]), times=st.integers(0, 3))
def test_an_address_copied_out_of_any_source_gives_back_its_view(view: str, times: int):
    meant = read_view({"by": view, "measure": "arson", "area": "Hampden"})[0]
    query = urlencode(meant.params())
    for _ in range(times):
        query = escape(query)
    assert read_query(query) == meant.params()


def test_a_query_that_is_too_long_is_refused_or_said():
    long = f"measure=robbery&x={'y' * MOST_QUERY}"
    with pytest.raises(LongQueryError):
        read_query(long)
    for path in ("figure/series.csv", "figure/series", "embed/series", "api/findings.json", "api/claims.json"):
        answer = client().get(f"/{path}?{long}")
        assert (answer.status_code, "6,000 characters" in answer.text) == (414, True)
    asked = first_paint.read(CRIME, long, "/")
    assert asked.view == CRIME.usual
    at = open_story(CRIME, {"measure": "robbery", "x": "y" * MOST_QUERY})
    assert tuple(note.value for note in at.info) == asked.notes == read_page_query(long)[1]
    check_crime_page(at, CRIME.usual)
    at.button_group(key="lever_by").set_value("day").run()
    assert view_of(at).by == "day"  # what moves is kept, as the address is short again
    assert not at.info


@pytest.mark.parametrize(
    ("query", "embedded"),
    [
        ("embed=true", True),
        ("embed=True", True),
        ("EMBED=TRUE", True),
        ("measure=arson&amp;embed=true", True),
        ("embed=false&embed=true", True),
        ("embed=false", False),
        ("embed=", False),
        ("embedded=true", False),
        ("", False),
    ],
)
def test_a_page_that_is_to_be_framed_may_be_and_has_no_links_to_others(query: str, embedded: bool):
    assert is_embedded(query) is embedded
    assert may_be_framed("/drug-arrests", query.encode()) is embedded
    assert first_paint.read(CRIME, query, "/").alone is embedded


@given(
    params=st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(["nonsense", "2031-01-01..2031-02-01"]) for name in PARAMS}
    )
)
def test_who_refuses_does_not_say_that_something_is_shown(params: dict[str, str]):
    view, notes = read_view(params, for_page=None, falls_back=False)
    assert isinstance(view, View)
    assert not any("instead" in note or "left out" in note or "are counted" in note for note in notes)


def test_a_refused_address_says_what_is_wrong_and_no_more():
    for path in ("figure/series.csv", "figure/explore-time", "embed/series", "api/findings.json"):
        answer = client().get(f"/{path}?measure=kindness&by=century&current=2031-01-01..2031-02-01&span=then&area=Rome")
        assert answer.status_code == 400
        assert "instead" not in answer.text
        assert "no offense" in answer.text or "There is no" in answer.text
