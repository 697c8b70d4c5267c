"""Sentences about placebos, and about the two other changes of 2020."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis.change import Change
from lib.analysis.placebos import NoStep, Step
from lib.analysis.windows import Window, WindowPair, say_date, say_window
from lib.story import finding_words, words
from lib.story.evidence.confounders import During
from lib.story.evidence.placebos import PolicyDates
from lib.story.finding import Finding
from lib.story.model import Measure

TOO_FEW = "too few to say"
TOO_WIDE = "too uneven to say"


def step_text(step: Step | NoStep) -> str:
    """A step as a label."""
    if isinstance(step, NoStep):
        return TOO_FEW
    return TOO_WIDE if step.interval.wide else words.signed(step.change)


def step_tip(step: Step | NoStep) -> str:
    """Counts on both sides and the interval, for a tooltip."""
    if isinstance(step, NoStep):
        return step.why
    return (
        f"{words.count(step.before)} in {words.counted(step.days, 'days')} before, {words.count(step.after)} after; "
        f"in other years: {words.signed(step.usual)}; 95% interval of the step "
        f"{words.span(step.interval.low, step.interval.high)}"
    )


def policy_dates_title(found: PolicyDates) -> str:
    """Whether other years had such a step at the policy's date."""
    when, here = say_date(found.day), found.here
    if isinstance(here, NoStep) or here.interval.wide:
        return f"{found.measure.title} at {when}: {step_text(here)}"
    if here.clear:
        said = f"{found.measure.title} {words.verb(here.change)} from {when} on"
    else:
        span = words.span(here.interval.low, here.interval.high)
        said = f"{found.measure.title} made no clear step on {when} ({words.signed(here.change)}; {span})"
    number = words.worded(len(found.others), "other years")
    if not found.enough:
        return f"{said}; too few other years to say more"
    if found.as_large:
        return f"{said}; {words.number_word(found.as_large)} of {number} moved about as much or more"
    return f"{said}, {_further(here)} than in any of {number}" if here.clear else said


def policy_dates_sentence(found: PolicyDates) -> str:
    """The step of 2020, those of other years, and how little so few years can show."""
    here, about = found.here, finding_words.subject(found.measure)
    if isinstance(here, NoStep):
        return f"{about} at {say_date(found.day)}: {here.why}"
    cut = (
        f" Your window has {words.counted(found.asked, 'days')}. We can use at most {found.days} on each side: with "
        "more, the days after the 2019 date would run into the policy."
        if found.asked > found.days
        else ""
    )
    said = (
        f"{_step_said(found.measure, here)}: {words.counted(here.before, found.measure.unit)} in the "
        f"{words.counted(found.days, 'days')} before and {words.count(here.after)} in the {found.days} from that day "
        f"on. In other years the same step was {words.direction(here.usual)}."
    )
    changes = [step.change for _, step in found.others]
    number = len(changes)
    if not found.enough:
        return f"{said} There are too few other years to compare it with.{cut}"
    how_many = "none" if not found.as_large else words.number_word(found.as_large)
    as_large = f"{how_many} moved {'about as much or more' if found.as_large else 'as much'}"
    chance = (
        f" Even so, one of {words.number_word(number + 1)} years must have the largest step, even by pure chance."
        if not found.as_large
        else ""
    )
    return (
        f"{said} In {words.worded(number, 'other years')}, when no policy began, the same step on "
        f"{say_date(found.day, year=False)} was {_range(changes)}; {as_large}.{chance}{cut}"
    )


def untouched_title(credited: Sequence[Finding], not_named: Sequence[Finding]) -> str:
    """How many counts that the policy does not name fell as well."""
    fell, known = also_fell(not_named)
    if not known:
        return "Counts that the policy doesn’t name: too few events to say"
    as_much = _as_much(credited, not_named)
    said = f"{_capital(words.number_word(fell))} of {words.number_word(known)} counts the policy doesn’t name fell, too"
    return f"{said}, {words.number_word(len(as_much))} of them as much as violent crime" if as_much else said


def also_fell(not_named: Sequence[Finding]) -> tuple[int, int]:
    """How many counts that the policy does not name clearly fell, of how many that say something."""
    known = _known(not_named)
    return sum(_fell(change) for _, change in known), len(known)


def untouched_sentence(
    credited: Sequence[Finding], covered: Finding, not_named: Sequence[Finding], pair: WindowPair
) -> str:
    """All changes in the windows, with intervals, and what follows from them."""
    groups = (
        ("Credited to the policy", credited),
        ("Covered by it", (covered,)),
        ("Not named by it", not_named),
    )
    baseline = " and ".join(say_window(window) for window in pair.baseline)
    parts = [f"{name}: {words.listed([_change_said(finding) for finding in found])}." for name, found in groups]
    told = "Dates alone can’t credit the policy with a drop that other offenses had, too."
    fell, _ = also_fell(not_named)
    return f"From {say_window(pair.current)}, compared with {baseline}. {' '.join(parts)}{f' {told}' if fell else ''}"


def announcement_title(found: Sequence[tuple[Measure, Step | NoStep]]) -> str:
    """Whether anything can be told from no change after the announcement."""
    known = [(measure, step) for measure, step in found if isinstance(step, Step) and not step.interval.wide]
    clear = [(measure, step) for measure, step in known if step.clear]
    if not known:
        return "After the announcement: too few events to say"
    if not clear:
        number = words.number_word(len(known))
        unsure = len(found) - len(known)
        rest = f"; {words.number_word(unsure)} can’t say" if unsure else ""
        return f"After the announcement, none of {number} counts shows a step beyond chance{rest}"
    each = [f"{measure.label} {words.verb(step.change)}" for measure, step in clear]
    return f"After the announcement, and the city’s reopening on the same day, {words.listed(each)}"


