"""``check``: the only way from records to a number on a page."""

from __future__ import annotations

from functools import lru_cache, partial

from lib.analysis.change import compare
from lib.analysis.counts import RunningSum
from lib.analysis.swing import ordinary_swing
from lib.analysis.windows import WindowPair
from lib.errors import ArgumentError
from lib.story import words
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim, Measure, Race
from lib.story.records import IMPUTED, NOT_YET, RACES, Records, open_records
from lib.story.verdict import Verdict, judge


def check(claim: Claim, pair: WindowPair | None, area: str | None = None) -> Finding:
    """Hold a claim against the records in a pair of windows, for the city or one neighborhood.

    ``pair`` None: for claims without a window. Claims that public records can't test, and records that are
    not loaded, give a Finding that says so. Raises WindowError for windows that can't be counted,
    UnknownNameError for an unknown neighborhood, DataError where the tables can't be read.
    """
    return _check(open_records(), claim, None, pair, area, None)


def check_measure(measure: Measure, pair: WindowPair, area: str | None = None, race: Race | None = None) -> Finding:
    """Count a measure in a pair of windows, with nothing claimed about it. Raises as ``check`` does.

    ``race`` narrows arrests, citywide; ArgumentError where the records don't hold it.
    """
    return _check(open_records(), None, measure, pair, area, race)


def check_race(measure: Measure, race: Race | None, area: str | None) -> None:
    """Raise ArgumentError where a race is asked for and the records don't hold it."""
    if race is not None and (measure.records != "arrests" or area is not None):
        raise ArgumentError("Only arrests, in the whole city, can be narrowed by race.")


def check_named(claim: Claim, area: str | None = None) -> tuple[Finding, ...]:
    """A claim under each of its named windows; one Finding without windows where it has none."""
    pairs: tuple[WindowPair | None, ...] = tuple(w.pair for w in claim.windows) or (None,)
    return tuple(check(claim, pair, area) for pair in pairs)


@lru_cache(maxsize=4096)
def _check(
    records: Records,
    claim: Claim | None,
    measure: Measure | None,
    pair: WindowPair | None,
    area: str | None,
    race: Race | None,
) -> Finding:
    if claim is not None and claim.measure is not None:
        measure = load_story().measures[claim.measure]
    window = claim.named(pair) if claim and pair else None
    claimed = claim.claimed_for(pair) if claim and pair else claim.claimed if claim else None

    found = partial(
        Finding,
        claim=claim,
        measure=measure,
        race=race,
        pair=pair,
        window=window,
        claimed=claimed,
        data_version=records.version,
    )
    uncounted = partial(found, area=area, change=None, swing=None, notes=())
    if claim is not None and claim.records is None:
        return uncounted(verdict=Verdict.UNCHECKABLE, sentence=f"Public records cannot check this. {claim.why_not}")
    if measure is None or pair is None or not records.loaded(measure.records):
        needed = claim.records if claim else measure.records if measure else None
        sentence = (
            f"Not checked yet: This needs the {NOT_YET.get(needed or '', 'records')}. "
            "This version of the story does not hold them yet."
        )
        return uncounted(verdict=None, sentence=sentence)
    if area is not None:
        area = records.area(area, measure.records)
    check_race(measure, race, area)
    line = records.line(measure, area, races=RACES[race] if race else None)
    change = compare(line, pair)
    swing = ordinary_swing(line, pair)
    verdict = judge(claimed, change) if claimed is not None else None
    said = [words.swing_sentence(swing, change), *words.notes(pair, change, swing)]
    said += records.odd_days(measure, (pair.current, *pair.baseline))
    if area is not None:
        said.append(_imputed_note(records, measure, pair, area, line))
    return found(
        area=area,
        change=change,
        swing=swing,
        verdict=verdict,
        sentence=words.answer(words.subject(measure, area, race), measure, pair, change, claimed),
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
