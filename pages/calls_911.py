"""911 calls: the two claims, held against the records where they are loaded, and what a fall can mean."""

from dataclasses import replace

import streamlit as st

from lib.errors import StoryError
from lib.figures import calls, loaded_calls
from lib.figures.chapters import BY_SLUG
from lib.figures.leads import lead
from lib.story import call_words, place_words
from lib.story.check import check_measure, check_named
from lib.story.descriptions import every_description, usual_descriptions
from lib.story.load import load_story
from lib.story.places import place_changes
from lib.story.records import open_records
from lib.web import layout
from lib.web.levers import lever_box, origin_lever, texts_lever
from lib.web.loading import load_box
from lib.web.state import current_view

here = BY_SLUG["calls-911"]
view, story = current_view(), load_story()
claims = here.checked_claims()


def not_checked() -> None:
    """That nothing is checked yet, what it would take, and what was claimed."""
    layout.lead(lead(here, view))


def what_was_said() -> None:
    """Both claims in the speakers' words, and in the article's."""
    st.header("What was said")
    for claim in claims:
        layout.quote(claim)
    st.markdown(call_words.article(claims))


def what_others_counted() -> None:
    """Published counts: why the baseline is shaky, and why narcotics can't be read off them."""
    rows, urgent = calls.around_change(calls.ROWS), calls.around_change(calls.URGENT)
    st.header("What others have counted, and why the baseline is shaky")
    layout.figure("calls-published", view)
    st.markdown(f"{call_words.rows_sentence(*rows)} {call_words.urgent_sentence(*urgent)}")
    st.markdown(call_words.crimes_sentence(*rows, calls.crimes_of(rows[1])))
    st.markdown(call_words.break_meaning())

    st.subheader("Narcotics: two counts that are not one series")
    outside = story.series(calls.OUTSIDE)
    st.markdown(call_words.swing_sentence(outside))
    st.markdown(call_words.apart_sentence(outside[-1], story.series(calls.NARCOTICS)[0]))
    layout.caveats(("calls-vocabulary",))

    st.subheader("Seasons, and the year 2020 as a whole")
    st.markdown(call_words.season_sentence(story.series(calls.OUTSIDE_MONTHLY)))
    layout.figure("calls-months", view)
    st.markdown(call_words.pandemic_sentence(*calls.year_2020()))
    if st.toggle("Show every number that others have counted, with its source", key="counted_by_others"):
        counted = calls.all_counted()
        layout.rows(dict(zip(counted.columns, zip(*counted.rows, strict=True), strict=True)))


def two_readings() -> None:
    """What a fall in calls can mean, and what would tell the readings apart."""
    st.header("If calls fell: less activity, or less calling?")
    st.markdown(call_words.READINGS)
    st.markdown("The number alone can't tell. What could, with the records:")
    st.markdown(call_words.TELLING)
    st.markdown(
        "Arrests are loaded already; here they are in the researchers’ months. They follow what police are told to do, "
        "so they speak for neither reading."
    )
    for name in ("drug-arrests", "prostitution-arrests"):
        layout.answer(check_measure(story.measures[name], here.usual.pair))
    layout.figure("arrest-readings", here.usual)


def how_to_load() -> None:
    """The two commands, and what they do."""
    st.header("How to load the records")
    st.code(f"{call_words.HOW_TO_LOAD}\n{call_words.HOW_TO_IMPORT}", language=None)
    st.markdown(call_words.how_to_load(calls.around_change(calls.ROWS)[1]))
    load_box()


def checked() -> None:
    """Each claim in the chosen windows, and over all named ones."""
    opening = lead(here, view)
    for sentence, claim in zip(opening.sentences, claims, strict=True):
        st.markdown(sentence)
        layout.details(loaded_calls.claim_finding(claim, view, view.pair))
    layout.caveats(opening.caveats)


def every_window() -> None:
    """Each claim under its named windows."""
    for claim in claims:
        st.header(claim.title)
        layout.verdict_over(check_named(claim))
        layout.figure("calls-readings", view, claim.id)


def levers() -> None:
    """Windows, who called, and which descriptions count."""
    lever_box(view, claims[0].windows)
    with st.container(border=True, key="call-levers"):
        origin_lever(view)
        texts_lever(view, usual_descriptions(story.measures["calls-drugs"]), every_description())
        st.caption(call_words.OWN_WORDS)
    layout.figure("series", replace(view, measure="calls-drugs"))


def against_others() -> None:
    """Whether these calls fell more than calls in general."""
    st.header("Did they fall more than other calls?")
    st.markdown(call_words.BASKETS)
    for claim in claims:
        layout.figure("calls-controls", view, claim.id)


def how_recorded() -> None:
    """Who made the records, and when descriptions came and went."""
    st.header("Who made these records, and in which words")
    for claim in claims:
        layout.figure("calls-origins", view, claim.id)
    layout.figure("calls-vocabulary", view, claims[0].id)
    layout.caveats(("calls-vocabulary", "calls-by-officers"))
    with layout.folded("The years that are loaded: their clocks, what is counted once, days that stand out"):
        for note in (*open_records().entry("calls").notes, *open_records().quiet_days("calls")):
            st.markdown(f"- {note}")


def neighborhoods() -> None:
    """Where calls about drugs changed."""
    st.header("Which neighborhoods moved?")
    measure = story.measures["calls-drugs"]
    try:
        st.markdown(place_words.map_sentence(measure, place_changes(measure, view.pair, "neighborhoods")))
    except StoryError as error:
        st.info(str(error))
    layout.chapter_link("where-things-changed", replace(view, measure=measure.id), "See them on the map")


st.title(here.title)
if open_records().has("calls"):
    checked()
    what_was_said()
    every_window()
    levers()
    against_others()
    how_recorded()
    neighborhoods()
    two_readings()
    what_others_counted()
else:
    not_checked()
    what_was_said()
    what_others_counted()
    two_readings()
how_to_load()
st.header("More reasons for doubt")
layout.caveats(("calls-by-officers", "covid-both", "before-after"))
layout.definitions()
