"""The figures of quality: they draw from the records, say what they show, and repeat the same numbers."""

import json
import re

import pytest

from lib.charts.theme import THEMES
from lib.export.images import drawn_svg
from lib.export.render_options import Look
from lib.figures.quality import ATTACKED
from lib.figures.registry import FIGURES, drawing, spec
from lib.story.evidence.quality import agreements, days_of, published_and_ours
from lib.story.load import load_story
from lib.story.records import NotLoadedError
from lib.story.records_in_use import open_records
from lib.story.view import default_view
from tests.figures.drawn import rows_with, said_in
from tests.story.findings import GARBAGE

DRAWN = (
    "quality-crime-days", "quality-arrest-days", "quality-outage", "quality-places", "quality-agreement",
    "published-and-ours",
)  # fmt: skip
MOST_BYTES = 24 * 1024


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_stands_alone_in_both_themes(name: str) -> None:
    made = drawing(name, default_view())
    for said in (made.alt, made.sentence, made.frame.title, made.frame.subtitle):
        assert said.strip()
        assert not GARBAGE.search(said.replace("  ", " ")), said
    assert made.frame.title in made.sentence
    table = made.table()
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}
    for theme in THEMES:
        finished = spec(name, default_view(), theme)
        assert len(json.dumps(finished, allow_nan=False)) < MOST_BYTES
        assert f"Data version {open_records().version}" in said_in(finished, "footWide")


def test_the_days_are_the_records_own() -> None:
    for name, records in (("quality-crime-days", "crime"), ("quality-arrest-days", "arrests")):
        found = days_of(records)
        rows = drawing(name, default_view()).table().rows
        assert [row[1] for row in rows] == list(found.counts)
        assert (rows[0][0], rows[-1][0]) == (found.window.start.isoformat(), found.window.end.isoformat())
        drawn = rows_with(spec(name, default_view(), "light"), "quiet")
        assert [day["count"] for day in drawn] == [day.count for day in found.odd]
        (attack,) = [event for event in load_story().events if event.id in ATTACKED[records]]
        assert rows_with(spec(name, default_view(), "light"), "left")[0]["date"].startswith(attack.date.isoformat())


@pytest.mark.parametrize(("name", "records"), [("quality-crime-days", "crime"), ("quality-arrest-days", "arrests")])
def test_every_day_is_a_dot_and_all_of_them_are_one_part_of_the_drawing(name: str, records: str) -> None:
    """Thousands of parts take a phone a second; a single point that is closed, with round ends, is a dot."""
    picture = drawn_svg(name, default_view(), None, Look())
    lines = [d for d in re.findall(r'<path[^>]* d="([^"]+)"[^>]*stroke-linecap="round"', picture) if "L" not in d]
    (dots,) = [re.findall(r"M([\d.]+),([\d.]+)Z", line) for line in lines]
    found = days_of(records)
    assert len(dots) == len([count for count in found.counts if count is not None])
    days = [float(x) for x, _ in dots]
    assert days == sorted(set(days))
    top, *_, bottom = sorted(range(len(dots)), key=lambda at: float(dots[at][1]))
    counted = [count for count in found.counts if count is not None]
    assert (counted[top], counted[bottom]) == (max(counted), min(counted))
    assert picture.count("<path") < 100


def test_the_outage_shows_april_to_july_2019() -> None:
    rows = drawing("quality-outage", default_view()).table().rows
    assert (rows[0][0], rows[-1][0]) == ("2019-04-01", "2019-07-31")


@pytest.mark.usefixtures("without_calls")
def test_titles_state_the_numbers_that_are_drawn() -> None:
    found = agreements()
    made = drawing("quality-agreement", default_view())
    most = max(abs(own / index - 1) for own, index in zip(found[0].own, found[0].index, strict=True))
    assert f"within {most:.1%}" in made.frame.title
    labels = [row["label"] for row in rows_with(spec("quality-agreement", default_view(), "light"), "whole")]
    assert all(label in made.alt for label in labels)
    published = drawing("published-and-ours", default_view())
    changes = [row for row in published_and_ours() if row.unit == "change" and row.ours is not None]
    larger = sum(abs(row.published) > abs(row.ours or 0) for row in changes)
    assert larger == len(changes)  # else the title has to say how many of how many
    assert published.frame.title.startswith("All six published drops are larger")
    dots = rows_with(spec("published-and-ours", default_view(), "light"), "claim")
    assert [dot["claim"] for dot in dots] == [row.published for row in changes]
    assert not re.search(r"because|caused", published.sentence)


@pytest.mark.usefixtures("without_calls")
def test_days_of_calls_wait_for_the_calls() -> None:
    assert FIGURES["quality-call-days"].claims() == ()
    with pytest.raises(NotLoadedError, match="refresh calls"):
        drawing("quality-call-days", default_view())
