"""Loading the 911 records by the button of their chapter: progress, the chapter fills, the claim is answered."""

import gzip
import math
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from bench.server import Server
from lib.chapters.chapters import BY_SLUG
from lib.story import finding_words
from lib.story.check import check
from lib.story.load import load_story
from lib.story.sentences import call_words
from lib.web.pages.loading import YEARS
from tests.browser.conftest import NewPage, OpenPage, wait_ready
from tests.browser.reading import charts
from tests.conftest import SharedServer
from tests.conftest_data import csv_text
from tests.ingest.arcgis_stub import HOSTILE, LayerStub, made_calls
from tests.ingest.test_import_calls import HEADER, days_of

OTHERS = ("COMMON ASSAULT", "DISORDERLY", "AUTO ACCIDENT", "OVERDOSE", "LARCENY", "Traffic Stop", *HOSTILE)
CHAPTER = BY_SLUG["calls-911"]


def descriptions(year: int) -> tuple[str, ...]:
    """More calls about drugs before 2020 than from then on, and in other words until 2018."""
    drugs = ("NARCOTICSOutside", "NARCOTICS ONVIEW", "DRUG DEALING") if year < 2019 else ("NARCOTICS",)
    return (*drugs * (12 // len(drugs) if year < 2020 else 6 // len(drugs)), "PROSTITUTION", *OTHERS)


@pytest.fixture
def layers(tmp_path: Path) -> Iterator[list[LayerStub]]:
    """A made-up layer for each year, which the story's own list of addresses leads to."""
    (tmp_path / "loaded").mkdir()
    (tmp_path / "story").mkdir()
    with ExitStack() as stack:
        stubs = []
        for year in YEARS:
            rows = made_calls(5000, year, seed=year, utc=year == 2021, descriptions=descriptions(year))
            stubs.append(stack.enter_context(LayerStub(rows, page_size=1000)))
        entries = (
            f'[[source]]\nrecords = "calls"\nyear = {year}\naddresses = ["{stub.url}"]\n'
            for year, stub in zip(YEARS, stubs, strict=True)
        )
        (tmp_path / "story" / "sources.toml").write_text("\n".join(entries))
        yield stubs


def said(page: Page, sentence: str) -> None:
    """The page says this sentence, whatever stands around it."""
    expect(page.locator("[data-testid=stMarkdownContainer] p", has_text=sentence).first).to_be_visible(timeout=90_000)


def test_the_button_loads_every_year_and_the_chapter_answers(
    new_page: NewPage, layers: list[LayerStub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    layers[0].fault("busy", at=4, times=1, retry_after="1")
    with Server(env={"DATA_DIR": str(tmp_path), "ALLOW_REFRESH": "1"}) as server:
        page = new_page()
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{server.url}/{CHAPTER.slug}")
        wait_ready(page)
        # Whole years are counted without any load; what needs days waits.
        assert page.locator("h2", has_text="Did these calls fall more than others?").count() == 0
        page.get_by_role("button", name="Load the 911 records of 2018 to 2021 now").click()
        expect(page.locator("[data-testid=stProgress]")).to_be_visible(timeout=30_000)

        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        expect(page.locator("h2", has_text="Did these calls fall more than others?")).to_be_visible(timeout=90_000)
        wait_ready(page)
        claims = [load_story().claims[name] for name in CHAPTER.claims]
        for claim in claims:
            finding = check(claim, CHAPTER.usual.pair)
            assert finding.change
            said(page, finding_words.short(finding))
        assert sum("911" in chart.label or "calls" in chart.label for chart in charts(page)) >= 8

        page.get_by_text("Without officers’ own", exact=True).click()
        page.wait_for_url("**origin=not-officer**")
        wait_ready(page)
        said(page, finding_words.short(check(claims[0], CHAPTER.usual.pair, origin="not-officer")))
        page.get_by_text("All rows", exact=True).first.click()
        wait_ready(page)
        page.get_by_role("button", name="Remove NARCOTICSOUTSIDE").or_(
            page.locator("[data-baseweb=tag]", has_text="NARCOTICSOUTSIDE").get_by_role("presentation")
        ).first.click()
        page.wait_for_url("**texts=**")
        wait_ready(page)
        texts = parse_qs(urlsplit(page.url).query)["texts"][0].split("|")
        assert "NARCOTICSOUTSIDE" not in texts
        assert "NARCOTICS" in texts
        said(page, "as you define them")

        page.goto(f"{server.url}/where-things-changed?measure=calls-drugs")
        wait_ready(page)
        assert any("911 calls about drugs" in chart.label for chart in charts(page))
        assert dialogs == []
        assert errors == []
        page.close()


UPLOADER = "[data-testid=stFileUploader]"


def test_after_a_load_that_fails_a_file_handed_in_is_counted_once_the_operator_agrees(
    new_page: NewPage, layers: list[LayerStub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    layers[0].fault("error", at=2, times=math.inf, message="<b>no</b>")
    spans = ((2018, 365, 4), (2019, 365, 4), (2020, 366, 3), (2021, 200, 2))
    rows = [row for year, days, each in spans for row in days_of(date(year, 1, 1), days, each)]
    packed = gzip.compress(csv_text(HEADER, rows).encode(), mtime=0)
    claim = load_story().claims[CHAPTER.claims[0]]
    with Server(env={"DATA_DIR": str(tmp_path), "ALLOW_REFRESH": "1"}) as server:
        page = new_page(width=390)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{server.url}/{CHAPTER.slug}")
        wait_ready(page)
        stopped = page.locator("[data-testid=stAlert]", has_text="The last load stopped")
        button = page.get_by_role("button", name="Load the 911 records of 2018 to 2021 now")
        button.click()
        expect(stopped).to_contain_text("<b>no</b>", timeout=30_000)
        expect(button).to_be_visible()  # to start it again

        given = page.locator(f"{UPLOADER} input[type=file]")
        given.set_input_files({"name": "book.xlsx", "mimeType": "text/csv", "buffer": b"PK\x03\x04 no"})
        expect(stopped).to_contain_text("book.xlsx", timeout=30_000)
        assert not list((tmp_path / "loaded").rglob("*.parquet"))

        for answer in ("Change nothing", "Count these calls"):
            given.set_input_files({"name": "calls.csv.gz", "mimeType": "application/gzip", "buffer": packed})
            expect(page.get_by_text("2018: 1,460 calls of 365 days")).to_be_visible(timeout=60_000)
            assert not list((tmp_path / "loaded").rglob("*.parquet"))
            page.get_by_role("button", name=answer).click()
            expect(page.get_by_text("2018: 1,460 calls of 365 days")).to_be_hidden(timeout=60_000)
            if answer == "Change nothing":
                expect(page.locator(UPLOADER)).to_be_visible(timeout=30_000)
                assert not list((tmp_path / "loaded").rglob("*.parquet"))
        expect(page.locator("h2", has_text="Did these calls fall more than others?")).to_be_visible(timeout=90_000)
        wait_ready(page)
        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        finding = check(claim, CHAPTER.usual.pair)
        assert finding.change
        said(page, finding_words.short(finding))
        assert errors == []
        # Somebody who comes by a proxy is a reader.
        address = f"{server.url}/_stcore/upload_file/session/file"
        from_afar = requests.put(address, files={"file": b"x"}, headers={"X-Forwarded-For": "203.0.113.9"}, timeout=10)
        assert from_afar.status_code == 404
        page.close()


def test_a_reader_sees_no_place_for_files_and_there_is_no_address_for_them(
    open_page: OpenPage, app_server: SharedServer
):
    page = open_page(CHAPTER.slug).page
    expect(page.get_by_text(call_words.COMMANDS)).to_be_attached(timeout=30_000)
    assert page.locator(UPLOADER).count() == 0
    assert page.get_by_role("button", name="Load the 911 records").count() == 0
    address = f"{app_server.url}/_stcore/upload_file/session/file"
    assert requests.put(address, files={"file": b"x"}, timeout=10).status_code == 404
