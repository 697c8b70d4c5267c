"""Violent and property crime: both claims, under every window."""

from dataclasses import replace

import streamlit as st

from lib.figures.chapters import BY_SLUG
from lib.figures.leads import lead
from lib.story.check import check_measure, check_named
from lib.story.load import load_story
from lib.story.window_words import HOW_TO_READ
from lib.web import layout
from lib.web.levers import grain_lever, lever_box, measure_lever, pick_on_windows, within_lever
from lib.web.state import current_view

here = BY_SLUG["violent-and-property-crime"]
view, story = current_view(), load_story()

st.title(here.title)
layout.lead(lead(here, view))

lever_box(view, here.checked_claims()[0].windows)

for claim in here.checked_claims():
    st.header(claim.title)
    layout.quote(claim)
    layout.verdict_over(check_named(claim))
    layout.figure("windows-compared", view, claim.id)
    layout.figure("contributions", replace(view, measure=claim.measure or view.measure))

st.header("What moved, and when")
measure_lever(view)
measured = check_measure(story.measures[view.measure], view.pair)
layout.answer(measured)
layout.details(measured)
grain_lever(view)
layout.figure("series", view)
shown_above = {claim.measure for claim in here.checked_claims()}
if len(story.measures[view.measure].categories) > 1 and view.measure not in shown_above:
    layout.figure("contributions", view)
layout.figure("earlier-years", view)

st.header("Every window at once")
within_lever(view)
layout.lead_caption("every-window", view)
layout.windows_figure("every-window", view, pick_on_windows)
st.markdown(HOW_TO_READ)

st.header("More reasons for doubt")
layout.caveats(("elsewhere", "surveillance", "before-after", "reported", "revised"))
layout.definitions()
