"""Moran's I and local clusters, against published and hand-computed values, and under no pattern."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from lib.analysis.spatial import local_clusters, morans_i
from lib.story.evidence.places import neighbors
from lib.story.records_in_use import open_records

EXAMPLE = Path(__file__).with_name("stl_hom.json")


def standardized(borders: np.ndarray) -> np.ndarray:
    each = borders.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(borders, each, out=np.zeros(borders.shape), where=each > 0))


def lattice(side: int) -> np.ndarray:
    """Row-standardized weights of a square grid with queen contiguity."""
    row, column = np.divmod(np.arange(side * side), side)
    apart = np.maximum(np.abs(row[:, None] - row), np.abs(column[:, None] - column))
    return standardized((apart == 1).astype(float))


def plain_moran(y: np.ndarray, w: np.ndarray) -> float:
    """n / S0 * sum_ij w_ij z_i z_j / sum_i z_i^2, as esda documents it, one term at a time."""
    z = [float(v - y.mean()) for v in y]
    cross = sum(w[i, j] * z[i] * z[j] for i in range(len(z)) for j in range(len(z)))
    return float(len(z) / w.sum() * cross / sum(v * v for v in z))


def test_four_places_in_a_row_by_hand() -> None:
    # z = -1.5, -.5, .5, 1.5; neighbors' means -.5, -.5, .5, .5; I = 4/4 * (.75 + .25 + .25 + .75) / 5 = 0.4.
    weights = standardized(np.eye(4, k=1) + np.eye(4, k=-1))
    found = morans_i(np.array([1.0, 2.0, 3.0, 4.0]), weights)
    assert found.i == pytest.approx(0.4)
    assert found.expected == pytest.approx(-1 / 3)


def test_a_chessboard_is_the_opposite_of_a_pattern_of_likeness() -> None:
    side = 6
    row, column = np.divmod(np.arange(side * side), side)
    rook = standardized((np.abs(row[:, None] - row) + np.abs(column[:, None] - column) == 1).astype(float))
    found = morans_i(((row + column) % 2).astype(float), rook)
    assert found.i == pytest.approx(-1)
    assert found.p > 0.99


def test_homicide_rates_around_st_louis_have_the_published_value() -> None:
    # https://pysal.org/esda/generated/esda.Moran.html: I = 0.244, EI = -0.0130, p_norm = 0.00027 (two-sided).
    example = json.loads(EXAMPLE.read_text())
    borders = np.zeros((78, 78))
    for at, near in enumerate(example["neighbors"]):
        borders[at, np.array(near) - 1] = 1.0
    found = morans_i(np.array(example["HR8893"]), standardized(borders))
    assert round(found.i, 3) == 0.244
    assert found.expected == pytest.approx(-0.012987012987012988)
    assert found.p <= 0.01


def test_any_values_have_the_formulas_value() -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        n = int(random.integers(4, 30))
        borders = np.triu(random.random((n, n)) < 0.3, 1).astype(float)
        borders += borders.T
        if not borders.any():
            continue
        weights, values = standardized(borders), random.normal(size=n)
        found = morans_i(values, weights, permutations=99)
        assert found.i == pytest.approx(plain_moran(values, weights))
        again = morans_i(3 * values + 7, weights, permutations=99)
        assert again.i == pytest.approx(found.i)
        assert again.p == found.p
        assert 0.01 <= found.p <= 1


def test_the_same_map_gives_the_same_p_each_time() -> None:
    values = np.random.default_rng(2).normal(size=64)
    assert morans_i(values, lattice(8)) == morans_i(values.copy(), lattice(8))


def test_values_that_are_all_the_same_are_refused() -> None:
    with pytest.raises(ValueError, match="the same"):
        morans_i(np.full(16, 0.3), lattice(4))
    high, low = local_clusters(np.full(16, 0.3), lattice(4))
    assert not high.any()
    assert not low.any()


@pytest.mark.parametrize("draw", ["normal", "skewed"])
def test_under_no_pattern_p_is_uniform(draw: str) -> None:
    random, weights = np.random.default_rng(3), lattice(8)
    values = random.normal(size=(500, 64)) if draw == "normal" else random.lognormal(sigma=1.0, size=(500, 64))
    p = [morans_i(each, weights, permutations=399).p for each in values]
    assert stats.kstest(p, "uniform").pvalue > 0.001
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.085


def test_a_planted_gradient_is_found() -> None:
    random, weights = np.random.default_rng(4), lattice(12)
    east = np.tile(np.arange(12.0), 12)
    found = [morans_i(0.15 * east + random.normal(size=144), weights) for _ in range(20)]
    assert sum(each.p < 0.05 for each in found) >= 19
    assert all(each.i > each.expected for each in found)


def planted(side: int) -> tuple[np.ndarray, np.ndarray]:
    """A hot block in one corner of a grid and a cold one in the other."""
    row, column = np.divmod(np.arange(side * side), side)
    hot = (row >= 1) & (row <= 4) & (column >= 1) & (column <= 4)
    cold = (row >= side - 5) & (row < side - 1) & (column >= side - 5) & (column < side - 1)
    return hot, cold


def test_planted_blocks_are_found_and_little_else() -> None:
    random, side = np.random.default_rng(5), 16
    weights = lattice(side)
    hot, cold = planted(side)
    found_hot = found_cold = strays = found = 0
    near = weights > 0
    for _ in range(20):
        high, low = local_clusters(random.normal(size=side * side) + 3.0 * hot - 3.0 * cold, weights)
        found_hot += int((high & hot).sum())
        found_cold += int((low & cold).sum())
        # A place at a block's edge has the block among its neighbors: that is no false discovery.
        touched_hot, touched_cold = near @ hot > 0, near @ cold > 0
        strays += int((high & ~touched_hot & ~hot).sum() + (low & ~touched_cold & ~cold).sum())
        found += int(high.sum() + low.sum())
    # Corners of a block have three of eight neighbors in it, so not all of it can be found.
    assert found_hot > 0.5 * 20 * hot.sum(), found_hot
    assert found_cold > 0.5 * 20 * cold.sum(), found_cold
    assert strays <= 0.08 * found


@pytest.mark.slow
@pytest.mark.parametrize("draw", ["normal", "skewed"])
def test_under_no_pattern_clusters_are_rarely_found(draw: str) -> None:
    # With no true cluster every discovery is false: at a false discovery rate of 5%, in 5% of maps at most.
    random, weights = np.random.default_rng(6), lattice(12)
    any_found = 0
    for _ in range(150):
        values = random.normal(size=144) if draw == "normal" else random.lognormal(sigma=1.0, size=144)
        high, low = local_clusters(values, weights)
        any_found += bool(high.any() or low.any())
    assert any_found <= 15, any_found


def test_a_place_without_neighbors_is_in_no_cluster() -> None:
    weights = lattice(12)
    weights[5], weights[:, 5] = 0.0, 0.0
    values = np.random.default_rng(7).normal(size=144)
    values[5] = 50.0
    high, low = local_clusters(values, standardized(weights))
    assert not high[5]
    assert not low[5]


def test_the_citys_own_map_finds_a_planted_block_too() -> None:
    # 278 places and 999 rearrangements: the smallest p is 0.001, and the rule must still let some places pass.
    weights = neighbors(open_records())
    center = int(np.argmax((weights > 0).sum(axis=1)))
    block = (weights[center] > 0) | (np.arange(len(weights)) == center)
    values = np.random.default_rng(8).normal(size=len(weights)) + 4.0 * block
    high, _ = local_clusters(values, weights)
    assert (high & block).sum() >= block.sum() / 2
