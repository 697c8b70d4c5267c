"""The floor that the app is measured against: what one slider and one line chart cost by themselves."""

import streamlit as st

app = st.App("page.py")
