"""A password drawn for somebody, to be read out once and replaced by their own at the first sign-in."""

from __future__ import annotations

from typing import Final

from shared.world import World

# Nothing that one hears or reads as another: no 0 and O, 1, I and L, 5 and S.
_SIGNS: Final = "ABCDEFGHJKMNPQRTUVWXYZ2346789"
_GROUPS, _GROUP = 4, 5


def draw_password(world: World) -> str:
    """Four groups of five signs of 29: 97 bits."""
    drawn: list[str] = []
    while len(drawn) < _GROUPS * _GROUP:
        # Of a byte's 256 values those up to 231 make each sign equally likely.
        drawn += [_SIGNS[byte % len(_SIGNS)] for byte in world.random_bytes(32) if byte < 232]
    return "-".join("".join(drawn[start : start + _GROUP]) for start in range(0, _GROUPS * _GROUP, _GROUP))
