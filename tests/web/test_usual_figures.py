"""Every figure without parameters: in its chapter, the studio, lists and addresses it is one and the same."""

import asyncio
from functools import cache

import pytest

from lib.analysis.windows import parse_window
from lib.chapters.blocks import FigureBlock, flat
from lib.chapters.chapters import BY_SLUG
from lib.chapters.contents import chapter_of, contents, read_figure, usual_figure
from lib.errors import ArgumentError
from lib.figures.citation import reduced
from lib.figures.registry import FIGURES, drawing
from lib.web.pages.studio import picks
from lib.web.routes.figures import figure_of

DRAWABLE = [(figure.id, claim) for figure in FIGURES.values() for claim in figure.claims()]


@cache
def first_shown(figure_id: str, claim: str | None) -> FigureBlock | None:
    """The figure as readers who go through its chapter come to it; None where no chapter shows it by itself."""
    chapter = chapter_of(figure_id, claim)
    blocks = flat(contents(chapter), on_demand=True)
    return next((p for p in blocks if isinstance(p, FigureBlock) and (p.figure, p.claim) == (figure_id, claim)), None)


def title(shown: FigureBlock) -> str:
    return drawing(shown.figure, shown.view, shown.claim).frame.title


@pytest.mark.parametrize(("figure_id", "claim"), DRAWABLE)
def test_an_address_without_dates_shows_what_the_chapter_shows(figure_id: str, claim: str | None) -> None:
    shown = first_shown(figure_id, claim)
    asked = asyncio.run(figure_of(figure_id, {"claim": claim} if claim else {}))
    assert asked == usual_figure(figure_id, claim)
    if shown:
        assert reduced(figure_id, asked.view) == reduced(figure_id, shown.view)
        assert title(asked) == title(shown)


@pytest.mark.parametrize("figure_id", [figure.id for figure in FIGURES.values() if figure.claims()])
def test_the_studio_lists_what_it_makes(figure_id: str) -> None:
    asked = asyncio.run(figure_of(figure_id, {}))
    label = dict(picks())[figure_id]
    try:
        assert label.endswith(f": {title(asked)}")
    except ArgumentError:  # one neighborhood's: it waits for a choice
        assert label.endswith(f": {figure_id.replace('-', ' ')}")
    shown = first_shown(figure_id, asked.claim)
    if shown:
        assert label == f"{chapter_of(figure_id, asked.claim).short}: {title(shown)}"


def test_nearly_every_figure_stands_in_a_chapter() -> None:
    alone = {figure_id for figure_id, claim in DRAWABLE if first_shown(figure_id, claim) is None}
    # Of calls by day, once they are here, some stand for one of the two claims only.
    assert alone <= {
        "claim-range",
        "windows-compared",
        "place-series",
        "calls-readings",
        "calls-vocabulary",
        "small-maps",
    }
    assert {claim for figure_id, claim in DRAWABLE if figure_id == "windows-compared"} >= {"violent", "property"}


def test_what_an_address_asks_for_wins_over_the_chapter() -> None:
    office = BY_SLUG["where-things-changed"].usual
    shown, notes = read_figure("change-map", {"measure": "robbery", "area": "canton"})
    assert (shown.view.pair, shown.view.measure, shown.view.area, notes) == (office.pair, "robbery", "Canton", ())
    shown, _ = read_figure("change-map", {"current": "2020-06-01..2020-06-30"})
    assert shown.view.pair.current == parse_window("2020-06-01..2020-06-30")
    assert shown.view.pair.baseline == (parse_window("2019-06-01..2019-06-30"),)
    _, notes = read_figure("change-map", {"current": "yesterday"})
    assert notes


def test_an_unknown_figure_is_refused_in_a_sentence() -> None:
    with pytest.raises(ArgumentError, match="There is no figure called"):
        usual_figure("no-such")
