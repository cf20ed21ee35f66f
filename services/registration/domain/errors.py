"""What registration refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, NotFoundError


@dataclass(eq=False)
class UnknownDelegationError(NotFoundError):
    """There is no such delegation, or it is not the caller's: one answer for both."""

    code: ClassVar[str] = "registration.unknown_delegation"


@dataclass(eq=False)
class UnknownImportError(NotFoundError):
    code: ClassVar[str] = "registration.unknown_import"


@dataclass(eq=False)
class UnknownParticipantError(NotFoundError):
    code: ClassVar[str] = "registration.unknown_participant"


@dataclass(eq=False)
class ImportExpiredError(ConflictError):
    """The files of the import are gone after 24 hours; sending the file again begins a new one."""

    code: ClassVar[str] = "registration.import_expired"
