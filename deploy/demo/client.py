"""A person at work through the public API: signs in, calls, and says what was refused."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx


class RefusedError(Exception):
    """An answer that was not expected; carries the status and the problem's code."""

    def __init__(self, response: httpx.Response) -> None:
        is_problem = "json" in response.headers.get("content-type", "")
        self.status = response.status_code
        self.code = response.json().get("code", "") if is_problem else ""
        super().__init__(f"{response.request.method} {response.request.url.path}: {self.status} {self.code}")


class Person:
    """One signed-in account. Every mutating call has an Idempotency-Key of its own."""

    def __init__(self, http: httpx.Client, token: str, language: str = "en") -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}

    @classmethod
    def sign_in(cls, http: httpx.Client, main_url: str, email: str, password: str, language: str = "en") -> Person:
        body = {"email": email, "password": password}
        response = http.post(f"{main_url}/api/identity/v1/sign-in", json=body)
        if response.status_code != 200:
            raise RefusedError(response)
        return cls(http, response.json()["access_token"], language)

    def get(self, url: str) -> Any:
        return self._answer(self._http.get(url, headers=self._headers)).json()

    def get_bytes(self, url: str) -> bytes:
        return self._answer(self._http.get(url, headers=self._headers)).content

    def send(self, url: str, *, method: str = "POST", language: str = "", **content: Any) -> Any:
        headers = {**self._headers, "Idempotency-Key": str(uuid.uuid4()), **content.pop("headers", {})}
        if language:
            headers["Accept-Language"] = language
        return self._answer(self._http.request(method, url, headers=headers, **content)).json()

    def send_for_bytes(self, url: str, **content: Any) -> bytes:
        headers = {**self._headers, "Idempotency-Key": str(uuid.uuid4())}
        return self._answer(self._http.post(url, headers=headers, **content)).content

    def first_event(self, url: str) -> str:
        """The first line of data of a stream of server-sent events."""
        with self._http.stream("GET", url, headers=self._headers) as response:
            for line in response.iter_lines():
                if line.startswith("data:"):
                    return line
        return ""

    @staticmethod
    def _answer(response: httpx.Response) -> httpx.Response:
        if response.status_code >= 400:
            raise RefusedError(response)
        return response


def wait_until(what: str, condition: Callable[[], Any], *, seconds: float = 30.0) -> Any:
    """The condition's first true answer. Raises TimeoutError naming what did not come."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.05)
    return found


def settled_import(focal_point: Person, url: str) -> dict[str, Any]:
    """The import at this URL when it is under way no more."""

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = focal_point.get(url)
        return found if found["progress"] is None else None

    settled: dict[str, Any] = wait_until("the import", look)
    return settled
