"""The code book of 911 descriptions: drugs, sex work and officers' own records are told apart, in any spelling."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ingest.sources import callbook, codebook
from lib.ingest.sources.raw import SourceError
from lib.tables.schemas import CALL_CODE_BOOK, CALL_GROUPS, CALL_ORIGINS
from tests.conftest_data import ROOT
from tests.examples import examples

REAL_RAW = Path(os.environ.get("RAW_DIR") or ROOT.parent / "shared" / "raw")
VOCABULARY = REAL_RAW / "calls911" / "description_vocabulary.csv"

needs_real_vocabulary = pytest.mark.skipif(
    not VOCABULARY.is_file(), reason=f"the recorded descriptions aren't at {VOCABULARY} (set RAW_DIR)"
)

BOOK = callbook.read()
EXAMPLES = [(rule.group, rule.origin, text) for rule in BOOK.rules for text in rule.examples]

TOLD_OF = {"ProstitutionComp", "ONVIEW", "Hot Spot Check"}
"""Descriptions that are known from elsewhere and aren't in the recorded rows."""


def sorted_as(texts) -> list[tuple[str, str]]:
    return list(zip(*(series.to_list() for series in BOOK.classify(texts)), strict=True))


@pytest.fixture(scope="module")
def real_texts() -> pd.Series:
    """The recorded descriptions, each once."""
    with VOCABULARY.open(newline="") as file:
        return pd.Series(sorted({row["description"] for row in csv.DictReader(file)}))


def test_every_group_and_origin_has_a_rule_of_its_own():
    assert {rule.group for rule in BOOK.rules} == set(CALL_GROUPS)
    assert {rule.origin for rule in BOOK.rules} == set(CALL_ORIGINS)
    assert [rule.number for rule in BOOK.rules] == list(range(1, len(BOOK.rules) + 1))


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: f"{rule.number}-{rule.group}-{rule.origin}")
def test_each_rule_catches_its_examples_and_leaves_its_near_misses(rule):
    assert set(BOOK.by_description(rule.examples)) == {rule.number}
    assert rule.near_misses
    assert rule.number not in set(BOOK.by_description(rule.near_misses))


@pytest.mark.parametrize(
    ("text", "group", "origin"),
    [
        ("NARCOTICSOutside", "drugs", "caller"),
        ("NARCOTICS INSIDE", "drugs", "caller"),
        ("DRUG DEALING", "drugs", "caller"),
        ("NARCOTICS ONVIEW", "drugs", "officer"),
        ("NARCOTICS", "drugs", "unknown"),
        ("CDS VIOLATION", "drugs", "unknown"),
        ("OVERDOSE", "overdose", "caller"),
        ("DRUG OVERDOSE", "overdose", "caller"),
        ("NARCAN", "overdose", "caller"),
        ("PROSTITUTION", "sex-work", "unknown"),
        ("ProstitutionComp", "sex-work", "caller"),
        ("PROSTITUTION COMPLAINT", "sex-work", "caller"),
        ("LEWD ACT", "sex-work", "unknown"),
        ("INDECENT EXPOSUR", "disorder", "caller"),
        ("Business Check", "checks", "officer"),
        ("Foot  Patrol", "checks", "officer"),
        ("Hot Spot Check", "checks", "officer"),
        ("Traffic Stop", "traffic", "officer"),
        ("AUTO ACCIDENT", "traffic", "caller"),
        ("COMMON ASSAULT", "common-assault", "caller"),
        ("AGGRAV ASSAULT", "violence", "caller"),
        ("WELLNESS CHECK", "medical", "caller"),
        ("PROTECTIVE ORDER", "other", "caller"),
        ("BURGLARY ALARM", "property", "caller"),
        ("A TEXT NO RULE CATCHES", "other", "unknown"),
        ("", "other", "unknown"),
    ],
)
def test_what_a_call_is_about_and_who_made_it(text, group, origin):
    assert sorted_as([text]) == [(group, origin)]


@pytest.mark.parametrize("text", ["NACROTICS", "NARCTOICS", "NARCOITCS", "NAROCTICS", "NARC", "NARCOTIC", "NARCOTCS"])
def test_misspelled_narcotics_are_drugs(text):
    assert sorted_as([text]) == [("drugs", "unknown")]


@pytest.mark.parametrize(
    "text", ["PROSITUTION", "PROSTUTITION", "PROSTITTUTION", "PROTITUTION", "PROST", "PRSOTITUTION"]
)
def test_misspelled_prostitution_is_sex_work(text):
    assert sorted_as([text]) == [("sex-work", "unknown")]


