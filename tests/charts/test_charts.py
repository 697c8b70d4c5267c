"""Charts by themselves: legible colors, lines that fit, scales that hold all that is drawn, templates left alone."""

import copy
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts.change_rows import change_rows
from lib.charts.contributions import contributions
from lib.charts.ground import Ground
from lib.charts.heat import heat
from lib.charts.key import LETTER, NARROW_ROOM, SIGN, WIDE_ROOM, explained
from lib.charts.levels import levels
from lib.charts.lines import lines
from lib.charts.map_panels import side_maps, small_maps
from lib.charts.panels import panels
from lib.charts.place_dots import funnel, slope
from lib.charts.places import amount_map, change_map
from lib.charts.ranges import ends, ranges
from lib.charts.series import series
from lib.charts.template import Template
from lib.charts.theme import THEMES, Frame, ThemeName
from lib.charts.timeline import timeline
from tests.figures.drawn import nodes

FRAME = Frame("A title", "A subtitle", "A caveat.", "Source: somebody. Data version 0.")
each_theme = pytest.mark.parametrize("theme", THEMES)
SHAPES = "geo/neighborhoods-0.json"
GROUND = Ground("geo/ground-0.json", -76.8, 39.1, -76.4, 39.5)
PLACE_CHARTS = {
    **{chart.__name__: partial(chart, outlines=SHAPES) for chart in (funnel, slope)},
    **{
        chart.__name__: partial(chart, outlines=SHAPES, ground=GROUND)
        for chart in (change_map, amount_map, side_maps, small_maps)
    },
}
PLAIN_CHARTS = {chart.__name__: chart for chart in (contributions, levels, lines, ranges, series, timeline)}
CHARTS = {
    **PLAIN_CHARTS,
    **PLACE_CHARTS,
    "heat": partial(heat, cells="windows/0.json"),
    "change_rows": change_rows,
    "panels": partial(panels, number=3),
}
each_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=list(CHARTS))


def luminance(color: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio, https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_it_should_be() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@each_theme
def test_text_holds_4_5_to_1_and_marks_3_to_1_against_the_page(theme: ThemeName) -> None:
    colors = THEMES[theme]
    # Lanes of the series and the timeline are text, too.
    for text in (colors.ink, colors.muted, colors.accent, colors.caveat):
        assert contrast(text, colors.page) >= 4.5, text
    for mark in (colors.accent, colors.baseline, colors.caveat):
        assert contrast(mark, colors.page) >= 3, mark
    # What lies on a band must stay visible.
    for band in (colors.accent_band, colors.baseline_band):
        assert contrast(colors.ink, band) >= 4.5
        assert contrast(colors.caveat, band) >= 3
    assert colors.accent != colors.baseline != colors.caveat


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_the_lines_of_a_frame_hold_all_of_its_words(text: str) -> None:
    made = Frame(text, text, text, text).params()
    assert set(made) == {f"{part}{width}" for part in ("title", "subtitle", "foot") for width in ("Wide", "Narrow")}
    for name, found in made.items():
        words = "".join(text.split()) * (2 if name.startswith("foot") else 1)
        assert "".join("".join(found).split()) == words
    assert len(made["titleWide"]) <= len(made["titleNarrow"])


change = st.floats(-1, 60) | st.none()


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(
    ("est", "low", "high", "claim", "swing_low", "swing_high"), change)), max_size=8))  # fmt: skip
def test_the_scale_of_a_range_chart_holds_no_change_and_all_that_is_drawn(rows: list[dict[str, Any]]) -> None:
    scale = ends(rows)
    drawn = [value for row in rows for value in row.values() if value is not None]
    assert scale["lowest"] < 0 < scale["highest"]
    assert all(scale["lowest"] < value < scale["highest"] for value in drawn)


