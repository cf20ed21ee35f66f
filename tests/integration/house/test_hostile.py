"""Hostile input: whatever is sent to whatever operation, the answer is a typed refusal, never a failure of ours."""

from __future__ import annotations

import random
import uuid
from typing import Any

from shared.security.principal import Role
from tests.integration.house.house import House
from tests.integration.house.test_matrix import STREAMS, filled, operations

SEED = 20261124
TRIES = 8
PIECES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    "",
    "x" * 5_000,
    "\u0000",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "$where",
    {"$gt": ""},
    {"$ne": None},
    [],
    [[]],
    {"a": {"b": {"c": []}}},
    "' OR 1=1 --",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "مؤتمر\u202e",
]
FIELDS = [
    "participant_ids",
    "decision",
    "device",
    "device_sequence",
    "credential",
    "number",
    "direction",
    "email",
    "password",
    "roles",
    "reason",
    "fields",
    "revisions",
]


def hostile(draw: random.Random) -> dict[str, Any]:
    kind = draw.randrange(5)
    if kind == 0:
        return {"content": bytes(draw.randrange(256) for _ in range(draw.randrange(300)))}
    if kind == 1:
        return {"content": b"[" * 3_000, "headers": {"Content-Type": "application/json"}}
    if kind == 2:
        return {"json": draw.choice(PIECES)}
    if kind == 3:
        return {"files": {"workbook": (draw.choice(["a.xlsx", "../a", ""]), b"PK" + draw.randbytes(200))}}
    return {"json": {name: draw.choice(PIECES) for name in draw.sample(FIELDS, 6)}}


async def test_nothing_that_is_sent_makes_anything_fail(house: House) -> None:
    draw = random.Random(SEED)
    allowed = {role.value: role for role in Role}
    sent = 0
    for method, path, operation in operations(house):
        if path in STREAMS or path.startswith("/internal/"):
            continue
        role = allowed[operation["x-roles"][0]] if "x-roles" in operation else None
        for _ in range(TRIES):
            content = hostile(draw)
            target = filled(path)
            if draw.random() < 0.5:
                piece = str(draw.choice(["%00", "%ff", "..%2f..", "a" * 300, "$ne", "%F0%9F%98%80", "{}", "0"]))
                target = target.replace(str(uuid.UUID(int=0x70008000000000000000)), piece).replace("egypt", piece)
                target += f"?page={piece}&after={piece}&delegation={piece}&state={piece}"
            who: Any = "egypt" if role is Role.FOCAL_POINT else role
            answer = await house.call(who, method, target, **content)
            sent += 1
            assert answer.status_code < 500, (SEED, method, target, content, answer.text)
            if answer.status_code >= 400:
                assert answer.headers["content-type"].startswith("application/problem+json"), (method, target)
                assert answer.json()["code"]
    assert sent > 200


async def test_hostile_headers_are_no_matter(house: House) -> None:
    for headers in (
        {"traceparent": "00-" + "0" * 32 + "-" + "0" * 16 + "-00"},
        {"traceparent": "x" * 4_000},
        {"Accept-Language": "ar," * 5_000},
        {"Idempotency-Key": "k" * 4_000},
        {"Cookie": "bawaba_session=" + "x" * 3_000},
        {"Authorization": "Bearer " + "x" * 3_000},
        {"Authorization": "Basic YTpi"},
        {"Content-Type": "multipart/form-data"},
    ):
        answer = await house.call(Role.OPERATOR, "GET", "/api/identity/v1/me", headers=headers)
        assert answer.status_code < 500, headers
