"""Where things changed: the map, one neighborhood, and whether enforcement had anything to do with it."""

from __future__ import annotations

from contextlib import suppress

from lib.chapters.blocks import Blocks, Collapsed, FigureBlock, Heading, Levers, Notice, Paragraphs, TableBlock
from lib.chapters.chapters import Chapter
from lib.chapters.shared_blocks import dates, definitions, exact, on_demand, opening
from lib.errors import StoryError
from lib.figures.registry import drawing
from lib.story.check import check_measure
from lib.story.evidence.places import Layer, dose_of, layer_of, place_ids, place_name
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import resolution_of
from lib.story.sentences import endings
from lib.story.view import View

DOSE = """
If ending these prosecutions moved crime, it should have moved most where police had made most of these arrests: down if
the policy helped, up if it hurt. If the pandemic moved crime, the change should follow where people went out, shopped
and worked. But police had made many of these arrests there, too. So a slope alone doesn’t tell the two apart.
"""
NO_PROOF = """
This is one comparison, not proof. Neighborhoods with many arrests differ from others in many ways, and arrests were
most common where crime was.
"""


def places(chapter: Chapter, view: View) -> Blocks:
    """The map and its levers, the neighborhood that was picked, and the comparison with earlier enforcement."""
    yield from opening(chapter, view, Levers(("mapped", "places", "neighborhood")), dates(chapter))
    yield Collapsed("Show the numbers as a table", "map_table", lambda: _table(view))
    if view.area:
        yield from _neighborhood(view, view.area)
    yield Heading("Where the change is clear and large")
    yield FigureBlock("clear-changes", view)
    yield on_demand("Show why small neighborhoods jump around", view, "funnel")
    yield from _dose(view)
    yield Heading("Offense by offense")
    yield Collapsed(
        "Show small maps, offense by offense", "small_maps", lambda: iter((FigureBlock("small-maps", view),))
    )
    yield definitions()
    with suppress(StoryError):  # the figure has said why
        measure = load_story().measures[view.measure]
        ending = endings.places(measure, dose_of(measure, view.pair, view.places == "recorded"))
        yield Heading(endings.ANSWER)
        yield Paragraphs(ending)


def _table(view: View) -> Blocks:
    try:
        drawn = drawing("change-map", view)
    except StoryError as error:
        yield Notice(error.told)
        return
    made = drawn.table()
    yield TableBlock(drawn.caption, dict(zip(made.columns, zip(*made.rows, strict=True), strict=True)))


def _neighborhood(view: View, area: str) -> Blocks:
    measure = load_story().measures[view.measure]
    layer = _layer_of_place(measure, area)
    yield Heading(place_name(area))
    if layer is None:
        yield Notice(f"We have no counts of {measure.label} for {place_name(area)}.")
        return
    # The answer opens the page. Of counts by year one area alone says little, and the map has it already.
    found = check_measure(measure, view.pair, area) if resolution_of(measure) == "day" else None
    if found:
        yield exact(found)
    yield FigureBlock("place-series", view)


def _layer_of_place(measure: Measure, area: str) -> Layer | None:
    """The layer that a place belongs to, where the measure is known by it."""
    layers: tuple[Layer, ...] = ("neighborhoods", "areas", "districts")
    layer = next(layer for layer in layers if area in place_ids(layer))
    return layer if layer_of(measure, layer) == layer else None


def _dose(view: View) -> Blocks:
    yield Heading("Did crime change more where enforcement had been heaviest?")
    yield Paragraphs(DOSE)
    try:
        said = drawing("enforcement", view).sentence
    except StoryError as error:
        yield Notice(error.told)
    else:
        yield Paragraphs(said)
    yield FigureBlock("enforcement", view)
    yield Paragraphs(NO_PROOF)
