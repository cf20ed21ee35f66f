"""Every service's dead letters in one view: counted by cause, and with who had the original of a letter already."""

from __future__ import annotations

from typing import Any

import httpx

from services.operations.application.ask_services import AskServices, OnBehalf
from services.operations.application.show_dead_letters import ShowDeadLetters
from shared.security.principal import Principal, Role

OPERATOR = Principal("operator", "person", frozenset({Role.OPERATOR}))
BEHALF = OnBehalf("token")
CAUSE = {"group": "entrance.badges", "code": "contract_broken", "detail": "zones"}
LETTER = {**CAUSE, "id": "x", "key": "badge-1", "failed": {"topic": "accreditation.badges", "sequence": 4}}


def asked(answers: dict[str, dict[str, Any]]) -> ShowDeadLetters:
    """By service and the end of a path what it answers; a service without an answer is away."""

    def client(service: str) -> httpx.AsyncClient:
        def answer(request: httpx.Request) -> httpx.Response:
            for end, body in answers.get(service, {}).items():
                if request.url.path.endswith(end):
                    return httpx.Response(200, json=body)
            return httpx.Response(503)

        return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://service")

    return ShowDeadLetters(AskServices({name: client(name) for name in ("entrance", "operations")}))


async def test_a_cause_is_counted_by_its_service_and_not_by_the_letters_that_are_listed() -> None:
    count = {**CAUSE, "keys": 900, "held": 2_000, "since": "2026-11-30T10:00:00Z"}
    body = {"causes": [count], "letters": [LETTER], "quarantined": [], "discards": []}
    view = await asked({"entrance": {"/dead-letters": body}}).listed(OPERATOR, BEHALF)
    (cause,) = view.causes
    assert (cause.service, cause.keys, cause.held, cause.letters) == ("entrance", 900, 2_000, [LETTER])
    assert view.away == ["operations"]


async def test_a_group_at_or_past_the_record_is_told_as_past_it_and_one_before_it_is_not() -> None:
    positions = [{"group": "operations.stories", "sequence": 4}, {"group": "operations.stream", "sequence": 3}]
    show = asked(
        {
            "entrance": {
                "/dead-letters/x": {"letter": LETTER},
                "/badge-1": {"positions": [{"group": CAUSE["group"], "sequence": 3}]},
            },
            "operations": {"/badge-1": {"positions": positions}},
        }
    )
    answer = await show.one(OPERATOR, "entrance", "x", BEHALF)
    assert [(each["group"], each["is_past"]) for each in answer.body["elsewhere"]] == [
        ("operations.stories", True),
        ("operations.stream", False),
    ], "its own group is not elsewhere"
