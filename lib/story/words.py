"""Numbers in words: every sentence with a measured number in it is made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lib.analysis.change import Change, Interval
from lib.analysis.historical_range import Swing
from lib.analysis.windows import Window, WindowPair, say_date, say_window
from lib.story.finding import Finding
from lib.story.model import Claim, Measure, Method, Origin, Race
from lib.story.verdict import OVERALL, PLAIN, Overall, Verdict, over_windows

PEOPLE: dict[Race, str] = {
    "black": "Black people",
    "white": "white people",
    "other": "people of other or unknown race",
}
MADE: dict[Origin, str] = {
    "caller": "made by callers",
    "officer": "entered by officers",
    "unknown": "of unknown origin",
    "not-officer": "not known to be officers’ own",
}
OFF_SCALE = 9.0  # a rise beyond tenfold is said as "more than 10 times"
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

BETWEEN = {
    "day": "The range in parentheses is a 95% margin of error, based on how much weekly counts bounced around in "
    "earlier years.",
    "year": "The range in parentheses is a 95% margin of error, based on how unevenly the city’s areas moved in "
    "earlier years.",
}
"""What an interval is, by whether days are known or whole years only."""

DEFINITIONS = """
- **Window**: a first and a last day, both counted. The **baseline** is the window we compare it with, usually the
  same dates a year earlier.
- **Violent crime**: homicide, non-fatal shooting, rape, aggravated assault and all robbery. **Property crime**:
  burglary, larceny, larceny from cars, auto theft and arson. Common assault is neither.
- **A row is a victim**, not an incident.
- **Change**: we compare counts when both windows have the same number of days, and counts per day when they don’t, so
  a February 29 in one of them makes no news.
- **95% interval**, or margin of error (“between … and …”): how far off the change could be if weeks are as uneven as
  they were in earlier years. Where only whole years are known, it rests on how unevenly the community areas moved in
  earlier years. It doesn’t cover slow drift from one year to the next; the usual range shows that. It is
  exp(ln(x/y) ± 1.96 √(φ(1/x + 1/y))) − 1 for x events against y. Here φ says how much more weekly counts vary than
  pure chance would make them, in the years before the baseline. Under ten events an exact interval takes its place
  (conditional binomial).
- **Usual range**: what the same comparison gave in every earlier pair of years. A fall within that range isn’t news.
  We call a change outside it only when it is more than two points beyond all of at least three earlier pairs.
- **Verdict on a number, for one pair of windows**: it *matches* when the claim lies inside the interval, or within two
  points of our count. It is *right direction, different size* when the change is clear but of another size. It is
  *contradicted* when the records show the opposite, or no change that can be told from none. There are *too few to
  say* when the interval is too wide to tell.
- **Verdict on a claim, over all the windows somebody used**: it *holds in every window*, it *depends on the window*,
  it is *contradicted*, or it is *not in these records*. A verdict on a number is never a verdict on a cause.
- **The claim’s time** runs from the first to the last day of the windows it was made or checked for. A claim gets a
  verdict only in its own time and for the whole city: nine in ten days of the window must lie in that time, and the
  baseline must begin before the window does. On any other dates, and for a single place, we give the number alone.
"""


def count(number: int) -> str:
    """A count with thousands marked: ``2,103``."""
    return f"{number:,}"


def counted(number: int, things: str, said: str | None = None) -> str:
    """A number with what it counts, which is named in the plural: ``1 victim``, ``2,103 victims``, ``1 city``.

    ``said`` is the number as it is to be said, where not in digits.
    """
    one = f"{things[:-3]}y" if things.endswith("ies") else things.removesuffix("s")
    return f"{count(number) if said is None else said} {one if number == 1 else things}"


def worded(number: int, things: str) -> str:
    """The same with small numbers as words: ``one window``, ``five windows``."""
    return counted(number, things, number_word(number))


def counts(finding: Finding) -> str:
    """Both counts and the interval, for a tooltip."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None:
        return finding.sentence
    interval = f"; 95% interval {span(change.interval.low, change.interval.high)}" if change.interval else ""
    return f"{count(change.current)}, compared with {_baseline_count(change, pair)}{interval}"


