"""A request for a weapon, a radio or a vehicle: who bears or drives it, its serial or plate, who sits in it.

    requested → granted, refused, withdrawn        granted → withdrawn

Whether there is a permit is accreditation's to decide; what it decided is shown here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from shared.errors import ConflictError, InvalidError, NotFoundError
from shared.token_numbers import token_number

MANIFEST_MAX: Final = 60
MARK_CHARS_MAX: Final = 40


class PermitKind(StrEnum):
    WEAPON = "weapon_permit"
    RADIO = "radio_permit"
    VEHICLE = "vehicle_permit"


@dataclass(eq=False)
class UnknownPermitRequestError(NotFoundError):
    code: ClassVar[str] = "registration.unknown_permit_request"


@dataclass(eq=False)
class PermitWithdrawnError(ConflictError):
    code: ClassVar[str] = "registration.permit_withdrawn"


@dataclass(eq=False)
class PermitInvalidError(InvalidError):
    """`field` is what is wrong: the bearer is not on the list, the serial or plate, or somebody of the manifest."""

    code: ClassVar[str] = "registration.permit_invalid"

    field: str


@dataclass(frozen=True)
class PermitRequested:
    """Domain event."""

    request: PermitRequest


@dataclass(frozen=True)
class PermitRequestWithdrawn:
    """Domain event."""

    request: PermitRequest


@dataclass(frozen=True)
class PermitRequest:
    """`mark` is the id of the sealed serial or plate. A vehicle's manifest names everybody in it, its bearer too.

    `number` stands on the permit that was granted; `refusal` is accreditation's reason, as far as it is told.
    """

    request_id: str
    conference_id: str
    delegation: str
    kind: PermitKind
    bearer: str
    mark: str
    requested_at: datetime
    requested_by: str
    manifest: tuple[str, ...] = ()
    withdrawn: bool = False
    number: int | None = None
    refusal: str | None = None

    @property
    def printed(self) -> str | None:
        """What stands on the permit, once there is one."""
        return token_number(self.kind.value, self.number) if self.number is not None else None

    def granted(self, number: int) -> PermitRequest:
        return replace(self, number=number)

    def refused(self, releasable_code: str) -> PermitRequest:
        return replace(self, refusal=releasable_code)

    def require_sound(self) -> None:
        """Raises PermitInvalidError."""
        if (self.kind is PermitKind.VEHICLE) != bool(self.manifest) or len(self.manifest) > MANIFEST_MAX:
            raise PermitInvalidError("manifest")
        if self.manifest and (self.bearer not in self.manifest or len(set(self.manifest)) != len(self.manifest)):
            raise PermitInvalidError("manifest")

    def withdraw(self) -> PermitRequest:
        """Raises PermitWithdrawnError."""
        if self.withdrawn:
            raise PermitWithdrawnError
        return replace(self, withdrawn=True)
