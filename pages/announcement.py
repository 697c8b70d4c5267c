"""The announcement: what was said, when, and what the records say of each statement."""

import streamlit as st

from lib.figures.chapters import CHAPTERS
from lib.story import words
from lib.story.check import check_named
from lib.story.load import load_story
from lib.web import layout
from lib.web.state import current_view

story = load_story()
findings = {claim.id: check_named(claim) for claim in story.claims.values()}

st.title(CHAPTERS[0].title)
st.markdown(words.lead(findings))
st.markdown(
    "On 26 March 2021 Baltimore’s State’s Attorney, Marilyn Mosby, said that her office would never again "
    "prosecute drug possession, prostitution, trespassing and other low-level offenses. It had stopped a year "
    "earlier, as a measure against COVID-19. The figures, she said, show that it works. The Police Commissioner "
    "said that the pandemic likely played a part."
)
layout.caveats(("covid-both",))
layout.figure("timeline", current_view())

st.header("Every statement, one by one")
for heading, group in words.grouped(findings).items():
    st.subheader(heading)
    for claim_findings in group:
        layout.claim_card(claim_findings, current_view())
