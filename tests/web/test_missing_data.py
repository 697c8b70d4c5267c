import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from bench.server import HOST, Server
from lib.chapters.chapters import CHAPTERS, Chapter
from lib.figures.registry import FIGURES
from tests.web.story_app import open_story, texts

HOW = "python -m lib build"


@pytest.fixture(params=["nothing", "a broken manifest"])
def data(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that the story can't be told from."""
    if request.param == "a broken manifest":
        (tmp_path / "manifest.json").write_text("{")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug or "first")
@pytest.mark.parametrize("params", [{}, {"current": "2020-01-01..2020-03-01"}], ids=["usual", "own-dates"])
def test_without_data_a_page_says_how_to_build_it_and_shows_no_number(
    data: Path, chapter: Chapter, params: dict[str, str]
):
    at = open_story(chapter, params)
    assert not at.exception
    assert len(at.error) == 1
    assert HOW in at.error[0].value
    assert "Traceback" not in at.error[0].value
    assert str(data) not in at.error[0].value
    assert "Error" not in at.error[0].value
    claimed = [chapter.title for chapter in CHAPTERS]  # what was said, as quotes are; not what was counted
    said = [text for text in texts(at.main) if text not in (at.error[0].value, *claimed) and text[0] != ">"]
    assert not [text for text in said if re.search(r"\d", text)]
    assert not at.get("vega_lite_chart")


@pytest.fixture(scope="module")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real app with an empty data folder; nobody has opened a page of it."""
    with Server(env={"DATA_DIR": str(tmp_path_factory.mktemp("empty"))}) as server:
        yield server


def test_the_first_reader_of_a_new_process_may_come_by_a_link_to_a_chapter(bare_server: Server):
    asked = BackMsg(rerun_script=ClientState(page_name="violent-and-property-crime"))
    address = f"ws://{HOST}:{bare_server.port}/_stcore/stream"
    kinds: list[str | None] = []
    with connect(address, subprotocols=[Subprotocol("streamlit")], proxy=None) as socket:
        socket.send(asked.SerializeToString())
        while not kinds or kinds[-1] != "script_finished":
            answer = socket.recv(timeout=30)
            assert isinstance(answer, bytes)
            kinds.append(ForwardMsg.FromString(answer).WhichOneof("type"))
    assert "page_not_found" not in kinds


@pytest.mark.parametrize("query", ["", "current=2020-01-01..2020-03-01", "current=nonsense"])
def test_without_data_the_figures_numbers_say_how_to_build_it(bare_server: Server, http: requests.Session, query: str):
    faults = []
    for figure in sorted(FIGURES):
        claim = next(iter(FIGURES[figure].claims()), "calls-drugs")
        answer = http.get(f"{bare_server.url}/figure/{figure}.csv?{query}{f'&claim={claim}' if claim else ''}")
        said = HOW in answer.text or "can’t be used" in answer.text
        told = "Traceback" in answer.text or "manifest.json" in answer.text or "/" in answer.text
        if answer.status_code not in (400, 503) or not said or told:
            faults.append((figure, answer.status_code, answer.text[:200]))
    assert faults == []


def test_without_data_the_log_says_it_in_one_line_and_the_shell_is_served(bare_server: Server, http: requests.Session):
    assert http.get(bare_server.url).status_code == 200
    assert HOW in bare_server.log()
    assert "Traceback" not in bare_server.log()
    health = http.get(f"{bare_server.url}/health")
    assert (health.status_code, health.json()["status"], health.json()["data_version"]) == (503, "degraded", None)
