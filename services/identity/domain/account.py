"""An account: how somebody signs in, as whom, and with which roles."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError, NotSignedInError
from shared.security.principal import Principal, Role

PASSWORD_CHARS_MIN = 12
PASSWORD_CHARS_MAX = 200
NAMED_ACCOUNTS_MAX = 30
_SIGN_IN_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,29}")


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


@dataclass(eq=False)
class SignInNameInvalidError(InvalidError):
    """The name that tells the people of one address apart: a–z, 0–9, dot and hyphen, at most 30."""

    code: ClassVar[str] = "identity.sign_in_name_invalid"


@dataclass(eq=False)
class PasswordUnchangedError(InvalidError):
    code: ClassVar[str] = "identity.password_unchanged"


@dataclass(eq=False)
class PasswordToChooseError(NotPermittedError):
    """The password is right, but somebody else knows it too: its owner chooses another before anything else."""

    code: ClassVar[str] = "identity.password_to_choose"


@dataclass(eq=False)
class UnknownAccountError(NotFoundError):
    code: ClassVar[str] = "identity.unknown_account"


@dataclass(eq=False)
class HeadRequiredError(NotPermittedError):
    """Only a delegation's head focal point says who else signs in for it."""

    code: ClassVar[str] = "identity.head_required"


@dataclass(eq=False)
class HeadIsKeptError(ConflictError):
    """A head focal point is disabled, or given another password, by an administrator alone."""

    code: ClassVar[str] = "identity.head_is_kept"


@dataclass(eq=False)
class SharedAddressMissingError(InvalidError):
    """An administrator names the address that the people of a delegation share."""

    code: ClassVar[str] = "identity.shared_address_missing"


@dataclass(eq=False)
class TooManyAccountsError(ConflictError):
    code: ClassVar[str] = "identity.too_many_accounts"

    maximum: int = NAMED_ACCOUNTS_MAX


@dataclass(frozen=True)
class Account:
    """`person_id` binds accounts to people: two accounts of one person are not four eyes.

    Several people may sign in with one address, a ministry's shared mailbox: `sign_in_name` tells them apart and is
    empty for who has the address alone; what they are called is a sealed text, `name_text_id`. `is_head` may say who
    else signs in for the delegation. A password that was drawn for somebody, `password_drawn`, opens nothing but the
    choice of another.

    `epoch` grows when the account is disabled or its password changes, at `epoch_raised_at`; sessions of an older
    epoch are over.
    """

    account_id: str
    email: str
    password_hash: str
    person_id: str
    roles: frozenset[Role]
    delegation_id: str | None
    epoch: int = 1
    disabled: bool = False
    sign_in_name: str = ""
    name_text_id: str | None = None
    is_head: bool = False
    password_drawn: bool = False
    epoch_raised_at: datetime | None = None

    def __post_init__(self) -> None:
        is_focal_point = Role.FOCAL_POINT in self.roles
        if not self.roles or Role.SERVICE in self.roles or is_focal_point != (self.delegation_id is not None):
            raise RolesDoNotFitError
        if is_focal_point and len(self.roles) > 1:
            raise RolesDoNotFitError
        if (self.is_head or self.sign_in_name) and not is_focal_point:
            raise RolesDoNotFitError
        if self.sign_in_name and not _SIGN_IN_NAME.fullmatch(self.sign_in_name):
            raise SignInNameInvalidError

    def principal(self) -> Principal:
        return Principal(self.account_id, self.person_id, self.roles, self.delegation_id)

    @property
    def sign_in_id(self) -> str:
        return sign_in_id(self.email, self.sign_in_name)

    def disable(self, now: datetime) -> Account:
        return replace(self, disabled=True, epoch=self.epoch + 1, epoch_raised_at=now)

    def with_password(self, password_hash: str, now: datetime, *, drawn: bool) -> Account:
        """With another password, which `drawn` says was drawn for its owner; every session is over."""
        return replace(
            self, password_hash=password_hash, password_drawn=drawn, epoch=self.epoch + 1, epoch_raised_at=now
        )

    def require_manageable_by(self, principal: Principal, caller: Account | None) -> None:
        """Whether `principal`, whose account is `caller`, may disable this account or draw it a password.

        Another delegation's account answers as one that is not there. Raises UnknownAccountError, HeadRequiredError,
        HeadIsKeptError.
        """
        if Role.ADMINISTRATOR in principal.roles:
            return
        if caller is None or self.delegation_id is None or self.delegation_id != principal.delegation_id:
            raise UnknownAccountError
        if not caller.is_head:
            raise HeadRequiredError
        if self.is_head:
            raise HeadIsKeptError


def normalised_email(email: str) -> str:
    return email.strip().casefold()


def normalised_sign_in_name(name: str) -> str:
    return name.strip().casefold()


def sign_in_id(email: str, sign_in_name: str) -> str:
    """What no two accounts share: an address, or a name at a shared one (no address holds a space)."""
    return f"{sign_in_name} <{email}>" if sign_in_name else email
