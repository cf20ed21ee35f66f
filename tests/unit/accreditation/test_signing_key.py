"""Which key signs: the newest that every gate has known for a minute, and never one that is revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.accreditation.domain.badge_errors import NoOtherKeyError, SigningKeyStateError
from services.accreditation.domain.signing_key import KeyState, SigningKeyLife, revoked, signing_key, state_of

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)
OLD = SigningKeyLife("07eb01", NOW - timedelta(days=9))
FRESH = SigningKeyLife("07eb02", NOW - timedelta(seconds=59))
BOTH = ("07eb01", "07eb02")


def test_a_new_key_waits_until_gates_have_known_it_for_a_minute() -> None:
    assert signing_key([OLD, FRESH], BOTH, NOW) == "07eb01"
    assert signing_key([OLD, FRESH], BOTH, NOW + timedelta(seconds=1)) == "07eb02"


def test_the_first_key_signs_at_once() -> None:
    assert signing_key([FRESH], ["07eb02"], NOW) == "07eb02"
    assert signing_key([], [], NOW) is None


def test_a_key_whose_private_half_is_not_at_hand_does_not_sign() -> None:
    late = NOW + timedelta(hours=1)
    assert signing_key([OLD, FRESH], ["07eb01"], late) == "07eb01"


def test_a_revoked_key_does_not_sign_even_if_the_other_is_fresh() -> None:
    ended = revoked("07eb01", [OLD, FRESH], BOTH, NOW)
    assert ended is not None
    assert signing_key([ended, FRESH], BOTH, NOW) == "07eb02"
    assert state_of(ended, "07eb02") is KeyState.REVOKED
    with pytest.raises(SigningKeyStateError):
        revoked("07eb01", [ended, FRESH], BOTH, NOW)


def test_the_last_key_is_not_revoked() -> None:
    with pytest.raises(NoOtherKeyError):
        revoked("07eb01", [OLD], ["07eb01"], NOW)
    with pytest.raises(NoOtherKeyError):
        revoked("07eb01", [OLD, FRESH], ["07eb01"], NOW)
    assert revoked("07eb09", [OLD], ["07eb01"], NOW) is None


def test_states_are_told_from_the_key_that_signs() -> None:
    assert [state_of(key, "07eb01") for key in (OLD, FRESH)] == [KeyState.SIGNING, KeyState.WAITING]
    assert [state_of(key, "07eb02") for key in (OLD, FRESH)] == [KeyState.VERIFYING, KeyState.SIGNING]
