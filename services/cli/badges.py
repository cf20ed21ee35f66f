"""`bawaba badges print`: badges drawn into one PDF by a running installation, as a page of it does.

What is drawn is sealed there, for a day; the key is in a file beside the PDF, by which a job goes on or is taken again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from services.cli.plain import plain
from services.cli.signed_in import CallRefusedError, SignedIn, add_account, new_file, run_as
from services.cli.watching import watched

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

PAPERS: Final = ("a6", "a4", "card")
STATES: Final = ("prepared", "issued", "active", "suspended")
_COMING: Final = ("prepared", "issued")
_BASE: Final = "/api/accreditation/v1"
_JOBS: Final = f"{_BASE}/print-jobs"


def add_to(commands: Commands) -> None:
    badges = commands.add_parser("badges", help="print badges, as an accreditation officer or administrator")
    parts = badges.add_subparsers(required=True, metavar="PART")
    printed = parts.add_parser("print", help="draw badges into a PDF; exits 1 when one could not be drawn")
    what = printed.add_mutually_exclusive_group(required=True)
    what.add_argument("--person", metavar="PARTICIPANT", help="the badge of this one, by the participant's id")
    what.add_argument("--delegation", metavar="CODE", help="all badges of a delegation")
    what.add_argument("--everybody", action="store_true", help="all badges")
    what.add_argument("--blanks", metavar="CATEGORY", help="the ready blanks of a category")
    what.add_argument("--job", type=Path, help="go on with a job, by the file that was written beside its PDF")
    printed.add_argument("--to", type=new_file, required=True, help="the file to write, PDF")
    printed.add_argument("--state", choices=STATES, help="of a delegation or everybody: only badges in this state")
    printed.add_argument("--unprinted", action="store_true", help="of these: only badges that were never printed")
    printed.add_argument(
        "--paper", choices=PAPERS, help="of a new job: A6, which is usual, A4 to be cut, plastic cards"
    )
    printed.add_argument("--from-page", type=_page, default=1, metavar="PAGE", help="of a job: leave out those before")
    add_account(printed, "an accreditation officer's or administrator's")
    printed.set_defaults(run=lambda asked: run_as(asked, lambda by: print_badges(by, asked)))


def print_badges(by: SignedIn, asked: argparse.Namespace) -> int:
    """Raises CallRefusedError, OSError."""
    _require_whole(asked)
    if asked.person:
        return _print_one(by, asked.person, asked.to)
    if asked.job:
        return _finished(by, *_read_job(asked.job), asked.job, asked)
    named = {"delegation": asked.delegation, "blanks_of": asked.blanks, "state": asked.state, "sheet": asked.paper}
    started = by.post(_JOBS, {name: value for name, value in named.items() if value} | {"unprinted": asked.unprinted})
    file = asked.to.with_name(f"{asked.to.name}.job")
    _write_job(file, started["job_id"], started["key"])
    print(f"for a day this job goes on, and its file is taken again, with --job {file}", file=sys.stderr)
    return _finished(by, started["job_id"], started["key"], file, asked)


def _require_whole(asked: argparse.Namespace) -> None:
    """Nothing that was asked for is passed over. Raises CallRefusedError."""
    narrowed = asked.state or asked.unprinted
    if narrowed and not (asked.delegation or asked.everybody):
        raise CallRefusedError("--state and --unprinted go with --delegation or --everybody")
    if asked.paper and (asked.person or asked.job):
        raise CallRefusedError("--paper goes with a new job: one person's badge is on A6, a job has its paper")
    if asked.from_page > 1 and not asked.job:
        raise CallRefusedError("--from-page goes with --job")


def _print_one(by: SignedIn, participant: str, to: Path) -> int:
    """The badge that comes, where there is one: the one in force ends by it."""
    found = by.get(f"{_BASE}/dossiers/{quote(participant, safe='')}")["badges"]
    live = sorted((each for each in found if each["state"] != "revoked"), key=lambda each: each["state"] not in _COMING)
    if not live:
        raise CallRefusedError("this person has no badge")
    by.download(f"{_BASE}/badges/{live[0]['badge_id']}/page.pdf", to)
    print(f"{live[0]['number']} in {to}")
    return 0


def _finished(by: SignedIn, job: str, key: str, file: Path, asked: argparse.Namespace) -> int:
    """The job drawn to its end, going on where it breaks off, and its PDF taken; 1 when a badge is not on it."""
    path = f"{_JOBS}/{quote(job, safe='')}"
    at, found = -1, _drawn(by, path)
    while found["state"] == "broken_off" and found["done"] > at:
        at = found["done"]
        by.post(f"{path}/resumption", {"key": key})
        found = _drawn(by, path)
    if found["state"] != "ready":
        raise CallRefusedError(f"broke off at {found['done']} of {found['total']}; go on with --job {file}")
    for number, code in found["left_out"]:
        print(plain(f"{number}: {found['reasons'].get(code, code)}"))
    by.download(f"{path}/file", asked.to, body={"key": key, "from_page": asked.from_page})
    print(f"{found['total'] - len(found['left_out'])} of {found['total']} badges in {asked.to}")
    return 1 if found["left_out"] else 0


def _drawn(by: SignedIn, path: str) -> dict[str, Any]:
    return watched(
        by, path, lambda job: job["state"] != "drawing", lambda job: f"{job['done']} of {job['total']} badges"
    )


def _page(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("pages are counted from 1")
    return int(text)


def _write_job(file: Path, job: str, key: str) -> None:
    """Readable by its owner alone: with the key and the account, what was drawn can be taken for a day."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        json.dump({"job": job, "key": key}, opened)


def _read_job(file: Path) -> tuple[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return found["job"], found["key"]
    except (ValueError, KeyError, TypeError):
        raise CallRefusedError(f"{file} is no file of a print job") from None
