"""Files that are the same for everybody go over a slow line compressed; whoever takes no gzip has them as they are."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import httpx
import pytest

from shared.web.pages import HashedStatic

STYLE = "body { color: #16211f }\n" * 200


@pytest.fixture
def served(tmp_path: Path) -> httpx.AsyncClient:
    (tmp_path / "style.css").write_text(STYLE)
    (tmp_path / "font.woff2").write_bytes(b"wOF2" + bytes(2_000))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=HashedStatic(directory=tmp_path)), base_url="http://x")


async def raw(served: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    async with served.stream("GET", f"/static/{path}", headers={"Accept-Encoding": "gzip, br", **headers}) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


async def test_a_style_sheet_is_compressed_for_whoever_takes_it(served: httpx.AsyncClient) -> None:
    answer, content = await raw(served, "style.css?v=1")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert gzip.decompress(content).decode() == STYLE
    assert len(content) == int(answer.headers["content-length"]) < len(STYLE) // 10
    plain, content = await raw(served, "style.css?v=1", **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"
    assert content.decode() == STYLE


async def test_a_file_that_is_compressed_in_itself_goes_as_it_is(served: httpx.AsyncClient) -> None:
    answer, content = await raw(served, "font.woff2")
    assert "content-encoding" not in answer.headers
    assert content.startswith(b"wOF2")


async def test_what_a_browser_has_is_not_sent_again_and_what_changed_is(
    served: httpx.AsyncClient, tmp_path: Path
) -> None:
    answer, _ = await raw(served, "style.css")
    again, content = await raw(served, "style.css", **{"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, content) == (304, b"")
    (tmp_path / "style.css").write_text(STYLE.replace("16211f", "000000"))
    os.utime(tmp_path / "style.css", ns=(1, 1))
    changed, content = await raw(served, "style.css", **{"If-None-Match": answer.headers["etag"]})
    assert changed.status_code == 200
    assert b"000000" in gzip.decompress(content)
