"""A pool of worker processes for CPU work that goes to rest: memory that drawing took is given back when it is over."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import multiprocessing
import resource
import signal
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

WORKERS: Final = 2
REST_AFTER_S: Final = 20.0
MEMORY_BYTES_MAX: Final = 2 * 2**30
"""What a worker may have of its own (setrlimit(2), RLIMIT_DATA): drawing 60 badges takes a tenth of it."""
_LOOK_EVERY_S: Final = 5.0
_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


class RestingPool(Executor):
    """Two workers, started when there is work and ended after twenty seconds without any.

    To be used from the event loop's thread alone: the kernel ends a child when the thread that started it ends.
    """

    def __init__(self, workers: int = WORKERS) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._running = 0
        self._idle_since = time.monotonic()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run in a worker. One that was killed breaks what it ran; the next call finds new ones."""
        if self._pool is None or getattr(self._pool, "_broken", False):
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin)
        self._running += 1
        future = self._pool.submit(fn, *args, **kwargs)
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: Future[Any]) -> None:
        self._running -= 1
        self._idle_since = time.monotonic()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The pool's life: the workers rest when there is no work, and end with it."""
        resting = asyncio.create_task(self.rest_when_idle(), name="pool.rest")
        try:
            yield
        finally:
            resting.cancel()
            self.shutdown(wait=True, cancel_futures=True)

    async def rest_when_idle(self) -> None:
        """End the workers whenever they had nothing to do for a while, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._pool is not None and self._running == 0 and time.monotonic() - self._idle_since > REST_AFTER_S:
                self.shutdown(wait=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)
            self._pool = None


def _begin() -> None:
    """Have the kernel end this worker when its process is killed: a worker that waits for work would not notice.

    And have it refuse memory beyond the bound: what asks for more fails alone, and the machine goes on.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
