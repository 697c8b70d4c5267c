"""The figure studio: what an editor wants of a figure, kept in the address beside the view, and its parts."""

from __future__ import annotations

import html
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, get_args

import streamlit as st

from lib.chapters.blocks import LeverName
from lib.chapters.chapters import BY_SLUG, STUDIO, Chapter
from lib.chapters.contents import chapter_of, shown_on, usual_figure
from lib.errors import ArgumentError, StoryError
from lib.export.files import PLAIN, Order
from lib.export.render_options import CANVASES, COLUMN, MOST_CHARACTERS, USUAL_WIDTH, Look, LookTheme, Size, read_text
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.citation import query_of
from lib.figures.registry import FIGURES, drawing
from lib.story.check import counted_windows
from lib.story.load import load_story
from lib.story.model import NamedWindow
from lib.story.records_in_use import open_records
from lib.story.view import View
from lib.web.pages.dates import dates_lever
from lib.web.pages.stage import LEVERS
from lib.web.pages.state import NO_CHOICE, UNOFFERED, asked_params, refusal, rewrite, show

PARAMS = ("figure", "claim", "size", "theme", "plain", "title", "subtitle")
USUAL = "windows-compared"
SCREEN = "screen"
SIZES = {
    SCREEN: "Screen",
    "card": "Card, 1200 × 630",
    "square": "Square, 1080 × 1080",
    "story": "Story, 1080 × 1920",
    "column": "Newspaper column",
}
LEVER_OF: dict[str, LeverName] = {
    "measure": "measure",
    "by": "grain",
    "layer": "places",
    "show": "places",
    "places": "places",
    "outlined": "places",
    "area": "neighborhood",
    "origin": "origin",
    "texts": "texts",
    "trend": "expected",
    "since": "expected",
    "cities": "cities",
    "donors": "donors",
    "pool": "donors",
    "fitted": "mix",
    "march": "mix",
    "units": "mix",
    "method": "mix",
    "within": "within",
    "early": "early",
}
"""The lever that changes a part of the view."""
_WISH, _NOTES, _SEEN, _MOVED = "studio_wish", "studio_notes", "studio_seen", "studio_moved"


@dataclass(frozen=True)
class Wish:
    """A figure, its claim where it takes one, and how it is to look."""

    figure: str
    claim: str | None
    look: Look = PLAIN

    def params(self) -> dict[str, str]:
        """As the address carries it; what is as usual is left out, but not the figure."""
        claim = {"claim": self.claim} if self.claim else {}
        return {"figure": self.figure, **claim, **self.look_params()}

    def look_params(self) -> dict[str, str]:
        """The look alone, as the address of a picture carries it."""
        look = self.look
        named = {
            "size": look.size,
            "title": look.title,
            "subtitle": look.subtitle,
            "plain": "1" if look.plain else None,
        }
        theme = {} if look.theme == PLAIN.theme else {"theme": str(look.theme)}
        return {**theme, **{name: str(value) for name, value in named.items() if value}}


def read_wish(params: Mapping[str, str]) -> tuple[Wish, tuple[str, ...]]:
    """What an address asks for, and a sentence for each part of it that can't be used and is as usual instead."""
    notes = []
    figure = params.get("figure", USUAL)
    if figure not in dict(picks()):
        notes.append("This link asks for a figure that there is not; another one is shown.")
        figure = USUAL
    claims = FIGURES[figure].claims()
    claim = params.get("claim") or claims[0]
    if claim not in claims:
        notes.append("This figure is not about the claim that this link asks for.")
        claim = claims[0]
    look = PLAIN
    known: dict[str, tuple[object, ...]] = {"theme": get_args(LookTheme), "size": get_args(Size), "plain": ("0", "1")}
    for name, values in known.items():
        if name in params and params[name] not in values:
            notes.append(f"The {name} in this link is none of {', '.join(map(str, values))}.")
        elif name in params:
            look = _with(look, name, params[name] == "1" if name == "plain" else params[name])
    for name in MOST_CHARACTERS:
        try:
            look = _with(look, name, read_text(params.get(name, ""), name))
        except ArgumentError as error:
            notes.append(str(error))
    return Wish(figure, claim, look), tuple(notes)


