"""`make bench-backup`: what a backup and its restore keep in memory, at 1, 10 and 100 times the documents.

Promise: memory of a command is flat (at most 1.2 ×) while the work grows a hundredfold. DOCUMENTS says how many the
largest has, 200,000 if nothing does. The commands run as people run them, each in a process of its own, whose peak
the system tells when it ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.local.installation import environment, make_secrets
from services.composition import SERVICES
from services.operations.application.keep_story import CHAPTERS
from services.operations.settings import OperationsSettings
from shared.storage import Collection
from shared.testing.conference import small_conference
from shared.world import SYSTEM
from tests.benchmarks.stage import as_a_service, fresh_namespace
from tests.conftest import Namespace
from tests.support.backend import ROOT
from tests.support.callers import values_of

DOCUMENTS = int(os.environ.get("DOCUMENTS") or 200_000)
PROMISE = 1.2
CHUNK = 2_000
URL = "http://bawaba.test"


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak_mb: float


def command(namespace: Namespace, log: Path, *arguments: str) -> Cost:
    """The command with the installation's settings, and what it took. Raises RuntimeError when it fails."""
    env = {**os.environ, **environment(values_of(namespace, SERVICES, URL))}
    began = time.perf_counter()
    with log.open("w") as said:
        files = [(os.POSIX_SPAWN_DUP2, said.fileno(), number) for number in (1, 2)]
        pid = os.posix_spawn(sys.executable, [sys.executable, "-m", "services", *arguments], env, file_actions=files)
        _, status, used = os.wait4(pid, 0)
    if status:
        raise RuntimeError(log.read_text())
    return Cost(time.perf_counter() - began, used.ru_maxrss / 1024)


async def fill(chapters: Collection, start: int, end: int) -> None:
    """Chapters of people's stories, about 700 bytes each as they are in use."""
    for first in range(start, end, CHUNK):
        await chapters.insert_many(
            {
                "_id": f"event-{number:010d}",
                "participant_id": f"participant-{number // 20:08d}",
                "type": "org.bawaba.accreditation.badge-activated.v1",
                "service": "accreditation",
                "topic": "accreditation.participants",
                "sequence": number % 20 + 1,
                "happened": SYSTEM.now(),
                "recorded": SYSTEM.now(),
                "correlation": SYSTEM.new_id(),
                "data": {"badge_id": SYSTEM.new_id(), "access": [{"zone": secrets.token_hex(8)} for _ in range(8)]},
            }
            for number in range(first, min(first + CHUNK, end))
        )


async def main() -> int:
    os.chdir(ROOT)
    peaks: dict[str, list[float]] = {"backup": [], "restore": []}
    async with fresh_namespace() as namespace:
        make_secrets(namespace.secrets, small_conference(first_day=SYSTEM.now().date()))
        settings = namespace.settings(OperationsSettings, "operations")
        print(f"{'documents':>10} {'MB on disk':>11} {'backup s':>9} {'peak MB':>8} {'restore s':>10} {'peak MB':>8}")
        done = 0
        async with settings.store() as store:
            chapters = store.database(settings.database).collection(CHAPTERS)
            for documents in (DOCUMENTS // 100, DOCUMENTS // 10, DOCUMENTS):
                await fill(chapters, done, documents)
                done = documents
                with tempfile.TemporaryDirectory() as folder:
                    to, log = Path(folder) / "backup", Path(folder) / "said"
                    backup = await asyncio.to_thread(command, namespace, log, "backup", "--to", str(to))
                    size = sum(path.stat().st_size for path in to.rglob("*") if path.is_file()) / 2**20
                    restore = await asyncio.to_thread(
                        command, namespace, log, "restore", "--from", str(to), "--replace", "--services", "operations"
                    )
                    shutil.rmtree(to)
                assert await chapters.count({}) == documents
                peaks["backup"].append(backup.peak_mb)
                peaks["restore"].append(restore.peak_mb)
                print(
                    f"{documents:>10,} {size:>11.1f} {backup.seconds:>9.1f} {backup.peak_mb:>8.0f} "
                    f"{restore.seconds:>10.1f} {restore.peak_mb:>8.0f}",
                    flush=True,
                )
    kept = all(max(each) <= PROMISE * each[0] for each in peaks.values())
    print(f"peak at most {PROMISE} × while the documents grow a hundredfold: {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept else 1


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    raise SystemExit(as_a_service(main()))
