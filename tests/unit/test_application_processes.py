"""The embedded supervisor and a process that has ended itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.application_processes import ApplicationProcesses, _Child
from services.serving import STUCK
from services.topology import PORTS, Topology


def test_a_process_that_ended_because_it_was_stuck_is_started_again_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    started: list[str] = []
    watched = ApplicationProcesses(Topology.EMBEDDED, PORTS, tmp_path, said.append)
    ended = subprocess.Popen([sys.executable, "-c", f"raise SystemExit({STUCK})"])
    ended.wait()
    watched._children = {"main": _Child("main", PORTS["main"], ended, was_well=True)}

    def start(name: str, restarts: list[float] | None = None) -> None:
        started.append(name)
        watched._children.pop(name)

    monkeypatch.setattr(watched, "_start", start)
    monkeypatch.setattr("services.application_processes.time.sleep", lambda _seconds: None)
    looks = iter((False, False, True))
    watched.watch(until=lambda: next(looks))
    assert started == ["main"]
    assert said == [f"the main process ended with {STUCK}; starting it again"]
