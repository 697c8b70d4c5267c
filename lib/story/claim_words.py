"""Whether claims hold, in words: sentences and titles about findings over all windows of a claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lib.story.finding import Finding
from lib.story.finding_words import against, between, moved, say_when
from lib.story.model import Method
from lib.story.records import without_command
from lib.story.verdict import IN_A_SENTENCE, OVERALL, PLAIN, Overall, Verdict, over_windows
from lib.story.words import capital, direction, drop, listed, number_word, percent, verb, verb_about, worded


def lead(findings: Mapping[str, Sequence[Finding]]) -> str:
    """The story in a few sentences: what was counted beside what was claimed, and in how many windows it holds."""
    tested = [found[0] for found in findings.values() if found[0].change and found[0].change.headline is not None]
    numbers = [f"{moved(f)} (claimed: {_claimed(f)})" for f in tested if f.claimed is not None]
    if not numbers:
        return f"**None of the {number_word(len(findings))} statements can be tested with the records at hand.**"
    return (
        f"**On the dates of each claim, or the closest we can count, {listed(numbers)}.** "
        f"{in_every_window(findings.values())} No count can "
        "say why: the policy and the pandemic began together."
    )


def _claimed(finding: Finding) -> str:
    """What was claimed, beside what was counted: its size alone where both went the same way."""
    change, claimed = finding.change, finding.claimed or 0.0
    alike = change is not None and change.headline is not None and change.headline * claimed > 0
    return percent(claimed) if alike else drop(claimed)


HELD = {
    Overall.HOLDS: ("holds on all the dates tried", "hold on all the dates tried"),
    Overall.OTHER_SIZE: (
        "has the right direction but a different size",
        "have the right direction but different sizes",
    ),
    Overall.DEPENDS: ("depends on the dates", "depend on the dates"),
    Overall.CONTRADICTED: ("is contradicted", "are contradicted"),
    Overall.TOO_FEW: ("has too few events to say", "have too few events to say"),
}
"""What is said of one claimed number over all its windows, and of several."""


def in_every_window(findings: Iterable[Sequence[Finding]]) -> str:
    """How many of the claimed numbers hold in every window that somebody used: a sentence, empty where none can be."""
    verdicts = [overall for found in findings if (overall := overall_of(found))]
    if not verdicts:
        return ""
    said = []
    for verdict in dict.fromkeys(verdicts):
        number = verdicts.count(verdict)
        said.append(f"{number_word(number)} {HELD[verdict][number > 1]}")
    return f"Of {worded(len(verdicts), 'numbers')} we can check, {listed(said)}."


def overall_of(found: Sequence[Finding]) -> Overall | None:
    """The verdict on a claimed number over the windows it was checked in; None where nothing can be checked."""
    verdicts = [finding.verdict for finding in found if finding.verdict and finding.change]
    return over_windows(verdicts) if verdicts else None


def claims_title(findings: Sequence[Finding], *, own: bool) -> str:
    """Which counts moved about as claimed, and how the others did; what has no verdict is left out.

    ``own``: each on the dates its claim was made for, else on dates that a reader chose.
    """
    counted = [finding for finding in findings if finding.change and finding.verdict]
    if not counted and own:
        return "No claimed number can be checked with the records at hand"
    if not counted:
        went = [moved(finding) for finding in findings if finding.change]
        return f"On the dates you chose, {listed(went or ['nothing could be counted'])}; no claim is about these dates"
    few = [finding.measure.label for finding in counted if finding.verdict is Verdict.TOO_FEW and finding.measure]
    alike = [finding for finding in counted if finding.verdict is Verdict.MATCHES]
    parts = []
    if alike:
        names = listed([finding.measure.label for finding in alike if finding.measure])
        fell = all(finding.change and (finding.change.headline or 0) < 0 for finding in alike)
        parts.append(f"{names} {'fell' if fell else 'changed'} about as claimed")
    parts += [_unlike(f) for f in counted if f not in alike and f.verdict is not Verdict.TOO_FEW]
    if few:
        parts.append(f"the counts of {listed(few)} can’t tell the claim from no change")
    said = "; ".join(parts)
    return f"On the {'closest dates' if own else 'dates you chose'}, {said}"


def _unlike(finding: Finding) -> str:
    """How a count moved that does not match its claim: ``drug arrests fell 71%, not 80%``."""
    change = finding.change
    if change is None or change.too_few or change.headline is None:
        return moved(finding)
    return f"{moved(finding)}, not {_claimed(finding)}"


def in_periods(alike: int, tried: int, *, own: bool) -> str:
    """In how many of the periods tried the same holds, after a clause; nothing of a single one.

    ``own``: the clause is about other dates than these.
    """
    if tried < 2:
        return ""
    number = number_word(tried)
    if not alike:
        return f", unlike in the {number} periods tried"
    some = f"each of {number}" if alike == tried else f"{number_word(alike)} of {number}"
    return f"{', as ' if own else ' '}in {some} periods tried"


def already(finding: Finding) -> str:
    """That a count had moved before the policy: ``Drug arrests had already fallen about 42% before the policy ...``

    With its 95% interval, as ``short``.
    """
    change, pair = finding.change, finding.pair
    if change is None or pair is None or change.too_few or change.headline is None or change.interval is None:
        return finding.sentence
    went = verb_about(change.headline).replace("fell", "had already fallen", 1).replace("rose", "had risen", 1)
    when = say_when(pair.current)
    spread = between(change.interval.low, change.interval.high)
    label = finding.measure.label if finding.measure else ""
    earlier = against(pair).removeprefix("the same dates ")
    return f"{capital(label)} {went} before the policy and the pandemic, {when}, compared with {earlier} ({spread})."


def grouped(findings: Mapping[str, Sequence[Finding]]) -> dict[str, list[tuple[Finding, ...]]]:
    """The statements by what can be said of them, in the article's order, each with its findings."""
    groups: dict[str, list[tuple[Finding, ...]]] = {
        "Checked against the records": [],
        "Checkable, but the records don’t come with this story": [],
        "Not in these records": [],
    }
    checked, missing, never = groups.values()
    for found in findings.values():
        claim = found[0].claim
        group = checked if found[0].change else missing if claim and claim.records else never
        group.append(tuple(found))
    return {heading: group for heading, group in groups.items() if group}


