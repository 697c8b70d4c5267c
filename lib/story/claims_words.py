"""Titles of figures that set what was counted beside what was claimed."""

from __future__ import annotations

from collections.abc import Sequence

from lib.story import words
from lib.story.finding import Finding
from lib.story.verdict import Verdict


def compared_title(findings: Sequence[Finding]) -> str:
    """Which counts moved about as claimed, and how the others did, each in the window its claim was made for.

    Claims whose records are not loaded are left out, unless no other is there.
    """
    counted = [finding for finding in findings if finding.change and finding.verdict]
    if not counted:
        return words.claims_title(findings)
    alike = [finding for finding in counted if finding.verdict is Verdict.MATCHES]
    parts = []
    if alike:
        names = words.listed([finding.measure.label for finding in alike if finding.measure])
        fell = all(finding.change and (finding.change.headline or 0) < 0 for finding in alike)
        parts.append(f"{names} {'fell' if fell else 'changed'} about as much as claimed")
    parts += [_other(finding) for finding in counted if finding not in alike]
    return words.capital("; ".join(parts))


def _other(finding: Finding) -> str:
    """How a count moved that does not match its claim: ``drug arrests fell 71%, not 80%``."""
    claimed, change = finding.claimed or 0.0, finding.change
    if change is None or change.too_few or change.headline is None:
        return words.moved(finding)
    alike = change.headline * claimed > 0
    return f"{words.moved(finding)}, not {words.percent(claimed) if alike else words.direction(claimed)}"
