"""What operations refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError


@dataclass(eq=False)
class ConferenceFileInvalidError(InvalidError):
    """The file does not describe a conference; `faults` says where and what."""

    code: ClassVar[str] = "operations.conference_invalid"

    faults: list[dict[str, str]] = field(default_factory=list)


@dataclass(eq=False)
class AnotherConferenceError(ConflictError):
    """One conference an installation: its id never changes."""

    code: ClassVar[str] = "operations.another_conference"

    present: str = ""


@dataclass(eq=False)
class NoConferenceError(NotFoundError):
    code: ClassVar[str] = "operations.no_conference"


@dataclass(eq=False)
class NobodyFoundError(NotFoundError):
    """Neither a participant's id nor a badge's number that any event named."""

    code: ClassVar[str] = "operations.nobody_found"


@dataclass(eq=False)
class NoTreeHeadError(NotFoundError):
    """The audit log is empty still, or not as long as was asked for."""

    code: ClassVar[str] = "operations.no_tree_head"


@dataclass(eq=False)
class NoAuditEntryError(NotFoundError):
    """No event of this id is under the newest signed head."""

    code: ClassVar[str] = "operations.no_audit_entry"


@dataclass(eq=False)
class KeptHeadInvalidError(InvalidError):
    """What was given as a kept head is none of this log."""

    code: ClassVar[str] = "operations.kept_head_invalid"


@dataclass(eq=False)
class NoSuchServiceError(NotFoundError):
    code: ClassVar[str] = "operations.no_such_service"
