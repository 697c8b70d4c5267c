"""Claims and findings as JSON, figures for other sites' editors (oEmbed), and the page that says how to ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lib.analysis.windows import WindowPair
from lib.chapters.chapters import BY_SLUG
from lib.errors import ArgumentError
from lib.export import fonts
from lib.export.files import KINDS
from lib.export.style import PAGE
from lib.export.templates import render
from lib.figures.citation import API, facts, query_of, reduced
from lib.figures.registry import FIGURES
from lib.story.check import can_count, check, check_measure, check_named
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim, NamedWindow
from lib.story.records_in_use import open_records
from lib.story.site import SITE_TITLE
from lib.story.view import View, read_view
from lib.web.query import read_query
from lib.web.responses import MissingError, UnknownFormatError, calm, kept, root_of
from lib.web.routes.figure_page import CARD, FigurePageRequest, embed_code, framed
from lib.web.routes.figures import HTML, figure_of

JSON = "application/json"
FINDINGS_PARAMS = {
    "claim": "id of a claim",
    "measure": "id of a measure, such as violent; its windows are those of the claims about it where none are given",
    "current": "first and last day of the window under test: 2021-01-01..2021-03-26",
    "baseline": "what it is compared with: one or several windows with commas between; a year earlier where left out",
    "area": "a neighborhood by its name, community:NAME or district:NAME; the whole city where left out",
    "origin": "911 calls only: caller, officer, not-officer or unknown",
}
"""What findings can be asked by. Without claim and measure, the answer holds every claim."""

FINDING_KEYS = {
    "claim": "id of the claim it is compared with, or null",
    "window": "id of the named windows, or null",
    "measure": "what was counted, or null where nothing can be",
    "area": "the place, or null for the city",
    "origin": "who made the 911 calls, or null for all",
    "current": "the window under test: first and last day, both included, number of days, count",
    "baseline": "the same for what it is compared with, all its windows together",
    "kind": "counted, or inferred: what counts of other windows and a stated assumption leave possible",
    "change": "the change as a fraction: -0.2 is a fall of 20%; counts, or counts a day where the windows differ",
    "change_of_counts": "the change of the counts as they are, where one window has more days too",
    "low": "lower end of the 95% interval, or null",
    "high": "its upper end",
    "swing_low": "lower end of the usual range of earlier years: the same comparison in those years",
    "swing_high": "its upper end",
    "claimed": "the claimed change, or null",
    "verdict": "what the records say of the claimed number, never of its cause",
    "no_verdict": "why there is no verdict on these windows or this place, or null; claimed is null then",
    "sentence": "the finding in words",
    "notes": "what a reader must know of it, as sentences",
    "data_version": "version of the records",
}
CLAIM_KEYS = {
    "id": "name of the claim in addresses",
    "title": "the claim in a few words",
    "kind": "number, fact, cause or promise",
    "speaker": "who said it",
    "quote": "in their words, or null",
    "paraphrase": "in ours",
    "claimed": "the claimed change as a fraction, or null",
    "measure": "what is counted for it, or null",
    "records": "which records can test it: crime, arrests, calls, or null",
    "why_not": "why no records here can test it, or null",
    "would_take": "what would, or null",
    "chapter": "address of the chapter that checks it, or null",
    "windows": "the named windows: id, label, note, current, baseline, claimed, speaker, context",
    "sources": "where to read it: name and address",
    "caveats": "reasons for doubt: id and text",
    "verdict": "the verdict in the first named windows, or null",
    "finding": "that finding, with the keys below",
}


@calm
async def claims_json(request: Request) -> Response:
    """Every claim, with its named windows, sources and verdict."""
    root = root_of(request)
    key = ("claims", root, open_records().version)
    return await kept(request, key, lambda: _packed({"claims": [_claim(c, root) for c in _claims()]}), JSON, {})


@calm
async def findings_json(request: Request) -> Response:
    """The findings that the address asks for (``FINDINGS_PARAMS``)."""
    query = read_query(request.url.query)
    params = {name: query[name] for name in FINDINGS_PARAMS if query.get(name)}
    _asked(params)
    key = ("findings", tuple(params.items()), open_records().version)
    return await kept(request, key, lambda: _packed({"findings": [_finding(f) for f in findings(params)]}), JSON, {})


@calm
async def oembed(request: Request) -> Response:
    """What an editor's site needs to show a figure or a page of this story, by its address (oembed.com)."""
    asked, root = read_query(request.url.query), root_of(request)
    if asked.get("format", "json") != "json":
        raise UnknownFormatError("Answers are JSON; format may only be json.")
    width, height = (_size(asked, name) for name in ("maxwidth", "maxheight"))
    target = await _below(asked.get("url", ""), root)
    key = ("oembed", target, width, height, root, open_records().version)
    return await kept(request, key, lambda: _json(_embedding(target, root, width, height)), JSON, {})


