"""The story without what was done to it for many readers: the collector looks at everything after every run.

Its server is given Streamlit's usual settings too (bench/load.py). The routes are left out: what is measured are runs.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from lib.web.shell.warm_up import draw_figures


@asynccontextmanager
async def _warm(_: st.App) -> AsyncIterator[None]:
    draw_figures("light")
    yield


app = st.App(Path(__file__).parents[2] / "lib" / "web" / "pages" / "story.py", lifespan=_warm)
