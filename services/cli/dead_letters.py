"""`bawaba dead-letters`: what failed, by cause; retry a cause, or drop what is quarantined for one, as two people.

Every part shows first what it would come to; `--apply` does it. Rights, bounds and the entries of the audit log are
those of the operators' page, for it is the same calls.
"""

from __future__ import annotations

import argparse
import shlex
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from services.cli.signed_in import CallRefusedError, SignedIn, add_account, run_as

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

TRIED_MAX: Final = 100  # as many as one retry takes
_CONSOLE: Final = "/api/operations/v1/console"
_LETTERS: Final = f"{_CONSOLE}/dead-letters"
Say = Callable[[str], None]


def add_to(commands: Commands) -> None:
    letters = commands.add_parser("dead-letters", help="dead letters in bulk, as an operator; --apply after a dry run")
    parts = letters.add_subparsers(required=True, metavar="PART")

    listed = parts.add_parser("list", help="what failed and what is quarantined, by cause, and what is proposed")
    add_account(listed, "an operator's")
    listed.set_defaults(run=lambda asked: _run(asked, list_causes))

    retry = parts.add_parser("retry", help="try every letter of one cause dry; with --apply retry them, or read again")
    _add_cause(retry)
    retry.set_defaults(run=lambda asked: _run(asked, lambda by, say: retry_cause(by, _cause(asked), asked.apply, say)))

    discard = parts.add_parser("discard", help="with --apply propose to drop what is quarantined for one cause")
    _add_cause(discard)
    discard.add_argument("--reason", required=True, help="one of the page: test_record, sent_twice, cannot_apply")
    discard.set_defaults(
        run=lambda asked: _run(asked, lambda by, say: discard_cause(by, _cause(asked), asked.reason, asked.apply, say))
    )

    drop = parts.add_parser("drop", help="with --apply drop what somebody else has proposed to drop, for ever")
    drop.add_argument("service", help="the service that has it")
    drop.add_argument("discard", help="the proposal's id, as `list` shows it")
    _add_apply(drop)
    drop.set_defaults(
        run=lambda asked: _run(asked, lambda by, say: drop_discard(by, asked.service, asked.discard, asked.apply, say))
    )


def list_causes(by: SignedIn, say: Say) -> int:
    """Every cause with what it holds back, and the command for each."""
    view = by.get(_LETTERS)
    for cause in view["causes"]:
        say(f"{_words(cause)}: {cause['keys']} keys blocked, {cause['held']} records wait, since {cause['since'][:19]}")
        say(f"  {_line('retry', cause)}")
    for item in view["quarantined"]:
        say(f"{_words(item)}: {item['records']} records in quarantine")
        say(f"  {_line('retry', item)}")
        say(f"  {_line('discard', item)} --reason REASON")
    for item in view["discards"]:
        say(f"{_words(item)}: {item['count']} records to be dropped, {item['reason']}, says {item['proposed_by']}")
        say(f"  bawaba dead-letters drop {item['service']} {item['id']}")
    for service in view["away"]:
        say(f"{service} does not answer: nothing is known of its own")
    if not (view["causes"] or view["quarantined"] or view["away"]):
        say("nothing has failed")
    return 1 if view["away"] else 0


def retry_cause(by: SignedIn, cause: dict[str, str], apply: bool, say: Say) -> int:
    """Each letter tried dry and kept as a proposal; or all retried, a hundred a call.

    What is quarantined for the cause is read again.
    """
    view = by.get(_LETTERS)
    found = _one([*view["causes"], *view["quarantined"]], cause)
    service = found["service"]
    if "records" in found:
        return _read_again(by, found, apply, say)
    if not apply:
        letters = found["letters"][:TRIED_MAX]
        paths = [f"{_LETTERS}/{service}/{quote(letter['id'], safe='')}/mendings" for letter in letters]
        tried = [by.post(path, {"kind": "retry", "reason": "cause_mended"})["dry_run"] for path in paths]
        failed = Counter(each["code"] for each in tried if each["code"])
        say(f"dry run: {len(tried) - failed.total()} of {len(tried)} would succeed{_failures(failed)}")
        if found["keys"] > len(letters):
            say(f"{found['keys'] - len(letters)} more were not tried")
        say(f"nothing was applied; to retry them: {_line('retry', found)} --apply")
        return 1 if failed else 0
    alike = {name: found[name] for name in ("group", "code", "detail")}
    applied, still, after = 0, Counter[str](), ""
    while True:
        done = by.post(f"{_LETTERS}/{service}/retries", alike | {"after": after})
        applied += done["applied"]
        still.update(done["failed"])
        if not (after := done["next"]):
            break
    say(f"{applied} retried{_failures(still)}")
    return 1 if still else 0


