"""What stands beside a chapter's levers: the dates under test, and the numbers that these levers move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from lib.analysis.windows import Window, WindowPair
from lib.chapters.chapters import EXPLORE, Chapter
from lib.chapters.leads import lead
from lib.errors import StoryError
from lib.figures.common import window_text
from lib.story import finding_words
from lib.story.check import can_count, claim_measure
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import resolution_of
from lib.story.sentences.window_effects import Reading, reading
from lib.story.view import View, countable


@dataclass(frozen=True)
class Stage:
    """The dates and numbers of a chapter in one view.

    ``windows`` and ``against`` name the windows, each empty for a chapter without dates. ``readings`` are its numbers,
    each with what it was before the last move, or None; ``finding``, in Markdown, answers where there are none, and
    ``brief`` in its place where there is one narrow line.
    ``unusual``: these are not the dates that the chapter starts with. Where days can be chosen, ``pair`` are the
    windows and ``within`` the days on record.
    """

    windows: str
    against: str
    readings: tuple[tuple[Reading, str | None], ...]
    finding: str
    brief: str
    unusual: bool
    pair: WindowPair | None = None
    within: Window | None = None


def stage(chapter: Chapter, view: View, before: WindowPair | None = None) -> Stage:
    """What a chapter's levers have moved; ``before`` are the windows before the last move of the dates."""
    dated = bool(chapter.claims) or chapter is EXPLORE
    readings = tuple(_readings(chapter, view, before)) if chapter.claims else ()
    measures = chapter.dates.shown_with(view.measure)
    daily = dated and all(resolution_of(load_story().measures[name]) == "day" for name in measures)
    opening = None if readings else lead(chapter, view)
    return Stage(
        window_text(view.pair.current) if dated else "",
        f"compared with {finding_words.against(view.pair)}" if dated else "",
        readings,
        next(iter((*opening.sentences, *opening.missing)), "") if opening else "",
        opening.brief if opening else "",
        dated and view.pair != chapter.usual.pair,
        view.pair if daily else None,
        countable(measures) if daily else None,
    )


def _readings(chapter: Chapter, view: View, before: WindowPair | None) -> Iterator[tuple[Reading, str | None]]:
    for measure in _measures(chapter, view):
        try:
            now = reading(measure, view.pair)
        except StoryError:  # the page says why
            continue
        was = None
        if before and before != view.pair:
            with suppress(StoryError):
                was = reading(measure, before).change
        citywide = view.area is not None and chapter.numbers == "chosen"
        yield (replace(now, label=f"{now.label}, citywide") if citywide else now), was


def _measures(chapter: Chapter, view: View) -> list[Measure]:
    """What a chapter's numbers are of, in the whole city: its claims', what readers chose to count, or both."""
    chosen = load_story().measures[view.measure]
    claimed = [claim_measure(claim, view.pair) for claim in chapter.checked_claims() if can_count(claim)]
    measures = [] if chapter.numbers == "chosen" else [measure for measure in claimed if measure]
    if chapter.numbers != "claims" and chosen not in measures:
        measures.append(chosen)
    return measures
