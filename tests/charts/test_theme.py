"""The tokens of the look: what Streamlit is told, what can be read, and what every eye can tell apart."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from lib.charts.heat import colors
from lib.charts.theme import PAPER, THEMES, Theme

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
TOKENS = {
    "primaryColor": "accent",
    "backgroundColor": "page",
    "secondaryBackgroundColor": "box",
    "textColor": "ink",
    "linkColor": "link",
    "borderColor": "rule",
    "orangeColor": "caveat",
    "orangeTextColor": "caveat",
}
Matrix = npt.NDArray[np.float64]
# Machado, Oliveira and Fernandes 2009, IEEE Transactions on Visualization 15(6), table of severity 1.0; on linear RGB.
EYES: dict[str, Matrix] = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
TOLD_APART = 10  # CIE 1976 color difference; about 2.3 can just be noticed side by side
PAPER_THEME = Theme(**{**vars(THEMES["light"]), **PAPER})
ALL = pytest.mark.parametrize("theme", [*THEMES.values(), PAPER_THEME], ids=["light", "dark", "print"])


def linear(color: str) -> Matrix:
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """As WCAG 2 has it."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(color)) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def difference(one: str, other: str, eye: Matrix) -> float:
    """CIE 1976 difference of two colors, as this eye sees them."""
    lab = []
    for color in (one, other):
        t = TO_XYZ @ np.clip(eye @ linear(color), 0, 1) / WHITE
        x, y, z = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
        lab.append(np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)]))
    return float(np.linalg.norm(lab[0] - lab[1]))


def test_streamlit_is_told_the_same_colors():
    told = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    for name, theme in THEMES.items():
        assert told[name] == {option: getattr(theme, token) for option, token in TOKENS.items()}


@ALL
def test_text_and_marks_stand_out_from_what_they_stand_on(theme: Theme):
    for text, ground in itertools.product(("ink", "muted", "link", "accent", "caveat"), ("page", "box")):
        assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5, (text, ground)
    for mark in ("accent", "baseline", "caveat", "fell", "rose", "most"):
        assert contrast(getattr(theme, mark), theme.page) >= 3, mark
    for band in (theme.accent_band, theme.baseline_band):  # faint, but with an edge of accent or baseline
        assert contrast(theme.ink, band) >= 4.5


@ALL
@pytest.mark.parametrize("eye", EYES.values(), ids=EYES)
def test_every_eye_tells_the_colors_apart_that_mean_different_things(theme: Theme, eye: Matrix):
    for one, other in itertools.combinations((theme.accent, theme.baseline, theme.caveat), 2):
        assert difference(one, other, eye) >= TOLD_APART
    assert difference(theme.accent_band, theme.baseline_band, eye) >= TOLD_APART
    steps = colors(theme)
    for one, other in itertools.pairwise(steps):
        assert difference(one, other, eye) >= TOLD_APART
    for fall, rise in zip(steps[:4], reversed(steps[4:]), strict=True):
        assert difference(fall, rise, eye) >= TOLD_APART
