"""The figure studio: any figure, in any windows, size and theme, under an editor's own title."""

import streamlit as st

from lib.chapters.chapters import STUDIO
from lib.errors import StoryError
from lib.web.pages import studio
from lib.web.pages.state import current_view

view = current_view()

st.title(STUDIO.title)
st.markdown(
    "Make a figure fit your page. Title and subtitle are yours to change; the picture then says that they were edited. "
    "The numbers, the source and the caveat stay ours. The address of this page holds all that you chose."
)
wish = studio.current_wish()
with st.container(border=True, key="studio-figure"):
    studio.figure_picker(wish)
    with st.expander("Windows, and what else the figure depends on"):
        studio.view_levers(wish, view)
with st.container(border=True, key="studio-look"):
    studio.look_levers(wish)
    try:
        studio.text_levers(wish, view)
    except StoryError as error:
        st.info(error.told)
try:
    studio.preview(wish, view)
except StoryError:
    st.markdown("There is no picture until then.")
