"""The health page says what it counted, and where it stopped counting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

import services.operations
from services.operations.adapters.http import Application, routes
from services.operations.application.show_health import Health
from services.operations.domain.errors import NoConferenceError
from shared.messaging.relay import BACKLOG_COUNTED
from shared.security.principal import Principal, Role
from shared.web.application import service_texts
from shared.web.authentication import page_principal
from shared.web.pages import Pages, static_files

OPERATIONS = Path(services.operations.__file__)
NOW = datetime(2027, 2, 10, tzinfo=UTC)


def report(**known: Any) -> dict[str, Any]:
    well = {
        "problems": {},
        "waits": {},
        "unpublished": 0,
        "oldest_unpublished": None,
        "lag": {},
        "blocked": [],
        "blocked_keys": 0,
        "quarantined": 0,
        "lost": 0,
        "lost_open": 0,
    }
    return well | known


def blocked(key: str) -> dict[str, Any]:
    codes = {"group": "entrance.badges", "key": key, "code": "contract_broken", "detail": "", "state": "retrying"}
    return codes | {"since": NOW.isoformat(), "attempts": 1, "held": 3}


async def page(language: str, **reports: dict[str, Any] | None) -> str:
    async def show_health(_principal: Principal, _token: str) -> Health:
        return Health(reports, [], NOW)

    async def get_conference(_principal: Principal) -> Any:
        raise NoConferenceError

    nothing: Any = None
    application = Application(nothing, get_conference, nothing, nothing, show_health)  # type: ignore[arg-type]
    texts = service_texts(str(OPERATIONS))
    pages = Pages(
        texts, OPERATIONS.parent / "web" / "templates", public_url="http://bawaba", entrance_url="http://gate"
    )
    app = FastAPI()
    app.mount("/static", static_files([OPERATIONS.parent / "web" / "static"]))
    app.include_router(routes(application, pages, texts))
    app.dependency_overrides[page_principal] = lambda: Principal("o", "o", frozenset({Role.OPERATOR}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bawaba") as client:
        cookies = {"Cookie": f"bawaba_language={language}"}
        answer = await client.get("/operations/health", headers=cookies)
    assert answer.status_code == 200
    return answer.text


OLDEST = (NOW - timedelta(minutes=5)).isoformat()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1,000 or more, the oldest for 5 min"), ("fr", "1000 ou plus"), ("ar", "1000 أو أكثر")],
)
async def test_a_thousand_events_that_wait_are_a_thousand_or_more(language: str, words: str) -> None:
    found = await page(language, entrance=report(unpublished=BACKLOG_COUNTED, oldest_unpublished=OLDEST))
    assert words in found


async def test_fewer_are_counted_exactly() -> None:
    found = await page("en", entrance=report(unpublished=BACKLOG_COUNTED - 1, oldest_unpublished=OLDEST))
    assert "999, the oldest for 5 min" in found
    assert "or more" not in found


@pytest.mark.parametrize(
    ("language", "words"), [("en", "2 of 75 blocked keys"), ("fr", "2 des 75"), ("ar", "2 من أصل 75")]
)
async def test_of_many_blocked_keys_some_are_shown_and_all_are_counted(language: str, words: str) -> None:
    entrance = report(blocked=[blocked("a"), blocked("b")], blocked_keys=75)
    found = await page(language, entrance=entrance, registration=report(), identity=None)
    assert words in found
    assert '<span class="mark mark-bad">75</span>' in found


async def test_where_all_are_shown_the_page_says_no_more() -> None:
    found = await page("en", entrance=report(blocked=[blocked("a")], blocked_keys=1))
    assert "blocked keys are shown" not in found
