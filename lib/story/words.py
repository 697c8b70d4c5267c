"""Numbers in words, and the grammar around them."""

from __future__ import annotations

from collections.abc import Sequence

OFF_SCALE = 9.0  # a rise beyond tenfold is said as "more than 10 times"


NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def count(number: int) -> str:
    """A count with thousands marked: ``2,103``."""
    return f"{number:,}"


def counted(number: int, things: str, said: str | None = None) -> str:
    """A number with what it counts, which is named in the plural: ``1 victim``, ``2,103 victims``, ``1 city``.

    ``said`` is the number as it is to be said, where not in digits.
    """
    one = f"{things[:-3]}y" if things.endswith("ies") else things.removesuffix("s")
    return f"{count(number) if said is None else said} {one if number == 1 else things}"


def worded(number: int, things: str) -> str:
    """The same with small numbers as words: ``one window``, ``five windows``."""
    return counted(number, things, number_word(number))


def number_word(number: int) -> str:
    """Small numbers as words: ``five``; from ten on as figures."""
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else str(number)


def percent(fraction: float, digits: int = 0) -> str:
    """The size of a fraction as a percent, without a sign: ``17%``."""
    return f"{abs(fraction) * 100:.{digits}f}%"


def signed(fraction: float | None, digits: int = 0) -> str:
    """A change with its sign, with a true minus: ``−17%``; a dash where there is none."""
    if fraction is None:
        return "–"
    size = percent(fraction, digits)
    if float(size[:-1]) == 0:
        return size
    return f"{'−' if fraction < 0 else '+'}{size}"


def signed_number(number: float, digits: int = 0) -> str:
    """A number with its sign, with a true minus: ``−5.1``."""
    size = f"{abs(number):,.{digits}f}"
    return size if float(size.replace(",", "")) == 0 else f"{'−' if number < 0 else '+'}{size}"


def drop(fraction: float) -> str:
    """A change as a noun: ``a 20% drop``, ``an 8% rise``, ``no change``."""
    size = percent(fraction)
    if float(size[:-1]) == 0:
        return "no change"
    article = "an" if size.startswith("8") or size in ("11%", "18%") else "a"
    return f"{article} {size} {'drop' if fraction < 0 else 'rise'}"


def direction(fraction: float) -> str:
    """A change as size and direction: ``17% down``; ``no change`` where it rounds to nothing."""
    if float(percent(fraction)[:-1]) == 0:
        return "no change"
    return f"{percent(fraction)} {'down' if fraction < 0 else 'up'}"


def verb(fraction: float) -> str:
    """A change as a verb: ``fell 17%``, ``rose 3%``, ``hardly changed``."""
    if float(percent(fraction)[:-1]) == 0:
        return "hardly changed"
    return f"{'fell' if fraction < 0 else 'rose'} {percent(fraction)}"


def verb_about(fraction: float) -> str:
    """A change as a verb, rounded as people speak: ``fell about 17%``."""
    said = verb(fraction)
    return said if said.startswith("hardly") else said.replace(" ", " about ", 1)


def span(low: float, high: float | None) -> str:
    """A range of changes: ``12% to 22% down``, ``5% down to 3% up``, ``at least 40% up``."""
    if high is not None and high > OFF_SCALE:
        return f"{direction(low)} to more than {OFF_SCALE + 1:.0f} times as many"
    if high is None:
        return f"{direction(low)} or more" if low >= 0 else f"{direction(low)} to any rise"
    if high < 0 and percent(high) != "0%":
        return f"{percent(high)} to {percent(low)} down"
    if low > 0 and percent(low) != "0%":
        return f"{percent(low)} to {percent(high)} up"
    return f"{direction(low)} to {direction(high)}"


def capital(text: str) -> str:
    """A text with its first letter as a capital."""
    return text[0].upper() + text[1:]


def place(name: str) -> str:
    """A place by its exact name, as it stands in a sentence: ``Canton``, ``the Western police district``."""
    kind, _, rest = name.partition(":")
    if kind == "district":
        return f"the {rest} police district"
    return f"the community area {rest}" if kind == "community" else name


def listed(items: Sequence[str]) -> str:
    """Items as a list in a sentence: ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
