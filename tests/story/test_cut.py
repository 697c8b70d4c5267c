"""Cuts of the bundled records: parts add up to their whole, and what can't be told apart is refused or dropped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.counts import BYS, By
from lib.analysis.windows import Window
from lib.errors import ArgumentError
from lib.story.cut import PLACE_SPLITS, Cut, Split, command, conflict, over_time, parts_of, whole_of
from lib.story.explore_state import ALONE, Exploring, settled
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import RACES
from lib.story.records_in_use import open_records
from tests.analysis.made import FIRST, LAST, windows
from tests.examples import examples

COUNTED = [measure for measure in load_story().measures.values() if measure.records in ("crime", "arrests")]
ARRESTS = [measure for measure in COUNTED if measure.records == "arrests"]
LARGER = [place for kind in ("community", "district") for place in open_records().place_names(kind)]
PLACES = st.sampled_from(["Canton", "Sandtown-Winchester", *LARGER])


def total(cut: Cut, span: Window, by: By = "month") -> int:
    return sum(n or 0 for counts in over_time(parts_of(cut), span, by)[1] for n in counts)


@given(st.sampled_from(COUNTED), windows(FIRST, LAST), st.sampled_from(["week", "month", "year"]))
@settings(max_examples=examples(40))
def test_offenses_and_races_add_up_to_the_whole(measure: Measure, span: Window, by: By) -> None:
    whole = whole_of(Cut((measure,))).line().count(span)
    assert total(Cut((measure,), split="offense"), span, by) == whole
    if measure.records == "arrests":
        assert total(Cut((measure,), split="race"), span, by) == whole
        assert sum(total(Cut((measure,), race=race), span) for race in RACES) == whole


@given(st.sampled_from(COUNTED), windows(FIRST, LAST))
@settings(max_examples=examples(25))
def test_districts_communities_and_neighborhoods_hold_the_same_events(measure: Measure, span: Window) -> None:
    sums = {split: total(Cut((measure,), split=split), span, "year") for split in PLACE_SPLITS}
    assert len(set(sums.values())) == 1, sums
    placed = tuple(kind for kind in open_records().areas(measure.records).places if kind != "none")
    assert sums["district"] == open_records().line(measure, places=placed).count(span)


@given(st.sampled_from(COUNTED), st.sampled_from(LARGER), windows(FIRST, LAST))
@settings(max_examples=examples(25))
def test_a_larger_place_is_the_sum_of_its_neighborhoods(measure: Measure, place: str, span: Window) -> None:
    inside = parts_of(Cut((measure,), (place,), split="neighborhood"))
    assert {part.area for part in inside} == set(open_records().members(place))
    assert sum(part.line().count(span) for part in inside) == whole_of(Cut((measure,), (place,))).line().count(span)


CUTS = st.builds(
    Cut,
    st.lists(st.sampled_from(COUNTED), min_size=1, max_size=5, unique=True).map(tuple),
    st.lists(PLACES, max_size=5, unique=True).map(tuple),
    st.sampled_from(["none", "offense", "race", *PLACE_SPLITS]),
    st.sampled_from([None, *RACES]),
)


@given(CUTS)
@settings(max_examples=examples(150))
def test_what_can_not_be_told_apart_is_refused_and_dropped_from_an_address(cut: Cut) -> None:
    wrong = conflict(cut)
    if wrong:
        with pytest.raises(ArgumentError, match=r"\.$"):
            parts_of(cut)
    else:
        assert parts_of(cut)
        assert len({(p.measure.id, p.area, p.race) for p in parts_of(cut)}) == len(parts_of(cut))
    first, *others = (measure.id for measure in cut.measures)
    asked = Exploring(tuple(others), cut.places, cut.split, cut.race)
    kept, notes = settled(asked, first, None)
    assert bool(notes) is (wrong is not None)
    assert parts_of(kept.cut(first, None, None))
    assert (kept == asked) is not bool(notes)


@pytest.mark.parametrize("split", ["race", "district"])
def test_race_is_for_arrests_in_the_whole_city(split: Split) -> None:
    cut = Cut((ARRESTS[0],), ("Canton",), split)
    with pytest.raises(ArgumentError, match="whole city"):
        parts_of(cut)


def test_a_command_quotes_what_a_shell_would_read_otherwise() -> None:
    cut = Cut((COUNTED[0],), ("Butcher's Hill", "community:Patterson Park North & East"))
    said = command(cut, by="month", span=ALONE.span, pair=load_story().default_pair, index=False)
    assert """'Butcher'"'"'s Hill' --area 'community:Patterson Park North & East'""" in said


def test_more_rows_than_anybody_reads_are_refused() -> None:
    with pytest.raises(ArgumentError, match="longer bins"):
        over_time(parts_of(Cut((COUNTED[0],), split="neighborhood")), ALONE.span, BYS[0])
