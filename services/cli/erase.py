"""`bawaba erase`: personal data destroyed for good, with a signed certificate; and the certificate verified."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.signed_in import SignedIn, add_account, run_as

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    erase = commands.add_parser("erase", help="erase participants for good, as an auditor or administrator")
    erase.add_argument("participants", nargs="+", metavar="PARTICIPANT", help="their ids, 200 at most")
    add_account(erase, "an auditor's or administrator's")
    erase.add_argument("--certificate", type=Path, help="file for the certificate; it is printed otherwise")
    erase.set_defaults(run=lambda asked: run_as(asked, lambda by: _erase(by, asked)))

    certificate = commands.add_parser(
        "certificate", help="verify a certificate of erasure; exits 1 when it does not hold"
    )
    certificate.add_argument("file", type=Path, help="the certificate")
    certificate.add_argument("--verifier", required=True, help="the public key, as the page of erasure shows it")
    certificate.set_defaults(run=_certificate)


def _erase(by: SignedIn, asked: argparse.Namespace) -> int:
    done = by.post("/api/registration/v1/erasures", {"participant_ids": asked.participants})
    if asked.certificate:
        asked.certificate.write_text(done["certificate"], encoding="utf-8")
    else:
        print(done["certificate"], end="")
    print(f"{len(done['participant_ids'])} erased; verify the certificate with {done['verifier']}", file=sys.stderr)
    return 0


def _certificate(asked: argparse.Namespace) -> int:
    from shared.security.signed_note import NoteBrokenError, NoteVerifier

    try:
        text = NoteVerifier.parse(asked.verifier).open(asked.file.read_text(encoding="utf-8"))
    except (OSError, NoteBrokenError) as error:
        print(error, file=sys.stderr)
        return 1
    print(text, end="")
    return 0
