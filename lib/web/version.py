"""Which version of the story this process serves: its code and its texts, for caches that must not outlive it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PARTS = ("lib/**/*.py", "lib/**/*.js", "lib/**/*.css", "lib/**/*.html", "data/story/*.toml", "constraints.txt")


@lru_cache(maxsize=1)
def code_version() -> str:
    """A short hash of everything that an answer depends on besides the data."""
    made = hashlib.sha256()
    for pattern in _PARTS:
        for path in sorted(ROOT.glob(pattern)):
            made.update(path.read_bytes())
    return made.hexdigest()[:8]
