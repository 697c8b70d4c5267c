"""Whatever an address says, the routes answer calmly: over 1,000 addresses where a change is judged."""

from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.view import PARAMS
from tests.examples import examples
from tests.web.routes_app import ROOT, client

pytestmark = pytest.mark.slow

CALM = {200, 304, 400, 404, 413, 414, 429, 501}
CLIENT = client()
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=25)
DAYS = st.one_of(st.dates(date(2013, 1, 1), date(2022, 12, 31)), st.dates()).map(str)
SPANS = st.one_of(st.tuples(DAYS, DAYS).map("..".join), ANYTHING)
KNOWN = {
    "current": SPANS,
    "baseline": st.lists(SPANS, max_size=4).map(",".join),
    "measure": st.sampled_from(sorted(load_story().measures)),
    "claim": st.sampled_from(sorted(load_story().claims)),
    "area": st.sampled_from(sorted(open_records().area_names())),
    "origin": st.sampled_from(["all", "caller", "officer"]),
    "theme": st.sampled_from(["light", "dark", "print", "auto"]),
    "size": st.sampled_from(["card", "square", "story", "column", "huge"]),
    "width": st.one_of(st.integers(-9, 50_000).map(str), st.sampled_from(["nan", "inf", "1e9", "٣"])),
    "scale": st.floats().map(str),
    "plain": st.sampled_from(["0", "1", "2"]),
    "title": ANYTHING,
    "subtitle": ANYTHING,
    "v": ANYTHING,
    "format": st.sampled_from(["json", "xml", "JSON"]),
    "maxwidth": st.one_of(st.integers(-5, 10**6).map(str), ANYTHING),
    "maxheight": ANYTHING,
    "url": st.one_of(
        ANYTHING, ANYTHING.map(lambda text: f"{ROOT}{text}"), ANYTHING.map(lambda t: f"{ROOT}figure/series?{t}")
    ),
}
MANY = {name: st.one_of(KNOWN.get(name, ANYTHING), ANYTHING) for name in {*KNOWN, *PARAMS}}
QUERIES = st.fixed_dictionaries({}, optional=MANY)
FIGURE = st.one_of(st.sampled_from(sorted(FIGURES)), ANYTHING)
CHEAP = st.one_of(
    st.tuples(FIGURE, st.sampled_from(["csv", "json", "exe", "", "CSV"])).map(
        lambda parts: f"/figure/{'.'.join(parts)}"
    ),
    FIGURE.map(lambda figure: f"/figure/{figure}"),
    FIGURE.map(lambda figure: f"/figure/{figure}/menu"),
    FIGURE.map(lambda figure: f"/embed/{figure}"),
    st.sampled_from(["/api", "/api/claims.json", "/api/findings.json", "/oembed"]),
    st.tuples(st.sampled_from(["geo", "windows", "script", "font"]), ANYTHING).map(lambda parts: f"/{'/'.join(parts)}"),
)
FEW = settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))


def check_calm(method: str, path: str, params: dict[str, str], headers: dict[str, str]) -> None:
    answer = CLIENT.request(method, quote(path), params=params, headers=headers)
    assert answer.status_code in CALM, (answer.status_code, answer.text[:200])
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.status_code not in (200, 304) and method == "GET":
        assert answer.text.strip()
        assert len(answer.text) < 2000
        assert "Traceback" not in answer.text


@settings(max_examples=examples(1000), suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["GET", "GET", "GET", "HEAD"]), CHEAP, QUERIES, st.one_of(st.none(), ANYTHING))
def test_any_address_is_answered_calmly(method: str, path: str, params: dict[str, str], tag: str | None):
    check_calm(
        method,
        path,
        params,
        {"If-None-Match": tag.encode("ascii", "ignore").decode()} if tag and tag.isprintable() else {},
    )


@FEW
@given(st.sampled_from(["png", "svg", "pdf", "html"]), st.sampled_from(["series", "arrest-level", "timeline"]), QUERIES)
def test_any_picture_is_answered_calmly(kind: str, figure: str, params: dict[str, str]):
    check_calm("GET", f"/figure/{figure}.{kind}", params, {})
