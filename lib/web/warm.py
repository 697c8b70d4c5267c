"""What the server does once, before the first reader comes."""

from dataclasses import replace

from lib.charts.theme import THEMES
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES, spec
from lib.figures.view import default_view
from lib.story.records import open_records


def warm() -> None:
    """Read the records and draw every figure in its default state. Raises DataError where there are none."""
    view = replace(default_view(), area=open_records().area_names()[0])
    for figure in FIGURES.values():
        for theme in THEMES:
            for claim in claims_of(figure.params):
                spec(figure.id, view, theme, claim)


def claims_of(params: tuple[str, ...]) -> tuple[str | None, ...]:
    """The claims a figure can be drawn for; a single None where it takes no claim."""
    from lib.story.load import load_story

    if "claim" not in params:
        return (None,)
    return tuple(claim.id for claim in load_story().claims.values() if claim.measure)
