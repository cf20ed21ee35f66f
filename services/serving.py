"""A process that serves, and ends when it makes no progress, so that whoever started it starts it again.

A container's restart policy knows the end of a process and nothing else: that its health is bad starts nothing again.
So what /healthz tells of is also looked at from inside. When it lasts for fifteen seconds the process ends in good
order, or without it where what stands still keeps the order from being kept, and its exit code says that it failed.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Final

import structlog
import uvicorn

from shared import clock
from shared.asgi import ProcessApp

STUCK_S: Final = 15.0
LOOK_EVERY_S: Final = 1.0
ORDERLY_END_S: Final = 10.0
STUCK: Final = 70  # EX_SOFTWARE of sysexits.h: an error of ours, which another start may mend

Problems = Mapping[str, Mapping[str, str]]

_log = structlog.get_logger(__name__)


class WatchedServer(uvicorn.Server):
    """Serves the app until it is told to end, or is stuck: `exit_code` says which.

    With `is_watched` somebody outside looks at its health and decides, as the embedded supervisor does.
    """

    def __init__(self, config: uvicorn.Config, app: ProcessApp, *, is_watched: bool = False) -> None:
        super().__init__(config)
        self._app = app
        self._is_watched = is_watched
        self._is_stuck = False

    @property
    def exit_code(self) -> int:
        if self._is_stuck:
            return STUCK
        return 0 if self.started else 1

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        watch = asyncio.create_task(self._end_when_stuck(), name="serving.watch")
        try:
            await super().serve(sockets)
        finally:
            watch.cancel()

    async def _end_when_stuck(self) -> None:
        if self._is_watched:
            return
        problems = await until_stuck(self._app.problems)
        _log.critical("process_makes_no_progress", problems=problems, lasted_s=STUCK_S, exit_code=STUCK)
        self._is_stuck = True
        # What stands still may keep its service from ending; a thread waits, for the loop may stand still too.
        insists = threading.Timer(ORDERLY_END_S, os._exit, (STUCK,))
        insists.daemon = True
        insists.start()
        self.should_exit = True


async def until_stuck(problems: Callable[[], Problems]) -> Problems:
    """Wait until there was some problem at every look for fifteen seconds; answers what it is at the end."""
    since: float | None = None
    while True:
        found = problems()
        now = clock.monotonic_s()
        since = (now if since is None else since) if found else None
        if since is not None and now - since >= STUCK_S:
            return found
        await asyncio.sleep(LOOK_EVERY_S)
