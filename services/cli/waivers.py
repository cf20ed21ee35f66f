"""`bawaba waivers`: places over the quota, asked for by a delegation and decided by the office."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from services.cli.lists import BASE, add_delegation, of_delegation
from services.cli.plain import columns
from services.cli.signed_in import SignedIn, add_account, run_as

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    waivers = commands.add_parser("waivers", help="places over the quota: list, ask, decide")
    parts = waivers.add_subparsers(required=True, metavar="PART")

    listed = parts.add_parser(
        "list", help="a line for each waiver: id, delegation, category, places, granted, state, when, reason, answer"
    )
    add_delegation(listed, required=False, which="only of this delegation; without it the office's own list")
    listed.add_argument(
        "--decided", action="store_true", help="of the office's list, what was decided; else what waits"
    )
    add_account(listed, "a focal point's, an accreditation officer's or administrator's")
    listed.set_defaults(run=lambda asked: run_as(asked, lambda by: list_waivers(by, asked.delegation, asked.decided)))

    ask = parts.add_parser("ask", help="ask for places, as a focal point")
    add_delegation(ask)
    ask.add_argument("--category", required=True, metavar="CODE", help="the category, by its code")
    ask.add_argument("--places", type=int, required=True, help="how many")
    ask.add_argument("--reason", default="", help="why; the office reads it")
    ask.add_argument("--note", help="the note verbale behind it, its id as `list notes` says it")
    add_account(ask, "a focal point's")
    ask.set_defaults(run=lambda asked: run_as(asked, lambda by: ask_waiver(by, asked)))

    decide = parts.add_parser("decide", help="grant a waiver, whole or in part, or refuse it, once and for all")
    decide.add_argument("waiver", help="its id, as `waivers list` says it")
    decide.add_argument("--places", type=int, required=True, help="how many are granted; 0 refuses")
    decide.add_argument("--answer", default="", help="what the delegation reads")
    add_account(decide, "an accreditation officer's or administrator's")
    decide.set_defaults(run=lambda asked: run_as(asked, lambda by: decide_waiver(by, asked)))


def list_waivers(by: SignedIn, delegation: str | None, decided: bool) -> int:
    """Raises CallRefusedError."""
    everybody = f"{BASE}/waivers?decided={str(decided).lower()}"
    for each in by.get(of_delegation(delegation, "waivers") if delegation else everybody)["waivers"]:
        what = (each["waiver_id"], each["delegation"], each["category"], each["places"], each["granted"])
        print(columns(*what, each["state"], each["asked_at"][:19], each["reason"], each["answer"]))
    return 0


def ask_waiver(by: SignedIn, asked: argparse.Namespace) -> int:
    """Raises CallRefusedError."""
    wanted: dict[str, Any] = {"category": asked.category, "places": asked.places, "reason": asked.reason}
    done = by.post(of_delegation(asked.delegation, "waivers"), wanted | {"note_id": asked.note})
    print(done["waiver_id"])
    return 0


def decide_waiver(by: SignedIn, asked: argparse.Namespace) -> int:
    """Raises CallRefusedError."""
    path = f"{BASE}/waivers/{quote(asked.waiver, safe='')}/decision"
    done = by.post(path, {"places": asked.places, "answer": asked.answer})
    print(f"{done['state']}: {done['granted']} places")
    return 0
