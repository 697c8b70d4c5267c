"""Every internal link of the story leads somewhere: read from the pages as they are sent, without a script."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import requests

from bench.server import Server
from lib.chapters.chapters import CHAPTERS, STUDIO

# Not pictures: each would be drawn, and other tests draw them all.
LINK = re.compile(r'<(?:a|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"')
# A figure's own page names a dozen files; of one figure all are asked for, of the others the page and the numbers.
WHOLE = "figure/contributions"
OTHERS = ("robots.txt", "sitemap.xml", "api", "api/claims.json", "embed/contributions", WHOLE)


def links(page: str, address: str) -> set[str]:
    """The addresses that a page names, without those of other sites, of mail and of data."""
    found = {urljoin(address, unescape(link)) for link in LINK.findall(page)}
    return {link for link in found if urlsplit(link).netloc == urlsplit(address).netloc}


@pytest.mark.slow
def test_no_link_leads_nowhere(app_server: Server):
    root = f"{app_server.url}/"

    def fetch(address: str) -> tuple[str, str]:
        """What stands at an address, and what is wrong with it."""
        whole, fragment = urldefrag(address)
        answer = requests.get(whole, timeout=60)
        wrong = "" if answer.ok and answer.content else f"{address}: {answer.status_code} {answer.text[:80]}"
        text = answer.text if "html" in answer.headers.get("content-type", "") else ""
        if not wrong and fragment and f'id="{fragment}"' not in text:
            wrong = f"{address}: no such place on the page"
        return text, wrong

    pages = [f"{root}{chapter.slug}" for chapter in (*CHAPTERS, STUDIO)] + [f"{root}{path}" for path in OTHERS]
    with ThreadPoolExecutor(4) as hands:
        first = dict(zip(pages, hands.map(fetch, pages), strict=True))
        named = set().union(*(links(text, address) for address, (text, _) in first.items())) - set(pages)
        faults = [wrong for _, wrong in (*first.values(), *hands.map(fetch, sorted(named))) if wrong]
    assert faults == []
    paths = {urlsplit(address).path.lstrip("/") for address in named}
    assert {f"{WHOLE}.{kind}" for kind in ("png", "svg", "pdf", "html", "csv", "json")} <= paths
    assert sum(path.startswith("figure/") for path in paths) > 40
    assert any(path.startswith("script/") for path in paths)
