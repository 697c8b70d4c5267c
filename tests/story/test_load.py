"""The story files: the bundled ones hold together, and a broken one says where and why."""

import re
from pathlib import Path
from typing import get_args

import pytest

from lib.chapters import was_it_covid
from lib.chapters.chapters import BY_SLUG
from lib.errors import StoryError
from lib.story.check import check_measure
from lib.story.load import load_story
from lib.story.model import SPOKEN_OF, EventId
from lib.story.records_in_use import open_records
from lib.story.story_files import StoryFileError
from lib.tables.schemas import OFFENSES

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"https?://[\w.-]+\.[a-z]{2,}(/\S*)?")

ARTICLE = (
    "policy", "dismissed", "effective", "violent", "property", "calls-drugs", "calls-sex-work", "drug-arrests",
    "no-value", "unequal", "covid", "rarely-arrest", "partnership", "marijuana-2019", "prison",
)  # fmt: skip
OFFICE = ("no-harm", "re-arrests")


def test_every_statement_is_there_in_the_order_of_the_article_and_then_the_offices_own() -> None:
    assert list(load_story().claims) == [*ARTICLE, *OFFICE]


def test_the_claimed_figures_are_those_of_the_announcement() -> None:
    # facts/claims.md, with the addresses it gives.
    claimed = {claim.id: claim.claimed for claim in load_story().claims.values() if claim.claimed is not None}
    assert claimed == {
        "violent": -0.20,
        "property": -0.35,
        "calls-drugs": -0.33,
        "calls-sex-work": -0.50,
        "drug-arrests": -0.80,
    }


def test_every_claim_figure_and_event_has_a_web_address() -> None:
    story = load_story()
    for claim in story.claims.values():
        assert claim.sources, claim.id
        for source in claim.sources:
            assert source.name
            assert ADDRESS.fullmatch(source.address), source
    for source in (s for caveat in story.caveats.values() for s in caveat.sources):
        assert ADDRESS.fullmatch(source.address), source
    for source in (s for study in story.studies.values() for s in study.sources):
        assert ADDRESS.fullmatch(source.address), source
    for published in story.published.values():
        assert ADDRESS.fullmatch(published.address), published.id
    for event in story.events:
        assert event.sources, event.label
        for address in event.sources:
            assert ADDRESS.fullmatch(address), event.label


def test_other_arrests_fell_too_as_the_study_of_them_is_told() -> None:
    story = load_story()
    assert "In our records other arrests fell, too." in story.studies["hopkins"].limit
    found = check_measure(story.measures["other-arrests"], story.claims["drug-arrests"].window("policy-year").pair)
    assert found.change
    assert found.change.interval
    assert found.change.interval.high is not None
    assert found.change.interval.high < 0


def test_what_was_published_of_34_cities_is_said_of_up_to_34() -> None:
    # "Not all cities reported monthly data for each crime", says the Council; of homicides all 34 did.
    story = load_story()
    told = [figure.what for figure in story.published.values() if figure.id.startswith("ccj-")]
    assert len(told) == 7
    assert [what for what in told if "up to 34 cities" not in what] == [story.published["ccj-homicide"].what]
    assert all("rate" in what.lower() for what in told)
    assert "up to 34 American cities" in story.caveats["elsewhere"].text


def test_no_step_of_the_state_stands_for_one_of_the_city() -> None:
    # Baltimore kept limits of its own: it did not follow the state on September 4, 2020, and on March 12, 2021, and
    # eased its own on the very day of the announcement.
    events = {(str(event.date), event.label): event.text for event in load_story().events}
    for day in ("2020-09-04", "2021-03-12"):
        (text,) = (text for (when, _), text in events.items() if when == day)
        assert "Baltimore" in text
    assert ("2020-09-08", "City phase two in full") in events
    assert "6 a.m." in events["2021-03-26", "City reopens"]
    assert "without a supervisor" in events["2023-06-01", "Arrests allowed again"]


def test_the_days_in_the_first_caveat_are_those_of_the_timeline() -> None:
    story = load_story()
    emergency, policy, home = (
        story.event(name).date for name in ("state-of-emergency", "charges-dropped", "stay-at-home-order")
    )
    caveat = story.caveats["covid-both"]
    assert f"began {(policy - emergency).days} days into" in caveat.short
    assert f"{(policy - emergency).days} days before" in caveat.text
    assert f"{(home - policy).days} days after" in caveat.text


