"""What deploy/ describes, running: workers as the image starts them, and the real nginx before them."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench import site
from bench.client import PATIENCE, Session
from bench.server import HOST, ROOT, free_port, is_healthy

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
WORKER_IMAGE = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]


def copied(image: str = WORKER_IMAGE) -> list[str]:
    """Every file and folder that an image is given."""
    return [name for line in re.findall(r"^COPY (.+) \S+$", image, re.MULTILINE) for name in line.split()]


def settings(image: str = WORKER_IMAGE) -> dict[str, str]:
    """The environment that an image sets."""
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(re.findall(r"^ENV (.+)$", image, re.MULTILINE))))


def lay_out(folder: Path) -> None:
    """Copy into the folder what the worker's image is given, and nothing else."""
    leave = shutil.ignore_patterns("__pycache__", "loaded")
    for name in copied():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, folder / name)


class Worker:
    """One process of the worker's image: its command, from its files, on a free port of the loopback interface."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(self) -> None:
        """Start it; it answers some seconds later (``wait``)."""
        command = json.loads(WORKER_IMAGE[WORKER_IMAGE.rindex("\nCMD ") + 5 :])
        for option, value in {"--host": HOST, "--port": str(self.port)}.items():
            command[command.index(option) + 1] = value
        outside = {name: value for name, value in os.environ.items() if name not in ("DATA_DIR", "ALLOW_REFRESH")}
        self._log = (self.folder.parent / f"worker-{self.port}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env={**outside, **{name: value.replace("/app", str(self.folder)) for name, value in settings().items()}},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def wait(self) -> None:
        """Wait until it answers."""
        assert self.process is not None
        until = time.monotonic() + 3 * PATIENCE
        while not is_healthy(self.port):
            assert self.process.poll() is None, f"The worker ended:\n{self.log()[-3000:]}"
            assert time.monotonic() < until, f"The worker was not ready in time:\n{self.log()[-3000:]}"
            time.sleep(0.05)

    def log(self) -> str:
        """What it has said."""
        return (self.folder.parent / f"worker-{self.port}.log").read_text(errors="replace")

    def readers(self) -> int:
        """How many connections it holds. nginx keeps none but websockets."""
        assert self.process is not None
        held = psutil.Process(self.process.pid).net_connections(kind="tcp")
        return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr[1:] == (self.port,) for one in held)

    def kill(self) -> None:
        """End it at once, without a chance to say goodbye."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        if self._log is not None:
            self._log.close()


class Front(site.Front):
    """nginx before the workers, and readers who come through it."""

    def websocket(self, slot: str = "", session: str = "", address: str = "") -> ClientConnection:
        """Streamlit's websocket, with a reader's slot and address, and the session to be taken up again, if any."""
        headers = {"Cookie": f"slot={slot}"} if slot else {}
        if address:
            headers["X-Forwarded-For"] = address
        return connect(
            f"ws://{HOST}:{self.port}/_stcore/stream",
            subprotocols=[Subprotocol(part) for part in ("streamlit", "no-token", session) if part],
            additional_headers=headers,
            compression=None,
            max_size=None,
            proxy=None,
            open_timeout=PATIENCE,
            close_timeout=1,
        )

    def reader(self, slot: str, path: str = "", query: dict[str, str] | None = None, address: str = "") -> Session:
        """A reader who has the slot in a cookie and has opened a page."""
        asked = {name: [value] for name, value in (query or {}).items()}
        session = Session(self.websocket(slot, address=address), path, asked)
        session.open()
        return session


def lands_on(front: Front, workers: tuple[Worker, Worker], slot: str = "", address: str = "") -> int:
    """Which of the workers a reader's websocket comes to. To be asked while nobody else is connected."""
    wait_until(lambda: [worker.readers() for worker in workers] == [0, 0])
    with front.websocket(slot, address=address):
        wait_until(lambda: sum(worker.readers() for worker in workers) == 1)
        return [worker.readers() for worker in workers].index(1)


def wait_until(holds: Callable[[], bool], patience: float = 10) -> None:
    """Look again and again until it holds."""
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, "It took too long."
        time.sleep(0.01)
