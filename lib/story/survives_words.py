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
OPEN = "Open: policy and pandemic began together"
NONE = "–"


def in_short(findings: Sequence[Sequence[Finding]]) -> str:
    """How many of the claimed numbers hold, and that no cause does, as Markdown."""
    verdicts = [_over(found) for found in findings if found[0].claimed is not None and found[0].change]
    if not verdicts:
        return "**No claimed number can be checked with the records loaded here.** No count can say why things changed."
    counts = [
        f"{words.number_word(verdicts.count(verdict))}: {PLAIN[verdict][0].lower()}{PLAIN[verdict][1:]}"
        for verdict in dict.fromkeys(verdicts)
    ]
    return (
        f"**Of {words.number_word(len(verdicts))} numbers that can be checked here, over all windows, "
        f"{'; '.join(counts)}.** Whether the policy moved any of them, no count can say."
    )


def verdicts(findings: Iterable[Sequence[Finding]]) -> dict[str, list[str]]:
    """Columns: the statement, what was claimed, what was counted in its own window, and both verdicts."""
    rows = [_row(found) for found in findings]
    return {
        "Statement": [row[0] for row in rows],
        "Claimed": [row[1] for row in rows],
        "Counted": [row[2] for row in rows],
        "The number": [row[3] for row in rows],
        "The cause": [row[4] for row in rows],
    }


def _row(found: Sequence[Finding]) -> tuple[str, str, str, str, str]:
    first = found[0]
    claim = first.claim
    title = claim.title if claim else ""
    claimed = words.direction(first.claimed) if first.claimed is not None else NONE
    counted = words.direction(first.change.headline) if first.change and first.change.headline is not None else NONE
    if claim and claim.kind == "cause":
        return title, claimed, counted, NONE, OPEN
    if first.claimed is None:
        return title, claimed, counted, NONE if first.change else _unchecked(first), NONE
    return title, claimed, counted, PLAIN[_over(found)] if first.change else _unchecked(first), OPEN


def would_settle(claims: Iterable[Claim]) -> str:
    """What it would take to check what public records can't, as a list in Markdown."""
    return "\n".join(f"- **{claim.title}.** {claim.would_take}" for claim in claims if claim.would_take)


def _over(found: Sequence[Finding]) -> Verdict:
    return over_windows(finding.verdict for finding in found if finding.verdict)


def _unchecked(finding: Finding) -> str:
    return PLAIN[Verdict.UNCHECKABLE] if finding.verdict is Verdict.UNCHECKABLE else "Not checked: not loaded here"
