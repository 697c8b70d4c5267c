"""The style sheet of Streamlit's pages: the rules that the theme's configuration has no word for, in one place."""

from __future__ import annotations

from pathlib import Path

from lib.charts.theme import Theme
from lib.export.style import PHONE, STILL, TAP, colors, tables, taps, whole_tables

_SCREEN = """
[data-testid="stMain"] blockquote { opacity: 1; margin-top: 0; }
[data-testid="stCaptionContainer"] { opacity: 0.85; }
[data-testid="stMainBlockContainer"] { padding-top: 4rem; padding-bottom: 3rem; }
[data-testid="stMain"] h1 { text-wrap: balance; }
[data-testid="stMain"] p, [data-testid="stMain"] li { overflow-wrap: break-word; }
[data-testid="stPageLink"] a :is(span, p) { white-space: normal; overflow: visible; }
[data-testid="stMultiSelect"] [data-tag] * { color: var(--page); }
.st-key-rest:has(input:checked) { display: none; }
.st-key-chapters summary { min-height: 44px; }
[data-testid="stMain"] [data-testid="stPageLink"] p { text-decoration: underline; text-underline-offset: 0.2em; }
[data-testid="stMain"] .st-key-chapters [data-testid="stPageLink"] p { text-decoration: none; }
"""
_FOCUS = """
[data-testid="stApp"] :focus-visible, [data-testid="stSlider"] [data-focus-visible] {
  outline: 3px solid var(--link) !important; outline-offset: 2px; border-radius: 2px;
}
[data-testid="stMain"]:focus-visible { outline-offset: -3px; }
"""
_LINKS = '[data-testid="stPageLink"] a,[data-testid="stCaptionContainer"] a'
# Of links, the area that answers a tap grows, not their box: rows stand as they do in the first paint.
_TAPS = f"""
{taps(_LINKS)}
@media {PHONE} {{
  /* Streamlit's bar lies over the first row of links. */
  [data-testid="stHeader"], [data-testid="stHeader"] * {{ pointer-events: none; }}
  [data-testid="stHeader"] :is(button, a), [data-testid="stHeader"] :is(button, a) * {{ pointer-events: auto; }}
  [data-testid="stMain"] [data-testid="stPageLink"] a,
  [data-testid="stSelectbox"] [role="group"], .studio-frame a,
  [data-testid="stButtonGroup"] button, [data-testid="stButton"] button, [data-testid="stExpander"] summary,
  [data-testid="stCheckbox"] label {{ min-height: {TAP}px; }}
  .studio-frame a {{ display: inline-flex; align-items: center; }}
}}
"""
_PRINTED = """
html, body, #root, [data-testid="stScreencast"], [data-testid="stApp"], [data-testid="stAppViewContainer"],
[data-testid="stAppViewContainer"] > div, [data-testid="stMain"] {
  display: block; position: static; height: auto; min-height: 0; overflow: visible;
}
[data-testid="stHeader"], .st-key-chapters, .st-key-stage, [data-testid="stElementToolbar"],
:is([data-testid="stLayoutWrapper"], [data-testid="stElementContainer"]):has(
  > :is([data-testid="stButton"], [data-testid="stPageLink"],
  [data-testid="stCheckbox"], [data-testid="stButtonGroup"], [data-testid="stSelectbox"], [data-testid="stSlider"],
  [data-testid="stDateInput"], [data-testid="stMultiSelect"], [data-testid="stRadio"])
), [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"] a[href*="figure/"]) { display: none; }
[data-testid="stMainBlockContainer"] { padding-top: 1rem; margin: 0 auto; }
[data-testid="stVegaLiteChart"], [data-testid="stExpander"] summary, blockquote { break-inside: avoid; }
[data-testid="stVegaLiteChart"] svg { max-width: 100%; height: auto; }
:is(h1, h2, h3, h4) { break-after: avoid; }
[data-testid="stExpander"] summary [data-testid="stIconMaterial"] { display: none; }
"""
_STAGE = Path(__file__).with_name("stage.css").read_text(encoding="utf-8")
_STUDIO = """
.studio-frame { container-type: inline-size; }
.studio-frame img { display: block; max-width: 100%; outline: 1px solid var(--edge); }
.studio-frame a { color: inherit; }
.studio-small { display: none; }
"""


def sheet(theme: Theme, printed: bool, staged: bool) -> str:
    """The whole style sheet, for readers of this theme.

    ``printed``: as on paper on the screen too; ``staged``: for a page with levers, which stand beside it or under it.
    """
    place = '[data-testid="stHtml"] '
    look = f":root{{{colors(theme)}}}{_SCREEN}{tables(place)}"
    rules = f"{look}{_FOCUS}{_TAPS}{_STUDIO}{STILL}@media print {{{_PRINTED}}}"
    beside = f"@media screen{{{_STAGE}}}" if staged and not printed else ""
    return f"<style>{rules}{beside}{_PRINTED + whole_tables(place) if printed else ''}</style>"
