"""``turning`` and ``hopkins``, as they are typed."""

import csv
import io
import json
from datetime import date

import pytest

from lib.cli import main
from lib.story.evidence.hopkins import COLUMNS, hopkins_table


@pytest.mark.parametrize("measure", ["violent", "drug-arrests", "other-arrests", "burglary", "homicide"])
def test_turning_prints_three_days_or_null(measure: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["turning", measure, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["day", "low", "high"]
    days = [date.fromisoformat(day) for day in (found["low"], found["day"], found["high"]) if day]
    assert days == sorted(days)
    assert (found["day"] is None) <= (found["low"] is None and found["high"] is None)
    assert (found["day"] is None) == (measure == "homicide")
    assert main(["turning", measure]) == 0
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    if measure == "violent":
        assert all(f"March {day} (" in said for day in (5, 16, 18, 23, 30))


def test_turning_tries_the_days_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["turning", "drug-arrests", "--among", "2020-03-01..2020-04-15", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["day"] == "2020-03-18"
    assert main(["turning", "drug-arrests", "--among", "2014-02-01..2014-04-30", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out).values()) == {None}


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["turning", "treason", "--json"], "treason"),
        (["turning", "violent", "--among", "March 2020"], "not “March 2020”"),
        (["turning", "calls-drugs", "--json"], "refresh calls"),
    ],
)
@pytest.mark.usefixtures("without_calls")
def test_what_cannot_be_asked_is_said_in_one_line(
    args: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert word in said.err
    assert said.err.count("\n") == 1


def test_hopkins_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hopkins", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(hopkins_table())
    for printed, row in zip(rows, hopkins_table(), strict=True):
        for name in COLUMNS:
            value = getattr(row, name)
            if value is None:
                assert printed[name] == ""
            elif isinstance(value, float):
                assert float(printed[name]) == pytest.approx(value, abs=1e-6)
            else:
                assert printed[name] == str(value)


def test_hopkins_in_words_says_what_it_depends_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hopkins"]) == 0
    said = capsys.readouterr().out
    assert "depends on what you assume" in said
    assert "The study published 443" in said
    assert "The study published 78%" in said
    assert "study-arrests, not-black" in said


def test_every_column_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["hopkins", "--help"])
    said = capsys.readouterr().out
    for name in COLUMNS:
        assert name.removesuffix("_low").removesuffix("_high") in said or name.startswith(("before_", "after_")), name