def number_word(number: int) -> str:
    """Small numbers as words: ``five``; from ten on as figures."""
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else str(number)


def percent(fraction: float, digits: int = 0) -> str:
    """The size of a fraction as a percent, without a sign: ``17%``."""
    return f"{abs(fraction) * 100:.{digits}f}%"


def signed(fraction: float | None, digits: int = 0) -> str:
    """A change with its sign, with a true minus: ``−17%``; a dash where there is none."""
    if fraction is None:
        return "–"
    size = percent(fraction, digits)
    if float(size[:-1]) == 0:
        return size
    return f"{'−' if fraction < 0 else '+'}{size}"


def signed_number(number: float, digits: int = 0) -> str:
    """A number with its sign, with a true minus: ``−5.1``."""
    size = f"{abs(number):,.{digits}f}"
    return size if float(size.replace(",", "")) == 0 else f"{'−' if number < 0 else '+'}{size}"


def drop(fraction: float) -> str:
    """A change as a noun: ``a 20% drop``, ``an 8% rise``, ``no change``."""
    size = percent(fraction)
    if float(size[:-1]) == 0:
        return "no change"
    article = "an" if size.startswith("8") or size in ("11%", "18%") else "a"
    return f"{article} {size} {'drop' if fraction < 0 else 'rise'}"


def direction(fraction: float) -> str:
    """A change as size and direction: ``17% down``; ``no change`` where it rounds to nothing."""
    if float(percent(fraction)[:-1]) == 0:
        return "no change"
    return f"{percent(fraction)} {'down' if fraction < 0 else 'up'}"


def verb(fraction: float) -> str:
    """A change as a verb: ``fell 17%``, ``rose 3%``, ``hardly changed``."""
    if float(percent(fraction)[:-1]) == 0:
        return "hardly changed"
    return f"{'fell' if fraction < 0 else 'rose'} {percent(fraction)}"


def verb_about(fraction: float) -> str:
    """A change as a verb, rounded as people speak: ``fell about 17%``."""
    said = verb(fraction)
    return said if said.startswith("hardly") else said.replace(" ", " about ", 1)


def span(low: float, high: float | None) -> str:
    """A range of changes: ``12% to 22% down``, ``5% down to 3% up``, ``at least 40% up``."""
    if high is not None and high > OFF_SCALE:
        return f"{direction(low)} to more than {OFF_SCALE + 1:.0f} times as many"
    if high is None:
        return f"{direction(low)} or more" if low >= 0 else f"{direction(low)} to any rise"
    if high < 0 and percent(high) != "0%":
        return f"{percent(high)} to {percent(low)} down"
    if low > 0 and percent(low) != "0%":
        return f"{percent(low)} to {percent(high)} up"
    return f"{direction(low)} to {direction(high)}"


def subject(measure: Measure, area: str | None = None, race: Race | None = None, origin: Origin | None = None) -> str:
    """What a sentence is about, with a capital: ``Violent crime``, ``In Canton, burglary``, ``Arrests of white people
    for prostitution``."""
    about = measure.label
    if race:
        counted, joined, what = about.partition(" for ")
        about = f"{counted} of {PEOPLE[race]}{joined}{what}"
    about = f"{about} {MADE[origin]}" if origin else about
    return f"In {place(area)}, {about}" if area else capital(about)


def capital(text: str) -> str:
    """A text with its first letter as a capital."""
    return text[0].upper() + text[1:]


def place(name: str) -> str:
    """A place by its exact name, as it stands in a sentence: ``Canton``, ``the Western police district``."""
    kind, _, rest = name.partition(":")
    if kind == "district":
        return f"the {rest} police district"
    return f"the community area {rest}" if kind == "community" else name


