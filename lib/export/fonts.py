"""The fonts of exported pictures: the same families as in the browser, shipped as files.

Adobe's own files of Source Sans 3 and Source Serif 4 (SIL Open Font License); Streamlit's browser fonts "Source Sans"
and "Source Serif" are the same designs. What leaves here is cut down, and the license keeps the name for the whole
fonts; also, the converter can't measure text in a family whose name has a digit. So the copies have names of their own.
"""

from __future__ import annotations

import atexit
import base64
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import vl_convert

from lib.charts.theme import SANS, SERIF
from lib.errors import ArgumentError

FOLDER = Path(__file__).parent / "fonts"
FAMILY, SERIF_FAMILY = "Story Sans", "Story Serif"
NAMES = {SANS: f"'{FAMILY}'", SERIF: f"'{SERIF_FAMILY}'"}
"""What a chart's font is called in an exported picture, by what it is called on a page."""
FALLBACKS = {
    FAMILY: f"'{FAMILY}','Source Sans 3','Source Sans Pro',Arial,sans-serif",
    SERIF_FAMILY: f"'{SERIF_FAMILY}','Source Serif 4','Source Serif Pro',Georgia,serif",
}
"""Fonts by their names outside this story, for programs that leave out those inside a drawing."""

LATIN = (*range(0x20, 0x180), *range(0x2000, 0x2070), *range(0x2190, 0x2300), *range(0x25A0, 0x2600))
_STAND_INS = {0x25C7: 0x25CA, 0x2502: 0x7C}
"""Signs of charts that the fonts lack, and their own that look like them. A line with a sign that is in no font of its
family would be measured, as a whole, in another one."""
_RENAMED = {"Source Sans 3": FAMILY, "SourceSans3": "StorySans", "Source Serif 4": SERIF_FAMILY}
_RENAMED["SourceSerif4"] = "StorySerif"


@dataclass(frozen=True)
class Face:
    """One font file: ``name`` is what its address says."""

    name: str
    family: str
    weight: int
    file: str

    @property
    def version(self) -> str:
        """A short hash of the font as it is served."""
        return hashlib.sha256(packed(self.name)).hexdigest()[:8]

    def rule(self, source: str) -> str:
        """The CSS rule that declares it; ``source`` is an address."""
        return (
            f"@font-face{{font-family:'{self.family}';font-weight:{self.weight};font-display:swap;"
            f"src:url({source}) format('woff')}}"
        )


FACES = (
    Face("sans", FAMILY, 400, "SourceSans3-Regular.ttf"),
    Face("sans-semibold", FAMILY, 600, "SourceSans3-Semibold.ttf"),
    Face("serif-semibold", SERIF_FAMILY, 600, "SourceSerif4-Semibold.ttf"),
)


@lru_cache(maxsize=1)
def register() -> None:
    """Make the fonts known to the converter; once is enough."""
    folder = tempfile.mkdtemp(prefix="fonts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # it reads the files again for each picture
    for face in FACES:
        (Path(folder) / face.file).write_bytes(_latin(face.file))
    vl_convert.register_font_directory(folder)


def face_rules(text: str) -> str:
    """CSS that carries the fonts inside a document, cut down to the characters of ``text``."""
    return _face_rules("".join(sorted(set(text))))


def linked_rules(root: str) -> str:
    """CSS that takes the fonts from where this story serves them; ``root`` is where it stands, ending in a slash."""
    return "".join(face.rule(f"{root}font/{face.name}-{face.version}.woff") for face in FACES)


@lru_cache(maxsize=len(FACES))
def packed(name: str) -> bytes:
    """A font, Latin letters and signs, as WOFF. Raises ArgumentError for a name that there is not."""
    face = next((face for face in FACES if face.name == name), None)
    if face is None:
        raise ArgumentError("There is no such font here.")
    return _as_woff(face.file)


@lru_cache(maxsize=len(FACES))
def advances(name: str) -> dict[str, float]:
    """The characters that a font draws, and how far each moves on, in parts of the font's size."""
    from lib.export.font_files import widths

    return widths(_latin(next(face.file for face in FACES if face.name == name)))


@lru_cache(maxsize=64)
def _face_rules(characters: str) -> str:
    return "".join(
        face.rule(f"data:font/woff;base64,{base64.b64encode(_as_woff(face.file, characters)).decode()}")
        for face in FACES
    )


@lru_cache(maxsize=len(FACES))
def _latin(file: str) -> bytes:
    from lib.export.font_files import renamed

    return renamed((FOLDER / file).read_bytes(), _RENAMED, _STAND_INS, LATIN)


def _as_woff(file: str, characters: str | None = None) -> bytes:
    from lib.export.font_files import as_woff

    return as_woff(_latin(file), characters)
