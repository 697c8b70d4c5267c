"""Sentences about Baltimore beside a mix of other cities."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from lib.analysis.specifications import BUSY, LARGE, SMALLEST, Choice
from lib.analysis.synthetic import Rank
from lib.errors import StoryError
from lib.story import words
from lib.story.evidence.placebos import CREDITED
from lib.story.evidence.synthetic import (
    FEWEST_TO_TELL,
    Curve,
    Mix,
    Specification,
    curve,
    fitted_to,
    specification,
    window_of,
)
from lib.story.load import load_story
from lib.story.sentences.peers_words import name_of, subject
from lib.tables.choices import Donors, Fitted, March, Method, Pool, Units

FAR = 0.1
"""How far below its mix Baltimore must be for the sentence that counts the ways to compare."""
MOST_PARTS = 5
ORDINALS = ("", "second ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ", "ninth ")
NOT_WHY = "That says how far Baltimore left other cities, never why."
DONORS: dict[Donors, str] = {
    "no-policy": "Without cities that had such a policy",
    "all": "All cities",
    "settled": "Also without cities revised later",
}
POOLS: dict[Pool, str] = {
    "large": f"{LARGE:,} residents or more",
    "busy": f"{BUSY:,} crimes or more in 2019",
    "violent": "About as violent as Baltimore",
}
FITS: dict[Fitted, str] = {
    "2018-2020": "Fitted to Jan. 2018–Feb. 2020",
    "2019-2020": "Fitted to Jan. 2019–Feb. 2020",
    "2018-2019": "Fitted to Jan. 2018–Dec. 2019",
}
MARCHES: dict[March, str] = {"out": "March 2020 left out", "in": "March 2020 counts as after"}
UNITS: dict[Units, str] = {"index": "In percent of 2019", "rate": "Per resident"}
METHODS: dict[Method, str] = {
    "synthetic": "Mix of cities",
    "covariates": "Mix that is like it in size and level, too",
    "differences": "By the others’ average change",
    "median": "By the median city’s change",
}
VALUES: dict[str, Mapping[Any, str]] = {
    "method": METHODS,
    "donors": DONORS,
    "pool": POOLS,
    "fitted": FITS,
    "march": MARCHES,
    "units": UNITS,
}
"""What the values of each choice are called, in the order in which they stand below the curve."""
LINES: dict[Method, str] = {
    "synthetic": "Its mix of cities",
    "covariates": "Its mix of cities",
    "differences": "By the others’ change",
    "median": "By the median city",
}
MADE: dict[Method, str] = {
    "synthetic": "a mix of other cities",
    "covariates": "a mix of other cities",
    "differences": "where the other cities’ average change would have left it",
    "median": "where the median city’s change would have left it",
}
THEM: dict[Method, str] = {
    "synthetic": "its mix",
    "covariates": "its mix",
    "differences": "the others’ average",
    "median": "the median city",
}
POOL_MEANS: dict[Pool, str] = {
    "large": f"cities of at least {LARGE:,} residents",
    "busy": f"cities with at least {BUSY:,} crimes in 2019",
    "violent": f"cities of at least {SMALLEST:,} residents with at least half of Baltimore’s rate of violent crime",
}


def low_text(gap: float) -> str:
    """How far below or above a mix: ``26% below``, ``about level with``."""
    size = words.percent(gap)
    return "about level with" if size == "0%" else f"{size} {'below' if gap < 0 else 'above'}"


def rank_text(found: Specification) -> str:
    """Baltimore's rank among all cities: ``the largest shortfall of 44 cities``, ``the third largest excess of 52
    cities``.
    """
    rank = found.rank
    place, end = (rank.lower, "shortfall") if found.gap < 0 else (rank.cities - rank.lower, "excess")
    return f"the {_nth(place, 'largest')} {end} of {rank.cities + 1} cities"


def odd_text(rank: Rank) -> str:
    """Its rank by how far it strayed for how well its mix fitted: ``the third most unusual of 44``."""
    return f"the {_nth(rank.as_odd, 'most unusual')} of {rank.cities + 1}"


def _nth(before: int, end: str) -> str:
    if before < len(ORDINALS):
        return f"{ORDINALS[before]}{end}"
    number = before + 1
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix} {end}"


def path_title(found: Mix) -> str:
    """How far Baltimore was from its mix in the policy's first year."""
    return f"{_compared(found)} in the policy’s first year"


def _compared(found: Mix) -> str:
    return f"{found.measure.title} in Baltimore was {low_text(found.found.gap)} {MADE[found.found.choice.method]}"


