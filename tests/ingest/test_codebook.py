"""The code book of charges: every rule does what it says, and a wrong book is refused by its line."""

import os
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ingest.sources import arrests, codebook
from lib.ingest.sources.raw import SourceError, read_table
from lib.tables.errors import DataError
from lib.tables.schemas import ARREST_CODE_BOOK, ARREST_GROUPS, DRUG_GROUPS
from tests.conftest_data import ROOT
from tests.examples import examples

REAL_RAW = Path(os.environ.get("RAW_DIR") or ROOT.parent / "shared" / "raw")

needs_real_charges = pytest.mark.skipif(
    not (REAL_RAW / arrests.FILE).is_file(), reason=f"the real input files aren't at {REAL_RAW} (set RAW_DIR)"
)

BOOK = codebook.read()
EXAMPLES = [(rule.group, text) for rule in BOOK.charges for text in rule.examples]


@pytest.fixture(scope="module")
def real_charges() -> pd.Series:
    """The real texts of charges and how often each stands in the file, the commonest first."""
    table = read_table(REAL_RAW, arrests.FILE, ("ChargeDescription",))
    return table.text("ChargeDescription").map(codebook.squeezed).value_counts()


def test_every_group_but_other_has_a_rule_of_its_own():
    assert {rule.group for rule in BOOK.charges} == set(ARREST_GROUPS)
    assert [rule.number for rule in BOOK.rules] == list(range(1, len(BOOK.rules) + 1))


@pytest.mark.parametrize("rule", BOOK.charges, ids=lambda rule: f"{rule.number}-{rule.group}")
def test_each_rule_catches_its_examples_and_leaves_its_near_misses(rule):
    assert set(BOOK.by_charge(rule.examples)) == {rule.number}
    assert rule.number not in set(BOOK.by_charge(rule.near_misses))


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("CDS POSS MARIJUANA", "marijuana"),
        ("POSSESS-NOT MARIJUANA", "drug-possession"),
        ("CDS:POSSESS-NOT MARIJUANA", "drug-possession"),
        ("PWID MARIJUANA", "drug-distribution"),
        ("ATTEMPT DISTRIBUTION", "drug-distribution"),
        ("CDS", "drug-unspecified"),
        ("HGV/CDS", "drug-unspecified"),
        ("HGV", "weapons"),
        ("POSS OF HANDGUN", "weapons"),
        ("DRIVING WITHOUT LICENSE", "minor-traffic"),
        ("DUI", "other"),
        ("SELLING W/O LICENSE", "other"),
        ("HUMAN TRAFFICKING", "other"),
        ("STOLEN TAGS", "theft"),
        ("POSSESSION OF STOLEN AUTO", "theft"),
        ("ASSAULT AND ROBBERY", "robbery"),
        ("FAILURE TO APPEAR", "warrants"),
        ("UNKNOWN CHARGE", "other"),
        ("", "other"),
        ("SOMETHING ELSE ALTOGETHER", "other"),
    ],
)
def test_what_a_charge_is_for(text, group):
    assert BOOK.classify([text]).to_list() == [group]


@settings(max_examples=examples(100))
@given(data=st.data())
def test_case_and_white_space_change_nothing(data):
    group, text = data.draw(st.sampled_from(EXAMPLES))
    cases = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    changed = "".join(c.lower() if low else c.upper() for c, low in zip(text, cases, strict=True))
    space = st.text(" \t\n\u00a0", min_size=1, max_size=3)
    changed = "".join(data.draw(space) if c == " " else c for c in changed)
    assert BOOK.classify([data.draw(space) + changed + data.draw(space)]).to_list() == [group]


@settings(max_examples=examples(50))
@given(texts=st.lists(st.sampled_from([text for _, text in EXAMPLES]) | st.text(max_size=30), max_size=20))
def test_each_text_is_grouped_by_itself(texts):
    together = BOOK.classify(texts).to_list()
    assert together == [BOOK.classify([text]).iloc[0] for text in texts]
    assert set(together) <= set(ARREST_GROUPS)


def test_a_narcotics_incident_overrules_only_charges_that_say_nothing_of_the_day():
    charges = ["FAILURE TO APPEAR", "HGV", "DISORDERLY", "ASSAULT", "TRESPASSING", "CDS POSS", "?"]
    narcotics = BOOK.classify(charges, ["87NARCOTICS"] * len(charges)).to_list()
    assert narcotics == [
        "drug-unspecified",
        "drug-unspecified",
        "drug-unspecified",
        "assault",
        "trespass",
        "drug-possession",
        "drug-unspecified",
    ]
    unknown = BOOK.classify(charges, ["Unknown Offense"] * len(charges)).to_list()
    assert unknown == BOOK.classify(charges).to_list()
    assert unknown[-1] == "other"


