import html
import re

import pytest

from lib.figures.citation import API
from lib.story.check import check, check_measure, check_named
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.web.routes.api import CLAIM_KEYS, FINDING_KEYS, FINDINGS_PARAMS
from tests.web.routes_app import ROOT, client

WINDOWS = {"current": "2021-01-01..2021-02-28", "baseline": "2020-01-01..2020-02-28"}


def answered(path: str, **params: str):
    answer = client().get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    return answer.json()


def test_claims_come_with_windows_sources_and_verdicts():
    given = answered("/api/claims.json")
    assert (given["api"], given["data_version"]) == (API, open_records().version)
    claims = load_story().claims
    assert [claim["id"] for claim in given["claims"]] == list(claims)
    for said in given["claims"]:
        claim = claims[said["id"]]
        assert list(said) == list(CLAIM_KEYS)
        assert list(said["finding"]) == list(FINDING_KEYS)
        assert [window["id"] for window in said["windows"]] == [window.id for window in claim.windows]
        assert said["sources"]
        finding = check(claim, claim.windows[0].pair if claim.windows else None)
        assert said["verdict"] == (str(finding.verdict) if finding.verdict else None)


def test_findings_are_those_of_the_story():
    claim = load_story().claims["violent"]
    given = answered("/api/findings.json", claim="violent")["findings"]
    for said, finding in zip(given, check_named(claim), strict=True):
        assert {key: said[key] for key in finding.as_dict()} == finding.as_dict()
        assert said["notes"] == list(finding.notes)
    (one,) = answered("/api/findings.json", measure="robbery", area="Canton", **WINDOWS)["findings"]
    pair = [(side["start"], side["end"]) for side in (one["current"], one["baseline"])]
    assert [f"{start}..{end}" for start, end in pair] == list(WINDOWS.values())
    assert one["area"] == "Canton"
    (outside,) = answered("/api/findings.json", claim="drug-arrests", current="2016-01-01..2016-12-31")["findings"]
    assert (outside["claimed"], outside["verdict"]) == (None, None)
    assert outside["no_verdict"].startswith("No verdict: the claim, an 80% drop, is about ")
    every = answered("/api/findings.json")["findings"]
    assert {said["claim"] for said in every} == set(load_story().claims)
    measured = answered("/api/findings.json", measure="violent")["findings"]
    assert [said["sentence"] for said in measured] == [
        check_measure(load_story().measures["violent"], window.pair).sentence for window in claim.windows
    ]


@pytest.mark.parametrize(
    "params",
    [
        {"claim": "kindness"},
        {"measure": "kindness"},
        {"claim": "violent", "measure": "violent"},
        {"claim": "violent", "current": "yesterday"},
        {"claim": "violent", "area": "Atlantis"},
        {"claim": "violent", "origin": "caller"},
        {"measure": "violent", "origin": "anybody"},
    ],
)
def test_what_cannot_be_found_is_said(params: dict[str, str]):
    answer = client().get("/api/findings.json", params=params)
    assert answer.status_code == 400
    assert answer.text.strip().endswith((".", "?"))


def test_the_page_names_every_key_and_parameter():
    page = html.unescape(client().get("/api").text)
    for name, text in {**CLAIM_KEYS, **FINDING_KEYS, **FINDINGS_PARAMS}.items():
        assert f"<code>{name}</code>" in page
        assert text in page
    for link in re.findall(rf'href="{ROOT}(api/[^"]+)"', page):
        assert client().get(f"/{link}").status_code == 200


@pytest.mark.parametrize("path", ["figure/series", "embed/series", "figure/series.png"])
def test_an_editors_site_learns_how_to_show_a_figure(path: str):
    given = answered("/oembed", url=f"{ROOT}{path}?by=day&measure=robbery", format="json", maxwidth="500")
    assert (given["version"], given["type"], given["width"]) == ("1.0", "rich", 500)
    assert "/embed/series?" in given["html"]
    assert "measure=robbery" in html.unescape(given["html"])
    assert f'height="{given["height"]}"' in given["html"]
    assert 'title="' in given["html"]
    assert "thumbnail_url" not in given
    whole = answered("/oembed", url=f"{ROOT}{path}")
    assert whole["thumbnail_url"].startswith(f"{ROOT}figure/series.png")


def test_an_editors_site_learns_how_to_show_a_page():
    given = answered("/oembed", url=f"{ROOT}drug-arrests?by=day&embed=false", maxheight="400")
    assert f'src="{ROOT}drug-arrests?by=day&amp;embed=true"' in given["html"]
    assert given["height"] == 400


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 404),
        ({"url": "https://elsewhere.example/figure/series"}, 404),
        ({"url": f"{ROOT}nowhere"}, 404),
        ({"url": f"{ROOT}figure/nothing"}, 404),
        ({"url": f"{ROOT}figure/series.exe"}, 404),
        ({"url": "http://[bad"}, 404),
        ({"url": "javascript:alert(1)"}, 404),
        ({"url": f"{ROOT}figure/series?current=never"}, 400),
        ({"url": f"{ROOT}figure/series", "maxwidth": "-1"}, 400),
        ({"url": f"{ROOT}figure/series", "format": "xml"}, 501),
    ],
)
def test_an_editors_site_is_told_what_there_is_not(params: dict[str, str], status: int):
    answer = client().get("/oembed", params=params)
    assert answer.status_code == status
    assert answer.text.strip()[-1] in ".?"