@pytest.mark.parametrize("text", ["COMMON ASSUALT", "COMMON ASSLT", "COMMMON ASSAULT", "COMON ASSAULT"])
def test_misspelled_common_assault_is_one(text):
    assert sorted_as([text]) == [("common-assault", "caller")]


@settings(max_examples=examples(100))
@given(data=st.data())
def test_case_and_white_space_change_nothing(data):
    group, origin, text = data.draw(st.sampled_from(EXAMPLES))
    cases = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    changed = "".join(c.lower() if low else c.upper() for c, low in zip(text, cases, strict=True))
    space = st.text(" \t\n\u00a0", min_size=1, max_size=3)
    changed = "".join(data.draw(space) if c == " " else c for c in changed)
    assert sorted_as([data.draw(space) + changed + data.draw(space)]) == [(group, origin)]


@settings(max_examples=examples(50))
@given(texts=st.lists(st.sampled_from([text for *_, text in EXAMPLES]) | st.text(max_size=30), max_size=20))
def test_each_text_is_sorted_by_itself(texts):
    together = sorted_as(texts)
    assert together == [sorted_as([text])[0] for text in texts]
    assert all(group in CALL_GROUPS and origin in CALL_ORIGINS for group, origin in together)


@needs_real_vocabulary
def test_every_example_is_a_real_text(real_texts: pd.Series):
    assert {text for *_, text in EXAMPLES} - set(real_texts) == TOLD_OF


@needs_real_vocabulary
def test_every_recorded_description_is_sorted(real_texts: pd.Series):
    numbers = BOOK.by_description(real_texts)
    assert real_texts[numbers == codebook.NO_RULE].to_list() == []


@needs_real_vocabulary
@pytest.mark.parametrize(
    ("pattern", "group", "at_least"),
    [(r"NARC|DRUG|CDS", "drugs", 5), (r"PROST|LEWD", "sex-work", 2), (r"OVERDOSE", "overdose", 2)],
)
def test_no_recorded_text_of_the_claims_is_sorted_elsewhere(real_texts: pd.Series, pattern, group, at_least):
    named = real_texts[real_texts.str.upper().str.contains(pattern)]
    assert len(named) >= at_least
    assert set(BOOK.classify(named)[0]) == {group}
    elsewhere = real_texts.drop(named.index)
    assert group not in set(BOOK.classify(elsewhere)[0])


@needs_real_vocabulary
def test_recorded_checks_and_stops_are_officers(real_texts: pd.Series):
    named = real_texts[
        real_texts.str.upper().str.contains(r"ONVIEW|BUSINESS|PATROL|TRAFFIC STOP|FIELD INT|INV STOP|RELIEF")
    ]
    assert set(BOOK.classify(named)[1]) == {"officer"}
    looked_in_on = real_texts[real_texts.str.upper().str.contains(r"^WELL|WELL ?BEING")]
    assert set(sorted_as(looked_in_on)) == {("medical", "caller")}


RULE = "[[rule]]\ngroup = 'drugs'\norigin = 'caller'\npattern = 'NARC'\nexamples = ['NARC']\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", r"has no \[\[rule\]\] entries"),
        ("[[rule]\n", r"isn't valid TOML: .*line 1"),
        (RULE + RULE.replace("rule", "incident"), "unknown entry 'incident'"),
        (RULE.replace("'drugs'", "'heist'"), "line 2, group: there is no group 'heist'"),
        (RULE.replace("origin = 'caller'\n", ""), "line 1, origin: missing"),
        (RULE.replace("'caller'", "'robot'"), "line 3, origin: there is no origin 'robot'"),
        (RULE + "over = ['other']", "line 6, over: a rule has no such key"),
        (RULE + "not = ['narc  inside']", "line 6, not: 'narc  inside': the rule catches it"),
        (RULE + RULE, r"line 10, examples: 'NARC': the rule on line 1 \(drugs\) takes it first"),
    ],
)
def test_a_wrong_book_is_refused_by_its_line(tmp_path: Path, text, why):
    (tmp_path / "story").mkdir()
    (tmp_path / "story" / CALL_CODE_BOOK).write_text(text)
    with pytest.raises(SourceError, match=rf"^call_groups\.toml.*{why}"):
        callbook.read(tmp_path)


def test_a_small_book_of_ones_own(tmp_path: Path):
    (tmp_path / "story").mkdir()
    (tmp_path / "story" / CALL_CODE_BOOK).write_text(RULE)
    groups, origins = callbook.read(tmp_path).classify(["narcotics", "robbery"])
    assert groups.to_list() == ["drugs", "other"]
    assert origins.to_list() == ["caller", "unknown"]
