"""Accounts: whose they are, who may end them, and what opens them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.identity.application.drawn_password import draw_password
from services.identity.domain.account import (
    Account,
    HeadIsKeptError,
    HeadRequiredError,
    RolesDoNotFitError,
    SignInNameInvalidError,
    UnknownAccountError,
)
from shared.security.principal import Principal, Role
from shared.world import SYSTEM

NOW = datetime(2027, 2, 10, tzinfo=UTC)
ADMINISTRATOR = Principal("admin", "person-admin", frozenset({Role.ADMINISTRATOR}))


def account(name: str = "amina", delegation: str = "egypt", **changes: Any) -> Account:
    values: dict[str, Any] = {
        "account_id": name or "alone",
        "email": f"{delegation}@example.org",
        "password_hash": "h",
        "person_id": f"person-{name}",
        "roles": frozenset({Role.FOCAL_POINT}),
        "delegation_id": delegation,
        "sign_in_name": name,
    }
    return Account(**(values | changes))


HEAD = account("head", is_head=True)


def test_people_of_one_address_are_told_apart_by_their_sign_in_name() -> None:
    ids = {account("amina").sign_in_id, account("salah").sign_in_id, account("").sign_in_id}
    assert len(ids) == 3


def test_no_address_can_be_taken_for_a_name_at_another() -> None:
    assert " " in account("amina").sign_in_id
    assert " " not in account("").sign_in_id


@pytest.mark.parametrize("name", ["a b", "أمينة", "-amina", "a" * 31, "a<b>", "Amina"])
def test_a_sign_in_name_is_short_and_plain(name: str) -> None:
    with pytest.raises(SignInNameInvalidError):
        account(name)


def test_only_focal_points_share_an_address_or_head_a_delegation() -> None:
    for changes in ({"is_head": True, "sign_in_name": ""}, {"sign_in_name": "amina"}):
        with pytest.raises(RolesDoNotFitError):
            account(roles=frozenset({Role.GUARD}), delegation_id=None, **changes)


def test_disabling_and_another_password_end_every_session() -> None:
    known = account()
    assert known.disable(NOW).epoch == known.with_password("x", NOW, drawn=True).epoch == known.epoch + 1
    assert known.disable(NOW).epoch_raised_at == NOW


def test_a_head_manages_the_delegations_people_and_an_administrator_everybody() -> None:
    account().require_manageable_by(HEAD.principal(), HEAD)
    account().require_manageable_by(ADMINISTRATOR, None)
    HEAD.require_manageable_by(ADMINISTRATOR, None)


def test_another_head_is_an_administrators_to_end() -> None:
    with pytest.raises(HeadIsKeptError):
        HEAD.require_manageable_by(account("other", is_head=True).principal(), account("other", is_head=True))


def test_who_is_no_head_ends_nobody() -> None:
    with pytest.raises(HeadRequiredError):
        account().require_manageable_by(account("salah").principal(), account("salah"))


@pytest.mark.parametrize(
    "other", [account(delegation="chad"), account("", roles=frozenset({Role.GUARD}), delegation_id=None)]
)
def test_an_account_outside_the_delegation_is_not_there(other: Account) -> None:
    with pytest.raises(UnknownAccountError):
        other.require_manageable_by(HEAD.principal(), HEAD)


def test_a_drawn_password_is_long_read_out_easily_and_never_the_same() -> None:
    drawn = {draw_password(SYSTEM) for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(each) == 23 and not set(each) & set("01OILS5") for each in drawn)
