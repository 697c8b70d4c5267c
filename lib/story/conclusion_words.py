"""What is left at the end of the story, in words: two verdicts on every statement, and what would settle the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lib.story import words
from lib.story.finding import Finding
from lib.story.model import Claim
from lib.story.verdict import PLAIN, Verdict, over_windows

MADE_FROM = """
These sentences are made from the six looks of the chapter before, in the windows and with the choices that you made
there.
"""
TWO_VERDICTS = """
A number can be right and say nothing about why. So every statement gets two verdicts: one on its number, over all the
windows that somebody used, and one on its cause.
"""
HELD = {
    Verdict.MATCHES: ("matches the records in every window", "match the records in every window"),
    Verdict.SIZE_NOT: ("has the right direction, not the size", "have the right direction, not the size"),
    Verdict.DEPENDS: ("depends on the window", "depend on the window"),
    Verdict.CONTRADICTED: ("is contradicted", "are contradicted"),
    Verdict.TOO_FEW: ("has too few events to tell", "have too few events to tell"),
}
"""What is said of one number, and of several."""
OPEN = "open; policy and pandemic began together"
PARTLY = "partly the policy itself, as police rewrote their rules to match it; how much is open"
FOLLOWED = "own-definition"
"""The caveat of counts that a policy that is followed lowers by itself."""


def in_short(findings: Sequence[Sequence[Finding]]) -> str:
    """How many of the claimed numbers hold, and that no cause does, as Markdown."""
    verdicts = [_over(found) for found in findings if found[0].claimed is not None and found[0].change]
    if not verdicts:
        return "**No claimed number can be checked with the records loaded here.** No count can say why things changed."
    counts = []
    for verdict in dict.fromkeys(verdicts):
        number = verdicts.count(verdict)
        counts.append(f"{words.number_word(number)} {HELD[verdict][number > 1]}")
    return (
        f"**Of {words.number_word(len(verdicts))} numbers that can be checked here, {words.listed(counts)}.** "
        "Whether the policy moved any of them, no count can say."
    )


def verdicts(findings: Iterable[Sequence[Finding]]) -> str:
    """A list of all statements, each with its verdicts on number and cause, as Markdown."""
    return "\n".join(f"- {_verdict(found)}" for found in findings)


def _verdict(found: Sequence[Finding]) -> str:
    first = found[0]
    title = f"**{first.claim.title}.**" if first.claim else ""
    if first.claim and first.claim.kind == "cause":
        return f"{title} No number. The cause: {OPEN}."
    if first.verdict is Verdict.UNCHECKABLE:
        return f"{title} {PLAIN[Verdict.UNCHECKABLE]}."
    if first.change is None:
        return f"{title} Not checked: the records are not loaded here. The cause: {OPEN}."
    if first.claimed is None or first.change.headline is None:
        return f"{title} No number was claimed. What was counted is in its chapter."
    counted = words.direction(first.change.headline)
    return (
        f"{title} The claim was {words.direction(first.claimed)}; the count is {counted}. "
        f"The number {HELD[_over(found)][0]}. The cause: {_cause(first.claim)}."
    )


def _cause(claim: Claim | None) -> str:
    return PARTLY if claim and FOLLOWED in claim.caveats else OPEN


def would_settle(claims: Iterable[Claim]) -> str:
    """What it would take to check what the records here can't, as a list in Markdown."""
    return "\n".join(f"- **{claim.title}.** {claim.would_take}" for claim in claims if claim.would_take)


def _over(found: Sequence[Finding]) -> Verdict:
    return over_windows(finding.verdict for finding in found if finding.verdict)
