import re

import pytest
from streamlit.testing.v1 import AppTest

from lib.figures.registry import drawing
from lib.story import claim_words, finding_words
from lib.story.check import check_named
from lib.story.load import load_story
from lib.story.sentences.window_effects import WHY
from lib.story.verdict import IN_A_SENTENCE
from lib.story.view import View, read_view
from tests.web.story_app import (
    CRIME,
    FIRST,
    charts,
    check_crime_page,
    drawn,
    go_to,
    lead_findings,
    open_story,
    texts,
    unfold,
)

LINKS = [
    {},
    {"current": "2020-03-13..2021-03-12", "baseline": "2019-03-13..2020-03-12", "measure": "robbery", "by": "month"},
    {"current": "2021-01-01..2021-03-26", "baseline": "2018-01-01..2018-03-26,2019-01-01..2019-03-26", "by": "day"},
    {"current": "2020-06-01..2020-08-31", "baseline": "2019-01-01..2019-03-31", "measure": "common-assault"},
    {"current": "2020-02-29..2020-02-29", "baseline": "2019-02-28..2019-02-28", "measure": "homicide"},
    {"current": "2021-04-30..2021-04-30", "measure": "arson", "utm_source": "a-newsletter"},
]


@pytest.fixture(params=LINKS, ids=lambda link: link.get("measure", link.get("by", "no-parameters")))
def link(request: pytest.FixtureRequest) -> dict[str, str]:
    return dict(request.param)


def test_a_link_gives_exactly_the_sentences_and_figures_of_its_windows(link: dict[str, str]):
    view, notes = read_view(link, CRIME.usual)
    assert notes == ()
    at = open_story(CRIME, link)
    check_crime_page(at, view)
    assert not at.info
    for finding in lead_findings(view.pair):
        said = next(text for text in texts(at.main) if text.startswith(finding_words.short(finding)))
        assert (IN_A_SENTENCE[finding.verdict] if finding.verdict else finding.no_verdict or "?") in said
    assert drawn("earlier-years", view) in charts(unfold(at))


def test_a_parameter_of_somebody_else_stays_in_the_address():
    at = open_story(CRIME, {"utm_source": "a-newsletter", "by": "day"})
    assert at.query_params["utm_source"] in ("a-newsletter", ["a-newsletter"])
    assert not at.info


def test_the_chapter_gives_each_claim_with_its_words_sources_and_verdict():
    at = open_story(CRIME)
    assert [title.value for title in at.title] == [CRIME.title]
    said = texts(at.main)
    for claim in CRIME.checked_claims():
        assert claim.title in [header.value for header in at.header]
        assert claim_words.verdict_summary(check_named(claim)) in said
        quoted = next(text for text in said if text.startswith(">") and (claim.quote or claim.paraphrase) in text)
        assert all(source.address in quoted for source in claim.sources)


def test_the_first_caveats_are_the_pandemic_its_baseline_and_the_dropped_words():
    caveats = load_story().caveats
    said = "\n".join(texts(open_story(CRIME).main))
    places = [said.index(caveats[name].text) for name in ("covid-both", "baseline-pandemic", "dropped-words")]
    assert places == sorted(places)
    first_claim = said.index(CRIME.checked_claims()[0].title)
    assert said.index(WHY.strip()[:40]) < min(places)
    assert max(places) < first_claim
    for caveat in load_story().claims["violent"].caveats:
        assert caveats[caveat].text in said


@pytest.mark.parametrize(("claim", "parts"), [("violent", ("robbery",)), ("property", ("Larceny",))])
def test_the_page_shows_that_robbery_and_larceny_made_most_of_the_fall(claim: str, parts: tuple[str, ...]):
    view = CRIME.usual
    found = drawing("contributions", View(view.pair, claim, view.by))
    assert all(part in found.frame.title for part in parts)
    falls = [row for row in found.table().rows if isinstance(row[3], float) and row[3] < 0]
    assert falls
    assert str(falls[0][0]).startswith(parts[0].lower())


def test_going_to_the_first_page_and_back_keeps_the_windows():
    link = LINKS[1]
    at = open_story(CRIME, link)
    go_to(at, FIRST)
    assert not at.exception
    go_to(at, CRIME)
    check_crime_page(at, read_view(link, CRIME.usual)[0])


def test_every_csv_link_of_the_page_answers_with_a_table(app_server, http):
    for link in ({}, LINKS[1], LINKS[2]):
        at = open_story(CRIME, link)
        captions = [caption.value for caption in at.caption if ".csv" in caption.value]
        assert len(captions) == len(charts(at))
        for caption in captions:
            links = re.findall(r"\]\((figure/[^)]*)\)", caption)
            own, numbers, copied = (f"{app_server.url}/{link}" for link in links)
            assert copied == own
            assert http.get(own).headers["content-type"].startswith("text/html")
            answer = http.get(numbers)
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith("text/csv")


def test_two_readers_of_one_process_do_not_share_their_windows():
    first: AppTest = open_story(CRIME, LINKS[1])
    second: AppTest = open_story(CRIME, LINKS[3])
    first.button_group(key="lever_by").set_value("day").run()
    check_crime_page(first, read_view({**LINKS[1], "by": "day"}, CRIME.usual)[0])
    second.run()
    check_crime_page(second, read_view(LINKS[3], CRIME.usual)[0])