@needs_real_charges
def test_every_example_is_a_real_text(real_charges: pd.Series):
    assert [text for _, text in EXAMPLES if text not in real_charges.index] == []


@needs_real_charges
def test_no_drug_text_falls_in_other_among_the_commonest(real_charges: pd.Series):
    drugs = r"CDS|C\.D\.S|NARC|DRUG|PWI|MARI|\bMJ\b|HERO|HERI|COC|OXY|XANAX|MDMA|PARAPH|SUBOX|PERC|FENT"
    commonest = real_charges.index[:500]
    named = commonest[commonest.str.contains(drugs)]
    assert len(named) > 100
    grouped = BOOK.classify(named)
    firearms = grouped == "weapons"
    assert named[firearms].to_list() == ["CDS-POSS OF FIREARMS"]
    assert set(grouped[~firearms]) <= set(DRUG_GROUPS)


@needs_real_charges
def test_rare_spellings_are_caught_too(real_charges: pd.Series):
    texts = real_charges.index
    grouped = BOOK.classify(texts).set_axis(texts)
    assert grouped[texts.str.contains(r"\bPROS[TI]")].unique().tolist() == ["prostitution"]
    assert (grouped == "prostitution").sum() >= 25
    assert set(grouped[texts.str.contains(r"HEROI|COCAIN|\bCDS\b")]) <= {*DRUG_GROUPS, "weapons", "other"}
    impaired = grouped[texts.str.contains(r"HEROI|COCAIN|\bCDS\b") & (grouped == "other").to_numpy()]
    assert impaired.index.str.contains(r"DWI|DUI").all()


@needs_real_charges
def test_sorting_all_charges_is_quick(real_charges: pd.Series):
    texts = real_charges.index.repeat(real_charges).to_series()
    started = time.process_time()
    BOOK.classify(texts)
    assert time.process_time() - started < 5


RULE = "[[rule]]\ngroup = 'theft'\npattern = 'THEFT'\nexamples = ['THEFT']\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[rule]\n", r"isn't valid TOML: .*line 1"),
        ("", r"has no \[\[rule\]\] entries"),
        ("rule = 3", r"has no \[\[rule\]\] entries"),
        ("rules = 3", "unknown entry 'rules'"),
        ("rule = [{ group = 'theft' }]", r"each rule must begin with \[\[rule\]\] on a line of its own"),
        ("[[rule]]\npattern = 'A'", "line 1, group: missing"),
        (RULE + RULE.replace("'theft'", "'heist'"), "line 6, group: there is no group 'heist'"),
        (RULE.replace("'THEFT'\n", "'THE('\n", 1), "line 3, pattern: not a regular expression"),
        (RULE.replace("'THEFT'\n", "'X*'\n", 1), "line 3, pattern: it catches every text"),
        (RULE.replace("['THEFT']", "[]"), "line 4, examples: a rule needs at least one"),
        (RULE.replace("['THEFT']", "'THEFT'"), "line 4, examples: not a list of texts"),
        (
            RULE.replace("['THEFT']", '[\n "THEFT",\n "LARCENY"\n]'),
            "line 6, examples: 'LARCENY': the pattern doesn't catch it",
        ),
        (RULE + RULE, r"line 8, examples: 'THEFT': the rule on line 1 \(theft\) takes it first"),
        (RULE + "not = ['ROBBERY', 'theft  of tags']", "line 5, not: 'theft  of tags': the rule catches it"),
        (RULE + "over = ['other']", "line 5, over: a rule has no such key"),
        (RULE + "note = 3", "line 5, note: not a text"),
        (RULE + RULE.replace("rule", "incident"), "line 5, over: say which groups"),
        (
            RULE + RULE.replace("rule", "incident") + "over = ['none']",
            "line 9, over: there is no group 'none'",
        ),
    ],
)
def test_a_wrong_book_is_refused_by_its_line(tmp_path: Path, text, why):
    (tmp_path / "story").mkdir()
    (tmp_path / "story" / ARREST_CODE_BOOK).write_text(text)
    with pytest.raises(SourceError, match=rf"^arrest_charges\.toml.*{why}"):
        codebook.read(tmp_path)


def test_a_book_that_is_not_text_is_refused(tmp_path: Path):
    (tmp_path / "story").mkdir()
    (tmp_path / "story" / ARREST_CODE_BOOK).write_bytes(b"\xff")
    with pytest.raises(DataError, match="isn't UTF-8"):
        codebook.read(tmp_path)


def test_a_small_book_of_ones_own(tmp_path: Path):
    (tmp_path / "story").mkdir()
    (tmp_path / "story" / ARREST_CODE_BOOK).write_text(RULE)
    book = codebook.read(tmp_path)
    assert book.incidents == ()
    assert book.classify(["theft", "robbery"], ["87NARCOTICS"] * 2).to_list() == ["theft", "other"]
