"""What a reader sees on a page: its sentences, and its charts measured where they were painted."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page

CRIME = "violent-and-property-crime"
MAIN = "[data-testid=stMain]"
PARAGRAPHS = f"{MAIN} [data-testid=stMarkdownContainer] :is(p, li, h1, h2, h3, h4)"
WHY = "Why it moved:"
"""How the line begins that says why the last move changed the answer: that depends on the way here."""
USUAL_DATES = "Reset dates"

CHARTS = """
() => [...document.querySelectorAll("[data-testid=stVegaLiteChart] svg")].map(svg => {
    const box = node => {
        const { left, top, right, bottom } = node.getBoundingClientRect();
        return { left, top, right, bottom };
    };
    const roles = node => {
        const found = [];
        for (let at = node; at !== svg; at = at.parentElement) found.push(at.getAttribute("class") ?? "");
        return found.join(" ");
    };
    const labelled = svg.closest("[aria-label]");
    return {
        label: svg.getAttribute("aria-label") ?? labelled?.getAttribute("aria-label") ?? "",
        box: box(svg),
        background: getComputedStyle(svg).backgroundColor,
        marks: svg.querySelectorAll(".role-mark *").length,
        texts: [...svg.querySelectorAll("text")]
            .filter(text => text.textContent.trim() && text.getAttribute("opacity") !== "0")
            .filter(text => !text.getAttribute("stroke"))  // the halo of a label, below it
            .map(text => ({
                text: text.textContent,
                box: box(text),
                fill: getComputedStyle(text).fill,
                opacity: Number(text.getAttribute("opacity") ?? 1) * Number(text.getAttribute("fill-opacity") ?? 1),
                roles: roles(text),
            })),
    };
})
"""
SIDEWAYS = """
() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
    .map(node => node.scrollWidth - node.clientWidth)
"""


@dataclass(frozen=True)
class Box:
    """A rectangle on the screen, in px."""

    left: float
    top: float
    right: float
    bottom: float

    def inside(self, other: "Box", slack: float) -> bool:
        """Whether it lies in the other, or out of it by no more than the slack."""
        return (
            self.left >= other.left - slack
            and self.top >= other.top - slack
            and self.right <= other.right + slack
            and self.bottom <= other.bottom + slack
        )

    def overlaps(self, other: "Box", slack: float) -> bool:
        """Whether both share an area wider and higher than the slack."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width > slack and height > slack


@dataclass(frozen=True)
class Text:
    """One line of text in a chart; ``roles`` are Vega's names of all it stands in."""

    text: str
    box: Box
    fill: str
    opacity: float
    roles: str


@dataclass(frozen=True)
class Chart:
    """A chart as it was painted."""

    label: str
    box: Box
    background: str
    marks: int
    texts: tuple[Text, ...]

    @property
    def title(self) -> str:
        """The title, put together again from its lines."""
        return " ".join(text.text for text in self.texts if "role-title-text" in text.roles)


def charts(page: Page) -> list[Chart]:
    """Every chart of the page, in order."""
    return [
        Chart(
            found["label"],
            Box(**found["box"]),
            found["background"],
            found["marks"],
            tuple(Text(**{**text, "box": Box(**text["box"])}) for text in found["texts"]),
        )
        for found in page.evaluate(CHARTS)
    ]


def sentences(page: Page) -> list[str]:
    """Every paragraph of the page as it reads, levers' labels and dates too."""
    found = (text.strip() for text in page.locator(PARAGRAPHS).all_inner_texts())
    return [text for text in found if text and not text.startswith((WHY, USUAL_DATES))]


def sideways(page: Page) -> list[int]:
    """By how many px the document and the story could be scrolled sideways."""
    found: list[int] = page.evaluate(SIDEWAYS)
    return found


def contrast(one: str, other: str) -> float:
    """Contrast of two CSS colors, by the Web Content Accessibility Guidelines."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [float(part) / 255 for part in re.findall(r"[\d.]+", color)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