def here() -> Chapter:
    """The studio, which starts with the wished figure as its chapter shows it.

    Takes the wish from the address where that has changed, else from what was moved, and writes it back; to be called
    once in every run of the page, before the view is read.
    """
    state = st.session_state
    asked, _ = asked_params()
    address = {name: asked[name] for name in PARAMS if name in asked}
    if not state.pop(_MOVED, False) and (_WISH not in state or address != state.get(_SEEN)):
        state[_WISH], state[_NOTES] = read_wish(address)
    wish: Wish = state[_WISH]
    wanted = wish.params()
    rewrite(PARAMS, wanted)
    state[_SEEN] = wanted
    return replace(STUDIO, start=usual_figure(wish.figure, wish.claim).view)


def current_wish() -> Wish:
    """The wish of this run; shows what of an address could not be used."""
    for note in st.session_state.get(_NOTES, ()):
        st.info(note)
    wish: Wish = st.session_state[_WISH]
    return wish


@lru_cache(maxsize=2)
def _picks(version: str) -> tuple[tuple[str, str], ...]:  # noqa: ARG001 - the cache's key
    found: dict[str, str] = {}
    for chapter in BY_SLUG.values():
        for each in shown_on(chapter):
            found.setdefault(each.figure, chapter_of(each.figure, usual_figure(each.figure).claim).short)
    for figure in FIGURES.values():
        if figure.claims():
            found.setdefault(figure.id, "More")
    return tuple((figure, f"{where}: {_title(figure)}") for figure, where in found.items())


def _title(figure: str) -> str:
    """A figure's title as its chapter shows it; its name where it waits for a choice."""
    usual = usual_figure(figure)
    try:
        return drawing(figure, usual.view, usual.claim).frame.title
    except StoryError:
        return figure.replace("-", " ")


def picks() -> tuple[tuple[str, str], ...]:
    """Every figure that can be drawn with the records here, in reading order, with its chapter and title."""
    return _picks(open_records().version)


def figure_picker(wish: Wish) -> None:
    """Which figure, and about which claim."""
    names = dict(picks())
    _lever(st.selectbox, "Figure", "figure", wish.figure, names, _figure_moved)
    claims = FIGURES[wish.figure].claims()
    if wish.claim:
        titles = {claim: load_story().claims[claim].title for claim in claims if claim}
        _lever(st.selectbox, "Claim", "claim", wish.claim, titles, _claim_moved)


def view_levers(wish: Wish, view: View) -> None:
    """The levers that change this figure, and no others."""
    params = FIGURES[wish.figure].params
    if "pair" in params:
        dates_lever(view, _presets(wish), STUDIO.dates)
        if why := refusal():
            st.info(why)
    for lever in dict.fromkeys(LEVER_OF[param] for param in params if param in LEVER_OF):
        LEVERS[lever](view)


def _presets(wish: Wish) -> tuple[NamedWindow, ...]:
    """The dates with a name of the figure's claim, else of the chapter that shows it, else of the chapter on crime."""
    if wish.claim:
        return counted_windows(load_story().claims[wish.claim])
    claims = chapter_of(wish.figure, None).checked_claims() or BY_SLUG["violent-and-property-crime"].checked_claims()
    return counted_windows(claims[0])


def look_levers(wish: Wish) -> None:
    """Size, theme, and whether the title stands in the picture."""
    _lever(
        partial(st.segmented_control, required=True),
        "Size",
        "size",
        wish.look.size or SCREEN,
        SIZES,
        lambda was, value: _looking(was, "size", None if value == SCREEN else value),
    )
    _lever(
        partial(st.segmented_control, required=True),
        "Theme",
        "theme",
        wish.look.theme,
        {name: name.capitalize() for name in get_args(LookTheme)},
        lambda was, value: _looking(was, "theme", value),
    )
    show("studio_plain", wish.look.plain)
    st.toggle(
        "Without title and subtitle, for a page that sets its own",
        key="studio_plain",
        on_change=_moved,
        args=("studio_plain", lambda was, value: _looking(was, "plain", value)),
    )


