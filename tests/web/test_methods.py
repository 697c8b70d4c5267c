"""The methods page: every method with what it does, its check, its limits, and where it was described."""

import pytest
from streamlit.testing.v1 import AppTest

from lib.chapters.blocks import TableBlock
from lib.chapters.chapters import BY_SLUG
from lib.chapters.contents import contents
from lib.export import blocks_html as plain
from lib.export.cells import cells
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import methods_words
from tests.web.story_app import open_story, tables, texts

METHODS = list(load_story().methods.values())


@pytest.fixture(scope="module")
def page() -> AppTest:
    at = open_story(BY_SLUG["methods"])
    assert not at.exception
    assert not at.error
    return at


@pytest.fixture(scope="module")
def said(page: AppTest) -> list[str]:
    return texts(page.main)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_a_method_stands_with_its_check_its_limits_and_its_sources(said: list[str], method):
    assert method.name in said
    page = "\n".join(said)
    for text in (method.text, method.check, method.limits, method.formula or ""):
        assert text in page
    for source in method.sources:
        assert f"[{source.name}]({source.address})" in page


def test_the_words_are_defined_first(said: list[str]):
    defined = next(i for i, text in enumerate(said) if methods_words.DEFINITIONS.strip() in text.strip())
    assert defined < said.index(METHODS[0].name)


def test_every_table_of_the_manifest_stands_with_address_terms_gaps_and_what_was_left_out(said: list[str]):
    page = "\n".join(said)
    for _, entry in open_records().in_use():
        assert entry.address in page, entry.name
        assert entry.terms in page, entry.name
        assert f"{entry.name}" in page
        for gap in entry.gaps:
            assert gap.what in page
        for one in entry.dropped:
            assert f"{one.what}: {one.rows:,} ({one.why})" in page
        for note in entry.notes:
            assert note in page
        for item in entry.inputs:
            assert item.sha256 in page


def test_every_table_is_one_that_a_screen_reader_reads(page: AppTest):
    blocks = [block for block in contents(BY_SLUG["methods"]) if isinstance(block, TableBlock)]
    shown = tables(page)
    assert len(blocks) == len(shown) > 10
    for block, table in zip(blocks, shown, strict=True):
        assert list(table) == [name.replace("_", " ") for name in block.columns]
        for shown_cells, column in zip(table.values(), block.columns.values(), strict=True):
            assert shown_cells == cells(column)
    assert not page.dataframe


def test_tables_add_up_to_the_records():
    by_caption = {
        block.caption: block.columns for block in contents(BY_SLUG["methods"]) if isinstance(block, TableBlock)
    }
    for caption, name in (
        ("Victims by offense and year, all complete days; blank: not in the file", "crime"),
        ("Arrests by group of charges and year, all complete days", "arrests"),
    ):
        columns = by_caption[caption]
        counts = open_records().city(name)
        total = int(counts.sums[-1].sum())
        assert sum(columns["all"]) == total
        assert sum(sum(filter(None, cells)) for year, cells in columns.items() if year.isdigit()) == total
        # What the records lack is no zero.
        names = next(iter(columns.values()))
        absent = {(names[i], year) for year in columns for i, n in enumerate(columns[year]) if n is None}
        assert absent == ({("homicide", "2014"), ("shooting", "2014")} if name == "crime" else set())
    kept = by_caption["Every table, with its days and rows"]
    rows = dict(zip(kept["table"], zip(kept["records read"], kept["records counted"], strict=True), strict=True))
    for name in ("crime_city_daily", "arrests_city_daily"):
        read, counted = rows[name]
        # The build wrote down how many rows it had read.
        note = next(note for note in open_records().tables.entry(name).notes if note.startswith("The file has"))
        assert f"The file has {read:,} rows" in note
        assert counted == open_records().tables.frame(name)["count"].sum()
    rules = by_caption["The rules that sort charges, in the order in which they apply"]
    # The 415 that no rule decided are other.
    assert sum(rules["arrests"]) + 415 == open_records().tables.frame("arrests_city_daily")["count"].sum()


def test_the_data_version_of_the_tables_is_in_the_log_and_each_address_is_cited(said: list[str]):
    page = "\n".join(said)
    changes = load_story().changes
    newest = next(change.version for change in changes if change.version)
    assert newest == open_records().tables.version, "changes.toml has no entry for these tables"
    assert [change.date for change in changes] == sorted((change.date for change in changes), reverse=True)
    assert f"Data version {open_records().version}" in page
    assert "@misc{baltimoreclaims" in page
    assert "Write to whoever runs the copy" in page


def test_where_an_address_for_errors_is_set_the_page_names_it():
    assert "[desk@example.org](mailto:desk@example.org)" in methods_words.report("mailto:desk@example.org", "abc")


def test_a_table_in_plain_html_is_a_table_and_nothing_in_it_is_markup():
    block = TableBlock(
        "A <b> caption", {"what": ["<script>", "b"], "n": [12345, None], "at": ["https://x.example/?a=1&b=2"] * 2}
    )
    made = plain.block_html(block, lambda _: "", lambda _: "")
    assert "<script>" not in made
    assert made.count('<th scope="row">') == 2
    assert made.count('<th scope="col"') == 3
    assert "12,345" in made
    assert '<a href="https://x.example/?a=1&amp;b=2">' in made
    folded = plain.block_html(TableBlock("More", {"n": [1]}, folded=True), lambda _: "", lambda _: "")
    assert folded.startswith("<details><summary>More</summary>")
