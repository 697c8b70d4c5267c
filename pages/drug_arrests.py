"""Drug arrests: the claim under its readings, what came before it, and what happened after."""

import streamlit as st

from lib.figures.chapters import BY_SLUG
from lib.figures.leads import lead
from lib.story import charges, hopkins_words
from lib.story.check import check_named
from lib.story.hopkins import PERIODS, study_figures
from lib.story.load import load_story
from lib.web import layout
from lib.web.levers import lever_box
from lib.web.state import current_view

here = BY_SLUG["drug-arrests"]
view, story = current_view(), load_story()
claim = here.checked_claims()[0]

st.title(here.title)
layout.lead(lead(here, view))

st.header(claim.title)
layout.quote(claim)
layout.verdict_over(check_named(claim))
layout.figure("windows-compared", view, claim.id)

st.header("They had been falling for years")
layout.figure("arrest-level", view)
layout.caveats(("arrest-text",))
if st.toggle("Show how charges are sorted, and what no rule caught", key="charge_rules"):
    layout.rows(charges.rules())
    layout.rows(charges.uncaught())

st.header("What the policy covered, and what it did not")
st.markdown(
    "If the policy alone had moved arrests, only the offenses it names would have fallen. "
    "If the pandemic alone had, all would have fallen alike."
)
layout.figure("covered-and-other", view)

lever_box(view, claim.windows)
layout.figure("arrest-readings", view)

st.header("How many arrests were averted?")
st.markdown(hopkins_words.opening(*study_figures()))
layout.lead_caption("hopkins-averted", view)
layout.figure("hopkins-averted", view)
st.markdown(hopkins_words.to_the_end())
layout.lead_caption("hopkins-share", view)
layout.figure("hopkins-share", view)
st.markdown(hopkins_words.WIDER)
layout.figure("hopkins-averted-wide", view)
layout.caveats(("which-counterfactual",))
if st.toggle("Show the study’s table, made anew", key="hopkins_table"):
    st.markdown(hopkins_words.TABLE)
    for period in PERIODS:
        st.caption(hopkins_words.compared(period))
        layout.rows(hopkins_words.table(period))

for name in ("rarely-arrest", "marijuana-2019"):
    other = story.claims[name]
    st.header(other.title)
    layout.quote(other)
    for finding in check_named(other):
        layout.answer(finding)
    layout.figure("series", layout.measure_view(view, other, "month"))

st.header("More reasons for doubt")
layout.caveats(("before-after", "reported"))
layout.definitions()
