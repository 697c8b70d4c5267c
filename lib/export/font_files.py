"""Font files, opened, cut down and renamed.

Loaded where a font is needed: what reads and cuts fonts takes a fifth of a second to import.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

from fontTools import subset
from fontTools.ttLib import TTFont


def renamed(content: bytes, names: Mapping[str, str], stand_ins: Mapping[int, int], characters: Iterable[int]) -> bytes:
    """The font under other names, cut down to ``characters`` and to those that others stand in for."""
    font = _opened(content)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap |= {sign: table.cmap[other] for sign, other in stand_ins.items() if other in table.cmap}
    _keep(font, [*characters, *stand_ins])
    for record in font["name"].names:
        said = str(record)
        for name, other in names.items():
            said = said.replace(name, other)
        record.string = said
    return _bytes(font)


def as_woff(content: bytes, characters: str | None = None) -> bytes:
    """The font as WOFF; with ``characters``, cut down to them."""
    font = _opened(content)
    if characters is not None:
        _keep(font, [ord(character) for character in characters])
    font.flavor = "woff"
    return _bytes(font)


def widths(content: bytes) -> dict[str, float]:
    """The characters that a font draws, and how far each moves on, in parts of the font's size."""
    font = _opened(content)
    glyphs, unit = font["hmtx"], font["head"].unitsPerEm
    return {chr(code): glyphs[glyph][0] / unit for code, glyph in font.getBestCmap().items()}


def _opened(content: bytes) -> TTFont:
    """A font that is saved with the date of its design, not of this run: the same bytes in every process."""
    return TTFont(io.BytesIO(content), recalcTimestamp=False)


def _keep(font: TTFont, characters: list[int]) -> None:
    options = subset.Options()
    options.layout_features = ["kern", "liga", "mark"]
    options.name_IDs = [1, 2, 4, 6, 16, 17]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)


def _bytes(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
