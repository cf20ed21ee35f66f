"""`bawaba screening upload`: the file goes in as one command, and what was not taken is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.screening import upload_answers
from services.cli.signed_in import CallRefusedError, SignedIn

TAKEN = {"participant_id": "p-1", "outcome": "answered", "sentence": None}
REFUSED = {"participant_id": "p-2", "outcome": "refused", "sentence": "Somebody was there before you."}


def uploaded(tmp_path: Path, status: int, answer: dict[str, Any]) -> tuple[int, list[str], httpx.Request]:
    file = tmp_path / "answers"
    file.write_bytes(b"sealed")
    asked: list[httpx.Request] = []
    said: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.path.endswith("/sign-in"):
            return httpx.Response(200, json={"access_token": "t"})
        return httpx.Response(status, json=answer)

    with httpx.Client(transport=httpx.MockTransport(handle), base_url="http://bawaba.test") as http:
        outcome = upload_answers(SignedIn(http, "a@example.org", "secret"), file, said.append)
    return outcome, said, asked[-1]


@pytest.mark.parametrize(("rows", "outcome"), [([TAKEN], 0), ([TAKEN, REFUSED], 1)])
def test_what_was_taken_is_counted_and_what_was_not_is_named(
    tmp_path: Path, rows: list[dict[str, Any]], outcome: int
) -> None:
    status, said, request = uploaded(tmp_path, 200, {"rows": rows})
    assert status == outcome
    assert said[0] == f"1 answers taken, {len(rows) - 1} refused"
    assert said[1:] == [f"{row['participant_id']}: {row['sentence']}" for row in rows[1:]]
    assert (request.url.path, b"sealed" in request.content) == ("/api/accreditation/v1/screening/file/answers", True)
    assert request.headers["idempotency-key"]


def test_a_file_that_is_not_the_authoritys_is_refused_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(CallRefusedError, match="Nothing of it was taken"):
        uploaded(tmp_path, 422, {"detail": "Nothing of it was taken.", "code": "accreditation.screening_file_refused"})