def path_subtitle(found: Mix) -> str:
    """What is drawn: units, the cities, the months of the fit, and the band."""
    choice = found.found.choice
    what = "2019 is 100" if choice.units == "index" else "a year and 100,000 residents"
    return (
        f"{subject(found.measure)} by month, {what}. {_made_of(found)} The band is as wide as eight in ten of the "
        f"{found.found.rank.cities} other cities strayed from their own comparisons."
    )


def _made_of(found: Mix) -> str:
    first, last = fitted_to(found.found.choice)
    if not found.parts:
        return f"What the others would have made of it starts from {_month(first)} to {_month(last)}."
    return f"The mix was chosen to run like Baltimore from {_month(first)} to {_month(last)}."


def path_short(found: Mix) -> str:
    """The same as people say it, with its rank."""
    return (
        f"{_compared(found)} {_when(found.found.choice)}. That is {rank_text(found.found)}. Allowing for "
        f"how well each city could be matched before, it’s {odd_text(found.found.rank)}."
    )


def path_sentence(found: Mix) -> str:
    """Gap, cities, fit, ranks and what other choices give, in full."""
    one, choice = found.found, found.found.choice
    said = [
        f"{_when(choice, capital=True)}, {name_of(found.measure)} in Baltimore was {low_text(one.gap)} "
        f"{MADE[choice.method]}. The others are {one.rank.cities} {POOL_MEANS[choice.pool]}, {_donors(choice.donors)}.",
    ]
    if found.parts:
        said.append(f"{_made_of(found)} It’s made of {parts_text(found)}.")
    said += [
        f"In those months the mix was typically {words.percent(one.before, 1)} off Baltimore’s level, "
        f"afterward {words.percent(one.after, 1)}: {one.ratio:.1f} times as much.",
        f"The gap is {rank_text(one)}, and {_as_far(one.rank.as_far, one.rank.cities)} strayed at least as far, up or "
        f"down. Allowing for how well each city could be matched before, it’s {odd_text(one.rank)}.",
    ]
    if not one.can_tell:
        said.append(f"With fewer than {FEWEST_TO_TELL} other cities, no rank can be as rare as one in 20.")
    if one.without_one:
        said.append(f"Leave out any one city of the mix, and it’s {_range(*one.without_one)}.")
    if one.year_earlier is not None:
        said.append(
            f"A year earlier, when no policy began, the same comparison puts it {low_text(one.year_earlier)} them."
        )
    said.append(NOT_WHY)
    return " ".join(said)


def parts_text(found: Mix) -> str:
    """The cities of a mix with their shares: ``Cincinnati (28%), Washington (13%) and four more``."""
    named = [f"{name.split(',')[0]} ({words.percent(share)})" for name, share in found.parts[:MOST_PARTS]]
    rest = len(found.parts) - len(named)
    return words.listed([*named, *([f"{words.number_word(rest)} more"] if rest else [])])


def _as_far(number: int, cities: int) -> str:
    return f"{words.number_word(number)} of {cities} other cities" if number else "no other city"


def _donors(donors: Donors) -> str:
    return {
        "no-policy": "without those that stopped low-level arrests or prosecutions, too",
        "all": "those that stopped low-level arrests or prosecutions among them",
        "settled": "without those that stopped low-level arrests or prosecutions, too, or whose counts were revised "
        "later",
    }[donors]


def placebos_title(found: Mix) -> str:
    """Baltimore's rank among all cities."""
    one = found.found
    return (
        f"Baltimore’s gap in {found.measure.label}, {low_text(one.gap)} {THEM[one.choice.method]}, is {rank_text(one)}"
    )


def placebos_subtitle(found: Mix) -> str:
    """What the lines are."""
    return (
        "Each gray line is another city, by month, in percent above or below its own comparison. "
        f"{words.capital(_as_far(found.found.rank.as_far, found.found.rank.cities))} strayed at least as far as "
        f"Baltimore, up or down, {_when(found.found.choice)}. Lines are cut where they leave the scale."
    )


def specifications_title(found: Curve) -> str:
    """From where to where the gaps run."""
    return (
        f"Compared in {words.count(len(found.found))} ways, {found.measure.label} in Baltimore was "
        f"{_range(found.found[0].gap, found.found[-1].gap)} other cities"
    )


