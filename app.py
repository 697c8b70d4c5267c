"""What ``streamlit run app.py`` serves: the story, and the stateless routes beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from lib.web.routes.routes import ROUTES, placed
from lib.web.routes.site import SITE_ROUTES
from lib.web.shell.compression import Packed
from lib.web.shell.index_html import Shell
from lib.web.shell.memory import keep_little
from lib.web.shell.message_bounds import Bounds
from lib.web.shell.run_slots import answer_at_once
from lib.web.shell.security_headers import Headers
from lib.web.shell.subset_fonts import Fonts
from lib.web.shell.warm_up import is_wanted, start_warm_up
from lib.web.shell.widget_values import leave_unread

BASE = st.get_option("server.baseUrlPath")


@asynccontextmanager
async def _started(_: st.App) -> AsyncIterator[None]:
    answer_at_once()
    start_warm_up(BASE)
    yield


keep_little()
leave_unread()
app = st.App(
    Path(__file__).parent / "lib" / "web" / "pages" / "story.py",
    routes=placed([*ROUTES, *SITE_ROUTES], BASE),
    middleware=[
        Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        Middleware(Packed, base_path=BASE, again=is_wanted()),
        Middleware(Headers),
        Middleware(Bounds),
        Middleware(Fonts),
        Middleware(Shell, base_path=BASE),
    ],
    lifespan=_started,
)