def answer(about: str, measure: Measure, pair: WindowPair, change: Change, claimed: float | None) -> str:
    """The sentence that answers: change, interval, counts, windows and what was claimed."""
    counts = _both_counts(measure, pair, change)
    if change.headline is None or change.interval is None:
        return f"{about}: too few to say. {counts}."
    if change.too_few:
        return (
            f"{about}: too few to say, because the 95% interval is very wide "
            f"({span(change.interval.low, change.interval.high)}). {counts}."
        )
    kind = "" if pair.equal(change.per) else f", counted per {change.per}"
    said = (
        f"{about} {verb(change.headline)}{kind} "
        f"(95% interval: {span(change.interval.low, change.interval.high)}): {counts}"
    )
    return f"{said}; {_inside(claimed, change.interval)}." if claimed is not None else f"{said}."


def no_verdict(claim: Claim, pair: WindowPair, area: str | None) -> str | None:
    """Why a claimed change can't be right or wrong of what was counted; None where it can, or where none is claimed."""
    if claim.claimed is None or claim.time is None or (area is None and claim.is_about(pair)):
        return None
    about = f"No verdict: the claim, {drop(claim.claimed)}, is about"
    if area is not None:
        return f"{about} the whole city."
    if all(baseline.start < pair.current.start for baseline in pair.baseline):
        return f"{about} other dates, between {say_date(claim.time.start)}, and {say_date(claim.time.end)}."
    return f"{about} a change since an earlier time."


def short(finding: Finding) -> str:
    """The answer as people say it: rounded, with its 95% interval and what it is compared with."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None or finding.measure is None:
        return finding.sentence
    about = subject(finding.measure, finding.area, finding.race, finding.origin)
    if change.headline is None or change.interval is None or change.too_few:
        why = "one area alone varies too much from year to year to say"
        few = why if change.dispersion.of == "areas" and change.interval else "too few events to say"
        return f"{about}: {few}, compared with {against(pair)}."
    # One day more or less is left to the exact numbers.
    per_day = "" if pair.equal(change.per) or pair.same_dates else f", counted per {change.per}"
    spread = between(change.interval.low, change.interval.high)
    return f"{about} {verb_about(change.headline)}{per_day} compared with {against(pair)} ({spread})."


def exact(finding: Finding) -> str:
    """A finding to a tenth of a percent, with its interval and its counts."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None or finding.measure is None or change.headline is None or not change.interval:
        return finding.sentence
    low, high = change.interval.low, change.interval.high
    ends = f"{signed(low, 1)} to {'any rise' if high is None else signed(high, 1)}"
    about = subject(finding.measure, finding.area, finding.race, finding.origin)
    return (
        f"{about}: {signed(change.headline, 1)} (95% interval: {ends}). {_both_counts(finding.measure, pair, change)}."
    )


def between(low: float, high: float | None) -> str:
    """An interval as people say it: ``between 6% and 27%``, ``anywhere from 5% down to 3% up``."""
    if high is None or high > OFF_SCALE or low < 0 < high or "0%" in (percent(low), percent(high)):
        return f"anywhere from {span(low, high)}"
    least, most = sorted((low, high), key=abs)
    return f"between {percent(least)} and {percent(most)}"


def against(pair: WindowPair) -> str:
    """What a window is compared with: ``the same dates a year earlier``."""
    if len(pair.baseline) > 1:
        return f"the average of {'' if _one_year(pair.current) else 'the same dates of '}{_years(pair)}"
    if _one_year(pair.current) and pair.same_dates:
        return str(pair.baseline[0].start.year)
    return f"the same dates {_before(pair)}" if pair.same_dates else say_window(pair.baseline[0])


def swing_sentence(swing: Swing, change: Change) -> str | None:
    """What the same comparison gave in earlier years, and whether this change lies inside that range."""
    if swing.low is None or swing.high is None or change.too_few or change.headline is None:
        return None
    number = number_word(len(swing.pairs))
    if not swing.enough:
        gave = listed([f"{direction(pair.change)} in {pair.pair.current.end.year}" for pair in swing.pairs])
        return f"Too few earlier years to say whether that is usual: the same comparison gave {gave}."
    inside = swing.holds(change.headline)
    return (
        f"The same comparison in {number} earlier pairs of years gave anything from {span(swing.low, swing.high)}: "
        f"this change is {'within' if inside else 'outside'} the usual range."
    )


