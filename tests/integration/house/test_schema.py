"""Each service's OpenAPI document taken at its word: what it allows is answered, what it forbids is refused in words.

Schemathesis makes cases from the documents, right ones and wrong ones; their number is bounded and one seed repeats
them. They are sent as the role that may call the operation, on real Kafka and MongoDB.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from services.composition import SERVICES
from shared.security.principal import Role
from shared.web.problems import MEDIA_TYPE
from tests.integration.house.house import URL, House
from tests.integration.house.test_matrix import STREAMS

CASES: Final = 2
SEED: Final = 20261124
# A client's own business, which a case may not decide.
OURS: Final = {"content-length", "host", "connection", "accept-encoding", "transfer-encoding", "user-agent"}


def cases(operation: Any) -> list[Case]:
    """Some right and some wrong cases of an operation, the same in every run."""
    found: list[Case] = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @seed(SEED)
        @settings(
            max_examples=CASES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def collect(case: Case) -> None:
            found.append(case)

        try:
            collect()
        except Unsatisfiable:
            # Of an operation that takes nothing no wrong case can be made.
            assert mode is GenerationMode.NEGATIVE
    return found


async def sent(house: House, case: Case, role: str | None) -> httpx.Response:
    """The case as it is on the wire, by a role that may call it."""
    wire = requests.Request(**case.as_transport_kwargs(base_url=URL)).prepare()
    headers = {name: value for name, value in wire.headers.items() if name.lower() not in OURS}
    headers["Idempotency-Key"] = str(uuid.uuid4())
    if role is not None:
        headers["Authorization"] = f"Bearer {house.token(Role(role))}"
    asked = house.http.build_request(case.method, wire.url or URL, content=wire.body or b"", headers=headers)
    return await house.http.send(asked)


def faults(answer: httpx.Response, documented: dict[str, Any]) -> list[str]:
    """What an answer does that the document does not say, or that no answer may."""
    status, found = answer.status_code, []
    if status >= 500:
        found.append("an answer of a failure of ours")
    if str(status) not in documented and f"{status // 100}XX" not in documented:
        found.append(f"status {status} is not documented")
    if status >= 400:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        if not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
            found.append(f"a refusal as {answer.headers.get('content-type')}")
        elif not (problem.get("code") and problem.get("detail")):
            found.append("a refusal without code or words")
    return found


@pytest.mark.parametrize("service", sorted(SERVICES))
async def test_a_service_keeps_to_its_document(house: House, service: str) -> None:
    document = house.openapi()[service]
    tried, wrong = 0, []
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        if operation.path in STREAMS or operation.path.startswith("/internal/"):
            continue
        described = document["paths"][operation.path][operation.method]
        role = None if described.get("x-public") else described["x-roles"][0]
        for case in cases(operation):
            tried += 1
            answer = await sent(house, case, role)
            for fault in faults(answer, described["responses"]):
                wrong.append((operation.method, operation.path, fault, str(answer.request.url), answer.text[:200]))
    assert tried >= CASES
    assert wrong == []


async def test_a_service_that_breaks_its_document_is_noticed() -> None:
    """The checks can fail: a failure of ours, a status of which nothing is said, a refusal without words."""
    documented = {"200": {}, "4XX": {}}
    said = {"headers": {"content-type": MEDIA_TYPE}, "content": b'{"code": "x", "detail": "y"}'}
    assert faults(httpx.Response(200), documented) == []
    assert faults(httpx.Response(404, **said), documented) == []
    assert len(faults(httpx.Response(500, **said), documented)) == 2
    assert faults(httpx.Response(201), documented) == ["status 201 is not documented"]
    assert faults(httpx.Response(404, json={"detail": "Not Found"}), documented) == ["a refusal as application/json"]
