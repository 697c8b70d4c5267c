"""How chapters end: their answer in a sentence or three, and one that hands over to the next chapter."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis.specifications import Choice
from lib.analysis.windows import WindowPair
from lib.errors import StoryError
from lib.story import claim_words, finding_words, words
from lib.story.check import check_measure
from lib.story.evidence.peers import Cities, Place, place
from lib.story.evidence.placebos import CREDITED, untouched
from lib.story.evidence.places import Dose
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim, Measure
from lib.story.sentences.peers_words import ranked
from lib.story.sentences.place_words import HOW, kinds_of
from lib.story.sentences.placebos_words import also_fell
from lib.story.sentences.synthetic_words import mixed_in_brief
from lib.story.verdict import over_windows

ANSWER = "The short answer"
WHICH = "So which was it?"
RATIO = {
    "rose": "The ratio between their rates rose.",
    "fell": "The ratio between their rates fell.",
    "did not clearly change": "The ratio between their rates didn’t clearly change.",
    None: "There were too few arrests to say how the ratio between their rates moved.",
}
"""What the ratio of Black residents' arrest rate to white residents' did."""


def crime(found: Sequence[Sequence[Finding]], onward: Claim) -> str:
    """What became of the two claims about crime."""
    return (
        f"{' '.join(_held(each) for each in found)} Neither number says why crime fell. The next chapter turns to drug "
        f"arrests, where the claim was larger still: {words.drop(onward.claimed or 0)}."
    )


def drug_arrests(found: Sequence[Finding], before: Finding) -> str:
    """What became of the claim about drug arrests, and that they had moved before the policy."""
    moved = before.change.headline if before.change else None
    earlier = (
        f" Drug arrests were already {words.direction(moved)} in the months before policy and pandemic."
        if moved is not None
        else ""
    )
    return f"{_held(found)}{earlier} But whose arrests fell? The next chapter compares Black and white residents."


def who_was_arrested(pair: WindowPair, moved: str | None) -> str:
    """Whether arrests of both groups fell; ``moved``: what the ratio of their rates did, a key of ``RATIO``."""
    covered = load_story().measures["covered-arrests"]
    black, white = (check_measure(covered, pair, race=race) for race in ("black", "white"))
    both = "Arrests for these offenses clearly fell for Black and for white residents. " if _fell(black, white) else ""
    return (
        f"{both}{RATIO[moved]} The next chapter asks whether people also called 911 less about drugs and sex work, "
        "as the State’s Attorney’s office said."
    )


def calls(found: Sequence[Sequence[Finding]]) -> str:
    """What became of the claims about calls that can be checked."""
    return (
        f"{' '.join(_held(each) for each in found)} Even so, fewer calls need not mean less drug activity. The next "
        "chapter asks where in Baltimore crime changed, and whether it changed most where police had made these "
        "arrests."
    )


def places(measure: Measure, found: Dose) -> str:
    """Whether a measure moved with earlier enforcement."""
    city, without = kinds_of(found)
    downtown = f"; without downtown it {HOW[without].rstrip(',')}" if without != city else ""
    return (
        f"{finding_words.subject(measure)} {HOW[city]} where police had made more of these arrests{downtown}. Maps "
        "alone can’t tell the policy from the pandemic. The next chapter looks at that question in seven ways."
    )


def afterwards(found: str) -> str:
    """How Baltimore stands years later; ``found``: the sentence that says it."""
    return f"{found} These counts can’t say why. The next chapter sums up what holds of all that was claimed."


def which_was_it(pair: WindowPair, cities: Cities, choice: Choice) -> str:
    """What the seven looks come to: whether policy or pandemic did it. Raises WindowError as ``untouched``."""
    story = load_story()
    days = (story.event("charges-dropped").date - story.event("state-of-emergency").date).days
    said = [f"The records can’t say, because the policy began only {days} days into the pandemic emergency."]
    said += _elsewhere([_place(story.measures[name], pair, cities) for name in CREDITED])
    said += filter(None, [mixed_in_brief(choice)])
    *_, not_named = untouched(pair)
    fell, known = also_fell(not_named)
    if fell:
        number = words.capital(words.number_word(fell))
        said.append(f"{number} of {words.number_word(known)} counts that the policy doesn’t name fell, too.")
    said.append("The next chapter follows Baltimore and other cities through the policy’s recall and on to 2025.")
    return " ".join(said)


def _elsewhere(found: Sequence[Place | None]) -> list[str]:
    """Baltimore's rank among other cities, count by count."""
    told = [each for each in found if each]
    if not told:
        return []
    ranks = "; ".join(f"{ranked(each)} in {each.measure.label}" for each in told)
    return [f"Among other cities, by whole months, {ranks}."]


def _place(measure: Measure, pair: WindowPair, cities: Cities) -> Place | None:
    """None where the windows hold no whole month, or the months have too few cities."""
    try:
        return place(measure, pair, cities)
    except StoryError:
        return None


def _held(found: Sequence[Finding]) -> str:
    """What became of one claim, as a sentence."""
    label = found[0].measure.label if found[0].measure else ""
    verdict = over_windows(finding.verdict for finding in found if finding.verdict)
    return f"On {label}, the claim {claim_words.HELD[verdict][0]}."


def _fell(*findings: Finding) -> bool:
    """Whether every count is clearly lower: its whole interval below no change."""
    intervals = [finding.change.interval for finding in findings if finding.change and not finding.change.too_few]
    return len(intervals) == len(findings) and all(
        each and each.high is not None and each.high < 0 for each in intervals
    )
