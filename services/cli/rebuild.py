"""`bawaba rebuild`: ask a running installation, as an operator, to build a read model again, and wait for its end."""

from __future__ import annotations

import argparse
import sys
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

LOOK_S: Final = 1.0
CALL_S: Final = 30.0
_BASE: Final = "/api/operations/v1/console/read-models"


def add_to(commands: Commands) -> None:
    command = commands.add_parser("rebuild", help="build a read model again from the log, beside the live one")
    command.add_argument("service", help="the service that has the model, named as on /operations/rebuild")
    command.add_argument("model", help="the model, named as there")
    command.add_argument("--swap", action="store_true", help="put it in the live model's place; else only compare")
    command.add_argument("--url", default="http://localhost:8480", help="the installation's pages")
    command.add_argument("--email", required=True, help="an operator's account; its password comes on standard input")
    command.set_defaults(run=_rebuild)


class RebuildRefusedError(Exception):
    """The installation said no; the message is its sentence."""


def rebuild(
    http: httpx.Client, email: str, password: str, service: str, model: str, *, swap: bool, say: Callable[[str], None]
) -> dict[str, Any]:
    """The rebuild as it ended. `http` has the installation's address as its base. Raises RebuildRefusedError."""
    signed_in = _good(http.post("/api/identity/v1/sign-in", json={"email": email, "password": password}))
    headers = {"Authorization": f"Bearer {signed_in['access_token']}", "Accept-Language": "en"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    path = f"{_BASE}/{service}/{model}/rebuild"
    started = _good(http.post(path, json={"swap": swap}, headers=headers | key))
    while True:
        models = _good(http.get(_BASE, headers=headers))["models"]
        found = next((each["last"] for each in models if (each["service"], each["model"]) == (service, model)), None)
        last: dict[str, Any] = found or started
        if last["id"] != started["id"] or last["state"] not in ("building", "swapping"):
            return last
        say(f"{last['state']}: {last['done']} of {last['total']} records")
        time.sleep(LOOK_S)


def _good(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    if answer.status_code >= 400:
        raise RebuildRefusedError(str(body.get("detail") or body.get("code")))
    return body


def _rebuild(asked: argparse.Namespace) -> int:
    import httpx

    password = sys.stdin.readline().rstrip("\n")
    try:
        with httpx.Client(base_url=asked.url, timeout=CALL_S) as http:
            ended = rebuild(http, asked.email, password, asked.service, asked.model, swap=asked.swap, say=print)
    except (httpx.HTTPError, RebuildRefusedError) as error:
        print(f"not done: {error}", file=sys.stderr)
        return 2
    if ended["state"] == "failed":
        print(f"failed: {ended['problem']}; the live model is as it was", file=sys.stderr)
        return 2
    live, built = ended["live"], ended["built"]
    print(
        f"live {live['documents']} documents {live['digest'][:16]}, built {built['documents']} {built['digest'][:16]}"
    )
    print("equal" if ended["equal"] else "different", "and swapped in" if ended["state"] == "swapped" else "")
    return 0 if ended["equal"] or ended["state"] == "swapped" else 1
