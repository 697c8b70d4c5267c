"""Who was arrested: rates and shares by race, in absolute and in relative terms."""

import streamlit as st

from lib.figures.arrests import averted_share
from lib.figures.chapters import BY_SLUG
from lib.figures.leads import lead
from lib.story import arrest_words
from lib.story.check import check_measure
from lib.story.load import load_story
from lib.web import layout
from lib.web.levers import lever_box
from lib.web.state import current_view

here = BY_SLUG["who-was-arrested"]
view, story = current_view(), load_story()
claim = here.checked_claims()[0]

st.title(here.title)
layout.lead(lead(here, view))
layout.quote(claim)

lever_box(view, (*claim.windows, *story.claims["drug-arrests"].windows[1:]))

st.header("In absolute terms: arrests per 1,000 residents")
layout.figure("arrest-rates-by-race", view)
st.header("In relative terms: how many times as often")
layout.figure("arrest-ratio-by-race", view)
st.header("As a share of all arrests")
layout.figure("arrest-shares-by-race", view)
st.markdown(arrest_words.averted_sentence(averted_share(view.pair)))
hopkins = story.published["hopkins-share"]
st.markdown(
    f"Researchers at Johns Hopkins put that share at {arrest_words.published_percent(hopkins)} of "
    f"{story.published['hopkins-averted'].value:.0f} averted arrests for possession, paraphernalia and prostitution, "
    f"April 2020 to May 2021, against what an earlier trend would have brought: "
    f"[{hopkins.by}]({hopkins.address}). Ours compares two windows, for all offenses of the policy."
)

st.header("The counts behind it")
for race in ("black", "white", "other"):
    layout.answer(check_measure(story.measures["covered-arrests"], view.pair, race=race))
st.header("More reasons for doubt")
layout.caveats(("own-definition", "arrest-text", "before-after"))
layout.definitions()
