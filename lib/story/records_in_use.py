"""The records in use: opened once, read anew when files change, kept where a new set can't be used."""

from __future__ import annotations

import math
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lib.story.records import DATASETS, Records
from lib.tables.errors import DataError
from lib.tables.folder import MANIFEST, SHIPPED, bundled_dir, data_dir, loaded_dir, tables_dir
from lib.tables.schemas import LOADABLE
from lib.tables.store import Tables, open_loaded, open_shipped, open_tables
from lib.tables.verify import problems_of


@dataclass(frozen=True)
class Health:
    """Whether records can be had, and all that should be there: ``version`` is None where there are none at all.

    ``lacking`` says, for anybody, what is not in use that should be; ``problems`` says why, for whoever runs the story.
    """

    version: str | None
    lacking: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _State:
    """What was found in a data folder when its manifests had these stamps; ``earlier`` are the records before."""

    stamps: tuple[int, ...]
    records: Records | None
    earlier: Records | None
    health: Health
    error: str = ""
    again: float = math.inf  # when to look again though no manifest has changed


AGAIN = 30.0  # seconds until files that could not be used are looked at again
SWAPS = 5  # times that a set may be replaced while it is being read
KEPT_FOLDERS = 2
_states: OrderedDict[str, _State] = OrderedDict()
_opening = threading.Lock()
_held: ContextVar[Records | None] = ContextVar("held", default=None)


def open_records() -> Records:
    """The records of the current data folder; read anew when a manifest changes. Raises DataError.

    Sets that were loaded later stand for the bundled ones where they verify; where not, ``Records.unusable`` says why.
    A set that can't be used does not take the place of one that this process has in memory: see ``health``.
    """
    return _held.get() or _usable(_state())


def records_at_hand() -> Records | None:
    """The current records, None where opening them would take reading files."""
    state = _states.get(os.environ.get("DATA_DIR", ""))
    fresh = state is not None and state.stamps == _asked(os.environ.get("DATA_DIR", ""))[1]
    return state.records if state is not None and fresh and time.monotonic() < state.again else None


def records_of(version: str) -> Records:
    """The current records, or those before where that is their version: who has a page of theirs asks for its parts.

    Raises DataError.
    """
    now = open_records()
    earlier = _state().earlier
    return earlier if earlier is not None and earlier.version == version != now.version else now


def health() -> Health:
    """How the records of the current data folder are."""
    return _state().health


@contextmanager
def hold_records(records: Records | None = None) -> Iterator[None]:
    """Within, in this thread or task and in what it asks others to make, the records stay these, else those of now.

    What is shown together is of one state, and the disk is asked once. Raises DataError.
    """
    token = _held.set(records or open_records())
    try:
        yield
    finally:
        _held.reset(token)


def _usable(state: _State) -> Records:
    if state.records is None:
        raise DataError(state.error)
    return state.records


def _state() -> _State:
    chosen, stamps = _asked(os.environ.get("DATA_DIR", ""))
    state = _states.get(chosen)
    if state is not None and state.stamps == stamps and time.monotonic() < state.again:
        return state
    # While one opens the new records, others go on with those they have.
    if not _opening.acquire(blocking=state is None or state.records is None) and state is not None:
        return state
    try:
        _, stamps = _asked(chosen)
        before = _states.get(chosen)
        if before is not None and before.stamps == stamps and time.monotonic() < before.again:
            return before
        found = _open(stamps, before)
        for _ in range(SWAPS):
            seen, stamps = stamps, _asked(chosen)[1]
            if not found.health.problems or stamps == seen:
                break
            found = _open(stamps, before)  # the set was replaced while it was read
        _states[chosen] = found
        if len(_states) > KEPT_FOLDERS:
            _states.popitem(last=False)
        return found
    finally:
        _opening.release()


def _asked(chosen: str) -> tuple[str, tuple[int, ...]]:
    """The data folder asked for, and when each manifest under it, or of the bundled tables, was last written."""
    return chosen, tuple(map(_stamp, _manifests(chosen)))


# Asked hundreds of times while a figure is made: paths are put together once.
@lru_cache(maxsize=16)
def _manifests(chosen: str) -> tuple[str, ...]:  # noqa: ARG001 - what ``data_dir`` goes by
    own = (bundled_dir(), data_dir())
    folders = (*own, *(folder / name for folder in own for name in SHIPPED), *map(loaded_dir, LOADABLE))
    return tuple(str(folder / MANIFEST) for folder in folders)


def _stamp(manifest: str) -> int:
    try:
        return os.stat(manifest).st_mtime_ns  # noqa: PTH116 - a Path would cost more than the question
    except OSError:
        return 0  # not there: opening it will say what is wrong


def _open(stamps: tuple[int, ...], before: _State | None) -> _State:
    """The records that lie there now; in the place of what can't be used those opened before, where there are any."""
    was = before.records if before is not None else None
    loaded, unusable, lacking, problems = {}, {}, [], []
    for dataset in LOADABLE:
        old = was.loaded.get(dataset) if was is not None else None
        try:
            tables = _same_or(old, open_loaded(dataset) or open_shipped(dataset))
            wrong = problems_of(tables) if tables is not None and tables is not old else []
        except DataError as error:
            tables, wrong = old, [str(error)]
        if wrong:
            tables = old or _sound_shipped(dataset)
            problems.append(f"{wrong[0]} {_IN_USE if old is not None else _NOT_IN_USE}")
            what = DATASETS[dataset].name
            lacking.append(f"The {what} that were loaded can’t be {'read anew' if old is not None else 'used'}.")
        if tables is not None:
            loaded[dataset] = tables
        elif wrong:
            unusable[dataset] = wrong[0]
    bundled = was.tables if was is not None else None
    try:
        tables = _same_or(bundled, open_tables(_bundled_of(bundled)))
        assert tables is not None
        if tables is not bundled:
            tables.take_in()
    except DataError as error:
        problems.append(f"{error} {_IN_USE if bundled is not None else ''}".rstrip())
        if bundled is None:
            none = Health(None, ("There are no records here that can be used.", *lacking), tuple(problems))
            return _State(stamps, None, None, none, str(error), time.monotonic() + AGAIN)
        lacking.append("The tables of the story can’t be read anew.")
        tables = bundled
    records = Records(tables, loaded, unusable)
    if was is not None and was.version == records.version and was.unusable == records.unusable:
        records = was
    earlier = was if records is not was else before.earlier if before is not None else None
    again = time.monotonic() + AGAIN if problems else math.inf
    return _State(stamps, records, earlier, Health(records.version, tuple(lacking), tuple(problems)), "", again)


_IN_USE = "Those read before stay in use."
_NOT_IN_USE = "These records are left aside."


def _sound_shipped(dataset: str) -> Tables | None:
    """The bundled set of these records, where it verifies: what stands in for a loaded one that doesn't."""
    try:
        shipped = open_shipped(dataset)
        return None if shipped is None or problems_of(shipped) else shipped
    except DataError:
        return None


def _same_or(old: Tables | None, new: Tables | None) -> Tables | None:
    """The set that is open already, where the new one is the same: what was read of it need not be read again."""
    same = old is not None and new is not None and (old.folder, old.version) == (new.folder, new.version)
    return old if same else new


def _bundled_of(old: Tables | None) -> Path:
    """Where the bundled tables lie; a folder that has lost its manifest is not taken for one that never had any."""
    return tables_dir() if old is None or (old.folder / MANIFEST).exists() or data_dir() != old.folder else old.folder
