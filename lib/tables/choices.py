"""The choices behind a comparison with a mix of other cities, each with the usual one first.

What they mean is said in ``lib.analysis.specifications``; the table ``synthetic_specifications`` has a row for every
combination that can be told.
"""

from typing import Literal

Donors = Literal["no-policy", "all", "settled"]
Pool = Literal["large", "busy", "violent"]
Fitted = Literal["2018-2020", "2019-2020", "2018-2019"]
March = Literal["out", "in"]
Units = Literal["index", "rate"]
Method = Literal["synthetic", "covariates", "differences", "median"]

WHOLE_MIX = 10_000
"""What the weights of a mix add up to in ``synthetic_weights``."""
