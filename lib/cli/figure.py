"""``figure``: one figure as a file, with the words and numbers that the pages show."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from lib.chapters.contents import read_figure, usual_figure
from lib.errors import ArgumentError, StoryError
from lib.export.files import KINDS, NUMBERS, Order, file_of
from lib.export.render_options import LOOK_PARAMS, LookTheme, Size, read_look
from lib.figures.citation import CARRIED
from lib.figures.registry import FIGURES, drawing
from lib.story.view import LEVERS, PARAMS

if TYPE_CHECKING:
    from argparse import _SubParsersAction

HELP = {
    "current": "START..END, the period to check",
    "baseline": "START..END, what it is compared with, or several with commas between; default: a year earlier",
    "measure": "what is counted",
    "area": "one neighborhood",
    "texts": "911 calls: the descriptions that count, with | between",
    **{name: lever.about for name, lever in LEVERS.items()},
    "also": "explore: more measures, with commas between",
    "in": "explore: places, with | between: a neighborhood, community:NAME or district:NAME",
    "split": "explore: offense, race, neighborhood, community or district",
    "race": "explore: black, white or other",
    "span": "explore: START..END, the days of counts over time",
    "index": "explore: 1 for percent of the baseline",
}


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("figure", help="write a figure to a file; without an id, list all")
    parser.add_argument("id", nargs="?", metavar="ID", help="none: a list of all figures, with what they depend on")
    parser.add_argument("--out", metavar="FILE", help=f"its ending is one of {', '.join(KINDS)}; - for standard output")
    parser.add_argument("--kind", choices=KINDS, help="the kind of file, where the name does not tell")
    parser.add_argument("--claim", metavar="CLAIM", help="the claim it is about, where it is about one")
    for name in PARAMS:
        parser.add_argument(f"--{name}", help=HELP[name])
    parser.add_argument("--theme", choices=get_args(LookTheme))
    parser.add_argument("--size", choices=get_args(Size), help="a picture of a fixed size, or one newspaper column")
    parser.add_argument("--width", help="width of a picture in px, where it has no size")
    parser.add_argument("--scale", help="pixels of a PNG for each px")
    parser.add_argument("--plain", action="store_const", const="1", help="without title and subtitle")
    parser.add_argument("--title", help="in place of the figure's own; the picture says that it was edited")
    parser.add_argument("--subtitle", help="the same")
    parser.add_argument("--root", default="", metavar="URL", help="the story's address, for the file's citation")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the file, or the list. Exit code 0."""
    if args.id is None:
        if args.out is not None:
            raise ArgumentError("Name a figure; `python -m lib figure` lists them.")
        print("\n".join(_listed(name) for name in FIGURES))
        return 0
    if args.out is None:
        raise ArgumentError("Give --out FILE, or --out - and --kind.")
    content = file_of(order_of(args))
    if args.out == "-":
        sys.stdout.buffer.write(content)
    else:
        write(Path(args.out), content)
    return 0


def order_of(args: argparse.Namespace) -> Order:
    """The figure that was asked for. Raises ArgumentError."""
    kind = args.kind or Path(args.out).suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise ArgumentError(
            f"A figure can be saved as {', '.join(KINDS)}; end the file's name with one of these, or give --kind."
        )
    asked = {name: value for name in (*PARAMS, "claim") if (value := getattr(args, name)) is not None}
    shown, notes = read_figure(args.id, asked, falls_back=False)
    if notes:
        raise ArgumentError(" ".join(notes))
    look = read_look({name: value for name in LOOK_PARAMS if (value := getattr(args, name)) is not None})
    if kind in NUMBERS and (look.title or look.subtitle):
        raise ArgumentError(f"You can put a title on a picture or a page, not on {kind}.")
    root = f"{args.root.rstrip('/')}/" if args.root else ""
    return Order(shown.figure, shown.view, shown.claim, kind, look, root)


def write(path: Path, content: bytes) -> None:
    """The whole file or nothing: written beside, then put in its place. Raises ArgumentError where it can't be.

    A link stays one, and a file keeps who may read it. Pipes and devices are written into.
    """
    try:
        if (path.exists() and not path.is_file()) or path.absolute().is_relative_to("/dev"):
            path.write_bytes(content)
            return
        place = path.resolve()
        beside = place.with_name(f".{secrets.token_hex(8)}")
        try:
            with beside.open("xb") as file:
                file.write(content)
            if place.exists():
                shutil.copymode(place, beside)
            beside.replace(place)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ArgumentError(f"{path} can't be written: {error.strerror}.") from error


def _listed(name: str) -> str:
    """A figure's id, what it depends on, and its title for each claim, as its chapter shows it; or what it needs."""
    figure = FIGURES[name]
    names = [name for param in figure.params for name in CARRIED.get(param, (param,))]
    options = " ".join(f"--{name}" for name in names)
    lines = [f"{name}{f'  [{options}]' if options else ''}"]
    try:
        for claim in figure.claims():
            title = drawing(name, usual_figure(name, claim).view, claim).frame.title
            lines.append(f"    {f'--claim {claim}: ' if claim else ''}{title}")
    except StoryError as error:
        lines.append(f"    {error}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "    Needs records that aren't loaded here."])
