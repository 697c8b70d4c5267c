"""Loading records from a page: once for all readers, in the background, where the operator lets them."""

from __future__ import annotations

import logging
import queue
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lib.errors import StoryError
from lib.ingest.download import Progress
from lib.ingest.import_calls import Changes, import_calls
from lib.ingest.refresh_calls import refresh_calls
from lib.ingest.sources.addresses import Source, sources
from lib.ingest.sources.raw import SourceError
from lib.tables.errors import DataError
from lib.web.operator import is_operator

YEARS = range(2018, 2022)
"""The years that the claims and their baselines lie in."""
POLL = 1.0  # seconds between looks at a load that runs
PATIENCE = 900.0  # seconds that a file which was read waits for the operator's word; other loads wait as long
FILE = "calls_file"
"""The key of the box that takes a file."""


@dataclass
class Job:
    """One load: how far it is, what it asks the operator before it writes, and how it ended.

    ``error`` is for every reader, ``detail`` for the operator, who may know how this machine is laid out.
    """

    state: str
    progress: Progress | None = None
    asks: tuple[str, ...] = ()
    error: str = ""
    detail: str = ""
    done: bool = False
    _answers: queue.SimpleQueue[bool] = field(default_factory=queue.SimpleQueue)

    def run(self, work: Callable[[Job], object]) -> None:
        """Load; what goes wrong is kept as a sentence, for the page to show."""
        try:
            work(self)
        except DataError as error:
            logging.getLogger(__name__).error("%s", error)
            self.error = "Records can’t be read or kept on this machine now; its log says why. The old ones stay."
            self.detail = str(error)
        except StoryError as error:
            self.error = self.detail = error.told
        except Exception:
            self.error = self.detail = "The load stopped on a mistake of this program's own; its log says more."
            raise
        finally:
            self.done = True

    def say(self, progress: Progress) -> None:
        """Note how far it is."""
        self.progress = progress
        self.state = say(progress)

    def agree(self, changes: Changes) -> bool:
        """Ask whether these changes are to be made, and wait for the answer; silence is a no."""
        self.state = "The file is read; whoever runs this copy is asked whether to count it …"
        self.asks = changes.sentences()
        try:
            return self._answers.get(timeout=PATIENCE)
        except queue.Empty:
            self.error = self.detail = "Nobody said that the file should be counted, so nothing was changed."
            return False
        finally:
            self.asks = ()

    def answer(self, yes: bool) -> None:
        """What the operator said to ``asks``."""
        self.asks, self.state = (), "Writing the tables …" if yes else "Leaving everything as it is …"
        self._answers.put(yes)


_lock = threading.Lock()
_job: Job | None = None


def current_job() -> Job | None:
    """The load that runs in this process, or the last one."""
    return _job


def start_job(state: str, work: Callable[[Job], object]) -> Job:
    """Start ``work``, or join the load that already runs; ``state`` is what is said of it until it says more."""
    global _job
    with _lock:
        if _job is None or _job.done:
            _job = Job(state)
            threading.Thread(target=_job.run, args=(work,), name="load-calls", daemon=True).start()
        return _job


def load_box() -> None:
    """The button that starts a load, and the box for a file; how far one is while it runs, and why one failed."""
    job = current_job()
    if job is not None and not job.done:
        if job.asks and may_load():
            _ask(job)
        else:
            _watch()
        return
    if job is not None and job.error:
        st.error(f"The last load stopped: {job.detail if may_load() else job.error}")
    if not may_load():
        return
    years = f"{YEARS[0]} to {YEARS[-1]}"
    if st.button(f"Load the 911 records of {years} now", key="load_calls"):
        layers = [source for source in sources("calls") if source.year in YEARS]
        start_job("Asking the city’s server …", partial(_refresh, layers))
        st.rerun()
    st.file_uploader("Or add a CSV file that you downloaded from Open Baltimore", key=FILE, on_change=_take_file)
    st.caption(
        "A gzipped file is fine, and quicker: a year takes some 40 MB gzipped and up to 400 MB as it is. The file is "
        "read first; you then see what it would change, and say whether it should."
    )


def _refresh(layers: list[Source], job: Job) -> None:
    refresh_calls(layers, job.say)


def _take_file() -> None:
    """Start reading the file that was just handed in."""
    file = st.session_state.get(FILE)
    if isinstance(file, UploadedFile) and may_load():
        start_job("Reading the file …", partial(_import, Path(file.name).name, file))


def _import(name: str, file: UploadedFile, job: Job) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        try:
            path.write_bytes(file.getbuffer())
        except (OSError, ValueError) as error:
            raise SourceError(
                f"The file can’t be kept here while it is read ({error}); nothing was changed."
            ) from error
        import_calls([path], job.say, job.agree)


def _ask(job: Job) -> None:
    """What a file would change, and whether it should."""
    st.markdown("**The file is read. This is what would change:**")
    for sentence in job.asks:
        st.text(sentence)
    yes, no = st.columns(2)
    yes.button("Count these calls", key="load_yes", type="primary", on_click=job.answer, args=(True,))
    no.button("Change nothing", key="load_no", on_click=job.answer, args=(False,))


@st.fragment(run_every=POLL)
def _watch() -> None:
    """How far the load is; when it has ended, or asks this reader, the whole page is drawn anew."""
    job = current_job()
    if job is None or job.done or (job.asks and may_load()):
        st.rerun()
    else:
        progress = job.progress
        share = progress.rows / progress.total if progress and progress.total else 0.0
        st.progress(min(1.0, share), text=job.state)


def say(progress: Progress) -> str:
    """How far a load is, in words."""
    if progress.total is None:
        return f"Reading {progress.what}: {progress.rows:,} rows so far"
    left = progress.seconds_left
    rest = "" if left is None else f", about {max(1, round(left / 60))} min left for this year"
    return f"Year {progress.done + 1} of {progress.layers}: {progress.rows:,} of {progress.total:,} rows{rest}"


def may_load() -> bool:
    """Whether this reader may start a load."""
    return is_operator(st.context.ip_address, st.context.headers.items())
