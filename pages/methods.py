"""How the numbers are made: definitions, and every method with its check, its limits and its source."""

import streamlit as st

from lib.figures.chapters import BY_SLUG
from lib.figures.leads import lead
from lib.story import words
from lib.story.load import load_story
from lib.web import layout

here = BY_SLUG["methods"]

st.title(here.title)
layout.lead(lead(here, here.usual))

st.header("What the words mean")
st.markdown(words.DEFINITIONS)

st.header("The methods, one by one")
for method in load_story().methods.values():
    layout.method(method)
