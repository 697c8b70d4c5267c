"""Figures beside reviewed pictures of themselves: what numbers and tests of parts can't see.

To renew the pictures after a wanted change, and then look at each: ``python -m tests.export.test_reference``.
"""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib.chapters.chapters import CHAPTERS
from lib.export.files import Order, file_of
from lib.export.render_options import Look, LookTheme
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES

FOLDER = Path(__file__).parent.parent / "reference"
# One of each family of charts, in every theme, wide and as on a phone.
SHOWN: dict[str, tuple[LookTheme, int]] = {
    "windows-compared": ("light", 700),
    "contributions": ("print", 700),
    "series": ("dark", 700),
    "change-map": ("light", 356),
    "every-window": ("light", 700),
    "turning-days": ("dark", 356),
}
MOST_STEP = 32  # of 255, how far a color may be off before a pixel counts as another one
MOST_OTHER = 0.004  # part of the pixels: a data version in the foot is less, a moved or recolored mark is more


def picture(figure: str) -> Image.Image:
    theme, width = SHOWN[figure]
    view = next(chapter.usual for chapter in CHAPTERS if chapter.lead_figure == "windows-compared")
    order = Order(figure, view, FIGURES[figure].claims()[0], "png", Look(theme=theme, width=width, scale=1), "")
    return Image.open(io.BytesIO(file_of(order))).convert("RGB")


def other_pixels(one: Image.Image, other: Image.Image) -> float:
    """The part of the pixels in which two pictures differ; 1 where they are not of one size."""
    if one.size != other.size:
        return 1.0
    apart = np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).max(axis=2)
    return float((apart > MOST_STEP).mean())


@pytest.mark.slow
@pytest.mark.parametrize("figure", SHOWN)
def test_a_figure_looks_as_it_did_when_somebody_last_looked(figure: str):
    with Image.open(FOLDER / f"{figure}.png") as kept:
        assert other_pixels(picture(figure), kept.convert("RGB")) <= MOST_OTHER


def test_a_moved_mark_would_be_noticed():
    with Image.open(FOLDER / "windows-compared.png") as kept:
        whole = kept.convert("RGB")
    moved = whole.copy()
    moved.paste(whole.crop((0, 60, whole.width, 160)), (8, 60))
    assert other_pixels(moved, whole) > MOST_OTHER


if __name__ == "__main__":
    for name in SHOWN:
        picture(name).quantize(160).save(FOLDER / f"{name}.png", optimize=True)
