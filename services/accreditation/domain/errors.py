"""What accreditation refuses to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError


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
class BadgeNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.badge_not_found"


@dataclass(eq=False)
class BadgeStateError(ConflictError):
    """The badge is in a state in which this cannot be done to it."""

    code: ClassVar[str] = "accreditation.badge_state"

    state: str = ""


@dataclass(eq=False)
class PersonErasedError(NotFoundError):
    """The holder's personal data was erased; nothing that shows it can be made any more."""

    code: ClassVar[str] = "accreditation.person_erased"


@dataclass(eq=False)
class PersonUnknownError(NotFoundError):
    """The vault knows no personal data of the holder."""

    code: ClassVar[str] = "accreditation.person_unknown"


@dataclass(eq=False)
class SerialsExhaustedError(ConflictError):
    """Every serial that this installation can give is given."""

    code: ClassVar[str] = "accreditation.serials_exhausted"


@dataclass(eq=False)
class PrintJobNotFoundError(NotFoundError):
    """Absent, another account's, or over its lifetime: the answer is the same."""

    code: ClassVar[str] = "accreditation.print_job_not_found"


@dataclass(eq=False)
class NothingToPrintError(ConflictError):
    code: ClassVar[str] = "accreditation.nothing_to_print"


@dataclass(eq=False)
class PrintJobNotReadyError(ConflictError):
    """It is being drawn, or broke off; `state` says which."""

    code: ClassVar[str] = "accreditation.print_job_not_ready"

    state: str = ""


@dataclass(eq=False)
class PrintKeyWrongError(NotPermittedError):
    """The key does not open this file: it was given once, to who asked for the job."""

    code: ClassVar[str] = "accreditation.print_key_wrong"
