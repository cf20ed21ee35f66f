"""Make the next item while the present one is used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def one_ahead(items: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """These items in their order, each made while the one before is used: two at most are in memory.

    What making one raises comes in its turn. Closing it (`contextlib.aclosing`) breaks off what is being made.
    """
    coming = asyncio.create_task(_after(items))
    try:
        while found := await coming:
            coming = asyncio.create_task(_after(items))
            yield found[0]
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def _after(items: AsyncIterator[T]) -> tuple[T] | None:
    async for item in items:
        return (item,)
    return None
