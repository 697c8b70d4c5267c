"""Loading records from a page: once for all readers, in the background, where the operator lets them."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

import streamlit as st

from lib.errors import StoryError
from lib.layers import Progress
from lib.refresh import refresh_calls
from lib.sources.addresses import Source, sources
from lib.tables.errors import DataError
from lib.web.operator import is_operator

YEARS = range(2018, 2022)
"""The years that the claims and their baselines lie in."""
POLL = 1.0  # seconds between looks at a load that runs


@dataclass
class Job:
    """One load: how far it is, and how it ended."""

    progress: Progress | None = None
    error: str = ""
    done: bool = False

    def run(self, layers: list[Source]) -> None:
        """Load; what goes wrong is kept as a sentence, for the page to show."""
        try:
            refresh_calls(layers, self._say)
        except DataError as error:
            logging.getLogger(__name__).error("%s", error)
            self.error = "Records can’t be read or kept on this machine now; its log says why. The old ones stay."
        except StoryError as error:
            self.error = error.told
        except Exception:
            self.error = "The load stopped on a mistake of this program's own; its log says more."
            raise
        finally:
            self.done = True

    def _say(self, progress: Progress) -> None:
        self.progress = progress


_lock = threading.Lock()
_job: Job | None = None


def current_job() -> Job | None:
    """The load that runs in this process, or the last one."""
    return _job


def start_job() -> Job:
    """Start loading, or join the load that already runs."""
    global _job
    with _lock:
        if _job is None or _job.done:
            _job = Job()
            layers = [source for source in sources("calls") if source.year in YEARS]
            threading.Thread(target=_job.run, args=(layers,), name="load-calls", daemon=True).start()
        return _job


def load_box() -> None:
    """The button that starts a load, its progress while one runs, and why one failed."""
    job = current_job()
    if job is not None and not job.done:
        _watch()
        return
    if job is not None and job.error:
        st.error(f"The last load stopped: {job.error}")
    if may_load():
        years = f"{YEARS[0]} to {YEARS[-1]}"
        if st.button(f"Load the 911 records of {years} now", key="load_calls"):
            start_job()
            st.rerun()
    else:
        st.caption("On this copy of the story, only its operator can load records.")


@st.fragment(run_every=POLL)
def _watch() -> None:
    """How far the load is; when it has ended, the whole page is drawn anew."""
    job = current_job()
    if job is None or job.done:
        st.rerun()
    else:
        progress = job.progress
        share = progress.rows / progress.total if progress and progress.total else 0.0
        st.progress(min(1.0, share), text=say(progress) if progress else "Asking the city’s server …")


def say(progress: Progress) -> str:
    """How far a load is, in words."""
    of = f" of {progress.total:,}" if progress.total is not None else ""
    left = progress.seconds_left
    rest = "" if left is None else f", about {max(1, round(left / 60))} min left for this year"
    return f"Year {progress.done + 1} of {progress.layers}: {progress.rows:,}{of} rows{rest}"


def may_load() -> bool:
    """Whether this reader may start a load."""
    return is_operator(st.context.ip_address, st.context.headers.items())
