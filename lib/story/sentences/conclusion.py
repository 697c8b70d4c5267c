"""What survives all seven looks: what the records support, what they contradict, what they cannot reach.

Three paragraphs of short sentences, made of what the looks found in the reader's own windows and choices; a sentence
stands only where its condition holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.analysis.change_point import SPRING_2020, Turning
from lib.analysis.seasonal import Trend
from lib.analysis.specifications import Choice
from lib.analysis.windows import WindowPair, say_date
from lib.errors import StoryError
from lib.story import finding_words, words
from lib.story.evidence.change_point import events_in, turning_of
from lib.story.evidence.expected import Departure, departure
from lib.story.evidence.peers import Cities, Place, place
from lib.story.evidence.placebos import CREDITED, untouched
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.sentences.change_point_words import days_text
from lib.story.sentences.peers_words import ranked
from lib.story.sentences.synthetic_words import mixed_in_brief

OTHERS = "other-arrests"


@dataclass(frozen=True)
class Conclusion:
    """Each is a paragraph of short sentences; the last two are empty for windows that end before the policy began."""

    supported: str
    contradicted: str
    beyond: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """All that say something, in order."""
        return tuple(filter(None, (self.supported, self.contradicted, self.beyond)))


def conclusion(pair: WindowPair, trend: Trend, since: str, cities: Cities, choice: Choice) -> Conclusion:
    """What survives in these windows, with this model of what was to be expected, against these cities, mixed in
    this way.

    Raises WindowError for windows that can't be counted.
    """
    measures = [load_story().measures[name] for name in CREDITED]
    credited, covered, not_named = untouched(pair)
    policy = load_story().event("charges-dropped").date
    if pair.current.end < policy:
        early = f"These dates end before the policy began on {say_date(policy)}, so they say nothing about it."
        return Conclusion(f"{_supported(credited, covered, [])} {early}", "", "")
    expected = [_departure(measure, pair, trend, since) for measure in measures]
    elsewhere = [_place(measure, pair, cities) for measure in measures]
    turned = [(measure, turning_of(measure)) for measure in (*measures, load_story().measures[OTHERS])]
    found = [(measure, each) for measure, each in turned if isinstance(each, Turning)]
    return Conclusion(
        _supported(credited, covered, expected),
        _contradicted(not_named if any(map(_fell, (*credited, covered))) else (), found, elsewhere),
        _beyond(found, expected, elsewhere, choice),
    )


def _supported(credited: tuple[Finding, ...], covered: Finding, expected: list[Departure | None]) -> str:
    fell = [f"{_label(finding)} {_moved(finding)}" for finding in (*credited, covered) if _fell(finding)]
    rose = [f"{_label(finding)} {_moved(finding)}" for finding in (*credited, covered) if _rose(finding)]
    risen = f" {words.capital(words.listed(rose))}." if rose else ""
    beyond = [each.measure.label for each in expected if each and not each.inside and each.difference.high < 0]
    if not fell:
        return (
            f"On these dates the records show no clear fall: none of the counts is clearly below its baseline.{risen}"
        )
    lower = f" {_sentence(beyond)} ended below the range forecast from the years before." if beyond else ""
    return f"On these dates the records show clear falls: {words.listed(fell)}.{risen}{lower}"


def _contradicted(
    not_named: tuple[Finding, ...],
    turned: list[tuple[Measure, Turning]],
    elsewhere: list[Place | None],
) -> str:
    """What a simple story would need, and the records do not show."""
    also = [_label(finding) for finding in not_named if _fell(finding)]
    policy = load_story().event("charges-dropped").date
    elsewhen = [(measure, each) for measure, each in turned if not each.allows(policy)]
    apart = [each for each in elsewhere if each and not _holds_none(each)]
    said = []
    if also:
        said.append(f"Other counts fell, too: {words.listed(also)}.")
    said += [
        f"{words.capital(measure.label)} turned {_side_of(each, policy)} {say_date(policy)}, the policy’s first day: "
        f"{days_text(each)} (95% sure)."
        for measure, each in elsewhen
    ]
    for each in apart:
        said.append(
            f"By whole months, {each.measure.label} moved unlike the median of the other cities: "
            f"{words.direction(each.standing.change)} here, {words.direction(each.standing.median)} there."
        )
    if not said:
        return "They rule out neither simple story: that the policy did it, or that the pandemic did."
    return f"Neither simple story, all policy or all pandemic, accounts for every count. {' '.join(said)}"


def _beyond(
    turned: list[tuple[Measure, Turning]],
    expected: list[Departure | None],
    elsewhere: list[Place | None],
    choice: Choice,
) -> str:
    """Why no cause can be named: what the looks could not tell apart."""
    policy = load_story().event("charges-dropped").date
    pandemic = [event.date for event in events_in(SPRING_2020) if event.lane == "pandemic"]
    both = [m.label for m, each in turned if each.allows(policy) and any(each.allows(day) for day in pandemic)]
    inside = [each.measure.label for each in expected if each and each.inside]
    alike = [each for each in elsewhere if each and _holds_none(each)]
    said = ["The records can’t name the cause: the policy and the pandemic began within days of each other."]
    if both:
        said.append(f"{_sentence(both)} may have turned on the policy’s date or on one of the pandemic’s.")
    if inside:
        said.append(f"{_sentence(inside)} stayed inside the range forecast from the years before.")
    said += [
        f"By whole months, {each.measure.label} {words.verb(each.standing.change)} here and "
        f"{words.verb(each.standing.median)} in the median city, and {ranked(each)}."
        for each in alike
    ]
    said += filter(None, [mixed_in_brief(choice)])
    return " ".join(said)


def _side_of(turning: Turning, day: date) -> str:
    """On which side of a day that it does not allow a count turned."""
    if turning.low and turning.low > day:
        return "after"
    return "before" if turning.high and turning.high < day else "on another day than"


def _sentence(labels: list[str]) -> str:
    """Measures as the start of a sentence."""
    said = words.listed(labels)
    return said[0].upper() + said[1:]


def _holds_none(found: Place) -> bool:
    """Whether the interval of Baltimore against the median city holds no difference."""
    return found.standing.apart.low <= 0 <= found.standing.apart.high


def _departure(measure: Measure, pair: WindowPair, trend: Trend, since: str) -> Departure | None:
    """None where no week of the windows lies after the model's own, or no model can be had."""
    try:
        found = departure(measure, pair.current, trend, since)
    except StoryError:
        return None
    return found if isinstance(found, Departure) else None


def _place(measure: Measure, pair: WindowPair, cities: Cities) -> Place | None:
    """None where the windows hold no whole month, or the months have too few cities."""
    try:
        return place(measure, pair, cities)
    except StoryError:
        return None


def _fell(finding: Finding) -> bool:
    """Whether a count is clearly lower: its whole interval below no change."""
    change = finding.change
    return bool(
        change
        and not change.too_few
        and change.interval
        and change.interval.high is not None
        and change.interval.high < 0
    )


def _rose(finding: Finding) -> bool:
    """Whether a count is clearly higher: its whole interval above no change."""
    change = finding.change
    return bool(change and not change.too_few and change.interval and change.interval.low > 0)


def _label(finding: Finding) -> str:
    return finding.measure.label if finding.measure else ""


def _moved(finding: Finding) -> str:
    change = finding.change
    if change is None or change.headline is None or change.interval is None:
        return "can’t be told"
    spread = finding_words.between(change.interval.low, change.interval.high)
    return f"{words.verb(change.headline)} ({spread})"
