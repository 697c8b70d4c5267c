"""How an exported picture is to look: its size, its theme, its frame, as the address of a picture asks for it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from lib.charts.theme import ThemeName
from lib.errors import ArgumentError
from lib.export import fonts

LookTheme = Literal["light", "dark", "print"]
Size = Literal["card", "square", "story", "column"]
LOOK_PARAMS = ("theme", "size", "width", "scale", "plain", "title", "subtitle")
MOST_CHARACTERS = {"title": 140, "subtitle": 240}
FACE_OF = {"title": "serif-semibold", "subtitle": "sans"}
"""The font that each text is set in."""
MOST_NAMED = 6  # characters that a sentence names
NARROWEST, WIDEST = 280, 1600
USUAL_WIDTH = 760
MOST_SCALE = 4.0
MOST_PIXELS = 16_000_000


@dataclass(frozen=True)
class Canvas:
    """A fixed size: ``width`` and ``height`` in pixels of the picture, drawn as if it were ``drawn`` px wide."""

    width: int
    height: int
    drawn: int


CANVASES: dict[Size, Canvas] = {
    "card": Canvas(1200, 630, 760),
    "square": Canvas(1080, 1080, 620),
    "story": Canvas(1080, 1920, 430),
}
COLUMN = 340
"""Width in px of one column of a newspaper page; its height is what the figure needs."""


@dataclass(frozen=True)
class Look:
    """``width`` in px, ``scale`` pixels for each px; ``size`` wins over ``width``; ``plain`` leaves the title out.

    ``title`` and ``subtitle`` are an editor's words in place of the figure's own. The theme "print" is the light one in
    black on white.
    """

    theme: LookTheme = "light"
    width: int = USUAL_WIDTH
    scale: float = 2.0
    size: Size | None = None
    plain: bool = False
    title: str | None = None
    subtitle: str | None = None

    @property
    def chart_theme(self) -> ThemeName:
        """The theme that charts are made in."""
        return "light" if self.theme == "print" else self.theme


def read_look(params: Mapping[str, str]) -> Look:
    """The look that an address asks for. Raises ArgumentError with one sentence for what can't be drawn."""
    theme, size = params.get("theme", "light"), params.get("size")
    if theme not in get_args(LookTheme):
        raise ArgumentError(f"theme must be one of {', '.join(get_args(LookTheme))}.")
    if size is not None and size not in get_args(Size):
        raise ArgumentError(f"size must be one of {', '.join(get_args(Size))}.")
    width = _number(params, "width", USUAL_WIDTH, NARROWEST, WIDEST)
    scale = _number(params, "scale", 2.0, 0.5, MOST_SCALE)
    plain = params.get("plain", "0")
    if plain not in ("0", "1"):
        raise ArgumentError("plain must be 0 or 1.")
    title, subtitle = (read_text(params.get(name, ""), name) for name in MOST_CHARACTERS)
    return Look(theme, round(width), scale, size, plain == "1", title, subtitle)  # type: ignore[arg-type]


def read_text(text: str, name: str) -> str | None:
    """An editor's title or subtitle, as ``name`` says, on one line; None for an empty one.

    Raises ArgumentError for one that is too long, or has a character that is not seen, or that its font lacks.
    """
    # Control characters, marks that turn the direction of text, line breaks: what a picture can't show as typed.
    if any(unicodedata.category(character)[0] == "C" or character in "\u2028\u2029" for character in text):
        raise ArgumentError(f"The {name} must be one line of characters that can be seen.")
    tidy = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(tidy) > MOST_CHARACTERS[name]:
        raise ArgumentError(f"The {name} may have at most {MOST_CHARACTERS[name]} characters.")
    lacking = list(dict.fromkeys(character for character in tidy if character not in fonts.advances(FACE_OF[name])))
    if lacking:
        said = ", ".join(f"“{character}”" for character in lacking[:MOST_NAMED])
        more = f" and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
        raise ArgumentError(f"The {name} has characters that the fonts of this story lack: {said}{more}.")
    return tidy or None


def _number(params: Mapping[str, str], name: str, usual: float, least: float, most: float) -> float:
    try:
        value = float(params.get(name, usual))
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise ArgumentError(f"{name} must be a number from {least:g} to {most:g}.")
    return value
