"""How much of the memory that this process was given it keeps."""

from __future__ import annotations

import ctypes
import gc

ARENAS, ARENA_MAX = 2, -8
LARGE, MMAP_THRESHOLD = 2**19, -3
"""glibc's settings (malloc.h) and what they are to be."""


def keep_little() -> None:
    """Have all threads share their memory, and give large pieces back at once; to be called before threads start.

    By itself glibc gives every thread a place of its own to take memory from, up to eight for each processor. What one
    thread has given back there no other can use, and the threads of runs come and go: a third of all memory was kept
    so. Systems without glibc do as they do.
    """
    for setting, value in ((ARENA_MAX, ARENAS), (MMAP_THRESHOLD, LARGE)):
        _libc("mallopt", setting, value)


def keep_for_good() -> None:
    """Keep all that there is now out of the garbage collector.

    Streamlit collects garbage after every run; with the imports of this story in the heap that would cost more than
    the run itself.
    """
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give the system what is free, once all that is made only once has been made."""
    _libc("malloc_trim", 0)


def _libc(name: str, *values: int) -> None:
    try:
        function = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return
    function(*values)
