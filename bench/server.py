"""Starts an app as a person would, waits until it is healthy, and ends it with everything it started."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent


class Server:
    """One running ``streamlit run SCRIPT`` on a free port of the loopback interface.

    Use it as a context manager. ``startup`` is the number of seconds from the start of the process to the
    first 200 of ``/_stcore/health``; ``base`` is the path below which the app is to stand. What it prints is kept in
    the file ``log``, or for this object alone. RuntimeError, with the end of that, where it ends early or takes over
    ``patience`` seconds.
    """

    def __init__(
        self,
        script: Path = ROOT / "app.py",
        *,
        folder: Path = ROOT,
        env: Mapping[str, str] | None = None,
        patience: float = 60,
        base: str = "",
        log: Path | None = None,
    ) -> None:
        self.port, self.base = free_port(), f"/{base}" if base else ""
        self.url = f"http://{HOST}:{self.port}{self.base}"
        # Closed in close(), with the process.
        self._log = log.open("w+b") if log else tempfile.TemporaryFile()  # noqa: SIM115
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            self.command(script),
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait(begun + patience)
        except BaseException:
            self.close()
            raise
        self.startup = time.perf_counter() - begun

    def command(self, script: Path) -> list[str]:
        """What is started."""
        options: dict[str, object] = {"server.port": self.port, "server.address": HOST, "server.headless": "true"}
        if self.base:
            options["server.baseUrlPath"] = self.base.strip("/")
        given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        return [sys.executable, "-m", "streamlit", "run", str(script), *given]

    def _wait(self, until: float) -> None:
        while not is_healthy(self.port, self.base):
            if self.process.poll() is not None:
                raise RuntimeError(f"The app ended with {self.process.returncode}:\n{self.log()[-3000:]}")
            if time.perf_counter() > until:
                raise RuntimeError(f"The app was not healthy in time:\n{self.log()[-3000:]}")
            time.sleep(0.01)

    def log(self) -> str:
        """What the process has printed so far."""
        return os.pread(self._log.fileno(), 10_000_000, 0).decode(errors="replace")

    def close(self) -> None:
        """End the process and its children: politely first, by force after five seconds."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(timeout=5)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self.process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def is_healthy(port: int, base: str = "") -> bool:
    """Whether ``/_stcore/health`` answers 200, below the path of the app."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", f"{base}/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