def swing_title(measure: Measure, finding: Finding) -> str:
    """A title for the comparison with earlier years."""
    change, swing = finding.change, finding.swing
    if change is None or swing is None or change.too_few or change.headline is None:
        return f"{measure.title}: too few to compare with earlier years"
    kind = "fall" if change.headline < 0 else "rise"
    if not swing.enough:
        return f"This {kind} in {measure.label}: too few earlier years to say whether it is usual"
    return (
        f"This {kind} in {measure.label} is {'within' if swing.holds(change.headline) else 'outside'} "
        f"the range of {number_word(len(swing.pairs))} earlier years"
    )


def lead(findings: Mapping[str, Sequence[Finding]]) -> str:
    """The story in a few sentences: what was counted beside what was claimed, and in how many windows it holds."""
    tested = [found[0] for found in findings.values() if found[0].change and found[0].change.headline is not None]
    numbers = [f"{moved(f)} (claimed: {_claimed(f)})" for f in tested if f.claimed is not None]
    if not numbers:
        return f"**None of the {number_word(len(findings))} statements can be tested with the records loaded here.**"
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
    Overall.HOLDS: ("holds in every window", "hold in every window"),
    Overall.OTHER_SIZE: (
        "has the right direction but a different size",
        "have the right direction but different sizes",
    ),
    Overall.DEPENDS: ("depends on the window", "depend on the window"),
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
        return "No claimed number can be checked with the records loaded here"
    if not counted:
        went = [moved(finding) for finding in findings if finding.change]
        return f"On the dates you chose, {listed(went or ['nothing could be counted'])}; no claim is about these dates"
    few = [finding.measure.label for finding in counted if finding.verdict is Verdict.TOO_FEW and finding.measure]
    alike = [finding for finding in counted if finding.verdict is Verdict.MATCHES]
    parts = []
    if alike:
        names = listed([finding.measure.label for finding in alike if finding.measure])
        fell = all(finding.change and (finding.change.headline or 0) < 0 for finding in alike)
        parts.append(f"{names} {'fell' if fell else 'changed'} about as much as claimed")
    parts += [_unlike(f) for f in counted if f not in alike and f.verdict is not Verdict.TOO_FEW]
    if few:
        parts.append(f"the counts of {listed(few)} can’t tell the claim from no change")
    said = "; ".join(parts)
    return capital(said) if own else f"On the dates you chose, {said}"


def _unlike(finding: Finding) -> str:
    """How a count moved that does not match its claim: ``drug arrests fell 71%, not 80%``."""
    change = finding.change
    if change is None or change.too_few or change.headline is None:
        return moved(finding)
    return f"{moved(finding)}, not {_claimed(finding)}"


def moved(finding: Finding) -> str:
    """How a count moved, by its name: ``violent crime fell 17%``, ``rape had too few events to say (4 against 7)``."""
    change, label = finding.change, finding.measure.label if finding.measure else ""
    if change is None:
        return f"{label} was not counted"
    if change.headline is None or change.too_few:
        return f"{label} had too few events to say ({count(change.current)}, compared with {count(change.baseline)})"
    return f"{label} {verb(change.headline)}"


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
    return f", {'as ' if own else ''}in {some} periods tried"


def already(finding: Finding) -> str:
    """That a count had moved before the policy: ``Drug arrests had already fallen about 42% before the policy ...``

    With its 95% interval, as ``short``.
    """
    change, pair = finding.change, finding.pair
    if change is None or pair is None or change.too_few or change.headline is None or change.interval is None:
        return finding.sentence
    went = verb_about(change.headline).replace("fell", "had already fallen", 1).replace("rose", "had risen", 1)
    when = _when(pair.current)
    spread = between(change.interval.low, change.interval.high)
    label = finding.measure.label if finding.measure else ""
    return (
        f"{capital(label)} {went} before the policy and the pandemic, {when}, compared with {against(pair)} ({spread})."
    )


