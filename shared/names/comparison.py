"""Score two names, whatever the order of their words, and say which words met by which rule."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from shared.names.likeness import likeness
from shared.names.sounds import Sound
from shared.names.words import Name, Word, near_forms

POSSIBLY_SAME: Final = 0.85  # from here on a person should look; chosen on the labelled pairs
MEETS_MIN: Final = 0.7
JOINED_MIN: Final = 0.85
LIKENESS_ONE_WORD_MAX: Final = 0.8
_CONTRADICTION: Final = 0.9


class Rule(StrEnum):
    """Why two words met."""

    SAME_SPELLING = "same_spelling"
    SAME_ARABIC = "same_arabic"
    SAME_SOUND = "same_sound"
    NEAR_SOUND = "near_sound"
    JOINED = "joined"


@dataclass(frozen=True)
class WordMatch:
    """Words that met: as written in either name (two where the other name joins them), how alike, and by which rule."""

    one: str
    other: str
    likeness: float
    rule: Rule


@dataclass(frozen=True)
class NameMatch:
    """A score from 0 to 1 and its reasons: the words that met, and those of either name that met none."""

    score: float
    words: tuple[WordMatch, ...]
    unmatched_one: tuple[str, ...]
    unmatched_other: tuple[str, ...]


def compare_names(one: Name, other: Name) -> NameMatch:
    """Symmetric but for the order of the answer. A name's order never counts; particles weigh nothing.

    Words missing on one side alone cost little (a name of four parts is often written in two), words that differ on
    both sides cost most. One word in common with a longer name is never more than 0.8.
    """
    left, right = one.stems, other.stems
    if not left or not right:
        return NameMatch(0.0, (), tuple(word.text for word in left), tuple(word.text for word in right))
    if one.arabic and one.arabic == other.arabic:
        met = tuple(WordMatch(word.text, word.text, 1.0, Rule.SAME_ARABIC) for word in left)
        return NameMatch(1.0, met, (), ())
    pairs = _pairs(left, right)
    taken_left = {index for pair in pairs for index in pair.left}
    taken_right = {index for pair in pairs for index in pair.right}
    rest_left = [word for index, word in enumerate(left) if index not in taken_left]
    rest_right = [word for index, word in enumerate(right) if index not in taken_right]
    score = _score(pairs, len(rest_left), len(rest_right), min(len(left), len(right)))
    matches = tuple(
        WordMatch(_text(left, pair.left), _text(right, pair.right), round(pair.likeness, 3), pair.rule)
        for pair in sorted(pairs, key=lambda pair: pair.left)
    )
    texts = tuple(tuple(word.text for word in rest) for rest in (rest_left, rest_right))
    return NameMatch(round(score, 3), matches, *texts)


class Sought:
    """A name to be compared with many: tells cheaply which of them cannot be it."""

    def __init__(self, name: Name) -> None:
        self.name = name
        self._forms = frozenset[str]().union(*(word.near | {word.text} for word in name.stems))
        self._joined = frozenset(form for key in _joined_keys(name.stems) for form in near_forms(key))
        self._lengths = functools.reduce(operator.or_, (word.lengths for word in name.stems), 0)

    def best_possible(self, known: Name) -> float:
        """No less than what `compare_names` scores, told by the words that could meet at all.

        Each pair of words that meet takes one word of the known name at least, so that as many words of this name meet
        at most, but where two of them joined may meet one.
        """
        apart = [word for word in known.stems if word.text not in self._forms and word.near.isdisjoint(self._forms)]
        if apart and self._may_meet_joined(known):
            return 1.0
        met = len(known.stems) - len(apart)
        contradicting = min(len(self.name.stems) - met, len(apart))
        if not met:
            return 0.0
        return 1.0 - _CONTRADICTION * contradicting / (met + contradicting) if contradicting > 0 else 1.0

    def _may_meet_joined(self, known: Name) -> bool:
        """Whether two neighbours of one name, joined, might be a word of the other."""
        if not all(word.near.isdisjoint(self._joined) for word in known.stems):
            return True
        return any(
            self._lengths >> len(key) & 1 and not self._forms.isdisjoint(near_forms(key))
            for key in _joined_keys(known.stems)
        )


def _joined_keys(words: Sequence[Word]) -> Iterator[str]:
    return (one.keys[0] + other.keys[0] for one, other in itertools.pairwise(words) if one.keys and other.keys)


@dataclass(frozen=True)
class _Pair:
    left: tuple[int, ...]
    right: tuple[int, ...]
    likeness: float
    rule: Rule


def _pairs(left: Sequence[Word], right: Sequence[Word]) -> list[_Pair]:
    """The best meeting of words, greedily from the most alike: names are short and true pairs stand out.

    Words are joined only where some of both names are left over.
    """
    possible = [
        _Pair((i,), (j,), alike, rule)
        for i, word in enumerate(left)
        for j, other in enumerate(right)
        for alike, rule in [words_alike(word, other)]
        if alike >= MEETS_MIN
    ]
    chosen = _best(possible)
    if len(chosen) < min(len(left), len(right)):
        met_left = {place for pair in chosen for place in pair.left}
        met_right = {place for pair in chosen for place in pair.right}
        joined = [_Pair(two, one, alike, Rule.JOINED) for two, one, alike in _joined(left, met_left, right, met_right)]
        joined += [_Pair(one, two, alike, Rule.JOINED) for two, one, alike in _joined(right, met_right, left, met_left)]
        chosen = _best(possible + joined) if joined else chosen
    return chosen


def _best(possible: list[_Pair]) -> list[_Pair]:
    possible.sort(key=lambda pair: (-pair.likeness, -len(pair.left) - len(pair.right), pair.left, pair.right))
    chosen: list[_Pair] = []
    used_left, used_right = set[int](), set[int]()
    for pair in possible:
        if used_left.isdisjoint(pair.left) and used_right.isdisjoint(pair.right):
            chosen.append(pair)
            used_left.update(pair.left)
            used_right.update(pair.right)
    return chosen


def _joined(
    two: Sequence[Word], met_two: set[int], one: Sequence[Word], met_one: set[int]
) -> list[tuple[tuple[int, int], tuple[int], float]]:
    """Two neighbours of one name against a word of the other that met none: Dell Acqua, Dellacqua."""
    found: list[tuple[tuple[int, int], tuple[int], float]] = []
    left_over = [(index, word) for index, word in enumerate(one) if index not in met_one]
    for start in range(len(two) - 1):
        if start in met_two and start + 1 in met_two:
            continue
        first, second = two[start].readings[0], two[start + 1].readings[0]
        key = two[start].keys[0] + two[start + 1].keys[0]
        for index, word in left_over:
            # Whoever shares a form differs by one consonant at most: most need not be compared letter by letter.
            if word.may_be_near(len(key)) and not word.near.isdisjoint(near_forms(key)):
                whole = _join(first, second)
                alike = max(likeness(whole, reading) for reading in word.readings)
                if alike >= JOINED_MIN:
                    found.append(((start, start + 1), (index,), alike))
    return found


@lru_cache(maxsize=65_536)
def _join(first: Sound, second: Sound) -> Sound:
    if not first.row:
        return Sound(first.before + second.before, second.row, first.arabic)
    consonant, vowels = first.row[-1]
    return Sound(first.before, (*first.row[:-1], (consonant, vowels + second.before), *second.row), first.arabic)


@lru_cache(maxsize=262_144)
def words_alike(one: Word, other: Word) -> tuple[float, Rule]:
    """How alike two words are in their most alike readings, from 0 to 1, and by which rule."""
    if one.text == other.text:
        return 1.0, Rule.SAME_SPELLING
    if one.near.isdisjoint(other.near):
        return 0.0, Rule.NEAR_SOUND
    alike = max(likeness(left, right) for left in one.readings for right in other.readings)
    return alike, Rule.SAME_SOUND if alike >= 0.93 else Rule.NEAR_SOUND


def _score(pairs: Sequence[_Pair], rest_left: int, rest_right: int, shorter: int) -> float:
    if not pairs:
        return 0.0
    alike = [pair.likeness for pair in pairs]
    met = len(alike)
    both, one_side = min(rest_left, rest_right), abs(rest_left - rest_right)
    quality = 0.3 * sum(alike) / met + 0.7 * min(alike)
    contradiction = both / (met + both)
    score = quality * (1.0 - _CONTRADICTION * contradiction) - 0.03 * min(one_side, 3)
    if shorter == 1 and one_side:
        return min(score, LIKENESS_ONE_WORD_MAX)
    return max(0.0, score)


def _text(words: Sequence[Word], places: tuple[int, ...]) -> str:
    return " ".join(words[place].text for place in places)
