"""Tokens beside the badge: each kind needs what it needs, and what has ended stands for nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.token import Custody, Token, TokenFacts, TokenKind, TokenState
from services.accreditation.domain.token_errors import TokenFactsError, TokenStateError

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)


def issued(kind: TokenKind, **facts: object) -> Token:
    made = TokenFacts(kind, "egypt", **facts)  # type: ignore[arg-type]
    return Token.issue("t-1", "small", 1, made, NOW)[0]


AMIRA = Officer("account-amira", "person-amira")
RIFLE = issued(TokenKind.WEAPON_PERMIT, holder="p-1", mark="AK 4711")


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        (TokenKind.FLOATER, {"holder": "p-1"}, "holder"),
        (TokenKind.PIN, {}, "holder"),
        (TokenKind.WEAPON_PERMIT, {"holder": "p-1"}, "mark"),
        (TokenKind.VEHICLE_PERMIT, {"mark": "5-1234"}, "manifest"),
        (TokenKind.VEHICLE_PERMIT, {"manifest": ("p-1",)}, "mark"),
        (TokenKind.MEDIA_POOL_PASS, {"holder": "p-1", "manifest": ("p-2",)}, "manifest"),
        (TokenKind.VEHICLE_PERMIT, {"mark": "5-1234", "manifest": tuple(f"p-{n}" for n in range(61))}, "manifest"),
    ],
)
def test_what_does_not_fit_the_kind_is_named(kind: TokenKind, facts: dict[str, object], field: str) -> None:
    with pytest.raises(TokenFactsError) as refused:
        issued(kind, **facts)
    assert refused.value.data == {"field": field}


def test_a_weapon_goes_into_the_armoury_and_out_again() -> None:
    stored, told = RIFLE.hand(Custody.ARMOURY, NOW)
    assert (stored.custody, told.custody) == (Custody.ARMOURY, "armoury")
    assert stored.hand(Custody.HOLDER, NOW)[0].custody is Custody.HOLDER
    with pytest.raises(TokenStateError):
        stored.hand(Custody.ARMOURY, NOW)


def test_a_weapon_whose_permit_ended_goes_in_and_never_out() -> None:
    revoked, _ = RIFLE.end(TokenState.REVOKED, NOW)
    stored, _ = revoked.hand(Custody.ARMOURY, NOW)
    with pytest.raises(TokenStateError):
        stored.hand(Custody.HOLDER, NOW)


def test_only_weapons_and_radios_are_kept_in_the_armoury() -> None:
    with pytest.raises(TokenFactsError):
        issued(TokenKind.FLOATER).hand(Custody.ARMOURY, NOW)
    with pytest.raises(TokenFactsError):
        RIFLE.hand(Custody.DESK, NOW)


def test_a_floater_is_taken_back_at_the_desk_and_handed_over_again_while_it_is_valid() -> None:
    kept, told = issued(TokenKind.FLOATER).hand(Custody.DESK, NOW)
    assert told.custody == "desk"
    assert kept.hand(Custody.HOLDER, NOW)[0].custody is Custody.HOLDER
    with pytest.raises(TokenStateError):
        kept.end(TokenState.RETURNED, NOW)[0].hand(Custody.HOLDER, NOW)


def test_what_has_ended_is_not_ended_again_and_not_changed() -> None:
    car = issued(TokenKind.VEHICLE_PERMIT, mark="5-1234", manifest=("p-1",))
    assert car.with_manifest(("p-2", "p-3"), AMIRA, NOW)[1].manifest == ("p-2", "p-3")
    lost, _ = car.end(TokenState.LOST, NOW)
    with pytest.raises(TokenStateError):
        lost.end(TokenState.RETURNED, NOW)
    with pytest.raises(TokenStateError):
        lost.with_manifest(("p-2",), AMIRA, NOW)
    with pytest.raises(TokenStateError):
        car.end(TokenState.VALID, NOW)
    with pytest.raises(TokenFactsError):
        car.with_manifest((), AMIRA, NOW)


def test_no_event_tells_a_plate_or_a_serial() -> None:
    facts = TokenFacts(TokenKind.VEHICLE_PERMIT, "egypt", mark="5-1234", manifest=("p-1",))
    assert "5-1234" not in repr(Token.issue("t-1", "small", 1, facts, NOW)[1])
