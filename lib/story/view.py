"""What a reader is looking at: the windows, the measure and the grain, as an address carries them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args, get_type_hints

from lib.analysis.counts import By, Resolution
from lib.analysis.windows import Window, WindowError, WindowPair, parse_pair, say_date
from lib.story import explore_state as exploring
from lib.story.explore_state import ALONE, Exploring
from lib.story.load import load_story
from lib.story.model import Measure, Origin
from lib.story.records import resolution_of
from lib.story.records_in_use import open_records
from lib.tables.choices import Donors, Fitted, March, Method, Pool, Units

MOST_TEXTS = 40
Layer = Literal["neighborhoods", "areas", "districts"]
Show = Literal["change", "count", "rate", "before-after"]
Places = Literal["all", "recorded"]
Outlined = Literal["none", "areas", "districts"]
Origins = Literal["all", "caller", "officer", "unknown", "not-officer"]
Trend = Literal["flat", "linear", "damped"]
Since = Literal["2015", "2016", "2017", "2018"]
Cities = Literal["large", "all", "named"]
Within = Literal["all", "before-announcement", "clean-baseline"]
Early = Literal["any", "70", "80", "90", "100", "110", "120"]

ABOUT = "about"
"""What a field of ``View`` is called that says what its values are; it then is a lever, with those of its type."""


@dataclass(frozen=True)
class View:
    """The state of a page: every figure is made from one of these, and every address spells one out.

    ``origin`` narrows 911 calls; ``texts`` are the descriptions of calls that a reader counts in place of the usual
    ones. ``trend`` and ``since`` (first year of the training weeks) are of the model of what was to be expected;
    ``cities`` are those that Baltimore is compared with; ``within`` restricts the windows that are looked at together.
    ``early`` is what January and February 2020 are taken to have been, in percent of 2019's, where only whole years of
    calls are counted. ``donors`` to ``method`` are how a mix of other cities is made (see
    ``lib.analysis.specifications``). ``exploring`` is what the page Explore counts beside the measure. ``carried`` are
    a reader's own windows that this page can't count; its address keeps them for the others.
    """

    pair: WindowPair
    measure: str
    by: By = field(default="week", metadata={ABOUT: "day, week, month or year"})
    area: str | None = None
    layer: Layer = field(default="areas", metadata={ABOUT: "of a map: areas, neighborhoods or districts"})
    show: Show = field(default="change", metadata={ABOUT: "of a map: change, count, rate or before-after"})
    places: Places = field(
        default="all", metadata={ABOUT: "all, or recorded: without those filled in from their block"}
    )
    outlined: Outlined = field(
        default="none", metadata={ABOUT: "over neighborhoods on a map: none, areas or districts"}
    )
    origin: Origins = field(default="all", metadata={ABOUT: "911 calls: all, caller, officer, unknown or not-officer"})
    texts: tuple[str, ...] = ()
    trend: Trend = field(default="damped", metadata={ABOUT: "what is expected: flat, linear or damped"})
    since: Since = field(default="2016", metadata={ABOUT: "what is expected: first year that is learned from"})
    cities: Cities = field(default="large", metadata={ABOUT: "large, all or named"})
    within: Within = field(default="all", metadata={ABOUT: "all, before-announcement or clean-baseline"})
    early: Early = field(
        default="any",
        metadata={ABOUT: "yearly calls: January and February 2020 in percent of 2019's: any, or 70 to 120 by tens"},
    )
    donors: Donors = field(
        default="no-policy",
        metadata={ABOUT: "a mix of cities: no-policy, all, or settled: without those revised later either"},
    )
    pool: Pool = field(
        default="large", metadata={ABOUT: "a mix of cities: large, busy (10,000 crimes) or violent ones"}
    )
    fitted: Fitted = field(
        default="2018-2020",
        metadata={ABOUT: "a mix of cities: to what it is fitted, 2018-2020 or 2019-2020 (to February), or 2018-2019"},
    )
    march: March = field(default="out", metadata={ABOUT: "a mix of cities: March 2020 is left out, or in"})
    units: Units = field(
        default="index", metadata={ABOUT: "a mix of cities: index (2019 is 100), or rate per resident"}
    )
    method: Method = field(
        default="synthetic", metadata={ABOUT: "a mix of cities: synthetic, covariates, differences or median"}
    )
    exploring: Exploring = ALONE
    carried: WindowPair | None = None

    @property
    def only_origin(self) -> Origin | None:
        """The origin that 911 calls are narrowed to, None for all."""
        return None if self.origin == "all" else self.origin

    def params(self) -> dict[str, str]:
        """All parameters, as an address carries them."""
        area = {"area": self.area} if self.area else {}
        texts = {"texts": "|".join(self.texts)} if self.texts else {}
        chosen = {name: getattr(self, name) for name in LEVERS}
        of_places = {name: chosen.pop(name) for name in ("origin", "layer", "show", "places", "outlined")}
        dates = _pair_params(self.pair)
        return {**area, **texts, **of_places, **dates, "measure": self.measure, **chosen, **self.exploring.params()}

    def changed_params(self, than: View) -> dict[str, str]:
        """The parameters that differ from another view's, for a short address."""
        usual = than.params()
        changed = {name: value for name, value in self.params().items() if usual.get(name) != value}
        if self.area and self.layer != _layer_of(self.area):  # a map of other places than the address would be read as
            changed["layer"] = self.layer
        if self.carried is not None:
            return {**changed, **_pair_params(self.carried)}
        # A baseline left out would be read as a year before the window, so the two go together.
        # So would, for what has windows of its own, dates that are left out.
        usual_dates = self.pair == than.pair and load_story().measures[self.measure].usual is None
        return changed if usual_dates else {**changed, **_pair_params(self.pair)}


