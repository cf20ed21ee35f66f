"""An installation as a newcomer has it: `run`, the main job, a second start, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local import processes

ROOT = Path(__file__).parents[2]
LOCAL = Path(os.environ.get("BAWABA_LOCAL", ROOT / ".local"))


class Run:
    """`bawaba run` in a data folder of its own, on ports of its own."""

    def __init__(self, data: Path, base: int) -> None:
        self.data, self.base = data, base
        self.lines: list[str] = []
        command = [sys.executable, "-m", "services", "run", "--local", str(LOCAL), "--data", str(data)]
        self.mark = f"RUN_OF_A_TEST={data}/{base}"
        name, value = self.mark.split("=")
        self.process = subprocess.Popen(
            [*command, "--port-base", str(base)],
            cwd=ROOT,
            env={**os.environ, name: value},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, text: str) -> str:
        """The first line with the text; the test fails with everything printed when the process ends before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                return line
        raise AssertionError("".join(self.lines))

    def said(self, text: str) -> str:
        """The line with the text among those read so far: delegations are done in no certain order."""
        return next(line for line in self.lines if text in line)

    def ends_with(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def left_behind(self) -> list[str]:
        """Command lines of processes that came from this run: they inherited its mark in their environment."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit() or int(folder.name) == os.getpid():
                continue
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
        return [line for line in found if line]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="module")
def base() -> int:
    return processes.free_ports(5)


@pytest.fixture
def running(data: Path, base: int) -> Iterator[Run]:
    run = Run(data, base)
    yield run
    if run.process.poll() is None:
        run.process.kill()
        run.process.wait()


def test_the_first_start_does_the_main_job_and_stops_without_a_trace(running: Run) -> None:
    running.until("at the gate")
    assert "23 registered" in running.said("egypt:")
    assert "7 left behind" in running.said("greece:")
    seconds = float(re.search(r"\[\s*([\d.]+) s\]", running.until("ready")).group(1))  # type: ignore[union-attr]
    running.until("guard@example.org")
    assert httpx.get(f"http://localhost:{running.base}/readyz").status_code == 200
    assert httpx.get(f"http://localhost:{running.base + 1}/readyz").status_code == 200
    assert seconds < 60
    assert running.ends_with(signal.SIGINT) == 0
    assert running.left_behind() == []


def test_a_stopped_installation_is_backed_up_and_put_back(data: Path, base: int, tmp_path: Path) -> None:
    def bawaba(*arguments: str) -> str:
        where = ["--data", str(data), "--local", str(LOCAL), "--port-base", str(base)]
        command = [sys.executable, "-m", "services", *arguments, *where]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "documents of" in bawaba("backup", "--to", str(tmp_path / "documents"), "--keys-to", str(tmp_path / "keys"))
    said = bawaba("restore", "--from", str(tmp_path / "documents"), "--replace")
    assert "restored to" in said
    assert "does not know of" not in said, "nothing happened since"
    assert bawaba("lost-window") == ""


def test_a_second_start_finds_everything_and_changes_nothing(running: Run) -> None:
    assert "0 registered" in running.until("egypt:")
    running.until("ready")
    assert running.left_behind(), "the mark is found on what runs"
    assert running.ends_with(signal.SIGTERM) == 0
    assert running.left_behind() == []


def test_two_starts_on_one_folder_say_so_in_one_line(running: Run, base: int) -> None:
    running.until("MongoDB on port")
    other = Run(running.data, base + 100)
    said, _ = other.process.communicate(timeout=30)
    assert other.process.returncode == 1
    assert said.strip().endswith(f"another start already uses {running.data}")
    running.until("ready")
    assert running.ends_with(signal.SIGINT) == 0


def test_a_process_that_dies_is_started_again_and_a_killed_supervisor_leaves_nothing(running: Run) -> None:
    running.until("ready")
    running.until("guard@example.org")
    entrance = next(line for line in _pids(f"--port {running.base + 1}"))
    os.kill(entrance, signal.SIGKILL)
    running.until("the entrance process ended with -9; starting it again")
    deadline = time.monotonic() + 30
    while not _answers(running.base + 1):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    running.ends_with(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while running.left_behind():
        assert time.monotonic() < deadline, running.left_behind()
        time.sleep(0.1)


def _pids(text: str) -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if text in line and "services serve" in line:
                yield int(folder.name)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://localhost:{port}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
