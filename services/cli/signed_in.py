"""A command that acts for somebody at a running installation: signed in, with their rights, told as what they did."""

from __future__ import annotations

import argparse
import contextlib
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx

CALL_S: Final = 120.0


class CallRefusedError(Exception):
    """The installation said no, or does not answer; the message is its sentence."""


class SignedIn:
    """Somebody's calls. `http` has the installation's address as its base."""

    def __init__(self, http: httpx.Client, email: str, password: str) -> None:
        """Raises CallRefusedError, httpx.HTTPError."""
        self._http = http
        answer = _good(http.post("/api/identity/v1/sign-in", json={"email": email, "password": password}))
        self._headers = {"Authorization": f"Bearer {answer['access_token']}", "Accept-Language": "en"}

    def get(self, path: str) -> dict[str, Any]:
        """Raises CallRefusedError, httpx.HTTPError."""
        return _good(self._http.get(path, headers=self._headers))

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One command with a key of its own. Raises CallRefusedError, httpx.HTTPError."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return _good(self._http.post(path, json=body, headers=self._headers | key))

    def upload(self, path: str, file: Path) -> dict[str, Any]:
        """One file as one command with a key of its own. Raises CallRefusedError, httpx.HTTPError, OSError."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        files = {"file": (file.name, file.read_bytes())}
        return _good(self._http.post(path, files=files, headers=self._headers | key))


def add_account(command: argparse.ArgumentParser, who: str) -> None:
    """Where the installation is, and as whom to sign in."""
    command.add_argument("--url", default="http://localhost:8480", help="the installation's pages")
    command.add_argument("--email", required=True, help=f"{who} account; its password comes on standard input")


@contextlib.contextmanager
def signed_in(asked: argparse.Namespace) -> Iterator[SignedIn]:
    """The caller by `--url` and `--email`, with the password of standard input. Raises CallRefusedError."""
    import httpx

    password = sys.stdin.readline().rstrip("\n")
    try:
        with httpx.Client(base_url=asked.url, timeout=CALL_S) as http:
            yield SignedIn(http, asked.email, password)
    except httpx.HTTPError as error:
        raise CallRefusedError(f"{asked.url}: {type(error).__name__}") from error


def _good(answer: httpx.Response) -> dict[str, Any]:
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        raise CallRefusedError(f"answered {answer.status_code}") from None
    if answer.status_code >= 400:
        raise CallRefusedError(str(body.get("detail") or body.get("code")))
    return body
