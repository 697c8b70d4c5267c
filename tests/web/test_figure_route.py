import csv
import io
from datetime import date
from urllib.parse import quote, urlencode

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.server import Server
from lib.analysis.counts import BYS
from lib.chapters.contents import read_figure
from lib.errors import StoryError
from lib.figures.registry import FIGURES, Table, drawing
from lib.story.check import check, check_measure
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.view import View, read_view
from tests.examples import examples

QUERIES = [
    {},
    {"current": "2020-03-13..2021-03-12", "measure": "property", "by": "month"},
    {"current": "2020-06-01..2020-08-31", "baseline": "2018-01-01..2018-02-28", "measure": "homicide", "by": "day"},
    {"current": "2021-01-01..2021-03-26", "baseline": "2018-01-01..2018-03-26,2019-01-01..2019-03-26"},
]
COUNTED = [measure.id for measure in load_story().measures.values() if measure.records == "crime"]
DRAWN = [(figure, claim) for figure in sorted(FIGURES) for claim in FIGURES[figure].claims()]


def address(server: Server, figure: str, params: dict[str, str]) -> str:
    return f"{server.url}/figure/{quote(figure, safe='')}.csv?{urlencode(params)}"


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def as_text(table: Table) -> list[list[str]]:
    """A table as its CSV should read: a header, then each cell written out, empty where nothing is known."""
    return [list(table.columns), *(["" if cell is None else str(cell) for cell in row] for row in table.rows)]


def refusal(figure: str, view: View, claim: str | None) -> str | None:
    """Why a figure can't be drawn: some need more events than a rare offense has."""
    try:
        drawing(figure, view, claim)
    except StoryError as error:
        return error.told
    return None


@pytest.mark.parametrize(("figure", "claim"), DRAWN)
def test_every_figure_gives_its_numbers(app_server: Server, http: requests.Session, figure: str, claim: str | None):
    needed = {"claim": claim} if claim else {}
    if "area" in FIGURES[figure].params:
        needed["area"] = open_records().area_names()[0]
    for query in QUERIES:
        shown, notes = read_figure(figure, {**query, **needed})
        view = shown.view
        assert notes == ()
        answer = http.get(address(app_server, figure, {**query, **needed}))
        refused = refusal(figure, view, claim) if query else None
        if refused:
            assert (answer.status_code, answer.text.strip()) == (400, refused)
            continue
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        name = f"{figure}-{claim}" if claim else figure
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
        answer.encoding = "utf-8-sig"
        found = rows_of(answer.text)
        assert found == as_text(drawing(figure, view, claim).table())
        assert len(found) > 1
        assert all(found[0])
        assert len({len(row) for row in found}) == 1


@pytest.mark.parametrize(
    "measure", [measure.id for measure in load_story().measures.values() if measure.records == "crime"]
)
def test_the_daily_numbers_add_up_to_the_findings_counts(app_server: Server, http: requests.Session, measure: str):
    query = {"current": "2020-02-20..2020-04-10", "measure": measure, "by": "day"}
    view, _ = read_view(query)
    finding = check_measure(load_story().measures[measure], view.pair)
    assert finding.change is not None
    rows = rows_of(http.get(address(app_server, "series", query)).text)[1:]
    counted = {
        date.fromisoformat(start): int(number) for start, end, days, number in rows if start == end and days == "1"
    }
    window, baseline = view.pair.current, view.pair.baseline[0]
    assert sum(n for day, n in counted.items() if window.start <= day <= window.end) == finding.change.current
    assert sum(n for day, n in counted.items() if baseline.start <= day <= baseline.end) == finding.change.baseline


def test_the_numbers_of_a_claim_are_those_of_its_finding(app_server: Server, http: requests.Session):
    header, row = rows_of(http.get(address(app_server, "claim-range", {"claim": "property"})).text)
    values = dict(zip(header, row, strict=True))
    finding = check(load_story().claims["property"], read_view({})[0].pair)
    assert finding.change is not None
    assert int(values["current_count"]) == finding.change.current
    assert int(values["baseline_count"]) == finding.change.baseline
    assert float(values["change"]) == pytest.approx(finding.change.headline)
    assert values["verdict"] == str(finding.verdict)


@pytest.mark.parametrize("figure", ["nothing", "Series", "series%00", "..", "series.csv", "‮", "x" * 3000])
def test_an_unknown_figure_is_not_found(app_server: Server, http: requests.Session, figure: str):
    answer = http.get(address(app_server, figure, {}))
    assert answer.status_code == 404
    assert "no figure" in answer.text
    assert len(answer.text) < 500
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("figure", "params"),
    [
        ("series", {"current": "yesterday"}),
        ("series", {"current": "2021-02-30..2021-03-01"}),
        ("series", {"current": "2013-01-01..2013-02-01"}),
        ("series", {"current": "2021-03-01..2021-01-01"}),
        ("series", {"baseline": "2019-01-01..2019-03-01,2018-01-01..2018-02-01"}),
        ("series", {"measure": "kindness"}),
        ("series", {"by": "century"}),
        ("series", {"claim": "violent"}),
        ("claim-range", {"claim": "kindness"}),
        ("claim-range", {"claim": "policy"}),
        ("timeline", {"current": "yesterday"}),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(
    app_server: Server, http: requests.Session, figure: str, params: dict[str, str]
):
    answer = http.get(address(app_server, figure, params))
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.strip().endswith(".")
    assert " " in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_route_can_only_be_read(app_server: Server, http: requests.Session, method: str):
    assert http.request(method, address(app_server, "series", {})).status_code == 405


DAYS = st.one_of(st.dates(date(2013, 1, 1), date(2022, 12, 31)), st.dates()).map(str)
SPANS = st.one_of(st.tuples(DAYS, DAYS).map("..".join), st.text(max_size=30))
VALUES = {
    "current": SPANS,
    "baseline": st.lists(SPANS, max_size=4).map(",".join),
    "measure": st.one_of(st.sampled_from(sorted(load_story().measures)), st.text(max_size=20)),
    "by": st.one_of(st.sampled_from([*BYS, "century"]), st.text(max_size=5)),
    "claim": st.one_of(st.sampled_from(sorted(load_story().claims)), st.text(max_size=20)),
}


@settings(max_examples=examples(220))
@given(
    figure=st.one_of(
        st.sampled_from(sorted(FIGURES)), st.sampled_from(sorted(FIGURES)), st.text(min_size=1, max_size=20)
    ),
    params=st.fixed_dictionaries({}, optional=VALUES),
)
def test_any_parameters_are_answered_calmly(
    app_server: Server, http: requests.Session, figure: str, params: dict[str, str]
):
    answer = http.get(address(app_server, figure, params))
    assert answer.status_code in (200, 400, 404)
    assert "Traceback" not in answer.text
    if answer.status_code == 200 and figure in FIGURES:
        assert answer.headers["content-type"].startswith("text/csv")
        assert read_view(params, for_page=None)[1] == ()
        assert len({len(row) for row in rows_of(answer.text)}) == 1
    elif answer.status_code != 200:
        assert answer.text.strip()
        assert len(answer.text) < 8000  # the page of an unknown address lists the story's own


def test_nothing_of_this_left_a_traceback_in_the_log(app_server: Server):
    assert "Traceback" not in app_server.log()
