"""The clock for waits and deadlines: the event loop's own, so that a loop with another time decides all of them."""

from __future__ import annotations

import asyncio


def monotonic_s() -> float:
    """Seconds on the running loop's clock, which is the one that its sleeps and time-outs go by."""
    return asyncio.get_running_loop().time()
