"""The map as one would write it first: join, draw, send everything, at every move."""

import streamlit as st

app = st.App("page.py")
