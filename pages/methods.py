"""How the numbers are made: sources, quality, code books, methods, what differs and what can't be said, versions."""

import streamlit as st

from lib.figures.chapters import BY_SLUG
from lib.figures.contents import contents
from lib.web import layout

here = BY_SLUG["methods"]

st.title(here.title)
layout.pieces(contents(here))
