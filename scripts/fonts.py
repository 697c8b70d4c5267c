"""Cuts the fonts that Streamlit's front end loads down to what this story shows of them: ``make fonts``.

A phone that opens a page would else get a megabyte of fonts, most of it letters and icons that never appear. What
comes out lies in ``lib/web/shell/fonts`` under the very names that Streamlit gives its files, hash included: after an
update of Streamlit that changes a font its whole file is served again, and a test asks for a new cut.
"""

import io
import re
from collections.abc import Iterable
from pathlib import Path

import streamlit
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from lib.export.fonts import LATIN
from lib.web.shell.subset_fonts import FOLDER

STATIC = Path(streamlit.__file__).parent / "static" / "static"
TEXT = (
    "SourceSerifVariable-Roman",
    "SourceSerifVariable-Italic",
    "SourceSansVF-Upright",
    "SourceCodeVF-Upright",
)
ICONS = "MaterialSymbols-Rounded"
FORMULAS = (*range(0x2070, 0x20A0), *map(ord, "αβγδεθλμπρσφχΔΣΩ"))
"""Raised and lowered signs and the Greek of formulas, beside the letters and signs of charts."""
WEIGHTS = (400, 700)
OPTICAL_SIZE = 20.0
"""Source Serif has other shapes for small and large print; text and headings here are all near this one, in points."""
RENAMED = {"Source Serif": "Story Serif", "Source Sans": "Story Sans", "Source Code": "Story Code"}
"""The license keeps the name for whole fonts."""
_ICON = re.compile(r":material/(\w+)")


def source(name: str) -> Path:
    """Streamlit's own file of a font. Raises FileNotFoundError."""
    found = next(STATIC.glob(f"media/{name}.*woff2"), None)
    if found is None:
        raise FileNotFoundError(f"Streamlit has no font named {name} any more.")
    return found


def cut_text(file: Path) -> TTFont:
    """A variable font with Latin letters, signs and the weights that pages use."""
    font = TTFont(file, recalcTimestamp=False)  # the same bytes every time
    _keep(font, unicodes=[*LATIN, *FORMULAS], features=["kern", "liga", "mark"])
    axes = {axis.axisTag for axis in font["fvar"].axes}
    sizes = {"opsz": OPTICAL_SIZE} if "opsz" in axes else {}
    return instancer.instantiateVariableFont(font, {"wght": WEIGHTS, **sizes})


def cut_icons(file: Path) -> TTFont:
    """The icons that Streamlit's own parts name. An icon is a ligature of the letters of its name."""
    font = TTFont(file, recalcTimestamp=False)  # the same bytes every time
    letters = _letters(font)
    shown = icon_names()
    glyphs = [glyph for name, glyph in ligatures(font).items() if name in shown]
    _keep(font, unicodes=[ord(letter) for letter in letters.values()], features=["rlig"], glyphs=glyphs)
    return font


def icon_names() -> set[str]:
    """The names of icons in the scripts of Streamlit's front end."""
    return {name for file in STATIC.glob("js/*.js") for name in _ICON.findall(file.read_text(encoding="utf-8"))}


def _letters(font: TTFont) -> dict[str, str]:
    """What names of icons are spelled with, by glyph; capitals have the glyphs of small letters."""
    return {glyph: chr(code) for code, glyph in font.getBestCmap().items() if re.match(r"[a-z0-9_]", chr(code))}


def ligatures(font: TTFont) -> dict[str, str]:
    """The glyph of each icon, by its name."""
    letters = _letters(font)
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            for first, rest in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items():
                for ligature in rest:
                    found["".join(letters[glyph] for glyph in (first, *ligature.Component))] = ligature.LigGlyph
    return found


def _keep(font: TTFont, *, unicodes: Iterable[int], features: list[str], glyphs: Iterable[str] = ()) -> None:
    options = subset.Options()
    options.layout_features = features
    options.layout_closure = not glyphs  # with every letter kept, each icon could be spelled, and all would stay
    options.name_IDs = [1, 2, 4, 6, 16, 17]
    options.hinting = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=unicodes, glyphs=glyphs)
    cutter.subset(font)


def cut(name: str) -> bytes:
    """The cut font as a WOFF2 file; the same bytes every time. Raises FileNotFoundError."""
    font = cut_icons(source(name)) if name == ICONS else cut_text(source(name))
    for record in font["name"].names:
        said = str(record)
        for name, other in RENAMED.items():
            said = said.replace(name, other).replace(name.replace(" ", ""), other.replace(" ", ""))
        record.string = said
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def main() -> None:
    """Write all of them, and take away those of another Streamlit."""
    for old in FOLDER.glob("*.woff2"):
        old.unlink()
    for name in (*TEXT, ICONS):
        file = source(name)
        data = cut(name)
        (FOLDER / file.name).write_bytes(data)
        print(f"{file.name}: {file.stat().st_size:,} bytes cut to {len(data):,}")


if __name__ == "__main__":
    main()