ABOUT_THE_RECORDS = {
    "before-after", "reported", "revised", "race-measured", "arrest-text", "place-known", "turning-limits",
    "expected-limits", "quality-limits",
}  # fmt: skip
"""Caveats that say how records and methods are, and state nothing from elsewhere."""


def test_what_comes_from_outside_the_records_names_its_source() -> None:
    story = load_story()
    assert {caveat.id for caveat in story.caveats.values() if not caveat.sources} == ABOUT_THE_RECORDS
    assert all(event.sources for event in story.events)
    assert all(claim.sources for claim in story.claims.values())
    bodies = {"Real-Time Crime Index", "Baltimore Neighborhood Indicators Alliance", "Johns Hopkins"}
    listed = [entry.source for entry in open_records().tables.manifest.tables.values()]
    listed += [figure.by for figure in story.published.values() if figure.address]
    for change in story.changes:
        for body in bodies:
            if body in change.what:
                assert any(body in source for source in listed), change.what


def test_prose_between_figures_links_what_comes_from_outside_the_records() -> None:
    for text in (was_it_covid.TURN, was_it_covid.NOTHING):
        assert "](https://" in text, text


def test_a_claim_has_either_a_measure_or_a_reason_why_not() -> None:
    story = load_story()
    for claim in story.claims.values():
        if claim.records is None:
            assert claim.measure is None, claim.id
            assert claim.why_not, claim.id
            assert claim.would_take, claim.id
            assert claim.claimed is None, claim.id
        if claim.measure is not None:
            assert story.measures[claim.measure].records == claim.records, claim.id


def test_causes_have_no_measure_so_that_no_number_can_judge_them() -> None:
    causes = [claim for claim in load_story().claims.values() if claim.kind == "cause"]
    assert {claim.id for claim in causes} == {"effective", "no-value", "covid", "no-harm"}
    assert all(claim.measure is None and claim.claimed is None for claim in causes)


def test_caveats_and_chapters_that_claims_name_exist() -> None:
    story = load_story()
    for claim in story.claims.values():
        assert set(claim.caveats) <= set(story.caveats), claim.id
        assert claim.chapter is None or claim.chapter in BY_SLUG, claim.id
    named = {caveat for claim in story.claims.values() for caveat in claim.caveats}
    code = [
        path.read_text(encoding="utf-8") for folder in ("lib/figures", "pages") for path in (ROOT / folder).glob("*.py")
    ]
    named |= {caveat for caveat in story.caveats if any(f'"{caveat}"' in text for text in code)}
    assert set(story.caveats) <= named, "a caveat that nothing names"


def test_the_first_caveat_of_the_article_window_is_the_pandemic() -> None:
    claims = load_story().claims
    for name in ("violent", "property"):
        assert {"covid-both", "baseline-pandemic", "dropped-words"} <= set(claims[name].caveats[:3])


def test_short_caveats_fit_under_a_picture() -> None:
    for caveat in load_story().caveats.values():
        assert len(caveat.short) <= 125, caveat.id
        assert caveat.short.endswith("."), caveat.id


def test_measures_count_offenses_on_record_and_each_offense_is_a_measure() -> None:
    measures, known = load_story().measures, set(OFFENSES)
    for measure in (m for m in measures.values() if m.records == "crime"):
        assert set(measure.categories) <= known, measure.id
        assert len(set(measure.categories)) == len(measure.categories), measure.id
    offenses = {
        "homicide", "shooting", "aggravated-assault", "robbery", "rape", "burglary", "larceny", "larceny-from-auto",
        "auto-theft", "arson", "common-assault",
    }  # fmt: skip
    assert offenses | {"violent", "property"} <= set(measures)
    violent, prop = set(measures["violent"].categories), set(measures["property"].categories)
    assert not violent & prop
    assert violent | prop | set(measures["common-assault"].categories) == known


def test_the_office_used_the_year_from_13_march_2020() -> None:
    # eji.org: the twelve months to March 13, 2021, against the twelve before.
    for name, claimed in (("violent", -0.20), ("property", -0.36)):
        claim = load_story().claims[name]
        office = next(w for w in claim.windows if w.id == "office")
        assert str(office.pair.current).startswith("2020-03-13..2021-03-1")
        assert claim.claimed_for(office.pair) == claimed