@dataclass(frozen=True)
class Lever:
    """What a field of the view can be, and what commands say of it."""

    values: tuple[str, ...]
    about: str


_TYPES = get_type_hints(View)
LEVERS = {part.name: Lever(get_args(_TYPES[part.name]), part.metadata[ABOUT]) for part in fields(View) if part.metadata}
"""The levers by their names in addresses, pages and commands. To add one is to add a field to ``View``."""
_NAMES = {"pair": ("current", "baseline"), "exploring": exploring.PARAMS, "carried": ()}
PARAMS = tuple(name for part in fields(View) for name in _NAMES.get(part.name, (part.name,)))
"""All parameters of an address."""


def _pair_params(pair: WindowPair) -> dict[str, str]:
    return {"current": str(pair.current), "baseline": ",".join(str(b) for b in pair.baseline)}


def default_view() -> View:
    """The view of an address without parameters: fixed dates, so that a link never changes its meaning."""
    return View(load_story().default_pair, "violent")


@dataclass(frozen=True)
class Dates:
    """What the dates of a page are for: ``measures``, by id, all of which its windows must be able to count.

    ``yearly``: it can show what is counted by whole year, too; its dates are then those of that measure.
    """

    measures: tuple[str, ...] = ("violent", "property")
    yearly: bool = True

    def shown_with(self, measure: str) -> tuple[str, ...]:
        """The measures that the windows must be able to count while the page shows this one."""
        return (measure,) if resolution_of(load_story().measures[measure]) == "year" else self.measures

    def resolution(self, measure: str) -> Resolution:
        """What the windows move by while the page shows this measure."""
        return resolution_of(load_story().measures[self.shown_with(measure)[0]])


EVERYWHERE = Dates()
"""The dates of pages that are about no claim of their own: every crime on record and complete."""


def countable(measures: Sequence[str] = EVERYWHERE.measures) -> Window:
    """The days that all of these measures can count; of those known by year, all years from the first to the last."""
    known = load_story().measures
    reaches = [open_records().line(known[name]).reach for name in measures]
    return Window(max(w.start for w in reaches), min(w.end for w in reaches))


def measures_here() -> dict[str, Measure]:
    """The measures whose records are here, by id."""
    records = open_records()
    return {name: measure for name, measure in load_story().measures.items() if records.has(measure.records)}


def daily_measures_here() -> dict[str, Measure]:
    """Those of them that are known by day, by id: what pages about days, weeks and months offer."""
    return {name: measure for name, measure in measures_here().items() if resolution_of(measure) == "day"}


