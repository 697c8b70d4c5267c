"""One run of the story: which page, which windows, then the page itself.

It lies here and not beside ``pages/``: next to a folder of that name Streamlit takes the first address it is asked
for as a page that does not exist.
"""

from pathlib import Path

import streamlit as st

from lib.chapters.chapters import BY_SLUG, STUDIO
from lib.chapters.leads import title
from lib.errors import StoryError
from lib.story.records_in_use import hold_records
from lib.web.pages import layout, studio
from lib.web.pages.state import sync_view
from lib.web.responses import told
from lib.web.shell.run_slots import TURNS

ROOT = Path(__file__).resolve().parents[3]

pages = {
    chapter.slug: st.Page(
        ROOT / chapter.page, title=chapter.title, url_path=chapter.slug or None, default=not chapter.slug
    )
    for chapter in BY_SLUG.values()
}
page = st.navigation(list(pages.values()), position="hidden")
current = next(chapter for slug, chapter in BY_SLUG.items() if pages[slug] is page)
# Said once a run: of two layouts that come together the browser may keep the first.
st.set_page_config(layout="wide" if current is STUDIO else "centered", initial_sidebar_state="collapsed")


@st.fragment(run_every="1h")
def _come_back() -> None:
    """Makes the browser ask for a run when it has found another worker: else the first lever would do nothing."""


with TURNS:
    try:
        _come_back()
        layout.style(current)
        with hold_records():
            if current is STUDIO:
                current = studio.here()
            view = sync_view(current)
            st.set_page_config(page_title=title(current, view))
            top, body = st.container(), st.container()
            layout.ask_for_rest()  # first, as all the others depend on it
            with top:
                layout.head(view, pages, current)
            with body:
                page.run()
            layout.foot(view, pages, current)
    except StoryError as error:
        st.error(told(error))