@each_theme
@each_chart
def test_a_template_leaves_open_what_is_filled_and_has_the_themes_page(chart: Any, theme: ThemeName) -> None:
    template: Template = chart(theme)
    assert chart(theme) is template, "built once"
    assert template.spec["config"]["background"] == THEMES[theme].page
    assert "datasets" not in template.spec
    names = {param["name"] for param in template.spec["params"]}
    assert set(FRAME.params()) <= names
    other: Template = chart("dark" if theme == "light" else "light")
    assert other.spec["config"]["background"] != template.spec["config"]["background"]


@each_theme
@pytest.mark.parametrize("chart", [contributions, levels, ranges, timeline])
def test_a_chart_of_rows_is_as_tall_as_it_has_rows(chart: Any, theme: ThemeName) -> None:
    template: Template = chart(theme)
    heights = [
        template.fill(FRAME, {"rows": [{"i": i, "label": "", "tip": ""} for i in range(n)]}, {})["height"]
        for n in (1, 2, 3)
    ]
    steps = [after - before for before, after in pairwise([0, *heights])]
    assert steps[0] > 0
    assert steps == [steps[0]] * 3


def open_data(template: Template) -> set[str]:
    """The data sets that a template leaves open, but for those it fills by itself."""
    found = {
        node["data"]["name"]
        for node in nodes(template.spec)
        if isinstance(node.get("data"), dict) and "name" in node["data"]
    }
    return found - {"foot", "zero"}


@each_chart
def test_filling_shares_nothing_that_changes(chart: Any) -> None:
    template: Template = chart("light")
    before = copy.deepcopy(template.spec)
    data = {name: [{"i": 0}] for name in open_data(template)}
    filled = template.fill(FRAME, data, {})
    kept = copy.deepcopy(filled)
    template.fill(Frame("Another", "b", "c", "d"), {name: [{"i": 9}, {"i": 8}] for name in data}, {})
    assert template.spec == before
    assert filled == kept
    assert filled["title"]["subtitle"]["expr"]


@each_chart
def test_an_unknown_parameter_is_refused(chart: Any) -> None:
    with pytest.raises(KeyError):
        chart("light").fill(FRAME, {name: [] for name in open_data(chart("light"))}, {"no-such": 1})


@each_chart
def test_an_unknown_data_set_is_refused(chart: Any) -> None:
    # Promised by Template.fill: a misspelled name would leave a chart empty without a word.
    data = {name: [{"i": 0}] for name in open_data(chart("light"))}
    chart("light").fill(FRAME, data, {})
    with pytest.raises(KeyError):
        chart("light").fill(FRAME, {**data, "no-such-rows": [{"i": 0}]}, {})


def test_no_line_of_a_frame_is_left_with_one_word() -> None:
    for text in (
        "Violent crime fell 20% in Baltimore; in the median of 53 large cities it rose 4%",
        "The policy began 13 days into the pandemic emergency, 12 days before the stay-at-home order",
        "Violent crime fell 32% and property crime fell 9% in Baltimore from 2019 to 2025",
    ):
        made = Frame(text, text, text, text).params()
        for name in ("titleWide", "titleNarrow"):
            lengths = [len(line) for line in made[name]]
            assert min(lengths) > 0.6 * max(lengths), (name, made[name])
        assert not any(line.endswith("-") for line in made["titleWide"] + made["titleNarrow"])


@given(st.lists(st.text("abc ", min_size=1, max_size=45), min_size=1, max_size=6))
def test_the_columns_of_a_key_fit_side_by_side(texts: list[str]) -> None:
    made = explained(**{f"sign{i}": text for i, text in enumerate(texts)})
    assert made["keyWords"] == texts
    for columns, room in zip(made["keyColumns"], (NARROW_ROOM, WIDE_ROOM), strict=True):
        assert 1 <= columns <= len(texts)
        widths = [SIGN + LETTER * max(map(len, texts[column::columns])) for column in range(columns)]
        assert columns == 1 or sum(widths) <= room
