"""What lies between a client and a server in memory: by itself it only lets others run."""

from __future__ import annotations

import asyncio


class LostError(Exception):
    """The request or its answer was lost; the client does not know which."""


class Wire:
    """One client's connection. A simulation's subclass delays and loses."""

    async def request(self, operation: str) -> None:
        """On the way there. Raises LostError: the server never hears of it."""
        del operation
        await asyncio.sleep(0)

    async def answer(self, operation: str) -> None:
        """On the way back. Raises LostError: the server has done it, and nobody is told."""
        del operation

    def silent_for_s(self) -> float:
        """How long the servers have heard nothing of this client, though it should have said something."""
        return 0.0
