"""Log-linear means, against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.poisson import fit_poisson


@given(st.integers(0, 10_000), st.integers(1, 4), st.floats(0.5, 300))
def test_the_fit_is_that_of_statsmodels(seed: int, effects: int, level: float) -> None:
    random = np.random.default_rng(seed)
    design = np.column_stack([np.ones(60), random.normal(size=(60, effects))])
    counts = random.poisson(level * np.exp(0.3 * design[:, 1])).astype(float)
    if counts.sum() < 20:
        return
    model = sm.GLM(counts, design, family=sm.families.Poisson()).fit(tol=1e-12)
    found = fit_poisson(design, counts)
    assert found is not None
    assert found.beta == pytest.approx(model.params, abs=1e-6)
    assert found.mean == pytest.approx(model.fittedvalues, rel=1e-5)
    assert found.mean.sum() == pytest.approx(counts.sum())


def test_large_counts_and_many_zeros_are_fitted() -> None:
    design = np.column_stack([np.ones(6), np.arange(6.0)])
    for counts in ([1e6, 5e5, 2e5, 1e5, 5e4, 2e4], [0.0, 0, 0, 0, 1, 0], [9.0, 0, 0, 0, 0, 1]):
        found = fit_poisson(design, np.array(counts))
        assert found is not None
        assert found.mean.sum() == pytest.approx(sum(counts))


@pytest.mark.parametrize(
    ("design", "counts"),
    [
        (np.ones((4, 1)), [0, 0, 0, 0]),
        (np.column_stack([np.ones(4), [0, 0, 1, 1]]), [3, 4, 0, 0]),
        (np.column_stack([np.ones(4), np.ones(4)]), [3, 4, 0, 0]),
        (np.column_stack([np.ones(8), np.arange(8)]), [9, 0, 0, 0, 0, 0, 0, 0]),
    ],
    ids=["no events", "a group without events", "the same effect twice", "events at one end only"],
)
def test_where_no_finite_effects_fit_there_is_none(design: np.ndarray, counts: list[int]) -> None:
    assert fit_poisson(design.astype(float), np.array(counts, dtype=float)) is None
