"""What a server makes ahead of its readers, where the records do not reach or are not there."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lib.analysis.counts import OutsideRecordsError
from lib.tables.errors import DataError
from lib.web.responses import log_once
from lib.web.shell import prerender as first_paint
from lib.web.shell import warm_up as warm


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """Three figures instead of all; nothing is made of the pages."""
    made = {name: SimpleNamespace(id=name, claims=lambda: (None,)) for name in ("first", "second", "third")}
    monkeypatch.setattr(warm, "FIGURES", made)
    monkeypatch.setattr(first_paint, "warm_up", lambda _: None)
    monkeypatch.setattr(warm, "keep_for_good", lambda: None)  # the tests' garbage is to go
    log_once.cache_clear()
    return made


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(
    "error",
    [OutsideRecordsError("The records end on May 1, 2020."), DataError("The file /srv/x is missing.")],
    ids=["outside", "data"],
)
def test_a_figure_that_cannot_be_drawn_is_told_in_a_line_and_the_others_are_drawn(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    drawn = []

    def spec(figure: str, *_: object) -> None:
        drawn.append(figure)
        if figure == "second":
            raise error

    monkeypatch.setattr(warm, "spec", spec)
    warm.warm_up("")
    assert drawn == ["first", "second", "third"] * 2
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [(str(error), None)]


@pytest.mark.usefixtures("figures")
def test_without_records_it_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    warm.warm_up("")
    (record,) = caplog.records
    assert "python -m lib build" in record.getMessage()
    assert record.exc_info is None
