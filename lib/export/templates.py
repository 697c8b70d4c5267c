"""The HTML of pages of our own, from templates; every value is escaped unless a template says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lib.export.render_options import CANVASES

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
# ``tojson`` writes values that may stand inside a script of a page: no text in them can end it.
_TEMPLATES.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
NIGHT = "(prefers-color-scheme: dark)"


def render(template: str, **values: object) -> str:
    """A template filled in. Raises jinja2's UndefinedError where it names a value that is not given."""
    return _TEMPLATES.get_template(template).render(values)


@dataclass(frozen=True)
class Preview:
    """What other sites show of a page; ``image`` is the address of its card, None where there is none."""

    site: str
    title: str
    description: str
    address: str
    image: str | None = None
    alt: str = ""

    width, height = CANVASES["card"].width, CANVASES["card"].height


def picture(
    file: Callable[..., str],
    alt: str,
    *,
    wide: str | None,
    narrow: str,
    below: int,
    size: tuple[float, float] | None = None,
    lazy: bool = False,
) -> str:
    """A figure as a picture that is wide or narrow, light or dark, as its reader has it.

    ``file`` gives its address for a ``width`` in px and a ``theme``; ``wide`` and ``narrow`` are such widths (None: as
    it is by itself), ``below`` the width of a window from which on down it is narrow. ``size`` in px keeps its place.
    """
    small, usual = f"(max-width: {below}px)", {"width": wide} if wide else {}
    sources = (
        (f"{NIGHT} and {small}", file(theme="dark", width=narrow)),
        (small, file(width=narrow)),
        (NIGHT, file(theme="dark", **usual)),
    )
    return render("picture.html", sources=sources, address=file(**usual), alt=alt, size=size, lazy=lazy)
