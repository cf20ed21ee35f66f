"""A process whose health stays bad ends by itself, with an exit code that has it started again."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

from deploy.local.processes import free_ports
from services.serving import LOOK_EVERY_S, STUCK, STUCK_S, Problems, until_stuck
from shared import clock
from shared.testing.simulation import MachineRoom
from tests.support.backend import ROOT


def stuck_after_s(bad: list[tuple[float, float]]) -> float:
    """When a process ends that is unwell in these spans of time, in simulated seconds."""

    def problems() -> Problems:
        now = clock.monotonic_s()
        return {"entrance": {"stalled": "x"}} if any(since <= now < until for since, until in bad) else {}

    async def work(room: MachineRoom) -> float:
        assert await until_stuck(problems) == {"entrance": {"stalled": "x"}}
        return room.loop.time()

    return MachineRoom(seed=1).run(work)


def test_it_ends_when_its_trouble_has_lasted_for_fifteen_seconds() -> None:
    assert 100 + STUCK_S <= stuck_after_s([(100, 1_000)]) <= 100 + STUCK_S + 2 * LOOK_EVERY_S


def test_what_passes_sooner_does_not_add_up() -> None:
    spans = [(start, start + STUCK_S - 2) for start in range(0, 500, 20)]
    assert stuck_after_s([*spans, (600, 1_000)]) >= 600 + STUCK_S


PROCESS = """
    import asyncio, sys
    import uvicorn
    from services import serving
    from shared.telemetry.logs import configure_logs

    configure_logs(json=True)
    serving.STUCK_S, serving.LOOK_EVERY_S, serving.ORDERLY_END_S = 0.3, 0.05, 1.0
    IS_STUCK, CAN_END = sys.argv[2] == "stuck", sys.argv[3] == "ends"

    class App:
        def problems(self):
            return {"entrance": {"stalled": "entrance.badges topic/3"}} if IS_STUCK else {}

        async def __call__(self, scope, receive, send):
            assert scope["type"] == "lifespan"
            await receive()
            await send({"type": "lifespan.startup.complete"})
            if not IS_STUCK or sys.argv[4] == "watched":
                asyncio.get_running_loop().call_later(1, setattr, server, "should_exit", True)  # as a signal does
            await receive()
            await asyncio.sleep(0 if CAN_END else 60)
            print("ended in good order", file=sys.stderr)
            await send({"type": "lifespan.shutdown.complete"})

    app = App()
    server = serving.WatchedServer(
        uvicorn.Config(app, port=int(sys.argv[1]), log_config=None), app, is_watched=sys.argv[4] == "watched"
    )
    server.run()
    sys.exit(server.exit_code)
"""


@pytest.mark.parametrize(
    ("health", "end", "by", "code", "in_order"),
    [
        ("stuck", "ends", "nobody", STUCK, True),
        ("stuck", "hangs", "nobody", STUCK, False),
        ("well", "ends", "nobody", 0, True),
        ("stuck", "ends", "watched", 0, True),
    ],
)
def test_a_process_that_is_stuck_fails_whether_or_not_it_can_end_unless_it_is_watched(
    health: str, end: str, by: str, code: int, in_order: bool
) -> None:
    command = [sys.executable, "-c", textwrap.dedent(PROCESS), str(free_ports(1)), health, end, by]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=55, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert ("ended in good order" in said) is in_order
    lines = [json.loads(line) for line in said.splitlines() if "process_makes_no_progress" in line]
    wanted = [{"entrance": {"stalled": "entrance.badges topic/3"}}] if code == STUCK else []
    assert [line["problems"] for line in lines] == wanted
