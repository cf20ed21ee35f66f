"""The command line starts at once: what only one command needs is imported by that command."""

from __future__ import annotations

import subprocess
import sys

from tests.support.backend import ROOT

HEAVY = ("pydantic", "httpx", "fastapi", "shared.contracts", "openpyxl", "cryptography")


def test_to_know_every_command_loads_nothing_heavy() -> None:
    program = (
        f"import sys, services.cli; services.cli.parser(); print([name for name in {HEAVY} if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
