"""The audit log: what a leaf says, what a tree head says, and how a whole log is checked.

A leaf is one line of JSON in a fixed form. A tree head is the text of a C2SP checkpoint: the log's name, its size, the
base64 of its root, then when it was signed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.contracts.sequence import RESTORED
from shared.security.merkle import HASH_BYTES, Frontier, leaf_hash
from shared.security.signed_note import NoteBrokenError

FINDINGS_MAX: Final = 20
AUDIT_SIZE: Final = "audit_size"
OpenNote = Callable[[str], str]


@dataclass(frozen=True)
class Leaf:
    """One event as the audit log keeps it: references, codes, and the hash of the whole.

    `fact` is what an event of the audit topic says beside that, `data` the SHA-256 of the record's value in hex.
    """

    event_id: str
    type: str
    topic: str
    key: str
    sequence: int
    happened: datetime
    actor: str
    correlation: str
    cause: str
    data: str
    fact: Mapping[str, Any] = field(default_factory=dict)

    @property
    def restored_at(self) -> list[int]:
        """The size that a restore brought this log back to, if that is what the leaf tells of."""
        if (self.fact.get("service"), self.fact.get("action")) != ("operations", RESTORED):
            return []
        details = {detail["name"]: detail["value"] for detail in self.fact.get("details", ())}
        return [int(details[AUDIT_SIZE])] if AUDIT_SIZE in details else []

    def line(self) -> str:
        """The leaf in its one form: sorted names, no spaces."""
        fields = {**vars(self), "happened": self.happened.isoformat(), "v": 1}
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def parse(cls, line: str) -> Leaf:
        """Raises ValueError for what is not in the one form."""
        try:
            fields = json.loads(line)
            version = fields.pop("v")
            leaf = cls(**{**fields, "happened": datetime.fromisoformat(fields["happened"])})
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("no leaf") from error
        if version != 1 or leaf.line() != line:
            raise ValueError("not the one form of a leaf")
        return leaf


@dataclass(frozen=True)
class TreeHead:
    """The log's state at a size: its root stands for every leaf before."""

    log: str
    size: int
    root: bytes
    signed_at: datetime

    def text(self) -> str:
        return f"{self.log}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{self.signed_at.isoformat()}\n"

    @classmethod
    def parse(cls, text: str) -> TreeHead:
        """Raises ValueError."""
        log, size, root, signed_at = text.splitlines()
        try:
            head = cls(log, int(size), base64.b64decode(root, validate=True), datetime.fromisoformat(signed_at))
        except binascii.Error as error:
            raise ValueError("no root") from error
        if len(head.root) != HASH_BYTES or head.text() != text:
            raise ValueError("not the one form of a tree head")
        return head


@dataclass(frozen=True)
class Finding:
    """Something that was touched. `place` is the leaf's index, or the size of the head that does not hold."""

    code: str
    place: int


class Verification:
    """Checks a log from its beginning: `entry` for each leaf, `signed` for each head after its last leaf.

    `kept` is a head that the verifier has from earlier: what was rewritten with the signing key itself, or cut off, is
    found by it alone. `checked` is the last size at which everything held. A restore from a backup cuts the log off
    too, and says so by an entry: a kept head of the history that was lost then is found as that.
    """

    def __init__(self, open_note: OpenNote, kept: TreeHead | None = None) -> None:
        self._open_note = open_note
        self._kept = kept
        self._tree = Frontier()
        self._kept_differs = False
        self._restored_at: list[int] = []
        self.findings: list[Finding] = []
        self.head: TreeHead | None = None
        self.checked = 0

    @property
    def size(self) -> int:
        return self._tree.size

    def entry(self, index: int, line: str) -> None:
        place = self._tree.size
        if index != place:
            self.found("entry_out_of_order", place)
        try:
            self._restored_at += Leaf.parse(line).restored_at
        except ValueError:
            self.found("entry_unreadable", place)
        self._tree.add(leaf_hash(line.encode("utf-8", "surrogatepass")))
        if self._kept is not None and self._kept.size == self._tree.size and self._kept.root != self._tree.root:
            self._kept_differs = True

    def signed(self, note: str) -> None:
        """The log's next signed head."""
        try:
            head = TreeHead.parse(self._open_note(note))
        except (NoteBrokenError, ValueError):
            self.found("head_not_signed", self._tree.size)
            return
        if head.size > self._tree.size:
            self.found("entries_missing", self._tree.size)
        elif head.size < self._tree.size:
            self.found("head_out_of_order", head.size)
        elif head.root != self._tree.root:
            self.found("root_differs", head.size)
        else:
            self.head = head
            if not self.findings:
                self.checked = head.size

    def done(self) -> list[Finding]:
        """What was found, in all. Leaves after the last head are a finding too: each batch is signed with its head."""
        if self._tree.size > (self.head.size if self.head else 0) and not self.findings:
            self.found("entries_without_head", self._tree.size)
        if self._kept is not None and (self._kept_differs or self._kept.size > self._tree.size):
            self._found_kept(self._kept.size)
        return self.findings

    def _found_kept(self, size: int) -> None:
        """The kept head is not of this log: since a restore that fell before it, or since somebody touched the log."""
        if before := [place for place in self._restored_at if place < size]:
            self.found("kept_head_of_lost_history", max(before))
        else:
            self.found("kept_head_differs" if self._kept_differs else "log_shorter_than_kept_head", size)

    def found(self, code: str, place: int) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(code, place))