# file, what is replaced, by what, a line that may be named (one of the replaced text's entry), words of the reason.
BROKEN = [
    pytest.param("claims.toml", 'title = "Property crime', "title = Property crime", "value", id="bad syntax"),
    pytest.param("claims.toml", 'title = "Property', 'titel = "Property', "titel|title", id="unknown field"),
    pytest.param("claims.toml", 'title = "Property crime down 35%"\n', "", "title is missing", id="missing field"),
    pytest.param("claims.toml", "claimed = -0.35", 'claimed = "35%"', "claimed", id="wrong type, number"),
    pytest.param("claims.toml", "claimed = -0.35", "claimed = true", "claimed", id="wrong type, bool for number"),
    pytest.param("claims.toml", "claimed = -0.35", "claimed = nan", "claimed", id="not a number"),
    pytest.param("claims.toml", "claimed = -0.35", "claimed = -inf", "claimed", id="infinite"),
    pytest.param("claims.toml", 'measure = "property"', 'measure = "proprety"', "proprety", id="unknown measure"),
    pytest.param("claims.toml", 'measure = "property"', "measure = 7", "measure", id="wrong type, text"),
    pytest.param(
        "claims.toml", '["own-definition", "covid-both"', '["own-defintion", "covid-both"', "own-defintion",
        id="unknown caveat",
    ),
    pytest.param("claims.toml", "claimed = -0.80", "", None, id="still fine without a figure"),
    pytest.param(
        "claims.toml", 'current = "2020-03-26..2021-03-25"', 'current = "2020-02-30..2021-03-25"', "2020-02-30",
        id="bad date",
    ),
    pytest.param(
        "claims.toml", 'current = "2020-03-26..2021-03-25"', 'current = "2021-03-25..2020-03-26"', "before it starts",
        id="reversed window",
    ),
    pytest.param(
        "claims.toml", 'baseline = ["2019-03-26..2020-03-25"]', 'baseline = "2019-03-26..2020-03-25"', "baseline",
        id="wrong type, list",
    ),
    pytest.param(
        "claims.toml", 'baseline = ["2019-03-26..2020-03-25"]', "baseline = []", "baseline", id="no baseline"
    ),
    pytest.param("claims.toml", 'id = "past-year"', 'idd = "past-year"', "id", id="unknown field of a window"),
    pytest.param("claims.toml", 'kind = "promise"\nspeaker = "State', 'kind = "hope"\nspeaker = "State', "kind",
                 id="not one of the kinds"),
    pytest.param("claims.toml", 'id = "property"', 'id = "violent"', "violent", id="duplicate id"),
    pytest.param("claims.toml", 'name = "Equal Justice Initiative", address', "name = 5, address", "name",
                 id="wrong type, source name"),
    pytest.param("claims.toml", 'address = "https://papers.ssrn.com', 'address = "papers.ssrn.com', "papers.ssrn.com",
                 id="no web address"),
    pytest.param("caveats.toml", 'id = "reported"\nshort', 'id = "reported"\nshirt', "short|shirt", id="caveat"),
    pytest.param("measures.toml", 'categories = ["arson"]', "categories = [3]", "categories", id="measure"),
    pytest.param("measures.toml", 'id = "arson"', 'id = "rape"', "rape", id="duplicate measure"),
    pytest.param("timeline.toml", "date = 2020-03-30", 'date = "March 30, 2020"', "date", id="date as text"),
    pytest.param("timeline.toml", "date = 2020-03-30", "date = 2020-03-32", "date|invalid|expected", id="no such day"),
    pytest.param("timeline.toml", "date = 2020-03-30", "date = 2020-03-30T08:00:00", "date", id="a time of day"),
    pytest.param("timeline.toml", "end = 2020-10-31", "end = 2020-04-30", "ends before", id="event reversed"),
    pytest.param("timeline.toml", "date = 2020-03-30", "date = 2019-03-30", "order", id="events out of order"),
    pytest.param("timeline.toml", 'label = "Charges dropped"', 'label = "Cases dropped"', None, id="another label"),
    pytest.param("timeline.toml", 'id = "city-reopens"', 'id = "rules-tighten"', "two events", id="an event twice"),
    pytest.param("methods.toml", 'id = "moran"', 'id = "turning-day"', "turning-day", id="duplicate method"),
    pytest.param("methods.toml", 'check = "Tested against published values', 'chek = "Tested', "check|chek",
                 id="method without its check"),
    pytest.param("studies.toml", 'id = "oregon"', 'id = "suffolk"', "suffolk", id="duplicate study"),
    pytest.param("studies.toml", "here = true", "there = true", "there", id="study with another field"),
    pytest.param("published.toml", "value = -0.18", "", "value is missing", id="figure without a value"),
    pytest.param("published.toml", "value = 348", "value = nan", "value", id="figure not a number"),
    pytest.param("published.toml", 'kind = "estimate"', 'kind = "guess"', "kind must be one of", id="figure kind"),
    pytest.param("published.toml", "error = 0.01\n", "", "needs an error", id="figure not exact, without an error"),
    pytest.param("published.toml", 'kind = "estimate"\n', "", "needs an error", id="figure exact, with an error"),
    pytest.param("published.toml", "error = 0.01\n", "error = 1.5\n", "fraction of the value", id="error too large"),
    pytest.param("published.toml", "error = 0.01\n", "error = 0\n", "fraction of the value", id="error of nothing"),
    pytest.param("published.toml", "error = 0.01\n", 'error = "1%"\n', "error", id="error as text"),
    pytest.param("published.toml", "start = 2019-01-01\n", "", "start is missing", id="period without a start"),
    pytest.param("published.toml", "end = 2015-12-31\n", "", "end is missing", id="period without an end"),
    pytest.param("published.toml", "end = 2015-12-31\n", "end = 2014-12-31\n", "before it starts",
                 id="period reversed"),
    pytest.param("published.toml", "start = 2019-01-01\nend = 2019-12-31\n", "", "needs start and end",
                 id="figure of a series without a period"),
    pytest.param("published.toml", 'current = "2019-01-01..2019-12-31"\n',
                 'current = "2019-01-01..2019-12-31"\nstart = 2019-01-01\nend = 2019-12-31\n', "not both",
                 id="a period and windows"),
    pytest.param("changes.toml", "date = 2026-11-22", "date = 2027-01-01", "newest first", id="a change out of order"),
    pytest.param("contact.toml", 'address = ""', 'address = "the desk"', "neither of the web", id="no address"),
    pytest.param("published.toml", 'id = "fox45-violent"', 'id = "homicides-2019"', "homicides-2019",
                 id="duplicate figure"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "reason"), BROKEN)