NOT_YET = "Not checked yet: "
"""How a sentence on a claim begins whose records are not loaded."""


def verdict_summary(findings: Sequence[Finding]) -> str:
    """The verdict over all named windows, as Markdown, and in how many of them the claim holds."""
    verdicts = [f.verdict for f in findings if f.verdict]
    if not verdicts:
        return f"**No number was claimed.** {findings[0].sentence}"
    overall = over_windows(verdicts)
    if overall is not Overall.DEPENDS:
        return f"**{OVERALL[overall]}** ({worded(len(verdicts), 'comparisons')})."
    counts = [(number_word(verdicts.count(verdict)), IN_A_SENTENCE[verdict]) for verdict in dict.fromkeys(verdicts)]
    (first, held), *others = counts
    said = [f"In {first} of {number_word(len(verdicts))} comparisons, {held}"]
    said += [f"in {number}, {otherwise}" for number, otherwise in others]
    return f"**{OVERALL[overall]}.** {'; '.join(said)}."


def overall_text(found: Sequence[Finding]) -> str:
    """The verdict on a claim over all its windows, in a cell of a table, and in how many of them it matches."""
    overall = overall_of(found)
    if overall is None:
        return (
            "No number was claimed."
            if found[0].claimed is None
            else "Not checked: the records don’t come with this story."
        )
    verdicts = [finding.verdict for finding in found if finding.verdict]
    said = OVERALL[overall]
    if overall is not Overall.DEPENDS:
        return f"{said}."
    return f"{said}: the records match it in {verdicts.count(Verdict.MATCHES)} of {len(verdicts)}."


def unmeasured(finding: Finding) -> str:
    """Why a statement has no number beside it, and what it would take, as Markdown."""
    claim = finding.claim
    if claim is not None and claim.records is None:
        return f"**{PLAIN[Verdict.NOT_HERE]}.** {claim.why_not} What it would take: {claim.would_take}"
    claimed = f" The claim: {drop(finding.claimed)}." if finding.claimed is not None else ""
    return f"**{NOT_YET.rstrip(': ')}.**{claimed} {capital(without_command(finding.sentence.removeprefix(NOT_YET)))}"


def windows_title(findings: Sequence[Finding]) -> str:
    """A title for one measure under several windows: the range of its changes."""
    told = (f.change for f in findings if f.change and not f.change.too_few and f.verdict is not Verdict.TOO_FEW)
    changes = [change.headline for change in told if change.headline is not None]
    measure = next(f.measure for f in findings if f.measure)
    if not changes:
        return f"{measure.title}: too few to say"
    low, high = min(changes), max(changes)
    tried = f"In {worded(len(changes), 'comparisons')}"
    if low < 0 < high or percent(low) == percent(high):
        return f"{tried}, {measure.label} changed by {direction(low)} to {direction(high)}"
    least, most = sorted((low, high), key=abs)
    return f"{tried}, {measure.label} {verb(least).removesuffix('%')}% to {percent(most)}"


def method(found: Method) -> tuple[str, str]:
    """What a method does, and how it was tried out, what it can't say and where to read of it, as Markdown."""
    links = ", ".join(source.link for source in found.sources)
    formula = f" In symbols: {found.formula}." if found.formula else ""
    tried = f"**How we tested it:** {found.check}\n\n**What it can’t say:** {found.limits}\n\n{links}"
    return f"{found.text}{formula}", tried
