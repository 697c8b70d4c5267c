"""Kills a write at every step it takes, for test_write; run by itself so that nothing else is forked.

``python -m tests.tables.interrupted OLD_FOLDER NEW_RAW SCRATCH`` prints one JSON line a step: whether the
write was killed there, the data version left behind, and what verify says of it.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lib.ingest.build import derive
from lib.tables.folder import MANIFEST
from lib.tables.manifest import data_version
from lib.tables.verify import verify
from lib.tables.write import claimed, write_tables
from tests.conftest_data import silent


def in_child(work: Callable[[], None]) -> int:
    """Runs ``work`` in a fork; the wait status."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def killed_at(step: int, folder: Path, tables, checked) -> bool:
    """Writes the tables and dies at the given file-system step; False if there were fewer steps."""

    def work() -> None:
        steps = 0

        def counted(original: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                nonlocal steps
                if steps == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                steps += 1
                return original(*args, **kwargs)

            return call

        os.fsync = counted(os.fsync)
        Path.replace = counted(Path.replace)  # type: ignore[method-assign]
        Path.unlink = counted(Path.unlink)  # type: ignore[method-assign]
        with claimed(folder) as claim:
            write_tables(claim, tables, checked)

    return os.WIFSIGNALED(in_child(work))


def main(old: Path, raw: Path, scratch: Path) -> None:
    """Every step in turn, each from a fresh copy of the old folder, until one write runs to its end."""
    tables, checked = derive(raw, old, silent)
    step, killed = 0, True
    while killed:
        folder = scratch / f"step{step}"
        shutil.copytree(old, folder)
        killed = killed_at(step, folder, tables, checked)
        report = scratch / "report"

        def look(folder=folder, report=report) -> None:
            version = data_version((folder / MANIFEST).read_bytes())
            report.write_text(json.dumps([version, verify(folder)]))

        in_child(look)
        version, problems = json.loads(report.read_text())
        print(json.dumps({"step": step, "killed": killed, "version": version, "problems": problems}), flush=True)
        step += 1


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
