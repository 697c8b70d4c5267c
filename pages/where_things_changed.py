"""Where things changed: the map, one neighborhood, and whether enforcement had anything to do with it."""

from dataclasses import replace

import streamlit as st

from lib.errors import StoryError
from lib.figures.chapters import BY_SLUG
from lib.figures.leads import lead
from lib.story import place_words
from lib.story.check import check_measure
from lib.story.load import load_story
from lib.story.places import dose_of, place_changes
from lib.web import layout
from lib.web.levers import lever_box, measure_lever, neighborhood_lever, pick_on_map, place_levers
from lib.web.state import current_view

here = BY_SLUG["where-things-changed"]
view, story = current_view(), load_story()
measure = story.measures[view.measure]
recorded_only = view.places == "recorded"

st.title(here.title)
opening = lead(here, view)
layout.lead(replace(opening, caveats=()))

with st.container(border=True, key="map-levers"):
    measure_lever(view)
    place_levers(view)
    neighborhood_lever(view)
layout.map_figure("change-map", view, pick_on_map)
if st.toggle("Show the numbers as a table", key="map_table"):
    layout.table("change-map", view)
lever_box(view, here.checked_claims()[0].windows)
layout.caveats(opening.caveats)

if view.area:
    st.header(view.area)
    here_found = check_measure(measure, view.pair, view.area)
    layout.answer(here_found)
    st.markdown(
        place_words.place_sentence(place_changes(measure, view.pair, "neighborhoods", recorded_only), view.area)
    )
    layout.details(here_found)
    layout.figure("place-series", view)

st.header("Why small places swing")
layout.figure("funnel", view)

st.header("Did it change more where enforcement had been heaviest?")
st.markdown(
    "A shock that hits the whole city alike can’t easily make neighborhoods differ. If ending these prosecutions "
    "moved crime, crime should have moved most where police had made most of these arrests: down there, if the policy "
    "helped; up there, if it hurt. If the pandemic did it, the change should not follow earlier arrests, but rather "
    "where people went out, shopped and worked."
)
try:
    st.markdown(place_words.dose_sentence(measure, dose_of(measure, view.pair, recorded_only)))
except StoryError as error:
    st.info(str(error))
layout.figure("enforcement", view)
st.markdown(
    "This is one comparison, not a proof: neighborhoods with many arrests differ from others in much else, and arrests "
    "were many where crime was."
)

if st.toggle("Small maps, offense by offense", key="small_maps"):
    for category in measure.categories:
        part = next(m for m in story.measures.values() if m.categories == (category,))
        layout.figure("change-map", replace(view, measure=part.id, show="change"))
layout.definitions()
