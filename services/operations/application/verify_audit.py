"""Check the audit log from its first entry to its last signed head, in the database or in an exported file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from services.operations.application.append_audit import ENTRIES, HEADS, entry_document
from services.operations.application.show_audit import whole_log
from services.operations.application.watch_stream import WATCHERS
from services.operations.domain.audit_log import Finding, Leaf, TreeHead, Verification
from shared.security.principal import Principal
from shared.security.signed_note import NoteBrokenError, NoteVerifier
from shared.storage import Database, Document


@dataclass(frozen=True)
class AuditReport:
    """`checked` leaves hold under a signed head; `head` is the newest one that holds, as a note to keep."""

    size: int
    checked: int
    head: str
    findings: list[Finding]


class VerifyAudit:
    def __init__(self, database: Database, verifier: NoteVerifier) -> None:
        self._entries = database.collection(ENTRIES)
        self._heads = database.collection(HEADS)
        self._verifier = verifier

    async def __call__(self, principal: Principal, kept: str = "") -> AuditReport:
        """Memory stays flat however long the log is. Raises NoteBrokenError when `kept` is no head of this log."""
        principal.require(*WATCHERS)
        verification = Verification(self._verifier.open, kept_head(self._verifier, kept))
        newest = ""
        async for kind, document in whole_log(self._entries, self._heads):
            if kind == "entry":
                _entry(verification, document)
            else:
                newest = _head(verification, document["note"], newest)
        return _report(verification, newest)


def verify_lines(lines: Iterable[str], verifier: NoteVerifier, kept: str = "") -> AuditReport:
    """Check an exported log: nothing but the file, the public key and a kept head. Raises NoteBrokenError."""
    verification = Verification(verifier.open, kept_head(verifier, kept))
    newest = ""
    for line in lines:
        try:
            item = json.loads(line)
        except ValueError:
            item = {"index": -1, "leaf": line}
        if "head" in item:
            newest = _head(verification, str(item["head"]), newest)
        elif "leaf" in item:
            verification.entry(item.get("index", -1), str(item["leaf"]))
    return _report(verification, newest)


def kept_head(verifier: NoteVerifier, note: str) -> TreeHead | None:
    """The head that a verifier has kept; None when there is none yet. Raises NoteBrokenError."""
    if not note.strip():
        return None
    try:
        return TreeHead.parse(verifier.open(note))
    except ValueError:
        raise NoteBrokenError("the kept head is no tree head") from None


def _entry(verification: Verification, document: Document) -> None:
    place = verification.size
    verification.entry(document["_id"], str(document.get("leaf")))
    try:
        if document != entry_document(document["_id"], Leaf.parse(document["leaf"])):
            verification.found("entry_fields_differ", place)
    except (KeyError, TypeError, ValueError):
        pass  # it was found unreadable just above


def _head(verification: Verification, note: str, newest: str) -> str:
    before = verification.head
    verification.signed(note)
    return note if verification.head is not before else newest


def _report(verification: Verification, newest: str) -> AuditReport:
    findings = verification.done()
    return AuditReport(verification.size, verification.checked, newest, findings)
