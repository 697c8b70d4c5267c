"""The palette of changes that fades as intervals widen."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts.theme import THEMES, Theme
from lib.charts.wedge import RINGS, STEP, TONES, WIDEST, sureness, tone_colors, tones
from tests.charts.test_theme import EYES, PAPER_THEME, TOLD_APART, Matrix, difference

ALL = pytest.mark.parametrize("theme", [*THEMES.values(), PAPER_THEME], ids=["light", "dark", "print"])
EYE = pytest.mark.parametrize("eye", EYES.values(), ids=EYES)
FAINTEST = 8  # of two tones that differ in how sure they are; about 2.3 can just be noticed side by side


def rings(theme: Theme) -> list[list[str]]:
    colors = tone_colors(theme)
    return [colors[2**ring - 1 : 2 ** (ring + 1) - 1] for ring in range(RINGS)]


def tone(change: float, low: float, high: float) -> int:
    return tones(np.array([change]), np.array([low]), np.array([high]))[0]


def test_a_wide_interval_has_no_color_of_its_own_and_a_narrow_one_every_shade() -> None:
    assert tone(-0.5, -0.9, 1.0) == 0
    assert tone(-0.2, -0.5, 0.2) == 1
    assert tone(0.2, -0.3, 0.6) == 2
    assert [tone(change, change - 0.05, change + 0.05) for change in (-0.5, -0.4, -0.2, -0.1)] == [7, 8, 9, 10]
    assert [tone(change, change - 0.05, change + 0.05) for change in (0.1, 0.2, 0.4, 0.5, 3)] == [11, 12, 13, 14, 14]


@given(st.floats(-0.99, 5), st.floats(0, 0.9), st.floats(0, 3))
def test_every_change_has_a_tone_on_its_own_side_of_no_change(change: float, down: float, up: float) -> None:
    low, high = change - down * (1 + change), change + up
    found = tone(change, low, high)
    assert 0 <= found < TONES
    ring = (found + 1).bit_length() - 1
    shade = found - (2**ring - 1)
    if ring:
        assert (shade >= 2 ** (ring - 1)) == (change >= 0)
    wide = float(sureness(np.array([low]), np.array([high]))[0])
    assert ring == sum(wide <= limit for limit in WIDEST)


def test_a_fall_and_the_rise_that_undoes_it_are_as_sure() -> None:
    halved, doubled = sureness(np.array([-0.6, 0.25]), np.array([-0.2, 1.5]))
    assert halved == pytest.approx(doubled)
    assert sureness(np.array([-STEP]), np.array([STEP]))[0] == pytest.approx(STEP / 4, abs=0.001)


@ALL
@EYE
def test_every_eye_tells_falls_from_rises_and_the_sure_from_the_unsure(theme: Theme, eye: Matrix) -> None:
    tip, *others = rings(theme)
    for shades in others:
        for one, other in itertools.pairwise(shades):
            assert difference(one, other, eye) >= FAINTEST
        for fall, rise in zip(shades[: len(shades) // 2], reversed(shades), strict=False):
            assert difference(fall, rise, eye) >= TOLD_APART
        for shade in shades:
            assert difference(tip[0], shade, eye) >= FAINTEST


@ALL
@EYE
def test_every_eye_tells_land_from_water_and_from_paper(theme: Theme, eye: Matrix) -> None:
    for color in tone_colors(theme):
        assert difference(color, theme.water, eye) >= TOLD_APART
        assert difference(color, theme.page, eye) >= TOLD_APART
