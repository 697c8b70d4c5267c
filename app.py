"""What ``streamlit run app.py`` serves: the story, and the stateless routes beside it."""

import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from lib.errors import StoryError
from lib.web.fonts import Fonts
from lib.web.headers import Headers
from lib.web.packed import Packed
from lib.web.routes import ROUTES, placed
from lib.web.shell import Shell
from lib.web.site_routes import SITE_ROUTES
from lib.web.turns import answer_at_once
from lib.web.warm import warm, warm_more

BASE = st.get_option("server.baseUrlPath")


@asynccontextmanager
async def _warm(_: st.App) -> AsyncIterator[None]:
    """Load records and draw every figure once, then keep all of it out of the garbage collector.

    Streamlit collects garbage after every run; with the imports of this story in the heap that would cost
    more than the run itself.
    """
    try:
        warm()
    except StoryError as error:  # the pages will say the same to readers
        logging.getLogger(__name__).error("%s", error)
    gc.collect()
    gc.freeze()
    answer_at_once()
    threading.Thread(target=warm_more, args=(BASE,), name="warm-more", daemon=True).start()
    yield


def _log(error: Exception) -> None:
    """Readers see a calm sentence (client.showErrorDetails); whoever runs the story sees the traceback."""
    logging.getLogger(__name__).exception("The story stopped on an unexpected error", exc_info=error)


app = st.App(
    Path(__file__).parent / "lib" / "web" / "story.py",
    routes=placed([*ROUTES, *SITE_ROUTES], BASE),
    middleware=[Middleware(Headers), Middleware(Fonts), Middleware(Packed), Middleware(Shell, base_path=BASE)],
    lifespan=_warm,
    on_script_error=_log,
)
