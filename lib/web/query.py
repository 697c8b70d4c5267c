"""The part of an address after the question mark, read in one way by pages, figures, embeds and the API.

A page takes it as the browser sends it with each move, a route as it stands in the address; both read it here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from lib.errors import StoryError

MOST_QUERY = 6000
"""Characters of an address's query: forty descriptions of calls, each of many signs, are fewer."""
_ESCAPED = re.compile(r"(?:amp;)+")


class LongQueryError(StoryError):
    """The query of an address is longer than any that this story makes."""

    def __init__(self) -> None:
        super().__init__(f"The part of an address after the question mark may have {MOST_QUERY:,} characters.")


def read_query(query: str) -> dict[str, str]:
    """The parameters of a query, each by its plain name. Raises LongQueryError.

    Of one that is given twice the last counts. Who copies an address out of a page's source gets ``&amp;`` for ``&``:
    the name after it is read without it, where the plain name is not there too.
    """
    if len(query) > MOST_QUERY:
        raise LongQueryError
    found = parse_qs(query, keep_blank_values=True)
    return {plain_name(name): found[name][-1] for name in sorted(found, key=len, reverse=True)}


def read_page_query(query: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The same for a page, which shows itself as usual, with a sentence, where the query is too long."""
    try:
        return read_query(query), ()
    except LongQueryError as error:
        return {}, (f"{error} This one has more, so the page is shown as usual.",)


def plain_name(name: str) -> str:
    """A parameter's name without what stands before it where an address was copied out of a page's source."""
    return _ESCAPED.sub("", name, count=1) if name.startswith("amp;") else name


def is_embedded(query: str) -> bool:
    """Whether a page is to be framed: ``embed=true``, in capitals or not, as Streamlit's front end reads it."""
    found: Mapping[str, Sequence[str]] = parse_qs(query[:MOST_QUERY])
    return any(
        value.lower() == "true" for name in found if plain_name(name).lower() == "embed" for value in found[name]
    )
