"""A body over its bound is refused in words, whether it says its length or not, and before it is held."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shared.web.middleware import MEGABYTE, BodyLimit
from shared.web.texts import Texts


async def size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65_536 + 1):
        yield bytes(65_536)


async def send(path: str, content: bytes | AsyncIterator[bytes], language: str = "en") -> httpx.Response:
    app = Starlette(routes=[Route("/small", size, methods=["POST"]), Route("/imports", size, methods=["POST"])])
    limited = BodyLimit(app, larger={"/imports": 3 * MEGABYTE}, texts=Texts.load())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=limited), base_url="http://test") as http:
        return await http.post(path, content=content, headers={"Accept-Language": language})


@pytest.mark.parametrize(("path", "megabytes"), [("/small", 1), ("/imports", 3)])
@pytest.mark.parametrize("says_its_length", [True, False])
async def test_a_body_over_its_bound_is_refused_with_the_bound_in_the_readers_language(
    path: str, megabytes: int, says_its_length: bool
) -> None:
    for language, words in (("ar", "ميغابايت"), ("fr", f"{megabytes} Mo"), ("en", f"{megabytes} MB")):
        length = megabytes * MEGABYTE + 1
        answer = await send(path, bytes(length) if says_its_length else in_pieces(length), language)
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["data"]) == (413, "too_large", {"megabytes": megabytes})
        assert words in problem["detail"]


async def test_a_body_within_its_bound_is_taken_whole() -> None:
    assert (await send("/imports", bytes(3 * MEGABYTE))).text == str(3 * MEGABYTE)
