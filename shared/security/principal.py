"""Who is asking, and what they may do. Checked in the application layer of every service, first thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from shared.errors import NotFoundError, NotPermittedError


class Role(StrEnum):
    FOCAL_POINT = "focal_point"
    ACCREDITATION_OFFICER = "accreditation_officer"
    SCREENING_AUTHORITY = "screening_authority"
    PROGRAMME_OFFICER = "programme_officer"
    GUARD = "guard"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SERVICE = "service"


@dataclass(eq=False)
class RoleRequiredError(NotPermittedError):
    """The caller has none of the roles that this operation is for."""

    code: ClassVar[str] = "role_required"


@dataclass(frozen=True)
class Principal:
    """A signed-in account, bound to a person: two accounts of one person are not four eyes.

    `delegation_id` is the data scope of a focal point, and None for everyone else. `name` of a service principal
    is the service's name, its `account_id` is "service:<name>".
    """

    account_id: str
    person_id: str
    roles: frozenset[Role]
    delegation_id: str | None = None

    def require(self, *allowed: Role) -> None:
        """Raise RoleRequiredError unless the principal has one of the roles."""
        if self.roles.isdisjoint(allowed):
            raise RoleRequiredError

    def require_delegation(self, delegation_id: str) -> None:
        """Raise NotFoundError when the principal is bound to another delegation.

        Another's data and absent data give one answer, so that nothing can be learned from it.
        """
        if self.delegation_id is not None and self.delegation_id != delegation_id:
            raise NotFoundError
        if self.delegation_id is None and Role.FOCAL_POINT in self.roles and len(self.roles) == 1:
            raise NotFoundError
