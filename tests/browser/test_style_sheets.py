"""Style sheets in files of their own: a browser leaves out what it can't read, and says nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lib.export.assets import read_css

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "lib").rglob("*.css"))

# Of every rule that Chromium keeps: how many blocks it stands for, and its text where it has kept nothing in it.
READ = """
text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    let blocks = 0;
    const empty = [];
    const walk = rules => {
        for (const rule of rules) {
            blocks += 1;
            if (rule.cssRules?.length) walk(rule.cssRules);
            else if (!rule.style?.length) empty.push(rule.cssText);
        }
    };
    walk(sheet.cssRules);
    return [blocks, empty];
}
"""


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_chromium_reads_every_rule(browser: Browser, path: Path):
    text = read_css(path)
    page = browser.new_page()
    blocks, empty = page.evaluate(READ, text)
    page.close()
    assert blocks == text.count("{") > 0
    assert empty == []
