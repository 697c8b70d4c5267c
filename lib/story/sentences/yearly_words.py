"""Sentences and titles about 911 calls that are counted by whole year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lib.story import words
from lib.story.evidence.whole_years import ASSAULT, OVERDOSES, Against, CountedTwice, PublishedChange
from lib.story.finding import Finding, Inference
from lib.story.model import Measure
from lib.story.sentences import call_words

RECORDING = """
The alliance’s counts show no jump in 2019, so we treat them as one series.
"""
WHERE = """
If people called less because less was going on, calls should have dropped most where drugs had been sold and where
police had made most of these arrests. If people simply called less, the drop should be about the same everywhere.
"""
OTHERS = """
Drug policy doesn’t touch automobile accidents. Calls about them can’t say what the pandemic did to drug calls, but they
show how far other calls moved in the same years.
"""
NATURE = {
    ASSAULT: "which no drug policy touches",
    OVERDOSES: "which are about health, not the law",
}
"""What calls of a kind have to do with the policy, by what they are about."""


def thousands(value: int) -> str:
    """A count to the nearest thousand: ``35k``."""
    return f"{value / 1000:.0f}k"


def totals_table(calls: Mapping[int, int], twice: Sequence[CountedTwice]) -> str:
    """What was counted of each year beside the alliance's counts of the same calls, as a table in Markdown.

    ``calls`` are all calls counted of each year, ``twice`` the years that both hold whole.
    """
    kinds = list(dict.fromkeys(each.daily for each in twice))
    found = {(each.daily, each.year): each for each in twice}
    head = ["Year", "All calls"]
    for kind in kinds:
        head += [words.capital(kind.label), "The alliance’s count", "Difference"]
    rows = [head, ["---:"] * len(head)]
    for year, every in sorted(calls.items()):
        row = [str(year), words.count(every)]
        for kind in kinds:
            each = found.get((kind, year))
            apart = None if each is None or each.apart is None else words.signed(each.apart, 1)
            row += ["–", "–", "–"] if each is None else [
                words.count(each.loaded), words.count(each.alliance), apart or "–",
            ]  # fmt: skip
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def panel(measure: Measure) -> str:
    """The name of a measure over its panel."""
    return f"{measure.title}, a year"


def open_years(counted: Mapping[Measure, Mapping[int, int]]) -> str:
    """Which years of each measure were not published, in a sentence; empty where none is missing."""
    every = [year for years in counted.values() for year in years]
    span = range(min(every), max(every) + 1)
    missing = [year for year in span if not any(year in years for years in counted.values())]
    said = [f"No counts were published for {words.listed([str(year) for year in missing])}."] if missing else []
    for measure, years in counted.items():
        if max(years) < span[-1]:
            said.append(f"Those of {measure.label.removeprefix('911 calls about ')} end in {max(years)}.")
    return " ".join(said)


def fall_title(steps: Sequence[Finding]) -> str:
    """What drug calls did in the years before the policy, and in its first."""
    *before, first = (step.change.headline if step.change else None for step in steps)
    years = [step.pair.current.start.year for step in steps if step.pair]
    if first is None or not all(before):
        return "911 calls about drugs, a year"
    said = [f"{words.verb(change)} in {year}" for change, year in zip(before, years, strict=False) if change]
    went = words.listed([said[0], *(each.removeprefix(f"{said[0].split()[0]} ") for each in said[1:])])
    return f"Before the policy, drug calls {went}; then they {words.verb(first)} in {years[-1]}"


def years_sentence(counted: Mapping[int, int]) -> str:
    """The highest year, the last before the policy and the last of all."""
    top = max(counted, key=lambda year: counted[year])
    last = max(counted)
    return (
        f"Calls about drugs peaked at {words.count(counted[top])} in {top}. In {last}, the last year published, there "
        f"were {words.count(counted[last])}. That may be too many: some records of early {last} may be in the file "
        "twice."
    )


def inferred_title(found: Inference) -> str:
    """The claim's own months, as far as they can be inferred."""
    return (
        f"From March to December 2020 drug calls fell by an estimated {words.percent(found.change)}, "
        f"anywhere from {words.percent(found.high)} to {words.percent(found.low)}"
        if found.low < found.high < 0
        else f"From March to December 2020 drug calls moved by an estimated {words.signed(found.change)}"
    )


