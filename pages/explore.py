"""Explore: any measures, places and windows counted anew, with the command that gives the same numbers."""

from dataclasses import replace

import streamlit as st

from lib.figures.chapters import EXPLORE
from lib.figures.explore import caveats_of, cut_of
from lib.figures.leads import lead
from lib.web import explore, layout
from lib.web.levers import lever_box
from lib.web.state import current_view

view = current_view()

st.title(EXPLORE.title)
layout.lead(replace(lead(EXPLORE, view), caveats=()))
explore.what_levers(view)

st.header("Counts over time")
layout.figure("explore-time", view)
explore.time_levers(view)
explore.take_along("explore-time", view)

st.header("Change between two windows")
layout.figure("explore-change", view)
explore.details(view)
lever_box(view, explore.presets(view))
explore.take_along("explore-change", view)

st.header("Reasons for doubt")
layout.caveats(caveats_of(cut_of(view)))
layout.definitions()
