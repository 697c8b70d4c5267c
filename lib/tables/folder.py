"""Where the tables and the story files are."""

import os
from functools import cache
from pathlib import Path

from lib.tables.errors import DataError

MANIFEST = "manifest.json"
LOADED = "loaded"
"""The folder, under the data folder, of records loaded later; git knows nothing of it."""
SHIPPED = ("calls",)
"""Records that can be bundled as a set of their own, after a load; git keeps it."""


@cache
def bundled_dir() -> Path:
    """The ``data`` folder that comes with the project."""
    return Path(__file__).resolve().parents[2] / "data"


def data_dir() -> Path:
    """The folder the tables are read from and built into.

    The environment variable ``DATA_DIR`` if it is set and not empty, else the bundled folder. Asked
    anew at each call, so a test may change it.
    """
    chosen = os.environ.get("DATA_DIR", "")
    return Path(chosen) if chosen else bundled_dir()


def loaded_dir(dataset: str) -> Path:
    """Where records loaded later (``calls``, ``crime`` or ``arrests``) are kept, apart from the bundled tables."""
    return data_dir() / LOADED / dataset


def tables_dir() -> Path:
    """The folder of the bundled tables: ``data_dir()``, or what comes with the project where that only holds
    records loaded later."""
    chosen = data_dir()
    only_loaded = (chosen / LOADED).is_dir() and not (chosen / MANIFEST).exists()
    return bundled_dir() if only_loaded else chosen


def shipped_dir(dataset: str) -> Path:
    """Where records of SHIPPED lie when they are bundled: beside the bundled tables, with a manifest of their own."""
    return tables_dir() / dataset


def story_text(name: str, folder: Path | None = None) -> tuple[Path, str]:
    """The path and the text of one story file, such as ``claims.toml``.

    A data folder (``folder``, else ``data_dir()``) may bring its own story files; where it brings none
    the bundled one is read. Raises DataError naming the file if it is missing or isn't UTF-8.
    """
    own = (data_dir() if folder is None else folder) / "story" / name
    path = own if own.is_file() else bundled_dir() / "story" / name
    try:
        return path, path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"The story file {path} isn't UTF-8 text (byte {error.start}).") from error
    except OSError as error:
        raise DataError(f"The story file {path} can't be read: {error.strerror}.") from error