def grouped(findings: Mapping[str, Sequence[Finding]]) -> dict[str, list[tuple[Finding, ...]]]:
    """The statements by what can be said of them, in the article's order, each with its findings."""
    groups: dict[str, list[tuple[Finding, ...]]] = {
        "Checked against the records": [],
        "Checkable, but the records aren’t loaded here": [],
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
UNDER = {
    Verdict.MATCHES: "the records match the claim",
    Verdict.OTHER_SIZE: "the direction is right but the size is different",
    Verdict.CONTRADICTED: "the records contradict the claim",
    Verdict.TOO_FEW: "there are too few events to say",
}
"""What holds under a window, within a sentence."""


def verdict_summary(findings: Sequence[Finding]) -> str:
    """The verdict over all named windows, as Markdown, and in how many of them the claim holds."""
    verdicts = [f.verdict for f in findings if f.verdict]
    if not verdicts:
        return f"**No number was claimed.** {findings[0].sentence}"
    overall = over_windows(verdicts)
    if overall is not Overall.DEPENDS:
        return f"**{OVERALL[overall]}** ({worded(len(verdicts), 'windows')} tried)."
    counts = [(number_word(verdicts.count(verdict)), UNDER[verdict]) for verdict in dict.fromkeys(verdicts)]
    (first, held), *others = counts
    said = [f"In {first} of {number_word(len(verdicts))} windows {held}"]
    said += [f"in {number} {otherwise}" for number, otherwise in others]
    return f"**{OVERALL[overall]}.** {'; '.join(said)}."


def counted_change(finding: Finding) -> str:
    """What was counted of a claim, in a cell of a table: ``−16% (−26% to −5%).``; empty where nothing was."""
    change = finding.change
    if change is None or change.headline is None or change.interval is None:
        return ""
    if change.too_few:
        return "Too few events to say."
    low, high = change.interval.low, change.interval.high
    return f"{signed(change.headline)} ({signed(low)} to {'any rise' if high is None else signed(high)})."


def overall_text(found: Sequence[Finding]) -> str:
    """The verdict on a claim over all its windows, in a cell of a table, and in how many of them it matches."""
    overall = overall_of(found)
    if overall is None:
        return "No number was claimed." if found[0].claimed is None else "Not checked: the records aren’t loaded here."
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
    return f"**{NOT_YET.rstrip(': ')}.**{claimed} {capital(finding.sentence.removeprefix(NOT_YET))}"


def windows_title(findings: Sequence[Finding]) -> str:
    """A title for one measure under several windows: the range of its changes on the dates that its claim is about."""
    told = (f.change for f in findings if f.change and not f.change.too_few and f.verdict is not Verdict.TOO_FEW)
    changes = [change.headline for change in told if change.headline is not None]
    measure = next(f.measure for f in findings if f.measure)
    if not changes:
        return f"{measure.title}: too few to say"
    low, high = min(changes), max(changes)
    if low < 0 < high or percent(low) == percent(high):
        return f"On the claim’s dates, {measure.label} changed by {direction(low)} to {direction(high)}"
    least, most = sorted((low, high), key=abs)
    return f"On the claim’s dates, {measure.label} {verb(least).removesuffix('%')}% to {percent(most)}"


def listed(items: Sequence[str]) -> str:
    """Items as a list in a sentence: ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def notes(pair: WindowPair, change: Change, swing: Swing) -> tuple[str, ...]:
    """What a careful reader wants to know of this comparison: leap day, spread, earlier years left out."""
    said = []
    if pair.same_dates and not pair.equal(change.per) and change.headline is not None:
        side = "baseline" if pair.baseline_days > pair.current.days * len(pair.baseline) else "window under test"
        said.append(
            f"The {side} includes February 29, so we compare counts per day. Plain counts give "
            f"{signed(change.of_counts, 1)}."
        )
    if not pair.same_dates:
        unit = change.per
        per_day = "" if pair.equal(unit) else f" and differ in length, so we compare counts per {unit}"
        said.append(f"The windows cover different dates of the year{per_day}.")
    dispersion = change.dispersion
    if dispersion.of == "areas":
        when = (
            f"in {number_word(dispersion.years)} earlier comparison{'' if dispersion.years == 1 else 's'} like this one"
            if dispersion.years
            else "in this comparison itself, as there is no earlier one"
        )
        said.append(
            "Only whole years are known, so the interval comes from the community areas: how unevenly they moved "
            f"{when}. It is {dispersion.phi**0.5:.0f} times as wide as chance alone would make it. It doesn’t cover "
            "what moves all areas alike, such as a new way of recording."
        )
    elif dispersion.years:
        said.append(
            f"In {worded(dispersion.years, 'other years')}, weekly counts varied {dispersion.phi:.1f} times as much as "
            "chance alone would make them. The interval allows for that."
        )
    else:
        said.append("Too few other years are on record to measure how weekly counts vary, so we assume pure chance.")
    if change.interval and change.interval.method == "conditional binomial":
        said.append("With so few events, the interval is an exact one (conditional binomial).")
    if pair.shared_days:
        said.append(shared_days(pair))
    if pair.twice_counted_days:
        twice = pair.twice_counted_days
        each = "counts" if twice == 1 else "count"
        said.append(f"The baselines share {counted(twice, 'days')}, which {each} twice: the interval is too narrow.")
    for why in dict.fromkeys(out.why for out in swing.left_out):
        pairs = [_pair_years(out.pair) for out in swing.left_out if out.why == why]
        said.append(f"Left out of the earlier years: {', '.join(pairs)}. {why}")
    return tuple(said)


def shared_days(pair: WindowPair) -> str:
    """That a window overlaps its own baseline, and by how much."""
    each = "counts" if pair.shared_days == 1 else "count"
    return f"The two windows share {counted(pair.shared_days, 'days')}, which {each} on both sides."


def _pair_years(pair: WindowPair) -> str:
    """The years of a comparison, by their last days: ``2015 and 2014``."""
    years = " and ".join(str(b.end.year) for b in sorted(pair.baseline))
    return f"{pair.current.end.year} v. {years}"


def _both_counts(measure: Measure, pair: WindowPair, change: Change) -> str:
    return (
        f"{counted(change.current, measure.unit)} {_when(pair.current)}, compared with {_baseline_count(change, pair)}"
    )


def _when(window: Window) -> str:
    """``in 2020`` for a calendar year, else ``from January 1 to March 31, 2021``."""
    return f"in {window.start.year}" if _one_year(window) else f"from {say_window(window)}"


def _one_year(window: Window) -> bool:
    return window.whole_years and window.start.year == window.end.year


def _baseline_count(change: Change, pair: WindowPair) -> str:
    if len(pair.baseline) > 1:
        mean = change.baseline / len(pair.baseline)
        when = "in" if _one_year(pair.current) else "on the same dates of"
        return f"an average of {mean:,.0f} {when} {_years(pair)}"
    if _one_year(pair.current) and pair.same_dates:
        return f"{count(change.baseline)} in {pair.baseline[0].start.year}"
    if pair.same_dates:
        return f"{count(change.baseline)} on the same dates {_before(pair)}"
    return f"{count(change.baseline)} from {say_window(pair.baseline[0])}"


def _before(pair: WindowPair) -> str:
    years = pair.years_apart or 0
    when = "earlier" if years > 0 else "later"
    return f"a year {when}" if abs(years) == 1 else f"{worded(abs(years), 'years')} {when}"


def _years(pair: WindowPair) -> str:
    years = [str(b.start.year) for b in sorted(pair.baseline)]
    return f"{', '.join(years[:-1])} and {years[-1]}"


def _inside(claimed: float, interval: Interval) -> str:
    inside = interval.low <= claimed and (interval.high is None or claimed <= interval.high)
    return f"the claim, {drop(claimed)}, is {'inside' if inside else 'outside'} that interval"


def method(found: Method) -> tuple[str, str]:
    """What a method does, and how it was tried out, what it can't say and where to read of it, as Markdown."""
    links = ", ".join(source.link for source in found.sources)
    formula = f" In symbols: {found.formula}." if found.formula else ""
    tried = f"**How we tested it:** {found.check}\n\n**What it can’t say:** {found.limits}\n\n{links}"
    return f"{found.text}{formula}", tried
