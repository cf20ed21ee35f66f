"""What a run will take, said before it begins: minutes by row, memory and disk; and whether this machine has them."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from tests.faults.outcome import Scale
from tests.support.backend import ROOT

# Seconds on two cores that do other things too, told from a run of the full numbers: what a row begins with, and what
# each of its parts adds.
SECONDS: Final[Mapping[str, Callable[[Scale], float]]] = {
    "kills": lambda scale: 15 + 7 * scale.kills + scale.commands / 150,
    "badges": lambda scale: 20 + 5 * scale.badge_kills + scale.badge_calls / 20,
    "late": lambda scale: 5 + scale.hold_s_max + scale.late_events / 260,
    "history": lambda _scale: 10,
    "redelivery": lambda scale: 10 + scale.redelivered / 50,
    "brokers": lambda scale: 10 + 14 * scale.broker_faults,
    "primaries": lambda scale: 5 + 12 * scale.mongo_faults,
    "membership": lambda scale: 12 + scale.membership_s,
    "poison": lambda scale: 10 + scale.poisoned_among / 60,
    "outage": lambda _scale: 30,
    "stalls": lambda scale: 5 + 22 * scale.stalls,
    "stops": lambda scale: 5 + 11 * scale.stops,
    "letters": lambda scale: 10 + 6 * scale.letters,
    "rebuild": lambda scale: 20 + scale.rebuilt / 1_150,
    "audit": lambda scale: 1 + scale.touches / 160,
    "simulation": lambda scale: 3 + scale.simulated / 15,
}
UNDER_LOAD: Final = ("brokers", "primaries", "membership", "stalls", "stops", "rebuild")
MEMORY_GB: Final = 3.0  # three brokers, three mongods, two services under load and the history of what they did
DISK_BYTES_A_FACT: Final = 20_000  # on three brokers and three mongods, their indexes and journals with it
DISK_GB_EMPTY: Final = 1.0


def disk_gb(scale: Scale) -> float:
    told = scale.commands + scale.late_events + 2 * scale.redelivered + 3 * scale.poisoned_among + scale.rebuilt // 10
    under_load = 120 * sum(SECONDS[row](scale) for row in UNDER_LOAD)
    return DISK_GB_EMPTY + (told + under_load) * DISK_BYTES_A_FACT / 2**30


def said(names: Iterable[str], scale: Scale) -> str:
    """About how long each row takes, and what the whole needs."""
    seconds = {name: SECONDS[name](scale) for name in names}
    rows = [f"    {name:<12}{_minutes(took):>8}" for name, took in seconds.items()]
    needs = f"{MEMORY_GB:.0f} GB of memory, {disk_gb(scale):.0f} GB on {tempfile.gettempdir()}"
    return "\n".join(["about, on two cores:", *rows, f"    {'all':<12}{_minutes(sum(seconds.values())):>8}; {needs}"])


def lacking(scale: Scale) -> list[str]:
    """What this machine has too little of for the run; without it a row would break down for no fault of ours."""
    disk = os.statvfs(tempfile.gettempdir())
    have = {
        "memory": (_available_gb(), MEMORY_GB),
        f"disk on {tempfile.gettempdir()}": (disk.f_bavail * disk.f_frsize / 2**30, disk_gb(scale)),
    }
    return [f"{name}: {there:.1f} GB, {wanted:.1f} wanted" for name, (there, wanted) in have.items() if there < wanted]


def commit() -> str:
    """The commit that is tried, and whether files differ from it; empty where that cannot be told."""
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _available_gb() -> float:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")) / 2**20


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
