"""The story as docs/deploy.md has it served to many: several workers, and the real nginx before them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.reruns import settle
from bench.server import HOST, ROOT, Server, free_port

DEPLOY = ROOT / "deploy"


class Worker(Server):
    """A process of the story, started as the worker's image starts it."""

    def command(self, script: Path) -> list[str]:
        """What is started."""
        served = f"{script.stem}:app"
        asked = ["--host", HOST, "--port", str(self.port)]
        bounds = ["--timeout-graceful-shutdown", "5", "--ws-max-size", "1000000"]
        return [sys.executable, "-m", "uvicorn", served, *asked, *bounds]


class Front:
    """The real nginx with deploy/nginx.conf, run as the current user; all it writes lies in the folder.

    ``secure``: over TLS with a certificate that nobody vouches for, and so over HTTP/2.
    """

    def __init__(self, nginx: str, folder: Path, ports: list[int], site: str = "", *, secure: bool = False) -> None:
        self.port = free_port()
        self.url = f"{'https' if secure else 'http'}://{HOST}:{self.port}"
        shutil.copy(DEPLOY / "nginx.conf", folder)
        servers = [f"server {HOST}:{port} max_fails=1 fail_timeout=5s;" for port in ports]
        (folder / "workers.conf").write_text("\n".join(servers))
        if secure:
            _certificate(folder)
            site += "ssl_certificate own.pem;\nssl_certificate_key own.key;\n"
        (folder / "site.conf").write_text(f"listen {HOST}:{self.port}{' ssl http2' if secure else ''};\n{site}")
        self.errors = folder / "nginx-errors.log"
        # Started by root, nginx would else hand its work to a user who may not enter the folder.
        also = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
        command = [nginx, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", also]
        with self.errors.open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while self.process.poll() is None and not _listens(self.port):
            time.sleep(0.01)
        if self.process.poll() is not None:
            raise RuntimeError(f"nginx ended:\n{self.errors.read_text()}")

    def close(self) -> None:
        """End nginx and its workers."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)


@dataclass(frozen=True)
class Site:
    """Workers, and the ports at which readers come: nginx's, or without it the workers' own."""

    servers: tuple[Server, ...]
    ports: tuple[int, ...]


@contextmanager
def workers(number: int) -> Iterator[Site]:
    """The story by several workers; without an nginx on this machine readers are dealt out to them, as it would do."""
    with ExitStack() as stack:
        env = {"HOME": str(DEPLOY / "home")}
        started = tuple(stack.enter_context(Worker(env=env)) for _ in range(number))
        for worker in started:
            settle(worker)
        ports: Sequence[int] = [worker.port for worker in started]
        if nginx := find_nginx():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            front = Front(nginx, folder, list(ports))
            stack.callback(front.close)
            ports = [front.port]
        else:
            print("There is no nginx here: readers go to the workers themselves.", file=sys.stderr)
        yield Site(started, tuple(ports))


@contextmanager
def secured() -> Iterator[str]:
    """The story by one worker behind nginx over HTTP/2, as a shared link is opened; without an nginx RuntimeError."""
    if not (nginx := find_nginx()):
        raise RuntimeError("There is no nginx here; `make test` gets one.")
    with Worker(env={"HOME": str(DEPLOY / "home")}) as worker, tempfile.TemporaryDirectory() as folder:
        front = Front(nginx, Path(folder), [worker.port], secure=True)
        try:
            settle(worker)
            yield front.url
        finally:
            front.close()


def find_nginx() -> str | None:
    """The nginx on PATH, or where Debian keeps it out of most people's PATH."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _certificate(folder: Path) -> None:
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}"]
    subprocess.run(
        ["openssl", "req", *made, "-keyout", folder / "own.key", "-out", folder / "own.pem"],
        check=True,
        capture_output=True,
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
