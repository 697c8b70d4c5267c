"""The announcement: what was said, when, and what the records say of each statement."""

import streamlit as st

from lib.figures.chapters import CHAPTERS
from lib.figures.leads import lead
from lib.story import words
from lib.story.check import check_named
from lib.story.load import load_story
from lib.web import layout
from lib.web.state import current_view

story = load_story()
findings = {claim.id: check_named(claim) for claim in story.claims.values()}

st.title(CHAPTERS[0].title)
layout.lead(lead(CHAPTERS[0], current_view()))
layout.figure("timeline", current_view())

st.header("Every statement, one by one")
for heading, group in words.grouped(findings).items():
    st.subheader(heading)
    for claim_findings in group:
        layout.claim_card(claim_findings, current_view())
