"""Sealed files with the outside authority: its own side, on a machine that has no wire to ours, and the way back in."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.cli.signed_in import CallRefusedError, SignedIn, add_account, signed_in

Subparsers = Any  # argparse gives its kind of sub-parsers no public name


def add_to(commands: Subparsers) -> None:
    screening = commands.add_parser("screening", help="open and answer sealed screening files, as the authority")
    screenings = screening.add_subparsers(required=True, metavar="COMMAND")
    keys = screenings.add_parser("keys", help="draw a party's keys, or show the card of keys that are there")
    keys.add_argument("keys", type=Path, help="the file of the keys; its owner alone can read it")
    keys.set_defaults(run=_keys)
    opened = screenings.add_parser("open", help="open a file of requests as a CSV whose last column is to be filled in")
    answer = screenings.add_parser("answer", help="seal a CSV, its last column filled in with yes or no, as answers")
    for command, run in ((opened, _open), (answer, _answer)):
        command.add_argument("source", type=Path, help="the file to read")
        command.add_argument("--keys", type=Path, required=True, help="the authority's own keys")
        command.add_argument("--card", required=True, help="the other party's card: 128 hexadecimal digits")
        command.add_argument("--to", type=Path, required=True, help="the file to write")
        command.set_defaults(run=run)
    upload = screenings.add_parser("upload", help="take sealed answers in, signed in to the installation")
    upload.add_argument("source", type=Path, help="the authority's file")
    add_account(upload, "an accreditation officer's or administrator's")
    upload.set_defaults(run=_upload)


def _keys(asked: argparse.Namespace) -> int:
    from shared.security.sealed_exchange import make_keys, read_keys

    print((read_keys(asked.keys) if asked.keys.exists() else make_keys(asked.keys)).card)
    return 0


def _open(asked: argparse.Namespace) -> int:
    from services.accreditation.adapters.screening_files import REQUESTS
    from shared.security.sealed_exchange import ExchangeRefusedError, TheirKeys, open_file, read_keys

    try:
        content = open_file(asked.source.read_bytes(), REQUESTS, read_keys(asked.keys), TheirKeys.from_card(asked.card))
    except ExchangeRefusedError:
        print("not a file of requests from that party to these keys, or it was altered", file=sys.stderr)
        return 1
    people = json.loads(content)["people"]
    with asked.to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(people[0] if people else ("reference", "revision")), "clear"])
        writer.writerows([*map(_inert, person.values()), ""] for person in people)
    print(f"{len(people)} people")
    return 0


def _answer(asked: argparse.Namespace) -> int:
    from services.accreditation.adapters.screening_files import ANSWERS
    from shared.security.sealed_exchange import TheirKeys, read_keys, seal_file

    with asked.source.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["reference"], row["revision"], row["clear"].strip().lower()) for row in csv.DictReader(file)]
    wrong = [place for place, (_, _, clear) in enumerate(rows, start=2) if clear not in ("yes", "no", "")]
    if wrong:
        print(f"clear is yes, no or empty; not so in rows {', '.join(map(str, wrong[:20]))}", file=sys.stderr)
        return 1
    answers = [
        {"reference": reference, "revision": int(revision), "clear": clear == "yes"}
        for reference, revision, clear in rows
        if clear
    ]
    content = json.dumps({"answers": answers}).encode()
    asked.to.write_bytes(seal_file(content, ANSWERS, read_keys(asked.keys), TheirKeys.from_card(asked.card)))
    print(f"{len(answers)} answers")
    return 0


def _upload(asked: argparse.Namespace) -> int:
    try:
        with signed_in(asked) as by:
            return upload_answers(by, asked.source, print)
    except CallRefusedError as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{asked.source}: {error.strerror}", file=sys.stderr)
        return 1


def upload_answers(by: SignedIn, source: Path, say: Callable[[str], None]) -> int:
    """Take the file's answers in and say what became of them; 1 when one was refused. Raises CallRefusedError."""
    rows = by.upload("/api/accreditation/v1/screening/file/answers", {"file": source})["rows"]
    refused = [row for row in rows if row["outcome"] == "refused"]
    say(f"{len(rows) - len(refused)} answers taken, {len(refused)} refused")
    for row in refused:
        say(f"{row['participant_id']}: {row['sentence']}")
    return 1 if refused else 0


def _inert(value: object) -> str:
    """A spreadsheet runs a cell that begins like a formula; such a one is shown as text."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