@calm
async def about(request: Request) -> Response:
    """The page that says how to ask."""
    root = root_of(request)
    return await kept(request, ("api", root, open_records().version), lambda: _page(root).encode(), HTML, {})


def findings(params: Mapping[str, str]) -> list[Finding]:
    """The findings for parameters of ``FINDINGS_PARAMS``. Raises ArgumentError, and as ``check`` does."""
    view, area = _asked(params)
    pair = view.pair if {"current", "baseline"} & set(params) else None
    where = {"area": area, "origin": view.only_origin}
    if "claim" in params and "measure" in params:
        raise ArgumentError("Give a claim or a measure, not both.")
    if "measure" in params:
        measure = load_story().measures[view.measure]
        pairs = (pair,) if pair else _pairs_about(measure.id) or (view.pair,)
        return [check_measure(measure, each, **where) for each in pairs]  # type: ignore[arg-type]
    if "claim" in params and params["claim"] not in load_story().claims:
        raise ArgumentError(f"There is no claim called {params['claim'][:60]!r}.")
    chosen = [load_story().claims[params["claim"]]] if "claim" in params else _claims()
    # Of all claims, only those that can be narrowed so are.
    if "claim" not in params and view.only_origin is not None:
        chosen = [claim for claim in chosen if claim.records == "calls"]
    if pair:
        return [check(claim, pair, **where) for claim in chosen]  # type: ignore[arg-type]
    return [finding for claim in chosen for finding in check_named(claim, **where)]  # type: ignore[arg-type]


def _asked(params: Mapping[str, str]) -> tuple[View, str | None]:
    """The view that parameters ask for, and the place, which may be of any kind. Raises ArgumentError."""
    rest = {name: value for name, value in params.items() if name != "area"}
    view, notes = read_view(rest, for_page=None, falls_back=False)
    if notes:
        raise ArgumentError(" ".join(notes))
    return view, open_records().place(params["area"]) if params.get("area") else None


def _pairs_about(measure: str) -> tuple[WindowPair, ...]:
    counted = ((window, window.measure or claim.measure) for claim in _claims() for window in claim.windows)
    return tuple(dict.fromkeys(window.pair for window, name in counted if name == measure))


def _claims() -> list[Claim]:
    return list(load_story().claims.values())


def _finding(finding: Finding) -> dict[str, Any]:
    values = {**finding.as_dict(), "area": finding.area, "origin": finding.origin, "notes": list(finding.notes)}
    return {key: values[key] for key in FINDING_KEYS}


def _claim(claim: Claim, root: str) -> dict[str, Any]:
    first = check(claim, claim.windows[0].pair if claim.windows else None)
    caveats = load_story().caveats
    values = {
        **{name: getattr(claim, name, None) for name in CLAIM_KEYS},
        "chapter": None if claim.chapter is None else f"{root}{claim.chapter}",
        "windows": [_window(window) for window in claim.windows],
        "sources": [{"name": source.name, "address": source.address} for source in claim.sources],
        "caveats": [{"id": name, "text": caveats[name].text} for name in claim.caveats],
        "verdict": str(first.verdict) if first.verdict else None,
        "finding": _finding(first),
    }
    return {key: values[key] for key in CLAIM_KEYS}


