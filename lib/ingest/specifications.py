"""Every specification of Baltimore beside a mix of other cities, fitted: two tables made from two others.

The weights are rounded before anything is computed from them, so that whoever multiplies the ones in the table gets
the numbers in the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.analysis.placebo_fits import every_mix, features, without_each
from lib.analysis.specifications import (
    Choice,
    Panel,
    cities_of,
    earlier_masks,
    every_choice,
    masks,
    outcome_of,
    traits,
)
from lib.analysis.synthetic import Plain, gaps, mixed, plain_mix, rank
from lib.ingest.sources.donors import SetApart
from lib.tables.choices import WHOLE_MIX
from lib.tables.schemas import PEER_CITY, PEER_MEASURES, SCHEMAS

Floats = NDArray[np.float64]
DECIMALS = 6


@dataclass(frozen=True)
class _Fit:
    """The fits of one set of choices: number in the table, the cities, their weights, what they come near to."""

    number: int
    cities: list[int]
    weights: NDArray[np.int64]
    made_of: Floats


def specifications(panel: Panel, apart: SetApart) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``synthetic_specifications`` and ``synthetic_weights``.

    A specification that can't be told, as too few cities state its months, is left out.
    """
    rows: list[dict[str, Any]] = []
    fits: dict[tuple[object, ...], _Fit] = {}
    for measure in PEER_MEASURES:
        for choice in every_choice():
            cities = cities_of(panel, measure, choice, PEER_CITY, apart.policy, apart.revised)
            if cities:
                outcome = outcome_of(panel, measure, choice.units, cities)
                fit = _fit(panel, measure, choice, cities, outcome, fits) if choice.weighted else None
                rows += _row(panel, measure, choice, outcome, fit)
    columns = [column.name for column in SCHEMAS["synthetic_specifications"].columns]
    return pd.DataFrame(rows, columns=columns), _weights(panel, list(fits.values()))


def _fit(
    panel: Panel,
    measure: str,
    choice: Choice,
    cities: list[int],
    outcome: Floats,
    fits: dict[tuple[object, ...], _Fit],
) -> _Fit:
    """The fits of a specification; those that differ only in what comes after share them."""
    key = (measure, choice.method, choice.donors, choice.pool, choice.fitted, choice.units)
    if key not in fits:
        made_of = _features(panel, choice, cities, outcome, masks(panel, choice)[0])
        fits[key] = _Fit(len(fits) + 1, cities, every_mix(made_of), made_of)
    return fits[key]


def _features(panel: Panel, choice: Choice, cities: list[int], outcome: Floats, before: NDArray[np.bool_]) -> Floats:
    return features(outcome, before, traits(panel, cities) if choice.method == "covariates" else None)


def _row(panel: Panel, measure: str, choice: Choice, outcome: Floats, fit: _Fit | None) -> Iterator[dict[str, Any]]:
    """The row of a specification; none where its rank can't be told."""
    before, after = masks(panel, choice)
    found = gaps(outcome, _mix(outcome, before, choice, fit), before, after)
    stood = rank(found)
    if stood is None:
        return
    without = [
        float(gaps(outcome[:1], mixed(outcome, each)[None, :], before, after).gap[0])
        for each in (without_each(fit.made_of, fit.weights[0]) if fit else ())
    ]
    numbers = {
        "gap": found.gap[0],
        "error_before": found.before[0],
        "error_after": found.after[0],
        "ratio": found.ratio[0],
        "without_one_low": min(without, default=np.nan),
        "without_one_high": max(without, default=np.nan),
        "march_2019": _earlier(panel, choice, outcome, fit),
    }
    yield {
        **vars(choice),
        "measure": measure,
        "fit": fit.number if fit else 0,
        "cities": stood.cities,
        "lower": stood.lower,
        "as_far": stood.as_far,
        "as_odd": stood.as_odd,
        **{name: round(float(value), DECIMALS) for name, value in numbers.items()},
    }


def _mix(outcome: Floats, before: NDArray[np.bool_], choice: Choice, fit: _Fit | None) -> Floats:
    if fit:
        return mixed(outcome, fit.weights / WHOLE_MIX)
    plain: Plain = "median" if choice.method == "median" else "differences"
    return plain_mix(outcome, before, plain)


def _earlier(panel: Panel, choice: Choice, outcome: Floats, fit: _Fit | None) -> float:
    """The city's gap had the policy begun a year earlier; NaN where too few months lie before."""
    months = earlier_masks(panel, choice)
    if months is None:
        return np.nan
    before, after = months
    if fit:
        weights = every_mix(_features(panel, choice, fit.cities, outcome, before), only_first=True) / WHOLE_MIX
        return float(gaps(outcome[:1], mixed(outcome, weights[:1]), before, after).gap[0])
    return float(gaps(outcome, _mix(outcome, before, choice, None), before, after).gap[0])


def _weights(panel: Panel, fits: list[_Fit]) -> pd.DataFrame:
    """Who is in each city's mix, and with what weight, of all fits."""
    parts = []
    for fit in fits:
        city, donor = np.nonzero(fit.weights)
        names = np.array([panel.names[i] for i in fit.cities], dtype=object)
        parts.append(
            pd.DataFrame(
                {"fit": fit.number, "city": names[city], "donor": names[donor], "weight": fit.weights[city, donor]}
            )
        )
    columns = [column.name for column in SCHEMAS["synthetic_weights"].columns]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
