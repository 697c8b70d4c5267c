"""Drug arrests: the claim under its readings, what came before it, and what happened after."""

import streamlit as st

from lib.figures.chapters import BY_SLUG
from lib.story import charges
from lib.story.check import check_named
from lib.story.load import load_story
from lib.web import layout
from lib.web.levers import lever_box
from lib.web.state import current_view

here = BY_SLUG["drug-arrests"]
view, story = current_view(), load_story()
claim = here.checked_claims()[0]

st.title(here.title)
before = next(finding for finding in check_named(claim) if finding.window and finding.window.id == "before-policy")
for finding in (*here.lead_findings(claim.windows[0].pair), before):
    layout.answer(finding)
layout.caveats(("own-definition", "covid-both"))

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
