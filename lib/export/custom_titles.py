"""Words that an editor puts in place of a figure's own title and subtitle. Its numbers stay, and the file says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lib.charts.theme import Frame
from lib.export import fonts
from lib.export.render_options import FACE_OF, Look
from lib.figures.citation import Facts

_SIZES = {"title": 17.0, "subtitle": 12.5}
"""Size in px of each text that can be edited, as ``lib.charts.theme.config`` sets it."""
SPARE = 16  # px of a picture's width that its padding takes


def edited_texts(own: Frame | Facts, look: Look) -> dict[str, str]:
    """The texts that differ from the figure's own, by name; none where the picture shows neither."""
    asked = {"title": look.title, "subtitle": look.subtitle}
    return {} if look.plain else {name: text for name, text in asked.items() if text and text != getattr(own, name)}


def edited_frame(own: Frame, look: Look) -> Frame:
    """The figure's words with the editor's in their place, and a line in its foot that tells."""
    texts = edited_texts(own, look)
    said = f"{' and '.join(texts).capitalize()} edited."
    return replace(own, **texts, source=f"{own.source} {said}") if texts else own


def fixed(own: Frame, look: Look, width: int) -> dict[str, list[str]]:
    """The texts as ``Frame.fixed`` has them, for a picture ``width`` px wide.

    An editor's words may be all capitals, or no words at all: they are measured, not estimated.
    """
    measured = {
        name: _lines(text, width, FACE_OF[name], _SIZES[name]) for name, text in edited_texts(own, look).items()
    }
    cut = {f"{name}{form}": lines for name, lines in measured.items() for form in ("Wide", "Narrow")}
    return {**edited_frame(own, look).fixed(width), **cut}


def named(about: Facts, look: Look) -> dict[str, str]:
    """``Facts.named`` for an edited picture: its words, which of them were edited, and what ours are.

    The citation stays that of the figure as this story shows it.
    """
    texts = edited_texts(about, look)
    if not texts:
        return about.named()
    title = {"Title": texts["title"]} if "title" in texts else {}
    ours = {f"Original {name}": str(getattr(about, name)) for name in texts}
    return {**about.named(), **title, "Edited": " and ".join(texts), **ours}


def _lines(text: str, width: int, font: str, size: float) -> list[str]:
    """The text in lines that are at most ``width`` px long; words that are longer are broken."""

    def long(line: str) -> bool:
        return size * sum(fonts.advances(font)[character] for character in line) > width - SPARE

    lines: list[str] = []
    for word in _pieces(text, long):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and not long(joined):
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _pieces(text: str, long: Callable[[str], bool]) -> Iterator[str]:
    """The words, those that are too long in pieces that are not."""
    for word in text.split():
        piece = ""
        for character in word:
            if piece and long(piece + character):
                yield piece
                piece = ""
            piece += character
        yield piece
