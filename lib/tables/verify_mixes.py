"""What must hold between the specifications of a mix of other cities and the weights behind them."""

from lib.tables.choices import WHOLE_MIX
from lib.tables.store import Tables


def mixes_fit(tables: Tables) -> list[str]:
    """Each mix of other cities adds up, is made of cities of the index, and stands behind some specification."""
    rows, weights = tables.frame("synthetic_specifications"), tables.frame("synthetic_weights")
    if weights.empty:
        return []
    sums = weights.groupby(["fit", "city"], observed=True)["weight"].sum()
    problems = [
        f"synthetic_weights: the mixes of fit {fit} don't add up."
        for fit in sorted({f for f, _ in sums[sums != WHOLE_MIX].index})[:1]
    ]
    strange = set(weights["donor"].cat.categories) - set(tables.frame("peers_monthly")["agency"].astype(str))
    problems += [f"synthetic_weights: {name} isn't in the index." for name in sorted(strange)[:1]]
    lacking = set(rows["fit"]) - set(weights["fit"]) - {0}
    problems += [f"synthetic_specifications: fit {fit} has no weights." for fit in sorted(lacking)[:1]]
    return problems
