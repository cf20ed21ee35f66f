"""Badge and token: what is shown beside a badge, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.entrance.domain.access_decision import AccessDecision, Decision, Direction, GateRules, decide
from services.entrance.domain.badge import BadgeState
from services.entrance.domain.token import Token
from tests.unit.entrance.test_access_decision import ADMITTED, BADGE, INSIDE, RULES, SCAN, referred, refused

FLOATER = Token("t-1", "floater", 1, "egypt", None, ())
PIN = replace(FLOATER, kind="pin", holder="p-1")
RIFLE = Token("t-2", "weapon_permit", 1, "egypt", "p-1", (), mark="AK 4711")
CAR = Token("t-3", "vehicle_permit", 1, "egypt", None, ("p-1", "p-2"), mark="5-1234")
ASKS_FLOATER = replace(RULES, second_token="floater")


@pytest.mark.parametrize(
    ("tokens", "rules", "expected"),
    [
        ((), RULES, ADMITTED),
        ((), ASKS_FLOATER, referred("floater_required")),
        ((FLOATER,), ASKS_FLOATER, ADMITTED),
        ((FLOATER,), RULES, ADMITTED),
        ((PIN,), ASKS_FLOATER, referred("floater_required")),
        ((), replace(RULES, second_token="pin"), referred("pin_required")),
        ((PIN,), replace(RULES, second_token="pin"), ADMITTED),
        ((), replace(RULES, second_token="media_pool_pass"), referred("pool_pass_required")),
        ((None,), RULES, refused("token_unknown")),
        ((FLOATER, None), ASKS_FLOATER, refused("token_unknown")),
        ((replace(FLOATER, delegation="chad"),), ASKS_FLOATER, refused("token_of_others")),
        ((FLOATER.ended("lost"),), ASKS_FLOATER, refused("token_ended")),
        ((FLOATER.ended("returned"),), ASKS_FLOATER, refused("token_ended")),
        ((FLOATER.handed("desk"),), ASKS_FLOATER, refused("token_at_desk")),
        ((RIFLE,), RULES, ADMITTED),
        ((RIFLE,), ASKS_FLOATER, referred("floater_required")),
        ((RIFLE, FLOATER), ASKS_FLOATER, ADMITTED),
        ((RIFLE.handed("armoury"),), RULES, refused("weapon_in_armoury")),
        ((RIFLE.ended("revoked"),), RULES, refused("token_ended")),
        ((RIFLE.ended("revoked").handed("armoury"),), RULES, refused("token_ended")),
        ((replace(RIFLE, holder="p-2"),), RULES, refused("token_of_others")),
        ((replace(RIFLE, kind="radio_permit").handed("armoury"),), RULES, refused("weapon_in_armoury")),
        ((CAR,), RULES, ADMITTED),
        ((CAR.with_manifest(("p-2",)),), RULES, refused("not_on_manifest")),
        ((CAR.ended("revoked"),), RULES, refused("token_ended")),
    ],
)
def test_each_case_has_its_answer(tokens: tuple[Token | None, ...], rules: GateRules, expected: AccessDecision) -> None:
    assert decide(replace(SCAN, tokens=tokens), BADGE, rules, None) == expected


def test_the_way_out_asks_for_no_token() -> None:
    out = replace(SCAN, direction=Direction.OUT, tokens=(RIFLE.handed("armoury"), None))
    assert decide(out, BADGE, ASKS_FLOATER, INSIDE).reason == "left"


def test_what_is_wrong_with_the_badge_is_said_before_what_is_wrong_with_a_token() -> None:
    scan = replace(SCAN, tokens=(None,))
    assert decide(scan, replace(BADGE, state=BadgeState.LOST), RULES, None) == refused("lost")
    assert decide(scan, replace(BADGE, access=()), RULES, None) == refused("wrong_zone")


def test_a_token_that_has_ended_keeps_no_mark() -> None:
    assert (CAR.ended("lost").mark, RIFLE.ended("revoked").mark) == (None, None)


tokens = st.one_of(
    st.none(),
    st.builds(
        replace,
        st.sampled_from([FLOATER, RIFLE, CAR]),
        state=st.sampled_from(["valid", "lost", "revoked", "returned"]),
        custody=st.sampled_from(["holder", "armoury", "desk"]),
        delegation=st.sampled_from(["egypt", "chad"]),
    ),
)


@given(st.lists(tokens, max_size=4), st.sampled_from([RULES, ASKS_FLOATER]))
def test_nobody_goes_in_with_a_token_that_does_not_hold_or_without_one_that_is_asked_for(
    shown: list[Token | None], rules: GateRules
) -> None:
    decision = decide(replace(SCAN, tokens=tuple(shown)), BADGE, rules, None)
    hold = all(
        token is not None and (token.state, token.custody, token.delegation) == ("valid", "holder", "egypt")
        for token in shown
    )
    has_floater = any(token is not None and token.kind == "floater" for token in shown)
    assert (decision.decision is Decision.ADMIT) == (hold and (has_floater or rules.second_token is None))
