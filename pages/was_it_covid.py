"""Was it the policy, or was it COVID-19? Six looks, each with what it can and cannot say, and what survives them."""

import streamlit as st

from lib.figures.chapters import BY_SLUG
from lib.figures.leads import lead
from lib.story.conclusion import conclusion
from lib.web import layout
from lib.web.levers import cities_lever, expected_levers, lever_box, measure_lever
from lib.web.state import current_view

here = BY_SLUG["was-it-covid"]
view = current_view()
survives = conclusion(view.pair, view.trend, view.since, view.cities)

st.title(here.title)
layout.lead(lead(here, view))

lever_box(view, here.checked_claims()[0].windows)
measure_lever(view)

st.header("1. When did it turn?")
st.markdown(
    "If the policy moved crime, counts should have turned on 18 March 2020. "
    "If the pandemic did, a few days to either side."
)
layout.figure("turning-days", view)
layout.in_words("turning-days", view)
layout.figure("turning-fit", view)
layout.in_words("turning-fit", view)
layout.caveats(("turning-limits",))

st.header("2. What would have been expected?")
st.markdown(
    "A fall means something only against what was to be expected. Here the weeks before March 2020 are carried on."
)
expected_levers(view)
layout.figure("expected", view)
layout.in_words("expected", view)
layout.figure("expected-check", view)
layout.in_words("expected-check", view)
layout.caveats(("expected-limits",))

st.header("3. What happened elsewhere?")
st.markdown("Other cities had the pandemic too, and most of them no such policy.")
cities_lever(view)
layout.figure("peers-change", view)
layout.in_words("peers-change", view)
layout.figure("peers-months", view)
layout.in_words("peers-months", view)
layout.figure("peers-published", view)
layout.in_words("peers-published", view)
layout.caveats(("peers-limits",))

st.header("4. How empty were the streets?")
st.markdown("If empty streets kept crime away, it should have come back as people went out again.")
layout.figure("streets", view)
layout.in_words("streets", view)
layout.figure("streets-lag", view)
layout.in_words("streets-lag", view)
layout.caveats(("streets-limits",))

st.header("5. Where nothing should have happened")
st.markdown(
    "A test is worth something only if it can fail. "
    "On these dates, and in these counts, the policy should have done nothing."
)
layout.figure("placebo-dates", view)
layout.in_words("placebo-dates", view)
layout.figure("placebo-offenses", view)
layout.in_words("placebo-offenses", view)
layout.figure("placebo-announcement", view)
layout.in_words("placebo-announcement", view)
layout.caveats(("placebo-limits",))

st.header("6. Two other changes in the same months")
st.markdown("Police planes and protests came in the same months, and on the very offenses that moved most.")
layout.figure("planes-and-protests", view)
layout.in_words("planes-and-protests", view)
layout.caveats(("surveillance",))

st.header("What survives all six")
st.markdown("\n".join(f"{number}. {sentence}" for number, sentence in enumerate(survives.sentences, 1)))
st.markdown("These sentences are made from the figures above, in the windows and with the choices you see here.")
layout.chapter_link("afterwards", view, "Read on: what happened afterwards")
layout.chapter_link("methods", view, "How each of these methods works, and how it was tried out")
layout.definitions()
