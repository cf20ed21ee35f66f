"""What registration refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError


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


@dataclass(eq=False)
class UnknownWaiverError(NotFoundError):
    code: ClassVar[str] = "registration.unknown_waiver"


@dataclass(eq=False)
class FormInvalidError(InvalidError):
    """Fields of a registration need correcting. `faults` name field, code and data; the edge adds the sentences."""

    code: ClassVar[str] = "registration.form_invalid"

    faults: tuple[dict[str, Any], ...]


@dataclass(eq=False)
class AlreadyRegisteredError(ConflictError):
    """The delegation's list has this person already, by document or by name and birth date."""

    code: ClassVar[str] = "registration.already_registered"

    participant_id: str


@dataclass(eq=False)
class ChangedMeanwhileError(ConflictError):
    """Somebody else of the delegation changed this person since the form was opened."""

    code: ClassVar[str] = "registration.changed_meanwhile"


@dataclass(eq=False)
class UnknownErasureError(NotFoundError):
    code: ClassVar[str] = "erasure.unknown"