def inferred_short(found: Inference) -> str:
    """The same as people say it, and that nobody counted it."""
    claimed = f" The claim was {words.drop(found.claimed)}." if found.claimed is not None else ""
    return (
        f"The claim is about March to December 2020, and no count is public for those months alone. We infer a drop of "
        f"about {words.percent(found.change)}. Depending on January and February, it could be anything from "
        f"{words.percent(found.high)} to {words.percent(found.low)}.{claimed}"
        if found.low < found.high < 0
        else found.sentence
    )


def apart_title(found: Against) -> str:
    """Whether drug calls fell further than calls about accidents, by more than chance."""
    if found.apart is None:
        return "Too few calls to compare"
    value, interval = found.apart
    drugs, control = (f.change.headline if f.change else None for f in (found.finding, found.control))
    if drugs is None or control is None:
        return "Too few calls to compare"
    both = f"drug calls {words.verb(drugs)}, accident calls {words.verb(control)}"
    if interval.high is None or interval.low <= 0 <= interval.high:
        return f"{words.capital(both)}: not clearly apart"
    return f"{words.capital(both)}: drug calls fell {'further' if value < 0 else 'less'}"


def apart_sentence(found: Against) -> str:
    """Both changes and their ratio, in full."""
    said = f"{found.finding.sentence} {found.control.sentence}"
    if found.apart is None:
        return said
    value, interval = found.apart
    return (
        f"{said} Next to accident calls, drug calls changed by {words.signed(value)} "
        f"(95% interval: {words.span(interval.low, interval.high)})."
    )


def estimate_label(found: PublishedChange) -> str:
    """The name of a published estimate's row: ``Common assault, 2020 v. 2018, estimate: −22%``."""
    before, after = _both_years(found)
    return f"{words.capital(found.about)}, {after} v. {before}, estimate: {words.signed(found.change)}"


def estimate_tip(found: PublishedChange) -> str:
    """Both numbers of a published estimate, how they were obtained, and whose they are."""
    return f"Published estimate. {'. '.join(f'{call_words.told(f)} ({f.by})' for f in (found.before, found.after))}"


def estimates_short(found: Sequence[PublishedChange]) -> str:
    """Published estimates in one sentence, for a description."""
    before, after = _both_years(found[0])
    said = [f"calls about {each.about} {words.verb_about(each.change)}" for each in found]
    return f"By published estimates, {words.listed(said)} from {before} to {after}. No interval is known."


def estimates_text(found: Sequence[PublishedChange], off: float) -> str:
    """Each published estimate in words with its source, as Markdown; ``off``: see ``estimate_off``."""
    before, after = _both_years(found[0])
    sources = dict.fromkeys(f"[{f.by}]({f.address})" for each in found for f in (each.before, each.after))
    lines = [
        f"- **{words.capital(each.about)}**, {NATURE[each.about]}: {words.verb_about(each.change)}, from "
        f"{call_words.number(each.before)} calls to {call_words.number(each.after)}."
        for each in found
    ]
    return (
        f"For {words.listed([each.about for each in found])} the alliance’s counts end in {before}. Another author’s "
        f"chart gives an estimate for {after}, so these changes are published estimates and not counts:\n\n"
        + "\n".join(lines)
        + f"\n\nNo interval is known: the two years were counted differently, and the chart leaves out calls of low "
        f"priority. Estimated the same way, drug calls of {after} are {words.percent(off, 1)} off the alliance’s "
        f"count. Sources: {'; '.join(sources)}."
    )


def _both_years(found: PublishedChange) -> tuple[int, int]:
    before, after = (f.period.start.year if f.period else 0 for f in (found.before, found.after))
    return before, after
