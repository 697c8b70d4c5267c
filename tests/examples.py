"""How many examples hypothesis tries: all where a change is judged (CI=true), fewer while one is made."""

import os

FULL = os.environ.get("CI") == "true"
LEAST = 10


def examples(most: int) -> int:
    """The number of examples of a test: ``most`` where a change is judged, else a fifth, and at least ten."""
    return most if FULL else min(most, max(LEAST, most // 5))