def _read_again(by: SignedIn, found: dict[str, Any], apply: bool, say: Say) -> int:
    if not apply:
        say(f"{_words(found)}: {found['records']} records in quarantine, none read again")
        say(f"nothing was applied; to read them again: {_line('retry', found)} --apply")
        return 0
    alike = {name: found[name] for name in ("group", "code", "detail")}
    done = by.post(f"{_CONSOLE}/quarantine/{found['service']}/retries", alike)
    say(f"{done['applied']} read{_failures(done['failed'])}")
    return 1 if done["failed"] else 0


def discard_cause(by: SignedIn, cause: dict[str, str], reason: str, apply: bool, say: Say) -> int:
    """What would be proposed to be dropped; or the proposal, which another person puts into force."""
    found = _one(by.get(_LETTERS)["quarantined"], cause)
    if not apply:
        say(f"{_words(found)}: {found['records']} records in quarantine, none dropped")
        say(f"nothing was proposed; to propose it: {_line('discard', found)} --reason {reason} --apply")
        return 0
    body = {name: found[name] for name in ("group", "code", "detail")} | {"reason": reason}
    proposed = by.post(f"{_CONSOLE}/quarantine/{found['service']}/discards", body)
    say(f"{proposed['count']} records proposed to be dropped, none dropped yet; somebody else says:")
    say(f"  bawaba dead-letters drop {found['service']} {proposed['id']} --apply")
    return 0


def drop_discard(by: SignedIn, service: str, discard: str, apply: bool, say: Say) -> int:
    """What a proposal names; or all of it dropped for ever, by another person than who proposed it."""
    if not apply:
        discards = by.get(_LETTERS)["discards"]
        found = next((each for each in discards if (each["service"], each["id"]) == (service, discard)), None)
        if found is None:
            raise CallRefusedError("no such proposal, or it was put into force already")
        say(f"{_words(found)}: {found['count']} records, {found['reason']}, proposed by {found['proposed_by']}")
        say(f"nothing was dropped; to drop them for ever: bawaba dead-letters drop {service} {discard} --apply")
        return 0
    dropped = by.post(f"{_CONSOLE}/discards/{quote(service, safe='')}/{quote(discard, safe='')}/application", {})
    say(f"{dropped['count']} records dropped, as proposed by {dropped['proposed_by']}")
    return 0


def _add_cause(part: argparse.ArgumentParser) -> None:
    part.add_argument("service", help="the service that has it")
    part.add_argument("group", help="its consumer group, as `list` shows it")
    part.add_argument("code", help="the failure's code")
    part.add_argument("--detail", help="the failure's detail, where the code has several")
    _add_apply(part)


def _add_apply(part: argparse.ArgumentParser) -> None:
    part.add_argument("--apply", action="store_true", help="do it; else only show what it would come to")
    add_account(part, "an operator's")


def _cause(asked: argparse.Namespace) -> dict[str, str]:
    wanted = {"service": asked.service, "group": asked.group, "code": asked.code}
    return wanted if asked.detail is None else {**wanted, "detail": asked.detail}


def _one(causes: list[dict[str, Any]], wanted: dict[str, str]) -> dict[str, Any]:
    """Raises CallRefusedError unless there is exactly one such cause."""
    found = [each for each in causes if wanted.items() <= each.items()]
    if not found:
        raise CallRefusedError("nothing has failed for this cause, or nothing any more")
    if len(found) > 1:
        details = ", ".join(shlex.quote(each["detail"]) for each in found)
        raise CallRefusedError(f"this code has several details; say which with --detail: {details}")
    return found[0]


def _words(cause: dict[str, Any]) -> str:
    return " ".join(filter(None, (cause["service"], cause["group"], cause["code"], cause["detail"])))


def _line(part: str, cause: dict[str, Any]) -> str:
    words = ["bawaba", "dead-letters", part, cause["service"], cause["group"], cause["code"]]
    return shlex.join([*words, *(["--detail", cause["detail"]] if cause["detail"] else [])])


def _failures(failed: dict[str, int]) -> str:
    return "".join(f"; {count} fail with {code}" for code, count in sorted(failed.items()))


def _run(asked: argparse.Namespace, part: Callable[[SignedIn, Say], int]) -> int:
    return run_as(asked, lambda by: part(by, print))
