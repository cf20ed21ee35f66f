"""`bawaba rebuild`: ask a running installation, as an operator, to build a read model again, and wait for its end."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from services.cli.signed_in import SignedIn, add_account, run_as

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

LOOK_S: Final = 1.0
_BASE: Final = "/api/operations/v1/console/read-models"


def add_to(commands: Commands) -> None:
    command = commands.add_parser("rebuild", help="build a read model again from the log, beside the live one")
    command.add_argument("service", help="the service that has the model, named as on /operations/rebuild")
    command.add_argument("model", help="the model, named as there")
    command.add_argument("--swap", action="store_true", help="put it in the live model's place; else only compare")
    add_account(command, "an operator's")
    command.set_defaults(run=lambda asked: run_as(asked, lambda by: _rebuild(by, asked)))


def rebuild(by: SignedIn, service: str, model: str, *, swap: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """The rebuild as it ended. Raises CallRefusedError."""
    started = by.post(f"{_BASE}/{service}/{model}/rebuild", {"swap": swap})
    while True:
        models = by.get(_BASE)["models"]
        found = next((each["last"] for each in models if (each["service"], each["model"]) == (service, model)), None)
        last: dict[str, Any] = found or started
        if last["id"] != started["id"] or last["state"] not in ("building", "swapping"):
            return last
        say(f"{last['state']}: {last['done']} of {last['total']} records")
        time.sleep(LOOK_S)


def _rebuild(by: SignedIn, asked: argparse.Namespace) -> int:
    ended = rebuild(by, asked.service, asked.model, swap=asked.swap, say=print)
    if ended["state"] == "failed":
        print(f"failed: {ended['problem']}; the live model is as it was", file=sys.stderr)
        return 2
    live, built = ended["live"], ended["built"]
    print(
        f"live {live['documents']} documents {live['digest'][:16]}, built {built['documents']} {built['digest'][:16]}"
    )
    print("equal" if ended["equal"] else "different", "and swapped in" if ended["state"] == "swapped" else "")
    return 0 if ended["equal"] or ended["state"] == "swapped" else 1
