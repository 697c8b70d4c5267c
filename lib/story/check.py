"""``check``: the only way from records to a number on a page."""

from __future__ import annotations

from functools import lru_cache, partial

from lib.analysis.change import compare
from lib.analysis.counts import RunningSum
from lib.analysis.historical_range import ordinary_swing
from lib.analysis.windows import WindowPair
from lib.errors import ArgumentError, StoryError
from lib.story import claim_words, finding_words, words
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim, Measure, NamedWindow, Origin, Race
from lib.story.records import DATASETS, IMPUTED, ORIGINS, RACES, Records, resolution_of
from lib.story.records_in_use import open_records
from lib.story.verdict import PLAIN, Verdict, judge


def check(claim: Claim, pair: WindowPair | None, area: str | None = None, origin: Origin | None = None) -> Finding:
    """Check a claim in a pair of windows, for the city or one place (as ``Records.place`` reads it).

    ``origin`` narrows 911 calls to those made by callers, or entered by officers.

    ``pair`` None: for claims without a window. Claims that no records here can test, and records that are
    not loaded, give a Finding that says so. Raises WindowError for windows that can't be counted,
    UnknownNameError for an unknown place, DataError where the tables can't be read.
    """
    return _check(open_records(), claim, claim_measure(claim, pair), pair, area, None, origin)


def check_measure(
    measure: Measure,
    pair: WindowPair,
    area: str | None = None,
    race: Race | None = None,
    origin: Origin | None = None,
    claim: Claim | None = None,
) -> Finding:
    """Count a measure in a pair of windows. Raises as ``check`` does.

    ``race`` narrows arrests, citywide, ``origin`` 911 calls; ArgumentError where the records don't hold it. Nothing is
    claimed about it, but where ``claim`` is given: the measure is then a reader's own version of the claim's.
    """
    return _check(open_records(), claim, measure, pair, area, race, origin)


def claim_measure(claim: Claim, pair: WindowPair | None = None) -> Measure | None:
    """What the claim is about in these windows, as this story counts it; None where it does not.

    Named windows may have a measure of their own. In any others it is the first of the claim's whose records are here,
    or the claim's own where none are.
    """
    measures, records = load_story().measures, open_records()
    named = claim.named(pair) if pair is not None else None
    if named is not None:
        chosen = named.measure or claim.measure
    else:
        here = (name for name in claim.measures() if records.has(measures[name].records))
        chosen = next(here, claim.measure)
    return measures[chosen] if chosen is not None else None


def counted_windows(claim: Claim) -> tuple[NamedWindow, ...]:
    """The claim's named windows whose records are here, in their order; all of them where none are."""
    measures, records = load_story().measures, open_records()
    here = [w for w in claim.windows if (name := w.measure or claim.measure) and records.has(measures[name].records)]
    return tuple(here) or claim.windows


def check_race(measure: Measure, race: Race | None, area: str | None) -> None:
    """Raise ArgumentError where a race is asked for and the records don't hold it."""
    if race is not None and (measure.records != "arrests" or area is not None):
        raise ArgumentError("Only arrests, in the whole city, can be narrowed by race.")


def check_origin(measure: Measure, origin: Origin | None, area: str | None) -> None:
    """Raise ArgumentError where an origin is asked for and the records don't hold it."""
    if origin is not None and measure.records != "calls":
        raise ArgumentError("Only 911 calls can be narrowed by origin.")
    if measure.descriptions is not None and (area is not None or origin is not None):
        raise ArgumentError("911 calls by description can be counted only citywide, whoever made them.")


def can_count(claim: Claim) -> bool:
    """Whether this story counts what the claim is about, and has the records."""
    measure = claim_measure(claim)
    return measure is not None and open_records().has(measure.records)


def check_named(claim: Claim, area: str | None = None, origin: Origin | None = None) -> tuple[Finding, ...]:
    """A claim under each of ``counted_windows``; one Finding without windows where it has none."""
    pairs: tuple[WindowPair | None, ...] = tuple(w.pair for w in counted_windows(claim)) or (None,)
    return tuple(check(claim, pair, area, origin) for pair in pairs)


@lru_cache(maxsize=4096)
def _check(
    records: Records,
    claim: Claim | None,
    measure: Measure | None,
    pair: WindowPair | None,
    area: str | None,
    race: Race | None,
    origin: Origin | None,
) -> Finding:
    window = claim.named(pair) if claim and pair else None
    no_verdict = finding_words.no_verdict(claim, pair, area) if claim and pair else None
    claimed = None if claim is None or no_verdict else claim.claimed_for(pair) if pair else claim.claimed

    found = partial(
        Finding,
        claim=claim,
        measure=measure,
        race=race,
        origin=origin,
        pair=pair,
        window=window,
        claimed=claimed,
        data_version=records.version,
    )
    uncounted = partial(found, area=area, change=None, swing=None, notes=())
    if claim is not None and claim.records is None:
        return uncounted(verdict=Verdict.NOT_HERE, sentence=f"{PLAIN[Verdict.NOT_HERE]}. {claim.why_not}")
    if measure is None or pair is None or not records.has(measure.records):
        needed = measure.records if measure else claim.records if claim else None
        why = (
            records.lacks(needed) if needed and not records.has(needed) else "This version of the story can't count it."
        )
        return uncounted(verdict=None, sentence=f"{claim_words.NOT_YET}{why[0].lower()}{why[1:]}")
    if area is not None:
        area = records.place(area)
    narrowed = {"races": RACES[race] if race else None, "origins": ORIGINS[origin] if origin else None}
    try:
        check_race(measure, race, area)
        check_origin(measure, origin, area)
        line = records.line(measure, area, **narrowed)
        change = compare(line, pair)
    except StoryError as error:
        # A claim that is counted by whole year only is still a claim in any other windows, or for a smaller place.
        if claim is None or resolution_of(measure) == "day":
            raise
        return uncounted(verdict=None, sentence=f"{claim_words.NOT_YET}{str(error)[0].lower()}{str(error)[1:]}")
    swing = ordinary_swing(line, pair)
    verdict = judge(claimed, change) if claimed is not None else None
    said = [finding_words.swing_sentence(swing, change), *finding_words.notes(pair, change, swing)]
    said += records.odd_days(measure, (pair.current, *pair.baseline))
    if area is not None and DATASETS[measure.records].placed == "neighborhood":
        said.append(_imputed_note(records, measure, pair, area, line))
    return found(
        area=area,
        change=change,
        swing=swing,
        verdict=verdict,
        no_verdict=no_verdict,
        sentence=finding_words.answer(
            finding_words.subject(measure, area, race, origin), measure, pair, change, claimed
        ),
        notes=tuple(note for note in said if note),
    )


def _imputed_note(records: Records, measure: Measure, pair: WindowPair, area: str, line: RunningSum) -> str:
    """How much of an area's count rests on places that were filled in rather than recorded."""
    unplaced = "Events without any place are not counted here."
    every = (pair.current, *pair.baseline)
    total = sum(line.count(window) for window in every)
    if total == 0 or IMPUTED not in records.areas(measure.records).places:
        return unplaced
    imputed = records.line(measure, area, (IMPUTED,))
    share = sum(imputed.count(window) for window in every) / total
    return (
        f"{words.percent(share)} of these events have a neighborhood filled in from their block's other records. "
        f"{unplaced}"
    )
