"""Sentences about the table of the Johns Hopkins study."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lib.analysis.counterfactual import Shape
from lib.story import finding_words, words
from lib.story.evidence.hopkins import CODES, GROUPS, STUDY, Color, Period, Row, rows_of
from lib.story.load import load_story
from lib.story.model import Measure, Published

IF: dict[Shape, str] = {
    "flat": "if every month had been like the average of those before",
    "linear": "if they had stayed on the straight line through the months before",
    "log-linear": "if they had kept changing by the same percentage each month",
}
NAMES: dict[Shape, str] = {
    "flat": "Like the average month before",
    "linear": "The straight line goes on",
    "log-linear": "The same percentage each month",
}
PEOPLE: dict[Color, str] = {"all": "All", "black": "Black", "not-black": "Not Black"}
ARTICLE = "https://doi.org/10.1016/j.amepre.2023.04.004"
WIDER = (
    "Many charges name a drug but neither possession nor distribution. We can’t tell which of these the study counted. "
    "Here is the same estimate with all of them:"
)
TABLE = (
    "Arrests a month, before and after. Level is how far the line through the later months starts above the line "
    "through the earlier ones. Slope is how much more it rises each month. With so few months, their intervals are too "
    "narrow rather than too wide. Averted is what was expected and not counted. In parentheses: 95% intervals."
)
TOGETHER = "No such number can tell the policy from the pandemic: both began in March 2020."


def opening(averted: Published, share: Published) -> str:
    """What the study said, with links, as Markdown."""
    return (
        f"Nobody can count what didn’t happen. Researchers at Johns Hopkins [estimated]({averted.address}) that "
        f"{words.count(round(averted.value))} arrests for possession, paraphernalia and prostitution were averted from "
        f"April 2020 to May 2021, {words.percent(share.value)} of them in the Black community. A "
        f"[later article]({ARTICLE}) covers possession and paraphernalia through December 2021. It found that arrests "
        "fell at once, unlike those for other crimes, while racial disparities persisted. In our records, arrests for "
        "other offenses fell, too. From police arrest records we made the same estimate, under three guesses about "
        "what would have happened."
    )


def averted_title(rows: Sequence[Row]) -> str:
    """The range of the answers, for a picture of them."""
    told = [row.averted for row in rows if row.averted is not None]
    if not told:
        return "Too few arrests to say how many were averted"
    return f"Anywhere from {_number(min(told))} to {_number(max(told))} arrests averted, depending on the assumption"


def share_title(rows: Sequence[Row], published: Published) -> str:
    """The range of the shares, for a picture of them."""
    told = [row.share for row in rows if row.share is not None]
    if not told:
        return "Too few arrests to say whose were averted"
    return (
        f"Black people’s share of the arrests averted: {_share(min(told))} to {_share(max(told))}; "
        f"the study published {words.percent(published.value)}"
    )


def months(row: Row) -> str:
    """The months that were counted, and those before that they are compared with."""
    return (
        f"{_month(row, 'after_first')} to {_month(row, 'after_last')}, compared with what the months since "
        f"{_month(row, 'before_first')} would have led to"
    )


def to_the_end() -> str:
    """The answers to the last whole month on record, in a sentence."""
    rows = rows_of(STUDY, period="records")
    parts = [f"{_number(row.averted)} {IF[row.counterfactual]}" for row in rows if row.averted is not None]
    if not parts:
        return ""
    return f"Through {_month(rows[0], 'after_last')}, the last full month on record: {words.listed(parts)}."


def compared(period: Period) -> str:
    """The months that the table of a period compares."""
    row = rows_of(STUDY, period=period)[0]
    return (
        f"{_month(row, 'before_first')} to {_month(row, 'before_last')} compared with {_month(row, 'after_first')} to "
        f"{_month(row, 'after_last')}"
    )


def table(period: Period) -> dict[str, list[str | float]]:
    """The table, one row for each group and all, Black or other people: columns by their heading.

    Means are arrests a month; level and slope are as in ``Row``; in parentheses stand 95% intervals.
    """
    measures = load_story().measures
    columns: dict[str, list[str | float]] = {}
    for group in GROUPS:
        for race in CODES:
            rows = rows_of(group, race, period)
            row = rows[0]
            cells: dict[str, str | float] = {
                "Arrests for": measures[group].label.removeprefix("arrests for "),
                "People": PEOPLE[race],
                "A month before": round(row.mean_before, 1),
                "A month after": round(row.mean_after, 1),
                "Change": words.signed(row.change),
                "Level": _with_ends(row.level, row.level_low, row.level_high, _tenths),
                "Slope": _with_ends(row.slope, row.slope_low, row.slope_high, _tenths),
                **{f"Averted, {r.counterfactual}": averted_text(r) for r in rows},
            }
            for name, cell in cells.items():
                columns.setdefault(name, []).append(cell)
    return columns


def averted_text(row: Row) -> str:
    """The arrests averted with their interval: ``296 (147 to 446)``; says where they can't be told."""
    return _with_ends(row.averted, row.averted_low, row.averted_high, _number)


def share_text(row: Row) -> str:
    """The share in the arrests averted with its interval, as ``averted_text``."""
    return _with_ends(row.share, row.share_low, row.share_high, _share)


def dependence(measure: Measure, rows: Sequence[Row], published: Published) -> str:
    """How many arrests were averted under each counterfactual of one case, beside what the study published."""
    first = rows[0]
    told = [(row, row.averted) for row in rows if row.averted is not None]
    when = f"from {_month(first, 'after_first')} to {_month(first, 'after_last')}"
    counted = f"{finding_words.subject(measure)}: {words.count(first.after)} {when}"
    if not told:
        return f"{counted}. Too few to say how many were averted."
    parts = [
        f"{_number(averted)} {IF[row.counterfactual]} "
        f"(95% interval: {_number(row.averted_low)} to {_number(row.averted_high)})"
        for row, averted in told
    ]
    said = [f"{counted}. How many were averted depends on what you assume: {words.listed(parts)}."]
    if len(told) > 1:
        least, most = (end(averted for _, averted in told) for end in (min, max))
        if round(least) > 0 and (times := f"{most / least:.1f}") != "1.0":
            said.append(f"The largest of these is {times} times the smallest, from the same records.")
        elif round(least) <= 0 < round(most):
            said.append("Even whether any were averted depends on it.")
    if first.published is not None:
        near, averted = min(told, key=lambda each: abs(each[1] - published.value))
        figure = words.count(round(published.value))
        said.append(
            f"The study published {figure}. The closest answer here is {_number(averted)}, {IF[near.counterfactual]}."
        )
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


def _with_ends(value: float | None, low: float | None, high: float | None, say: Callable[[float], str]) -> str:
    if value is None or low is None or high is None:
        return "too few to say"
    return f"{say(value)} ({say(low)} to {say(high)})"


def _tenths(arrests: float) -> str:
    return words.signed_number(arrests, 1).removeprefix("+")


def _number(arrests: float | None) -> str:
    return words.signed_number(arrests or 0).removeprefix("+")


def _share(fraction: float | None) -> str:
    return words.signed(fraction or 0).removeprefix("+")


def _month(row: Row, field: str) -> str:
    return f"{getattr(row, field):%B %Y}"