def text_levers(wish: Wish, view: View) -> None:
    """Title and subtitle, to be edited; below an edited one stands ours. Raises as ``drawing`` does."""
    own = drawing(wish.figure, view, wish.claim).frame
    if wish.look.plain:
        return
    for name, most in MOST_CHARACTERS.items():
        ours: str = getattr(own, name)
        mine: str | None = getattr(wish.look, name)
        # Another figure, or other windows, are another field: what a browser still sends of this one is not theirs.
        key = f"studio_{name}_{zlib.crc32(f'{wish.figure} {wish.claim} {ours}'.encode())}"
        show(key, mine or ours)
        st.text_input(
            name.capitalize(),
            key=key,
            max_chars=max(most, len(ours)),
            on_change=_moved,
            args=(key, partial(_text_moved, name, ours)),
        )
        if mine and mine != ours:
            st.caption(f"Edited, and the picture will say so. Ours: “{_plain(ours)}”")
            st.button("Use ours", key=f"{key}_ours", on_click=_moved, args=(None, partial(_text_moved, name, ours)))


def preview(wish: Wish, view: View) -> None:
    """The picture at its true size, or as large as fits, and links to its files."""
    query = query_of(wish.figure, view, wish.claim, **wish.look_params())
    made = drawing(wish.figure, view, wish.claim)
    look = wish.look
    width = CANVASES[look.size].width if look.size in CANVASES else COLUMN if look.size else USUAL_WIDTH
    height = f" × {CANVASES[look.size].height}" if look.size in CANVASES else ""

    def address(kind: str) -> str:
        return html.escape(f"figure/{wish.figure}.{kind}?{query}")

    links = " · ".join(
        f'<a href="{address(kind)}" download="{html.escape(Order(wish.figure, view, wish.claim, kind, look).name)}">'
        f"Download {kind.upper()}</a>"
        for kind in ("png", "svg", "pdf")
    )
    # The note shows where the page is narrower than the picture.
    st.html(
        f"<style>@container (max-width:{width - 1}px){{.studio-frame .studio-small{{display:block}}}}</style>"
        f'<div class="studio-frame"><p>{links}</p>'
        f'<img src="{address("svg")}" width="{width}" alt="{html.escape(made.alt)}">'
        f'<p class="studio-small">The picture is {width}{height} px; it is shown smaller here, to fit the page.</p>'
        "</div>"
    )


def _lever(
    widget: Callable[..., Any],
    label: str,
    name: str,
    value: str,
    names: Mapping[str, str],
    change: Callable[[Wish, Any], Wish],
) -> None:
    key = f"studio_{name}"
    show(key, value)
    widget(label, list(names), format_func=names.__getitem__, key=key, on_change=_moved, args=(key, change))


def _moved(key: str | None, change: Callable[[Wish, Any], Wish]) -> None:
    """Callback: what the editor changed wins over the address, which may still be the one from before."""
    state = st.session_state
    try:
        wish = change(state[_WISH], state[key] if key else None)
        read, notes = read_wish({name: str(value) for name, value in wish.params().items()})
        state[_WISH], state[_NOTES] = (read, notes) if notes else (wish, ())
    except ArgumentError as error:
        state[_NOTES] = (str(error),)
    except UNOFFERED:
        state[_NOTES] = (NO_CHOICE,)
    state[_MOVED] = True


def _figure_moved(was: Wish, figure: str) -> Wish:
    return _own_words(Wish(figure, FIGURES[figure].claims()[0], was.look))


def _claim_moved(was: Wish, claim: str) -> Wish:
    return _own_words(replace(was, claim=claim))


def _own_words(wish: Wish) -> Wish:
    """Another figure does not take over the words that were written for this one."""
    return replace(wish, look=replace(wish.look, title=None, subtitle=None))


def _text_moved(name: str, ours: str, was: Wish, text: str | None) -> Wish:
    return _looking(was, name, None if text in (None, ours) else read_text(text or "", name))


def _looking(was: Wish, name: str, value: object) -> Wish:
    return replace(was, look=_with(was.look, name, value))


def _with(look: Look, name: str, value: object) -> Look:
    return replace(look, **{name: value})  # type: ignore[arg-type]


def _plain(text: str) -> str:
    """Text in which nothing is markup."""
    return "".join(f"\\{character}" if character in "\\`*_{}[]()#+-.!$~:<>|" else character for character in text)
