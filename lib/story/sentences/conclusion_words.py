"""What is left at the end of the story, in words: two verdicts on every statement, and what would settle the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lib.story import claim_words, words
from lib.story.finding import Finding
from lib.story.model import Claim, Study
from lib.story.verdict import PLAIN, Verdict

MADE_FROM = """
These answers come from the seven looks in “Was it COVID?”, with the dates and choices you made there.
"""
TWO_VERDICTS = """
A number can be right and still not show what caused it. So each number gets a verdict over all the dates tried,
and each statement of a cause gets one of its own. Where no cause is given, it is open: the policy and the pandemic
began together.
"""
ELSEWHERE = """
Studies of other places don’t agree. Where prosecutors dropped minor cases, one found fewer new charges and one found no
change in crime. One found more property crime; one found more homicides, which others dispute. None can say what
happened in Baltimore.
"""
STUDIES = "Studies of other places, one by one"
PARTLY = "The cause: open. Police rewrote their rules to match the policy, but the pandemic began then, too."
FOLLOWED = "own-definition"
"""The caveat of counts that a policy that is followed lowers by itself."""


def in_short(findings: Sequence[Sequence[Finding]]) -> str:
    """How many of the claimed numbers hold, and that no cause does, as Markdown."""
    held = claim_words.in_every_window(findings)
    if not held:
        return "**No claimed number can be checked with the records at hand.** No count can say why things changed."
    return f"**{held}** Whether the policy moved any of them, no count can say."


def verdicts(findings: Iterable[Sequence[Finding]]) -> str:
    """A list of all statements, each with its verdicts on number and cause, as Markdown."""
    return "\n".join(f"- {_verdict(found)}" for found in findings)


def _verdict(found: Sequence[Finding]) -> str:
    first, overall = found[0], claim_words.overall_of(found)
    title = f"**{first.claim.title}.**" if first.claim else ""
    if first.claim and first.claim.kind == "cause":
        return f"{title} A cause, not a number: open."
    if first.verdict is Verdict.NOT_HERE:
        return f"{title} {PLAIN[Verdict.NOT_HERE]}."
    if first.change is None:
        return f"{title} Not checked: the records don’t come with this story."
    if first.claimed is None or overall is None or first.change.headline is None:
        return f"{title} No number was claimed. Its chapter has our count."
    said = f"{title} We count {words.drop(first.change.headline)}. The claim {claim_words.HELD[overall][0]}."
    return f"{said} {PARTLY}" if first.claim and FOLLOWED in first.claim.caveats else said


def would_settle(claims: Iterable[Claim]) -> str:
    """What it would take to check what the records here can't, as a list in Markdown."""
    return "\n".join(f"- **{claim.title}.** {claim.would_take}" for claim in claims if claim.would_take)


def studies(found: Iterable[Study]) -> str:
    """What others found, what it can't say and where to read it, as a list in Markdown."""
    return "\n".join(
        f"- **{each.place}.** {each.found} {each.limit} {' '.join(f'{source.link}.' for source in each.sources)}"
        for each in found
    )
