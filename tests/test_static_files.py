import pytest

from scripts.static_files import css_fault


@pytest.mark.parametrize(
    "text",
    ["", "a { color: red; }", "@media (x) { a:is(b, [c='}']) { d: e; } }", "/* { */ a::after { content: '('; }"],
)
def test_a_style_sheet_whose_brackets_all_close_has_no_fault(text: str):
    assert css_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a { color: red;\n", "the { in line 1 is never closed"),
        ("a { color: red; }\n}", "line 2 has a } that closes nothing"),
        ("/* one\ntwo */ a:is(b { color: red; }", "the ( in line 2 is never closed"),
        ("a:is(b] { color: red; }", "line 1 has a ] that closes nothing"),
    ],
)
def test_a_bracket_without_a_partner_is_named_with_its_line(text: str, fault: str):
    assert css_fault(text) == fault
