"""One run of the story: which page, which windows, then the page itself.

It lies here and not beside ``pages/``: next to a folder of that name Streamlit takes the first address it is asked
for as a page that does not exist.
"""

from pathlib import Path

import streamlit as st

from lib.errors import StoryError
from lib.figures.chapters import CHAPTERS
from lib.web import layout
from lib.web.state import sync_view

ROOT = Path(__file__).resolve().parents[2]

st.set_page_config(layout="centered", initial_sidebar_state="collapsed")

pages = {
    chapter.slug: st.Page(
        ROOT / chapter.page, title=chapter.title, url_path=chapter.slug or None, default=not chapter.slug
    )
    for chapter in CHAPTERS
}
page = st.navigation(list(pages.values()), position="hidden")
current = next(chapter for chapter in CHAPTERS if pages[chapter.slug] is page)

try:
    layout.style()
    layout.head(sync_view(current), pages, current)
    page.run()
    layout.foot()
except StoryError as error:
    st.error(str(error))
