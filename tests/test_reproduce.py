"""The script that counts the headline findings anew agrees with the story, and notices where it does not."""

import runpy
import time
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "docs" / "reproduce.py"


@pytest.mark.slow
def test_another_way_of_counting_gives_every_headline_number(capsys: pytest.CaptureFixture[str]) -> None:
    made: dict[str, Any] = runpy.run_path(str(SCRIPT))
    begun = time.monotonic()
    story = made["said_by_the_story"]()
    names = made["main"].__globals__
    names["said_by_the_story"] = lambda: story
    assert made["main"]() == 0
    assert time.monotonic() - begun < 60
    said = capsys.readouterr().out
    for claim in ("violent", "property", "drug-arrests"):
        assert f"same  {claim}, " in said
    assert "NOT" not in said
    story["property", "office"]["baseline"]["count"] += 1
    assert made["main"]() == 1
    assert capsys.readouterr().out.count("NOT THE SAME  property") == 1