def specifications_sentence(found: Curve) -> str:
    """How many of the ways say that Baltimore was far below, and how many that it is unusual."""
    every, telling = len(found.found), len(found.telling)
    said = [
        f"Of {words.count(every)} reasonable ways to compare, {_share(found.share(below=FAR))} put "
        f"{name_of(found.measure)} at least {words.percent(FAR)} below what other cities would have made of it. The "
        f"middle one says {low_text(found.found[every // 2].gap)}, all of them "
        f"{_range(found.found[0].gap, found.found[-1].gap)}.",
    ]
    if telling:
        said.append(
            f"In {_share(found.unusual / telling)} of the {words.count(telling)} ways with at least {FEWEST_TO_TELL} "
            "other cities, the gap would be unusual for a city without the policy: at most one in 20 strayed as far, "
            "allowing for how well each could be matched before."
        )
    else:
        said.append("In all of them, cities are too few to say whether the gap is as rare as one in 20.")
    said.append(NOT_WHY)
    return " ".join(said)


def specifications_subtitle() -> str:
    """What the dots and the marks are."""
    return (
        "Each column is a way to compare, in the order of the gap; the marks below say its choices. In "
        "color: at most one in 20 cities strayed as far, allowing for how well each could be matched."
    )


def mixed_in_brief(choice: Choice) -> str:
    """The credited counts beside a mix of other cities, each with its gap and rank; empty where none can be told."""
    found = []
    for name in CREDITED:
        with suppress(StoryError):
            found.append((load_story().measures[name], specification(load_story().measures[name], choice)))
    if not found:
        return ""
    # What the others are compared with is said once.
    made = [f" {MADE[choice.method]}", *("" for _ in found[1:])]
    each = [
        f"{measure.label} was {low_text(one.gap)}{beside}, {rank_text(one)}"
        for (measure, one), beside in zip(found, made, strict=True)
    ]
    said = [f"In the policy’s first year, {'; '.join(each)}."]
    curves = [(measure.label, curve(measure)) for measure, _ in found]
    ranges = [f"{_range(each.found[0].gap, each.found[-1].gap)} for {label}" for label, each in curves]
    said.append(f"All ways to compare together give {words.listed(ranges)}.")
    rare = [
        f"{_share(each.unusual / len(each.telling))} of the ways for {label}" for label, each in curves if each.telling
    ]
    if rare:
        said.append(f"With enough cities to tell, at most one city in 20 strayed as far in {words.listed(rare)}.")
    said.append("Other things set Baltimore apart in those months, too, police surveillance planes among them.")
    return " ".join(said)


def code_of(choice: Choice) -> str:
    """A way to compare as a digit for the value of each choice, in the order of ``VALUES``."""
    return "".join(str(list(names).index(getattr(choice, name))) for name, names in VALUES.items())


def choices_of(code: str) -> dict[str, Any]:
    """The choices of such a code, by name; none where it is no code."""
    if len(code) != len(VALUES) or not code.isdecimal():
        return {}
    found = {name: list(names)[int(digit) :][:1] for digit, (name, names) in zip(code, VALUES.items(), strict=True)}
    return {name: values[0] for name, values in found.items()} if all(found.values()) else {}


def way_text(choice: Choice) -> str:
    """A way to compare by its choices, as the marks below the curve name them."""
    return "; ".join(names[getattr(choice, name)] for name, names in VALUES.items())


def set_apart_text() -> str:
    """The cities that are left out as they had such a policy themselves, with sources, as Markdown."""
    cities = [city for city in load_story().apart.values() if city.why == "policy"]
    lines = [
        f"- **{city.id.split(',')[0]}.** {city.what} " + " ".join(f"{source.link}." for source in city.sources)
        for city in sorted(cities, key=lambda city: city.id)
    ]
    return "\n".join(lines)


def _share(share: float) -> str:
    if share in (0, 1):
        return "every one" if share else "none"
    size = words.percent(share)
    return {"0%": "hardly any", "100%": "nearly every one"}.get(size, size)


def _range(low: float, high: float) -> str:
    """From one gap to another: ``24% to 27% below``, ``anywhere from 5% below to 3% above``."""
    first, last = low_text(low), low_text(high)
    if first == last:
        return first
    side = "below" if low < 0 else "above"
    if first.endswith(side) and last.endswith(side):
        near, far = (words.percent(end) for end in sorted((low, high), key=abs))
        return f"{near} to {far} {side}"
    return f"anywhere from {first} to {last}"


def _when(choice: Choice, *, capital: bool = False) -> str:
    first, last = window_of(choice)
    text = f"from {_month(first)} to {_month(last)}"
    return words.capital(text) if capital else text


def _month(month: date) -> str:
    return f"{month:%B %Y}"