def test_a_broken_story_file_fails_with_its_name_the_line_and_the_reason(
    story_folder: Path, bundled: Path, file: str, old: str, new: str, reason: str | None
) -> None:
    text = (bundled / file).read_text(encoding="utf-8")
    assert old in text, "the bundled file has changed: choose another text to spoil"
    (story_folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    if reason is None:
        load_story()
        return
    with pytest.raises(StoryFileError) as caught:
        load_story()
    said = str(caught.value)
    assert file in said
    assert re.search(reason, said, re.IGNORECASE), said
    assert "\n" not in said
    named = re.search(r"\bline (\d+)", said)
    assert named, f"no line in: {said}"
    broken_at = text[: text.index(old)].count("\n") + 1
    start, end = entry_lines(text, broken_at)
    assert start <= int(named[1]) <= end + new.count("\n"), said


def entry_lines(text: str, line: int) -> tuple[int, int]:
    """First and last line of the top-level entry that a line lies in."""
    heads = [n for n, row in enumerate(text.splitlines(), 1) if re.fullmatch(r"\[\[\w+\]\]", row.strip())]
    start = max(n for n in heads if n <= line)
    return start, min((n - 1 for n in heads if n > line), default=text.count("\n") + 1)


FIGURE = """[[figure]]
id = "{id}"
what = "Calls"
value = 3
unit = "count"
start = {start}
end = {end}
series = "{series}"
by = "Somebody"
address = "https://example.org/"
"""


def test_figures_of_a_series_are_given_oldest_first(story_folder: Path) -> None:
    (story_folder / "published.toml").write_text(
        FIGURE.format(id="b", start="2020-02-01", end="2020-02-29", series="x")
        + FIGURE.format(id="a", start="2020-01-01", end="2020-01-31", series="x")
        + FIGURE.format(id="c", start="2020-01-31", end="2020-01-31", series="y"),
        encoding="utf-8",
    )
    story = load_story()
    assert [figure.id for figure in story.series("x")] == ["a", "b"]
    assert [(f.kind, f.error, f.note) for f in story.series("y")] == [("exact", None, None)]
    with pytest.raises(KeyError):
        story.series("z")


@pytest.mark.parametrize(("start", "end"), [("2020-01-31", "2020-02-29"), ("2019-01-01", "2021-12-31")])
def test_two_figures_of_a_series_that_share_a_day_are_refused(story_folder: Path, start: str, end: str) -> None:
    (story_folder / "published.toml").write_text(
        FIGURE.format(id="a", start="2020-01-01", end="2020-01-31", series="x")
        + FIGURE.format(id="b", start=start, end=end, series="x"),
        encoding="utf-8",
    )
    with pytest.raises(StoryFileError, match=r"published\.toml, line 11, b: another figure of x"):
        load_story()


CLAIM = """[[claim]]
id = "a"
title = "A"
kind = "fact"
speaker = "B"
paraphrase = "C."
records = "calls"
sources = [{ name = "D", address = "https://example.org/" }]
"""


def test_the_smallest_claim_loads(story_folder: Path, bundled: Path) -> None:
    text = (bundled / "claims.toml").read_text(encoding="utf-8")
    (story_folder / "claims.toml").write_text(f"{text}\n{CLAIM}", encoding="utf-8")
    assert list(load_story().claims)[-1] == "a"


@pytest.mark.parametrize("spoken_of", [*SPOKEN_OF, *(w for windows in SPOKEN_OF.values() for w in windows)])
def test_claims_without_one_that_the_story_speaks_of_or_its_window_are_refused(
    story_folder: Path, bundled: Path, spoken_of: str
) -> None:
    text = (bundled / "claims.toml").read_text(encoding="utf-8")
    assert f'id = "{spoken_of}"' in text
    changed = text.replace(f'id = "{spoken_of}"', 'id = "other"')
    (story_folder / "claims.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(StoryFileError, match=spoken_of):
        load_story()


@pytest.mark.parametrize("event", get_args(EventId))
def test_a_timeline_without_an_event_that_the_story_speaks_of_is_refused(
    story_folder: Path, bundled: Path, event: str
) -> None:
    text = (bundled / "timeline.toml").read_text(encoding="utf-8")
    assert text.count(f'id = "{event}"') == 1
    (story_folder / "timeline.toml").write_text(text.replace(f'id = "{event}"', 'id = "other"'), encoding="utf-8")
    with pytest.raises(StoryFileError, match=event):
        load_story()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("claims.toml", "", id="empty"),
        pytest.param("claims.toml", "claim = 3\n", id="not a list"),
        pytest.param("claims.toml", "claim = [1, 2]\n", id="a list of numbers"),
        pytest.param("caveats.toml", 'caveat = [{ id = "a", short = "b.", text = "c." }]\n', id="written in one line"),
        pytest.param("measures.toml", '[measure]\nid = "violent"\n', id="one table"),
        pytest.param("timeline.toml", "[[event]]\nx = 1\n\n[[claim]]\ny = 2\n", id="another kind of entry"),
        pytest.param("claims.toml", f'{CLAIM}window = ["2021"]\n', id="windows that are texts"),
        pytest.param("claims.toml", f"{CLAIM}window = 3\n", id="a window that is a number"),
    ],
)
def test_a_story_file_of_another_shape_is_a_story_error_and_nothing_else(
    story_folder: Path, file: str, text: str
) -> None:
    (story_folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(StoryError) as caught:
        load_story()
    assert file in str(caught.value)


def test_a_story_file_that_is_not_text_says_so(story_folder: Path) -> None:
    (story_folder / "claims.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoryError, match=r"claims\.toml isn't UTF-8"):
        load_story()


@pytest.mark.parametrize("head", ["[[caveat]]  # the weightiest", "[[ caveat ]]"])
def test_a_heading_may_be_written_as_toml_allows(story_folder: Path, bundled: Path, head: str) -> None:
    text = (bundled / "caveats.toml").read_text(encoding="utf-8")
    (story_folder / "caveats.toml").write_text(text.replace("[[caveat]]\nid", f"{head}\nid", 1), encoding="utf-8")
    assert len(load_story().caveats) == text.count("\n[[caveat]]\nid")
