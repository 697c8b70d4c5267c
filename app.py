"""What ``streamlit run app.py`` serves: the story, and the stateless routes beside it."""

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from lib.web.routes.routes import ROUTES, placed
from lib.web.routes.site import SITE_ROUTES
from lib.web.shell.compression import Packed
from lib.web.shell.index_html import Shell
from lib.web.shell.memory import keep_little
from lib.web.shell.message_bounds import Bounds
from lib.web.shell.run_slots import answer_at_once
from lib.web.shell.security_headers import Headers
from lib.web.shell.subset_fonts import Fonts
from lib.web.shell.warm_up import warm, warm_more
from lib.web.shell.widget_values import leave_unread

BASE = st.get_option("server.baseUrlPath")


@asynccontextmanager
async def _warm(_: st.App) -> AsyncIterator[None]:
    """Load records and draw every figure once, then keep all of it out of the garbage collector.

    Streamlit collects garbage after every run; with the imports of this story in the heap that would cost
    more than the run itself.
    """
    warm()
    gc.collect()
    gc.freeze()
    answer_at_once()
    threading.Thread(target=warm_more, args=(BASE,), name="warm-more", daemon=True).start()
    yield


keep_little()
leave_unread()
app = st.App(
    Path(__file__).parent / "lib" / "web" / "pages" / "story.py",
    routes=placed([*ROUTES, *SITE_ROUTES], BASE),
    middleware=[
        Middleware(Headers),
        Middleware(Bounds),
        Middleware(Fonts),
        Middleware(Packed, base_path=BASE),
        Middleware(Shell, base_path=BASE),
    ],
    lifespan=_warm,
)