def _window(window: NamedWindow) -> dict[str, Any]:
    return {
        "id": window.id,
        "label": window.label,
        "note": window.note,
        "current": str(window.pair.current),
        "baseline": [str(each) for each in window.pair.baseline],
        "claimed": window.claimed,
        "speaker": window.speaker,
        "context": window.context,
    }


def _packed(content: dict[str, Any]) -> bytes:
    return _json({"api": API, "data_version": open_records().version, **content})


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()


@dataclass(frozen=True)
class Target:
    """What an address of this site shows: a figure, in its view, or a page of the story, with its query."""

    figure: str | None
    view: View | None
    claim: str | None
    slug: str
    query: str


async def _below(address: str, root: str) -> Target:
    """What stands at an address of this site. Raises MissingError for any other, and as ``figure_of`` does."""
    nothing = MissingError("There is nothing of this story at that address.")
    try:
        given, own = urlsplit(address), urlsplit(root)
        if given.scheme not in ("http", "https") or given.netloc.lower() != own.netloc.lower():
            raise nothing
    except ValueError:
        raise nothing from None
    if not given.path.startswith(own.path) and f"{given.path}/" != own.path:
        raise nothing
    path = unquote(given.path.removeprefix(own.path.rstrip("/")).strip("/"))
    kind, _, name = path.partition("/")
    if kind in ("figure", "embed"):
        figure = name if name in FIGURES else name.rpartition(".")[0]
        if figure not in FIGURES or name not in (figure, *(f"{figure}.{ending}" for ending in KINDS)):
            raise nothing
        shown = await figure_of(figure, read_query(given.query))
        return Target(figure, reduced(figure, shown.view), shown.claim, "", "")
    if path not in BY_SLUG:
        raise nothing
    kept_params = {name: value for name, value in read_query(given.query).items() if name.lower() != "embed"}
    return Target(None, None, None, path, urlencode({**kept_params, "embed": "true"}, safe=":.,"))


def _embedding(target: Target, root: str, most_width: int | None, most_height: int | None) -> dict[str, Any]:
    width = min(most_width or 760, 760)
    about: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "provider_name": SITE_TITLE,
        "provider_url": root,
        "cache_age": 600,
        "width": width,
    }
    if target.figure is None or target.view is None:
        height, title = min(most_height or 900, 900), BY_SLUG[target.slug].title
        code = framed(f"{root}{target.slug}?{target.query}", title, str(width), height)
        return {**about, "title": title, "height": height, "html": code}
    asked = FigurePageRequest(target.figure, target.view, target.claim, root)
    said = facts(target.figure, target.view, target.claim, root)
    code, height = embed_code(asked, said, str(width), most_height)
    thumbnail = f"{root}figure/{target.figure}.png?{query_of(target.figure, target.view, target.claim, size='card')}"
    fits = (most_width or CARD.width) >= CARD.width and (most_height or CARD.height) >= CARD.height
    pictured = {"thumbnail_url": thumbnail, "thumbnail_width": CARD.width, "thumbnail_height": CARD.height}
    return {**about, "title": said.title, "height": height, "html": code, **(pictured if fits else {})}


def _size(params: Mapping[str, str], name: str) -> int | None:
    text = params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) > 0):
        raise ArgumentError(f"{name} must be a whole number of pixels.")
    return int(text)


def _page(root: str) -> str:
    measured = next(claim for claim in _claims() if can_count(claim))
    return render(
        "api.html",
        title="Claims and findings as data",
        style=fonts.linked_rules("") + PAGE,
        root=root,
        site=SITE_TITLE,
        api=API,
        claim=measured.id,
        claim_keys=CLAIM_KEYS,
        params=FINDINGS_PARAMS,
        finding_keys=FINDING_KEYS,
        kinds=list(KINDS),
        figures=sorted(FIGURES),
    )


API_ROUTES = [
    Route("/api", about),
    Route("/api/claims.json", claims_json),
    Route("/api/findings.json", findings_json),
    Route("/oembed", oembed),
]