def announcement_sentence(found: Sequence[tuple[Measure, Step | NoStep]]) -> str:
    """The steps after the announcement, with intervals, and what else happened then."""
    steps = [(measure, step) for measure, step in found if isinstance(step, Step)]
    known = [(measure, step) for measure, step in steps if not step.interval.wide]
    each = [
        f"{measure.label} {step_text(step)} ({words.span(step.interval.low, step.interval.high)}, "
        f"in {words.counted(step.days, 'days')})"
        for measure, step in steps
    ]
    clear = [measure.label for measure, step in known if step.clear]
    told = f"Beyond chance: {words.listed(clear)}." if clear else "No count shows a step beyond chance."
    parts = [
        "The policy itself didn’t change on March 26, 2021, but the city did. At 6 a.m. that day it let restaurants, "
        "shops, malls and gyms fill half of their space instead of a quarter. So a step here may come from the "
        "reopening."
    ]
    if each:
        parts.append(f"Steps beyond what earlier years did at these dates, with 95% intervals: {'; '.join(each)}.")
    if known:
        parts.append(told)
    parts += [f"{finding_words.subject(measure)}: {step.why}" for measure, step in found if isinstance(step, NoStep)]
    parts.append("A step no larger than these intervals wouldn’t show here.")
    return " ".join(parts)


def during_text(change: Change) -> str:
    """A period's change as a label."""
    return TOO_FEW if change.too_few else words.signed(change.headline)


def during_tip(found: During) -> str:
    """All three periods of a measure, for a tooltip."""
    return "; ".join(
        f"{say_window(window)}: {during_text(change)}, {words.count(change.current)} compared with an average of "
        f"{change.baseline / 3:,.0f}"
        for window, change in zip(found.periods, found.changes, strict=True)
    )


def planes_title(street_robbery: During) -> str:
    """Whether street robbery fell further while planes flew."""
    if street_robbery.beyond is None:
        return f"While police planes flew: {TOO_FEW} of {street_robbery.measure.label}"
    _, interval = street_robbery.beyond
    about = f"{street_robbery.measure.title} was"
    if interval.high is not None and interval.high < 0:
        return f"{about} lower while police planes flew than before and after"
    if interval.low > 0:
        return f"{about} higher while police planes flew than before and after"
    return f"{about} not clearly lower while police planes flew than before and after"


def planes_sentence(flown: Sequence[During], protested: Sequence[During]) -> str:
    """What planes and protests might have moved, and what the records show."""
    before, middle, after = flown[0].periods
    around, weeks, later = protested[0].periods
    return (
        f"If the flights deterred robbery, it should have fallen more while planes flew ({say_window(middle)}) than "
        f"before ({say_window(before)}) and after ({say_window(after)}). Here are the three periods, each compared "
        f"with the average of the same dates in the three years before: {_each(flown)}. Our tables don’t say which "
        "robberies were armed, where RAND found most of the effect. And RAND found it whether or not planes were "
        "flying, so the effect need not begin with the first flight or end with the last. Protests might have moved "
        f"burglary, including of shops, and assault ({say_window(weeks)}, compared with {say_window(around)} and "
        f"{say_window(later)}): {_each(protested)}."
    )


def short_window(window: Window) -> str:
    """``May 1 – Oct 31``, with no year."""
    return "\u00a0–\u00a0".join(f"{day:%b}\u00a0{day.day}" for day in (window.start, window.end))


def _each(found: Sequence[During]) -> str:
    parts = []
    for one in found:
        three = ", ".join(during_text(change) for change in one.changes)
        beyond = (
            f"the middle period compared with the others: {words.direction(one.beyond[0])}, 95% interval: "
            f"{words.span(one.beyond[1].low, one.beyond[1].high)}"
            if one.beyond
            else TOO_FEW
        )
        parts.append(f"{one.measure.label} {three} ({beyond})")
    return "; ".join(parts)


def _step_said(measure: Measure, step: Step) -> str:
    """``Violent crime fell 21% from March 18, 2020 on, beyond what other years do then (95% interval: ...)``."""
    return (
        f"Compared with that date in {words.worded(len(step.years), 'other years')}, {measure.label} "
        f"{words.verb(step.change)} from {say_date(step.day)} on "
        f"(95% interval: {words.span(step.interval.low, step.interval.high)})"
    )


def _change_said(finding: Finding) -> str:
    label = finding.measure.label if finding.measure else ""
    change = finding.change
    if change is None or change.headline is None or change.interval is None or change.too_few:
        return f"{label} {TOO_FEW}"
    return f"{label} {words.signed(change.headline)} ({words.span(change.interval.low, change.interval.high)})"


def _known(found: Sequence[Finding]) -> list[tuple[Finding, Change]]:
    """The findings that say something."""
    return [(finding, finding.change) for finding in found if finding.change and not finding.change.too_few]


def _fell(change: Change) -> bool:
    """Whether the interval leaves out no change and any rise."""
    return change.interval is not None and change.interval.high is not None and change.interval.high < 0


def _as_much(credited: Sequence[Finding], not_named: Sequence[Finding]) -> list[Finding]:
    """What fell at least as far as the first that is credited, where that fell."""
    first = credited[0].change
    if first is None or first.headline is None or first.too_few or first.headline >= 0:
        return []
    return [f for f, change in _known(not_named) if _fell(change) and (change.headline or 0) <= first.headline]


def _further(step: Step) -> str:
    return "further" if step.change < 0 else "more"


def _range(changes: Sequence[float]) -> str:
    """From the lowest to the highest."""
    return f"anything from {words.direction(min(changes))} to {words.direction(max(changes))}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
