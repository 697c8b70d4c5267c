"""Sentences about the table of the Johns Hopkins study."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis.counterfactual import Shape
from lib.analysis.windows import say_date
from lib.story import words
from lib.story.hopkins import Row
from lib.story.model import Measure, Published

IF: dict[Shape, str] = {
    "flat": "if every month had been like the mean of those before",
    "linear": "if the straight line through those before had gone on",
    "log-linear": "if they had kept changing by the same percentage each month",
}
TOGETHER = "No such number can tell the policy from the pandemic: both began in March 2020."


def dependence(measure: Measure, rows: Sequence[Row], published: Published) -> str:
    """How many arrests were averted under each counterfactual of one case, beside what the study published."""
    first = rows[0]
    told = [(row, row.averted) for row in rows if row.averted is not None]
    when = f"from {_month(first, 'after_first')} to {_month(first, 'after_last')}"
    counted = f"{words.subject(measure)}: {words.count(first.after)} {when}"
    if not told:
        return f"{counted}. Too few to say how many were averted."
    parts = [
        f"{_number(averted)} {IF[row.counterfactual]} "
        f"(95% interval: {_number(row.averted_low)} to {_number(row.averted_high)})"
        for row, averted in told
    ]
    said = [f"{counted}. How many were averted depends on what would have come otherwise: {words.listed(parts)}."]
    if len(told) > 1:
        least, most = (end(averted for _, averted in told) for end in (min, max))
        if least > 0 and (times := f"{most / least:.1f}") != "1.0":
            said.append(f"The largest answer is {times} times the smallest, from the same records.")
        elif least <= 0 < most:
            said.append("Even whether any were averted depends on it.")
    if first.published is not None:
        near = min(told, key=lambda each: abs(each[1] - published.value))[0]
        figure = words.count(round(published.value))
        said.append(f"The study published {figure}; the nearest is the answer {IF[near.counterfactual]}.")
    return " ".join([*said, TOGETHER])


def shares(rows: Sequence[Row], published: Published) -> str:
    """The share of Black people in the arrests averted under each counterfactual, beside what the study published."""
    parts = [
        f"{_share(row.share)} {IF[row.counterfactual]} "
        f"(95% interval: {_share(row.share_low)} to {_share(row.share_high)})"
        for row in rows
        if row.share is not None
    ]
    if not parts:
        return "Too few to say what share of the arrests averted were of Black people."
    study = f" The study published {words.percent(published.value)}." if rows[0].published_share is not None else ""
    return f"Of the arrests averted, Black people’s share is {words.listed(parts)}.{study}"


def _number(arrests: float | None) -> str:
    return words.signed_number(arrests or 0).removeprefix("+")


def _share(fraction: float | None) -> str:
    return words.signed(fraction or 0).removeprefix("+")


def _month(row: Row, field: str) -> str:
    return say_date(getattr(row, field)).split(" ", 1)[1]
