"""What is refused about dossiers and the decisions on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError


@dataclass(eq=False)
class NoConferenceError(ConflictError):
    """No conference is loaded yet, so there are no categories to decide by."""

    code: ClassVar[str] = "accreditation.no_conference"


@dataclass(eq=False)
class UnknownCategoryError(InvalidError):
    """The conference, as far as it is known here, has no such category."""

    code: ClassVar[str] = "accreditation.unknown_category"

    category: str = ""


@dataclass(eq=False)
class DossierNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.dossier_not_found"


@dataclass(eq=False)
class DossierStateError(ConflictError):
    """The dossier is in a state in which this cannot be decided."""

    code: ClassVar[str] = "accreditation.dossier_state"

    state: str = ""


@dataclass(eq=False)
class AlreadyDecidedError(DossierStateError):
    """Somebody was there before: `by`, a person, did `action` at that time (UTC, to the minute)."""

    code: ClassVar[str] = "accreditation.already_decided"

    action: str = ""
    by: str = ""
    at: str = ""


@dataclass(eq=False)
class ClaimedError(ConflictError):
    """Another officer, a person, works on the dossier until then (aware UTC)."""

    code: ClassVar[str] = "accreditation.claimed"

    by: str = ""
    until: str = ""


@dataclass(eq=False)
class AssignedError(ConflictError):
    """The dossier came back to the officer, a person, who asked for more information."""

    code: ClassVar[str] = "accreditation.assigned"

    by: str = ""


@dataclass(eq=False)
class InternalCodeRequiredError(InvalidError):
    """A rejection, and a broken glass, need a reason that stays inside."""

    code: ClassVar[str] = "accreditation.internal_code_required"


@dataclass(eq=False)
class DossierChangedError(ConflictError):
    """The delegation changed the participant after the officer looked; the checks are to be seen again."""

    code: ClassVar[str] = "accreditation.dossier_changed"

    revision: int = 0


@dataclass(eq=False)
class SamePersonError(ConflictError):
    """The second officer must be another person, whatever account is used."""

    code: ClassVar[str] = "accreditation.same_person"


@dataclass(eq=False)
class ReleasableCodeRequiredError(InvalidError):
    """A rejection needs the code that the delegation may know."""

    code: ClassVar[str] = "accreditation.releasable_code_required"


@dataclass(eq=False)
class FieldsRequiredError(InvalidError):
    """A return for correction names the fields to correct."""

    code: ClassVar[str] = "accreditation.fields_required"


@dataclass(eq=False)
class UnknownFieldError(InvalidError):
    """A field named for correction is none that a participant has. What was named is not repeated."""

    code: ClassVar[str] = "accreditation.unknown_field"


@dataclass(eq=False)
class NotApprovedError(ConflictError):
    """Only an approved participant's badge can be prepared, issued or replaced."""

    code: ClassVar[str] = "accreditation.not_approved"

    state: str = ""


@dataclass(eq=False)
class PersonErasedError(NotFoundError):
    """The holder's personal data was erased; nothing that shows it can be made any more."""

    code: ClassVar[str] = "accreditation.person_erased"


@dataclass(eq=False)
class PersonUnknownError(NotFoundError):
    """The vault knows no personal data of the holder."""

    code: ClassVar[str] = "accreditation.person_unknown"
