import csv
import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import ArgumentError
from lib.export.files import KINDS, Order, csv_text, file_of, key_of
from lib.export.render_options import Look, read_look
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.citation import facts
from lib.figures.registry import FIGURES, Table, drawing
from lib.story.view import default_view, read_view
from tests.export.test_images import FIRST, VIEW


@pytest.mark.parametrize(("figure", "claim"), FIRST)
def test_numbers_come_as_a_sheet_and_as_json_that_says_what_they_are(figure: str, claim: str | None):
    sheet = file_of(Order(figure, VIEW, claim, "csv"))
    assert sheet.startswith(b"\xef\xbb\xbf")  # without it spreadsheets take letters for others
    table = drawing(figure, VIEW, claim).table()
    header, *rows = csv.reader(io.StringIO(sheet.decode("utf-8-sig")))
    assert header == list(table.columns)
    assert len(rows) == len(table.rows)

    given_back = json.loads(file_of(Order(figure, VIEW, claim, "json", root="https://story.example/")))
    said = facts(figure, VIEW, claim, "https://story.example/")
    assert given_back["rows"] == [list(row) for row in table.rows]
    for key in ("title", "sentence", "alt", "windows", "caveat", "source", "data_version", "citation", "address"):
        assert given_back[key] == getattr(said, key)
    params = given_back["parameters"]
    again, notes = read_view({name: value for name, value in params.items() if name not in ("claim", "v")})
    assert notes == ()
    assert drawing(figure, again, params.get("claim")).table() == table


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_forgets_what_makes_no_difference(kind: str):
    other = read_view({"measure": "robbery", "by": "day"})[0]
    order = Order("arrest-level", other, None, kind, Look(scale=1, width=400), "https://a.example/")
    usual = Order("arrest-level", default_view(), None, kind, Look(scale=3, width=400), "https://a.example/")
    assert (key_of(order) == key_of(usual)) is (kind != "png")
    worded = Order("arrest-level", default_view(), None, kind, Look(width=400, title="Mine"), "https://a.example/")
    assert (key_of(worded) == key_of(replace(worded, look=Look(width=400)))) is (kind in ("csv", "json", "parquet"))
    elsewhere = Order("arrest-level", default_view(), None, kind, Look(scale=3, width=400), "https://b.example/")
    assert (key_of(elsewhere) == key_of(usual)) is (kind not in ("png", "json", "parquet", "html"))


@pytest.mark.parametrize(
    "params", [{"theme": "red"}, {"size": "tiny"}, {"width": "40000"}, {"scale": "nan"}, {"plain": "2"}]
)
def test_a_look_that_there_is_not_is_refused(params: dict[str, str]):
    with pytest.raises(ArgumentError):
        read_look(params)


def test_what_there_is_not_is_refused():
    with pytest.raises(ArgumentError):
        file_of(Order("nothing", VIEW, None, "csv"))
    with pytest.raises(ArgumentError):
        file_of(Order("series", VIEW, None, "exe"))


def test_names_of_files_tell_them_apart():
    orders = [
        Order("claim-range", VIEW, "violent", kind, look) for kind in KINDS for look in (Look(), Look(size="card"))
    ]
    names = {order.name for order in orders}
    assert "claim-range-violent.csv" in names
    assert "claim-range-violent-card.png" in names


SIGNS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("=+-@;|\t\r\n\"', 1")), max_size=20)


@given(st.lists(SIGNS, min_size=1, max_size=4), st.sampled_from([None, 7, -0.25]))
def test_no_cell_is_a_formula_whatever_divides_cells(cells: list[str], number: float | None):
    names = tuple(f"{name}{cell}" for name, cell in zip(("", ";=", "", "|@"), cells, strict=False))
    text = csv_text(Table((*names, "number"), ((*cells, number),)))
    for sign in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            for cell in row:
                assert not cell.startswith(("\t", "\r"))
                assert not cell.lstrip().startswith(("=", "+", "-", "@")) or cell == str(number), (sign, text)
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert row[-1] == ("" if number is None else str(number))  # a number stays one
    told = [cell.replace("\r\n", "\n").replace("\r", "\n").replace("'", "") for cell in (*names, *cells)]
    assert [cell.replace("'", "") for cell in (*header[:-1], *row[:-1])] == told


ANEW = """
import hashlib
from lib.export.files import Order, file_of
from lib.figures import catalog
from lib.story.view import default_view
for figure in ("timeline", "series"):
    for kind in ("html", "pdf", "svg", "png"):
        print(figure, kind, hashlib.sha256(file_of(Order(figure, default_view(), None, kind))).hexdigest())
"""


@pytest.mark.slow
def test_a_file_has_the_same_bytes_in_every_process():
    """One strong tag stands for them: a reader may get one half from each of two."""
    done = subprocess.run([sys.executable, "-c", ANEW], capture_output=True, text=True, check=True, timeout=120)
    for line in reversed(done.stdout.splitlines()):
        figure, kind, digest = line.split()
        made = file_of(Order(figure, default_view(), None, kind))
        assert hashlib.sha256(made).hexdigest() == digest, (figure, kind)


def test_every_figure_is_here():
    assert {figure for figure, _ in FIRST} >= {figure.id for figure in FIGURES.values() if figure.records is None}
