"""``python -m lib figure``: one figure as a file."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from lib.cli import main
from lib.export.render_options import MOST_CHARACTERS, read_text
from lib.figures.registry import FIGURES
from tests.cli.test_commands import Run, one_line, run

SERIES = ("figure", "series", "--measure", "robbery", "--by", "month")


def test_without_an_id_all_figures_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure"]) == 0
    heads = [line.split("  [")[0] for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert heads == list(FIGURES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "start"),
    [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbfstart,end"), ("json", b"{")],
)
def test_the_ending_says_what_kind_of_file(tmp_path: Path, kind: str, start: bytes) -> None:
    path = tmp_path / f"robbery.{kind}"
    assert main([*SERIES, "--out", str(path)]) == 0
    assert path.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [path]  # nothing is left beside it


def test_windows_and_choices_reach_the_file(tmp_path: Path) -> None:
    path = tmp_path / "robbery.json"
    windows = ("--current", "2020-01-01..2020-02-29", "--baseline", "2019-01-01..2019-02-28,2018-01-01..2018-02-28")
    assert main([*SERIES, *windows, "--root", "https://story.example", "--out", str(path)]) == 0
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["parameters"]["current"] == "2020-01-01..2020-02-29"
    assert found["parameters"]["baseline"].count("..") == 2
    assert found["parameters"]["measure"] == "robbery"
    assert found["address"].startswith("https://story.example/figure/series?")


@pytest.mark.slow
def test_an_edited_title_is_in_the_picture_and_marked_in_the_file(tmp_path: Path) -> None:
    path, drawn = tmp_path / "edited.png", tmp_path / "edited.svg"
    for out in (path, drawn):
        assert main([*SERIES, "--title", "Robbery <b>& more", "--size", "card", "--out", str(out)]) == 0
    with Image.open(path) as picture:
        assert picture.size == (1200, 630)
        assert picture.info["Edited"] == "title"
        assert picture.info["Title"] == "Robbery <b>& more"
        assert picture.info["Original title"] in picture.info["Citation"]
    text = drawn.read_text(encoding="utf-8")
    assert "Robbery &lt;b&gt;&amp; more</text>" in text
    assert "Title edited." in text


@pytest.mark.parametrize("title", ["W" * 140, "ALL CAPITALS " * 10, "x " * 70])
def test_an_edited_title_of_any_width_stays_inside_the_picture(tmp_path: Path, title: str) -> None:
    path = tmp_path / "edited.svg"
    assert main(["figure", "series", "--title", title.strip(), "--size", "column", "--out", str(path)]) == 0
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in path.read_text(encoding="utf-8")
    assert 'width="340"' in path.read_text(encoding="utf-8")[:300]


def test_without_title_nothing_is_marked_as_edited(tmp_path: Path) -> None:
    path = tmp_path / "plain.svg"
    assert main([*SERIES, "--title", "Mine", "--plain", "--out", str(path)]) == 0
    assert "edited" not in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_edited_title_is_in_the_page_too(tmp_path: Path) -> None:
    path = tmp_path / "edited.html"
    assert main([*SERIES, "--title", "Robbery <b>& more", "--out", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert "<title>Robbery &lt;b&gt;&amp; more</title>" in text
    assert r'"Robbery \u003cb\u003e\u0026 more"' in text  # no text can end the script that it stands in
    assert "Title edited." in text


def test_a_link_stays_one_and_who_may_read_is_as_it_was_or_as_the_system_has_it(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "real.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("real.csv")
    before = os.umask(0o027)
    try:
        for name in ("link.csv", "new.csv"):
            assert main([*SERIES, "--out", str(tmp_path / name)]) == 0
    finally:
        os.umask(before)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == (tmp_path / "new.csv").read_bytes()
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("real.csv", "new.csv")] == [0o640, 0o640]


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe, plain = tmp_path / "pipe", tmp_path / "plain.csv"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        came = reader.submit(pipe.read_bytes)
        assert main([*SERIES, "--kind", "csv", "--out", str(pipe)]) == 0
        assert main([*SERIES, "--out", str(plain)]) == 0
        assert came.result() == plain.read_bytes()
    assert pipe.is_fifo()


@pytest.mark.slow
def test_standard_output_gets_the_bytes_and_nothing_else() -> None:
    done = run((*SERIES, "--kind", "csv", "--out", "-"))
    assert (done.code, done.err) == (0, "")
    assert done.out.removeprefix("\ufeff").startswith("start,end,days,count\n")


def test_a_file_that_is_there_stays_when_a_new_one_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "robbery.csv"
    path.write_text("old")
    assert main(["figure", "series", "--measure", "kindness", "--out", str(path)]) == 2
    assert capsys.readouterr().err
    assert path.read_text() == "old"


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "figure": (("no-such-figure", "--out", "x.png"), "no figure"),
    "claim": (("windows-compared", "--claim", "kindness", "--out", "x.png"), "no claim"),
    "ending": (("series", "--out", "x.gif"), "png"),
    "no kind": (("series", "--out", "-"), "--kind"),
    "no file": (("series",), "--out"),
    "grain": (("series", "--by", "decade", "--out", "x.png"), "day, week, month, year"),
    "dates": (("series", "--current", "yesterday", "--out", "x.png"), "dates"),
    "folder": (("series", "--out", "/no/such/folder/x.csv"), "written"),
    "pixels": (("series", "--width", "90000", "--out", "x.png"), "width"),
    "long title": (("series", "--title", "x" * 141, "--out", "x.png"), "140"),
    "control": (("series", "--title", "a\x07b", "--out", "x.png"), "seen"),
    "letters": (("series", "--title", "犯罪 fell 😀", "--out", "x.png"), "“犯”, “罪”, “😀”"),
    "letters below": (("series", "--subtitle", "Привет", "--out", "x.html"), "“П”"),
    "title of numbers": (("series", "--title", "Mine", "--out", "x.csv"), "picture or a page"),
    "full disk": (("series", "--kind", "csv", "--out", "/dev/full"), "written"),
    "span": (("explore-time", "--span", "then", "--out", "x.csv"), "span"),
    "race": (("explore-time", "--race", "green", "--out", "x.csv"), "black"),
    "turned": (("series", "--subtitle", "a\u202eb", "--out", "x.png"), "seen"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_argument_ends_with_2_and_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, word = BAD[name]
    code = main(["figure", *arguments])
    done = capsys.readouterr()
    one_line(Run(code, done.out, done.err), word)
    assert "instead" not in done.err  # a command shows nothing in its place
    assert "link" not in done.err


def test_texts_are_put_on_one_line_and_an_empty_one_is_none() -> None:
    for name in MOST_CHARACTERS:
        assert read_text("  two   words ", name) == "two words"
        assert read_text("  ", name) is None
