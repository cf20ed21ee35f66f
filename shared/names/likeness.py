"""How alike two words sound: an alignment of their consonants, each weighed with the vowels that follow it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from shared.names.sounds import QUIET, Sound

_ALIKE: Final = {
    both: cost
    for cost, pairs in (
        (0.0, "hH nN"),
        (0.05, "kq Cx CS Xs D0 Xj Jj CX SX"),
        (0.1, "bp bv fv t0 dD Dz s0 Ck Jg gq Gg Ch zs"),
        (0.15, "xk xh Cj jg Sj td Xk XC zj Gq xH"),
        (0.3, "tD sS gk Gk Gx sD 0D zS yG yg yk jz xG xg jk hC xj"),
        (0.45, "pf nm lr kh kj hj"),
    )
    for pair in pairs.split()
    for both in (pair, pair[::-1])
}
_LOST: Final = {"h": 0.3, "H": 0.1, "N": 0.15, "y": 0.25, "v": 0.4, "G": 0.6, "n": 0.9, "l": 0.9, "r": 0.9}
_KINDS_APART: Final = {frozenset("AI"): 0.6, frozenset("AU"): 0.5, frozenset("IU"): 0.5}
_LONG_IN_LATIN_ALONE: Final = 0.5
_LENGTH_MIN: Final = 2.2


@lru_cache(maxsize=262_144)
def likeness(one: Sound, other: Sound) -> float:
    """From 0 (nothing in common) to 1 (the same sounds). Symmetric; a few microseconds a letter."""
    length = max(len(one.row), len(other.row), _LENGTH_MIN)
    cost = _begin(one, other) + _aligned(one, other)
    return max(0.0, 1.0 - cost / length)


def _aligned(one: Sound, other: Sound) -> float:
    """The cheapest alignment of two rows of consonants (Wagner and Fischer), costs as above."""
    last_one, last_other = len(one.row) - 1, len(other.row) - 1
    costs = [0.0]
    for consonant, _ in other.row:
        costs.append(costs[-1] + _LOST.get(consonant, 1.0))
    for i, (left, left_vowels) in enumerate(one.row):
        diagonal, costs[0] = costs[0], costs[0] + _LOST.get(left, 1.0)
        for j, (right, right_vowels) in enumerate(other.row):
            met = diagonal + (0.0 if left == right else _ALIKE.get(left + right, 1.0))
            if met < costs[j] + 1.0:
                final = i == last_one and j == last_other
                closing = i == last_one - 1 and j == last_other - 1
                if not (final and "H" in (left, right)):
                    met += vowels_apart(left_vowels, one.arabic, right_vowels, other.arabic, final, closing)
            diagonal = costs[j + 1]
            costs[j + 1] = min(met, costs[j] + _LOST.get(right, 1.0), diagonal + _LOST.get(left, 1.0))
    return costs[-1]


def _begin(one: Sound, other: Sound) -> float:
    """Ahmed begins with a vowel and Hamad with none; Wali begins with a w and Ali does not."""
    if not one.before and not other.before:
        return 0.0
    if not one.before or not other.before:
        # Brahim is Ibrahim, but Hamad is no Ahmed.
        return 0.3 if (one.before or other.before) == "I" else 0.55
    left, right = _glide(one), _glide(other)
    if left or right:
        return 0.0 if left == right else 0.2 if one.before[0] == other.before[0] else 0.5
    return vowels_apart(one.before, one.arabic, other.before, other.arabic, False, False)


def _glide(sound: Sound) -> str:
    """The w or y that a word begins with, if one does; Arabic shows it alone, without the short vowel after it."""
    first, rest = sound.before[0], sound.before[1:].replace(sound.before[0], "")
    return first if first in "IU" and (rest or sound.arabic) else ""


@lru_cache(maxsize=65_536)
def vowels_apart(one: str, one_arabic: bool, other: str, other_arabic: bool, final: bool, closing: bool) -> float:
    """The cost of differing vowels at one place, from 0 to 0.7.

    `final`: at the end of both words; `closing`: before the last consonant. Short vowels are not written in Arabic.
    """
    if one == other:
        return 0.0
    if "*" in one or "*" in other:
        return _around_ayn(one, other)
    if one_arabic != other_arabic:
        return _across(one, other, final, closing) if one_arabic else _across(other, one, final, closing)
    if QUIET in (one, other):
        return _quiet(other if one == QUIET else one)
    if not one or not other:
        return _missing(one or other, arabic=one_arabic, final=final)
    return _kinds_apart(one, other)


def _around_ayn(one: str, other: str) -> float:
    """An ayn takes any vowel, but no second long one: Saad is no Said."""
    bare, heard = (one, other) if "*" in one else (other, one)
    long_vowels = set(bare) & {"I", "U"}
    if "*" in heard:
        return 0.6 if long_vowels != set(heard) & {"I", "U"} else 0.0
    if not long_vowels:
        return 0.45 if any(pair in heard for pair in ("AI", "EI", "AU", "EU", "II")) else 0.0
    return 0.0 if long_vowels & set(heard) or "E" in heard else 0.5


def _across(arabic: str, latin: str, final: bool, closing: bool) -> float:
    if latin == QUIET:
        return _quiet(arabic)
    if not arabic:
        return _unwritten(latin, final, closing)
    if not latin:
        return 0.2 if final and arabic == "U" else 0.6 if final else 0.45
    heard = _kinds(latin)
    if set(arabic) & set(heard):
        return 0.0
    return _kinds_apart(arabic, latin)


def _unwritten(latin: str, final: bool, closing: bool) -> float:
    """A vowel heard in Latin letters where Arabic writes none: right if it is short."""
    if not latin:
        return 0.0
    if final:
        return 0.1 if set(latin) <= {"U"} else 0.6
    if closing and set(latin) == {"U"}:
        return 0.4  # Mahmoud is no محمد: a last u is long
    return 0.0 if len(latin) == 1 or set(latin) == {"U"} else _LONG_IN_LATIN_ALONE


def _quiet(vowels: str) -> float:
    """Against a final e, which may be spoken (Emine) or not (Yassine)."""
    return 0.05 if not vowels or vowels == "E" else 0.1 if vowels == "A" else 0.6


def _missing(present: str, *, arabic: bool, final: bool) -> float:
    if arabic:
        return 0.45 if present == "A" and not final else 0.6
    if final:
        return 0.35 if present == "U" else 0.6
    return 0.2 if len(present) > 1 or present == "A" else 0.15


def _kinds(vowels: str) -> str:
    """The kinds of vowel in order, each once; the e of a diphthong is its colour alone (Hussein, Boumediene)."""
    bare = vowels.replace("E", "") if set(vowels) & set("IU") and "A" not in vowels else vowels
    return "".join(dict.fromkeys(bare))


def _kinds_apart(one: str, other: str) -> float:
    left, right = _kinds(one), _kinds(other)
    if left == right:
        return 0.0
    shared = set(left) & set(right)
    if shared:
        rest = (set(left) | set(right)) - shared
        return 0.15 if rest <= {"E"} or rest == {"A"} else 0.4
    if "E" in left or "E" in right:
        rest_of = right if "E" in left else left
        return 0.35 if rest_of == "U" else 0.05 if rest_of == "I" and "II" not in (one, other) else 0.12
    return max(_KINDS_APART.get(frozenset((a, b)), 0.0) for a in left for b in right)
