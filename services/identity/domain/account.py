"""An account: how somebody signs in, as whom, and with which roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotSignedInError
from shared.security.principal import Principal, Role

PASSWORD_CHARS_MIN = 12
PASSWORD_CHARS_MAX = 200


@dataclass(eq=False)
class SignInRefusedError(NotSignedInError):
    """Unknown account, wrong password or disabled: one answer for all, so that nothing is learned from it."""

    code: ClassVar[str] = "identity.sign_in_refused"


@dataclass(eq=False)
class TooManyAttemptsError(NotSignedInError):
    code: ClassVar[str] = "identity.too_many_attempts"
    status: ClassVar[int] = 429

    retry_after_s: int = 60


@dataclass(eq=False)
class AccountExistsError(ConflictError):
    code: ClassVar[str] = "identity.account_exists"


@dataclass(eq=False)
class RolesDoNotFitError(InvalidError):
    """A focal point needs a delegation and has no other role; nobody else has one."""

    code: ClassVar[str] = "identity.roles_do_not_fit"


@dataclass(eq=False)
class PasswordTooShortError(InvalidError):
    code: ClassVar[str] = "identity.password_too_short"

    minimum: int = PASSWORD_CHARS_MIN


@dataclass(frozen=True)
class Account:
    """`person_id` binds accounts to people: two accounts of one person are not four eyes.

    `epoch` grows when the account is disabled or its password changes; sessions of an older epoch are over.
    """

    account_id: str
    email: str
    password_hash: str
    person_id: str
    roles: frozenset[Role]
    delegation_id: str | None
    epoch: int = 1
    disabled: bool = False

    def __post_init__(self) -> None:
        is_focal_point = Role.FOCAL_POINT in self.roles
        if not self.roles or Role.SERVICE in self.roles or is_focal_point != (self.delegation_id is not None):
            raise RolesDoNotFitError
        if is_focal_point and len(self.roles) > 1:
            raise RolesDoNotFitError

    def principal(self) -> Principal:
        return Principal(self.account_id, self.person_id, self.roles, self.delegation_id)

    def disable(self) -> Account:
        return replace(self, disabled=True, epoch=self.epoch + 1)


def normalised_email(email: str) -> str:
    return email.strip().casefold()
