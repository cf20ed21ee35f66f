"""`bawaba audit`: proof that nobody touched the audit log."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    audit = commands.add_parser("audit", help="prove that nobody touched the audit log")
    audits = audit.add_subparsers(required=True, metavar="COMMAND")
    verify = audits.add_parser("verify", help="check every entry against the signed heads; exits 1 when one is touched")
    verify.add_argument("log", type=Path, nargs="?", help="a downloaded log; without it operations' own database")
    verify.add_argument(
        "--verifier", help="the public key; needed with a downloaded log, which cannot vouch for itself"
    )
    verify.add_argument("--kept", type=Path, help="file of the head that was kept last; the newest is written there")
    verify.set_defaults(run=_audit_verify)


def _audit_verify(asked: argparse.Namespace) -> int:
    from services.audit_check import verify_audit
    from services.operations.application.verify_audit import verify_lines
    from shared.errors import BawabaError
    from shared.security.signed_note import NoteVerifier

    kept = asked.kept.read_text(encoding="utf-8") if asked.kept and asked.kept.exists() else ""
    try:
        if asked.log is None:
            report = asyncio.run(verify_audit(kept))
        elif asked.verifier is None:
            print("a downloaded log needs --verifier: the key that it names itself proves nothing", file=sys.stderr)
            return 2
        else:
            with asked.log.open(encoding="utf-8", errors="surrogateescape") as lines:
                report = verify_lines(lines, NoteVerifier.parse(asked.verifier), kept)
    except (OSError, BawabaError) as error:
        print(error, file=sys.stderr)
        return 2
    for finding in report.findings:
        print(f"touched: {finding.code} at {finding.place}", file=sys.stderr)
    print(f"{report.size} entries, of which the first {report.checked} hold under a signed head")
    if report.findings:
        return 1
    if asked.kept and report.head:
        asked.kept.write_text(report.head, encoding="utf-8")
    return 0
