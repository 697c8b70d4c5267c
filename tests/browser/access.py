"""What a page is to people who can't see it well, use no mouse, or tap it: measured in the browser."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAP = 42  # px around its middle in which a control answers a tap: 44, less what rounding takes

AXE = """
async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap(
    fault => fault.nodes.map(node => `${fault.id}: ${node.html.slice(0, 160)} (${node.failureSummary})`)
)
"""
# Inside a line of text WCAG asks for no such size.
MISSED = """
([reach, selector]) => [...document.querySelectorAll(selector)].filter(target => {
    if (!target.checkVisibility({ visibilityProperty: true })) return false;
    target.scrollIntoView({ block: "center" });
    const box = target.getClientRects()[0];
    const x = Math.min(Math.max((box.left + box.right) / 2, reach), innerWidth - reach);
    const y = (box.top + box.bottom) / 2;
    return ![[0, -1], [0, 1], [-1, 0], [1, 0]].every(([dx, dy]) => {
        const hit = document.elementFromPoint(x + dx * reach, y + dy * reach);
        return hit && (target.contains(hit) || hit.contains(target) && hit.tagName === "LABEL");
    });
}).map(target => `${target.innerText || target.ariaLabel} in ${target.closest("[data-testid]")?.dataset.testid}`)
"""
CUT_OFF = """
() => [...document.querySelectorAll("[data-testid=stMain] :is(p, li, h1, h2, h3, button, summary, label, a)")]
    .filter(node => node.checkVisibility() && getComputedStyle(node).overflow !== "visible")
    .filter(node => node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1)
    .map(node => node.innerText)
"""
CONTROLS = ", ".join(
    (
        "[data-testid=stPageLink] a",
        "[data-testid=stCaptionContainer] a[href*='figure/']",
        "[data-testid=stButtonGroup] button",
        "[data-testid=stButton] button",
        "[data-testid=stCheckbox] label",
        "[data-testid=stExpander] summary",
        "[data-testid=stSelectbox] [role=group]",
        ".studio-frame a",
        "#first-paint :is(nav, figcaption) a",
        ".to a, .files a, main > div > button",
    )
)


OPEN = "() => document.querySelectorAll('details:not([open]) > summary').forEach(each => each.click())"


def check_for_everybody(page: Page, *widths: int) -> None:
    """Fail on anything that axe-core finds, at this width or at those given, with all that is folded away open."""
    page.evaluate(OPEN)
    for width in widths or (None,):
        if width is not None:
            page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it stands; its own rules, none left out."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(AXE)
    return found


def cut_off(page: Page) -> list[str]:
    """Texts that do not fit where they stand, and are cut."""
    found: list[str] = page.evaluate(CUT_OFF)
    return found


def missed_taps(page: Page) -> list[str]:
    """Links and levers of ours that don't answer a tap 22 px beside their middle."""
    found: list[str] = page.evaluate(MISSED, [TAP / 2, CONTROLS])
    return found
