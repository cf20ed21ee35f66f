"""`bawaba erase`: personal data destroyed for good, with a signed certificate; and the certificate verified."""

from __future__ import annotations

import argparse
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    erase = commands.add_parser(
        "erase", help="erase participants as an auditor or administrator; the password comes on standard input"
    )
    erase.add_argument("participants", nargs="+", metavar="PARTICIPANT", help="their ids, 200 at most")
    erase.add_argument("--url", default="http://localhost:8480", help="where the pages are")
    erase.add_argument("--email", required=True, help="the address that you sign in with")
    erase.add_argument("--certificate", type=Path, help="file for the certificate; it is printed otherwise")
    erase.set_defaults(run=_erase)

    certificate = commands.add_parser(
        "certificate", help="verify a certificate of erasure; exits 1 when it does not hold"
    )
    certificate.add_argument("file", type=Path, help="the certificate")
    certificate.add_argument("--verifier", required=True, help="the public key, as the page of erasure shows it")
    certificate.set_defaults(run=_certificate)


def _erase(asked: argparse.Namespace) -> int:
    import httpx

    try:
        with httpx.Client(base_url=asked.url, timeout=120) as http:
            who = {"email": asked.email, "password": sys.stdin.readline().strip()}
            signed_in = http.post("/api/identity/v1/sign-in", json=who)
            if signed_in.status_code != 200:
                return _refused(signed_in)
            headers = {
                "Authorization": f"Bearer {signed_in.json()['access_token']}",
                "Idempotency-Key": str(uuid.uuid4()),
            }
            wanted = {"participant_ids": asked.participants}
            answer = http.post("/api/registration/v1/erasures", json=wanted, headers=headers)
    except httpx.HTTPError as error:
        print(f"{asked.url}: {type(error).__name__}", file=sys.stderr)
        return 2
    if answer.status_code != 201:
        return _refused(answer)
    done = answer.json()
    if asked.certificate:
        asked.certificate.write_text(done["certificate"], encoding="utf-8")
    else:
        print(done["certificate"], end="")
    print(f"{len(done['participant_ids'])} erased; verify the certificate with {done['verifier']}", file=sys.stderr)
    return 0


def _refused(answer: httpx.Response) -> int:
    is_problem = "json" in answer.headers.get("content-type", "")
    print(answer.json().get("detail", "") if is_problem else answer.status_code, file=sys.stderr)
    return 1


def _certificate(asked: argparse.Namespace) -> int:
    from shared.security.signed_note import NoteBrokenError, NoteVerifier

    try:
        text = NoteVerifier.parse(asked.verifier).open(asked.file.read_text(encoding="utf-8"))
    except (OSError, NoteBrokenError) as error:
        print(error, file=sys.stderr)
        return 1
    print(text, end="")
    return 0
