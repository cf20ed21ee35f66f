"""What is refused about the tokens beside the badge, and about requests for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError


@dataclass(eq=False)
class TokenNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.token_not_found"


@dataclass(eq=False)
class TokenNumberError(InvalidError):
    """Not a number that stands on a token: a letter, a hyphen and digits, like W-48213."""

    code: ClassVar[str] = "accreditation.token_number"


@dataclass(eq=False)
class TokenStateError(ConflictError):
    code: ClassVar[str] = "accreditation.token_state"

    state: str = ""


@dataclass(eq=False)
class TokenFactsError(InvalidError):
    """Something is missing for this kind of token, or does not belong to it; `field` says what."""

    code: ClassVar[str] = "accreditation.token_facts"

    field: str = ""


@dataclass(eq=False)
class TokenQuotaError(ConflictError):
    """The delegation has all tokens of this kind that the conference file gives it."""

    code: ClassVar[str] = "accreditation.token_quota"

    places: int = 0


@dataclass(eq=False)
class PermitRequestNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.permit_request_not_found"


@dataclass(eq=False)
class PermitRequestDecidedError(ConflictError):
    """The request is decided or withdrawn already: `state`, and `by` whom."""

    code: ClassVar[str] = "accreditation.permit_request_decided"

    state: str = ""
    by: str = ""


@dataclass(eq=False)
class PermitRefusalRequiredError(InvalidError):
    """A permit is refused with a reason that the delegation is told."""

    code: ClassVar[str] = "accreditation.permit_refusal_required"


@dataclass(eq=False)
class TokenChangedError(ConflictError):
    """The manifest is another than the officer saw: `by`, a person, changed it at that time (UTC, to the minute)."""

    code: ClassVar[str] = "accreditation.token_changed"

    by: str = ""
    at: str = ""