def read_view(
    params: Mapping[str, str],
    usual: View | None = None,
    *,
    for_page: Dates | None = EVERYWHERE,
    falls_back: bool = True,
) -> tuple[View, tuple[str, ...]]:
    """The view that an address asks for, and a sentence for each parameter that could not be used.

    ``for_page``: the dates that the page's levers can show; None: a figure alone may have any, and says what it lacks.
    ``falls_back``: each sentence is followed by what is shown instead; a command that refuses says only what is wrong.

    Unknown parameters are left alone. What is not asked for, or can't be read or counted, is as in ``usual`` (None:
    the default view).
    """
    usual = usual or default_view()
    notes: list[exploring.Note] = []
    measure = params.get("measure", usual.measure)
    if measure not in measures_here():
        known = load_story().measures.get(measure)
        why = (
            f"{known.title}: {open_records().lacks(known.records)}"
            if known
            else f"There is no offense “{_short(measure)}” on record."
        )
        notes.append((why, f"{load_story().measures[usual.measure].title} is shown instead."))
        measure = usual.measure
    chosen = load_story().measures[measure]
    if for_page and not for_page.yearly and resolution_of(chosen) == "year":
        why = f"We know {chosen.label} only by whole year, and this page needs days."
        notes.append((why, f"{load_story().measures[usual.measure].title} is shown instead."))
        measure = usual.measure
    pair, carried = load_story().measures[measure].usual or usual.pair, None
    if "current" in params or "baseline" in params:
        instead = "The usual dates are shown instead."
        try:
            asked = _pair(params.get("current"), params.get("baseline"), usual)
            if for_page and can_show(asked):
                carried, instead = asked, "The usual dates are shown instead; yours are kept for the other chapters."
            if for_page:
                check_pair(asked, for_page.shown_with(measure))
            pair, carried = asked, None
        except WindowError as error:
            notes.append((f"These dates can’t be used. {error}", instead))
    area = None
    if params.get("area"):
        area = open_records().find_place(params["area"])
        if area is None:
            notes.append((f"There is no place called “{_short(params['area'])}”.", "The whole city is shown instead."))
    explored, left_out = exploring.read_exploring(params, usual.exploring, measure, area, measures_here())
    notes += left_out
    otherwise = {name: getattr(usual, name) for name in LEVERS} | {"layer": _layer_of(area) or usual.layer}
    levers = {name: _choice(params, name, lever.values, otherwise[name], notes) for name, lever in LEVERS.items()}
    texts = _texts(params.get("texts", ""), notes)
    view = View(pair, measure, area=area, texts=texts, exploring=explored, carried=carried, **levers)
    return view, tuple(f"{wrong} {instead}".rstrip() if falls_back else wrong for wrong, instead in notes)


def _layer_of(area: str | None) -> Layer | None:
    """The map on which a place is found; None for no place."""
    if area is None:
        return None
    kinds: dict[str, Layer] = {"community": "areas", "district": "districts"}
    return kinds.get(area.partition(":")[0], "neighborhoods")


def _choice(
    params: Mapping[str, str], name: str, choices: tuple[Any, ...], usual: Any, notes: list[exploring.Note]
) -> Any:
    """The parameter where it is one of the choices, else the usual one and a note."""
    asked = params.get(name, usual)
    if asked in choices:
        return asked
    known = ", ".join(choices)
    notes.append((f"“{_short(asked)}” is not a choice for {name}: {known}.", f"“{usual}” is shown instead."))
    return usual


def _texts(asked: str, notes: list[exploring.Note]) -> tuple[str, ...]:
    """Descriptions of 911 calls that are on record, each once, in order of the alphabet."""
    parts = {part for part in asked.split("|") if part}
    if not parts:
        return ()
    if not open_records().has("calls"):
        notes.append((f"Descriptions of 911 calls can’t be chosen. {open_records().lacks('calls')}", ""))
        return ()
    known = parts & set(open_records().descriptions().categories)
    if len(known) < len(parts):
        notes.append(("Some of these descriptions of 911 calls are not on record.", "The others are counted."))
    return tuple(sorted(known)[:MOST_TEXTS])


def _pair(current: str | None, baseline: str | None, usual: View) -> WindowPair:
    baselines = None if baseline is None else [_short(part) for part in baseline.split(",")[:9]]
    return parse_pair(str(usual.pair.current) if current is None else _short(current), baselines)


def check_pair(pair: WindowPair, measures: Sequence[str] = EVERYWHERE.measures) -> None:
    """Raise WindowError where a page can't count all of these measures in a window of the pair."""
    within = countable(measures)
    for each in (pair.current, *pair.baseline):
        if each.start < within.start or each.end > within.end:
            raise WindowError(
                f"This page counts from {say_date(within.start)}, the first day with all its records, "
                f"to {say_date(within.end)}, the last complete day."
            )
        for name in measures:
            measure = load_story().measures[name]
            if resolution_of(measure) == "year":
                open_records().line(measure).check(each)


def can_show(pair: WindowPair, measures: Sequence[str] = EVERYWHERE.measures) -> bool:
    """Whether a page can count all of these measures in the windows of the pair."""
    try:
        check_pair(pair, measures)
    except WindowError:
        return False
    return True


def _short(text: str) -> str:
    """What of a reader's text can be repeated to them: letters, digits and a few signs, and not much of it.

    An address is anybody's: nothing in it may become a link, a picture or markup on the page.
    """
    plain = re.sub(r"[^\w .,'’+-]|\.(?=[^\W\d])", " ", text[:100])
    return plain if len(plain) <= 40 else plain[:40] + "…"
