"""The chapter on drug arrests: its answer, what came before, and how charges are sorted."""

from streamlit.testing.v1 import AppTest

from lib.chapters.chapters import BY_SLUG
from lib.export.cells import cells
from lib.story import claim_words, finding_words
from lib.story.check import check_named
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences.window_effects import WHY
from tests.web.story_app import open_story, tables, texts

CHAPTER = BY_SLUG["drug-arrests"]


def page() -> AppTest:
    at = open_story(CHAPTER)
    assert not at.exception
    return at


def test_it_opens_with_the_claim_and_with_what_had_happened_before_the_policy():
    said = "\n".join(texts(page().main))
    findings = {
        finding.window.id: finding for finding in check_named(load_story().claims["drug-arrests"]) if finding.window
    }
    now, before = finding_words.short(findings["past-year"]), claim_words.already(findings["before-policy"])
    assert findings["before-policy"].verdict is None  # the claim is not about those months
    assert said.index(now) < said.index(before) < said.index(WHY.strip()[:40])


def test_the_code_book_is_shown_with_the_arrests_that_each_rule_caught():
    at = page()
    assert tables(at) == []
    at.toggle(key="charge_rules").set_value(True).run()
    rules, uncaught = tables(at)
    counted = open_records().tables
    assert rules["arrests"] == cells([int(rows) for rows in counted.frame("arrest_charge_rules")["rows"]])
    rest = sorted(counted.frame("arrest_charges_uncaught")["rows"], reverse=True)
    assert uncaught["arrests"] == cells([int(rows) for rows in rest])
