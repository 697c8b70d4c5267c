"""Sentences about empty streets and crime: what goes together, what does not, and what that can't say."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis.rates import Estimate
from lib.analysis.seasonal import Trend
from lib.analysis.windows import say_window
from lib.story import words
from lib.story.evidence.expected import Departure
from lib.story.evidence.mobility import GROUPS, OPPORTUNITY, AsPolicy, Correlation, Stretch
from lib.story.sentences.expected_words import TREND

SPAN_NAMES = {
    "levels": "All weeks",
    "changes": "Changes from week to week, with the step in one or two of them",
    "after": "From June 2020 on, without the one big step",
}
HEADS = (
    ("Time away from home", "compared with early 2020 (Google)"),
    ("Orders in Maryland", "Oxford stringency index, 0 to 100"),
    ("Crime compared with the forecast", "solid: of opportunity, dashed: the others"),
)
WHICH = (
    "Crimes of opportunity are larceny, larceny from cars, burglary and street robbery; the others are homicide, "
    "shooting, rape, aggravated assault, other robbery, auto theft and arson."
)


def streets_title(later: Stretch) -> str:
    """The finding of the panels: how both groups stood once the streets had filled again."""
    one, other = (_change(group, interval=False) for group in later.groups)
    return f"From June 2020 on, {OPPORTUNITY.label} stayed {one} from the forecast, others {other}"


def streets_sentence(found: Sequence[Stretch], trend: Trend) -> str:
    """How far people stayed home and how far each group strayed, in the first weeks and after, with intervals."""
    parts = [
        f"From {say_window(stretch.window)} people spent {words.percent(stretch.away)} "
        f"{'less' if stretch.away < 0 else 'more'} time away from home than in early 2020; "
        + " and ".join(
            f"{group.label} were {_change(departure, interval=True)} from the forecast"
            for group, departure in zip(GROUPS, stretch.groups, strict=True)
        )
        + "."
        for stretch in found
    ]
    return (
        f"{' '.join(parts)} {WHICH} The forecast has {TREND[trend]}. The intervals (95%) say how far it may be off. An "
        "error would shift a whole line up or down and hardly bend it."
    )


def lag_title(found: Sequence[Correlation]) -> str:
    """The finding of the lags, from the weeks that leave the big step out."""
    told, clear = _clear([each for each in found if each.span == "after"])
    if not told:
        return "Too few weeks to say whether crime followed people back onto the streets"
    if not clear:
        return "From June 2020 on, crime didn’t clearly follow how empty the streets were, at any delay"
    return (
        f"From June 2020 on, {words.number_word(clear)} of {told} correlations of crime with time away from home are "
        "clear"
    )


def lag_sentence(found: Sequence[Correlation], policy: AsPolicy) -> str:
    """The same-week correlations of both groups in all three ways, and what the policy could look like."""
    said = []
    for span, name in SPAN_NAMES.items():
        pairs = [each for each in found if each.span == span and each.lag == 0]
        said.append(
            f"{name}: {words.counted(pairs[0].weeks, 'weeks')}, "
            + " and ".join(f"{_value(each.value)} for {_short(each)}" for each in pairs)
            + "."
        )
    told, clear = _clear([each for each in found if each.span != "levels"])
    step = [each.value for each in policy.step]
    low, high = policy.spread
    return (
        "Correlation of time away from home with crime compared with the forecast, in the same week. "
        f"{' '.join(said)} We show every lag from 0 to 6 weeks and pick none. In the changes and from June 2020 on, "
        f"{words.number_word(clear)} of {told} correlations {'is' if clear == 1 else 'are'} clear, where chance alone "
        f"would make about {words.number_word(round(0.05 * told))}. "
        f"A policy that begins in the week of March 18, 2020, and then stands still also correlates with these weeks: "
        f"{_value(step[0])} for {_short(policy.step[0])}, {_value(step[1])} for {_short(policy.step[1])}. So the step "
        "itself can’t tell the two apart. From June 2020 on, time away from home still ran from "
        f"{words.direction(low)} to {words.direction(high)} while the policy stood still. Only what crime did in step "
        "with that could count against the policy."
    )


def lag_heads(found: Sequence[Correlation]) -> list[tuple[str, str]]:
    """A heading for each panel, with how many weeks its correlations rest on."""
    heads = []
    for span, name in SPAN_NAMES.items():
        known = [each for each in found if each.span == span]
        weeks = sorted(each.weeks for each in known)
        worth = sorted(each.worth for each in known)
        heads.append((name, f"{weeks[0]} to {weeks[-1]} weeks, worth {worth[0]:.0f} to {worth[-1]:.0f}"))
    return heads


def _clear(found: Sequence[Correlation]) -> tuple[int, int]:
    """How many correlations have a value, and how many of these intervals leave out none."""
    values = [each.value for each in found if each.value is not None]
    return len(values), sum(value.low > 0 or value.high < 0 for value in values)


def _change(found: Departure, *, interval: bool) -> str:
    if found.change is None:
        return "too few to say"
    said = words.direction(found.change.value)
    return f"{said} ({words.span(found.change.low, found.change.high)})" if interval else said


def _value(value: Estimate | None) -> str:
    if value is None:
        return "too few weeks to say"
    return (
        f"{words.signed_number(value.value, 2)} (95% interval: {words.signed_number(value.low, 2)} to "
        f"{words.signed_number(value.high, 2)})"
    )


def _short(each: Correlation) -> str:
    return OPPORTUNITY.label if each.group == GROUPS[0] else "the others"
