"""A written name as words to compare: articles told from stems, compounds joined, particles set apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from shared.names.letters import is_arabic, plain_words
from shared.names.sounds import Sound, hear, keys

WORDS_MAX: Final = 12
NEAR_KEY_MIN: Final = 3

_PARTICLES: Final = frozenset(
    (
        *("bin", "ben", "ibn", "bint", "bent", "ould", "wuld", "wold", "weld", "mint", "ag", "oglu", "ait"),
        *("de", "di", "da", "del", "della", "do", "dos", "du", "des", "la", "le", "lo", "van", "von"),
        *("بن", "ابن", "إبن", "بنت", "ولد", "منت", "آل", "اغ", "آيت", "أيت"),
    )
)
_ARTICLES: Final = frozenset(("al", "el", "ul", "il"))
_FATHERS: Final = frozenset(
    (
        *("abu", "abou", "abo", "abi", "aboul", "abul", "ebu", "ebul", "ebou", "bou", "bu"),
        *("ابو", "أبو", "أبي", "ابي", "بو"),
    )
)
_SERVANTS: Final = frozenset(("abd", "abdel", "abdul", "abdoul", "abdal", "abdol", "abdu", "abdou", "عبد"))
_FAITHS: Final = re.compile(r"^(?:[aeou]l|[aeou]d)?d[aeiy]+n+e?$")
_GODS: Final = frozenset(("allah", "ullah", "oullah", "ollah", "alla", "ellah", "الله", "اللّه"))

_ALIKE: Final = str.maketrans("أإآؤئةى", "اااويهي")

_SERVANT_LATIN: Final = re.compile(r"^(abd)[aeiou]{1,2}l(?=\w{2,})(?!aye)")
_FAITH_LATIN: Final = re.compile(r"(?<=\w{2})[aeou]{1,2}l(?=d[aeiy]+n+e?$)")
_ARTICLE_LATIN: Final = re.compile(r"^[ae]l(?=\w{3,})")
_ASSIMILATED_LATIN: Final = re.compile(r"^[aei](?=(?:([rsndtz])\1|[sc]h)\w{2,})")
_FATHER_OPEN: Final = re.compile(r"^[aeأا](?=bo?u|بو)")
_COMPOUND_ARABIC: Final = re.compile(r"(?<=..)ال(?=دين$|له$)")


@dataclass(frozen=True, eq=False)
class Word:
    """One word with the ways it may be heard; the first is the plain one.

    `keys` are the coarse skeletons of them all, `near` also those with a consonant less, `lengths` a bit for each
    length of a skeleton that might be near. A `particle` (bin, ould, de…) weighs nothing. Compared by identity: one
    object for one word.
    """

    text: str
    arabic: bool
    readings: tuple[Sound, ...]
    particle: bool = False
    keys: tuple[str, ...] = field(init=False, default=())
    near: frozenset[str] = field(init=False, default=frozenset())
    lengths: int = field(init=False, default=0, repr=False)

    def __post_init__(self) -> None:
        found = dict.fromkeys(key for reading in self.readings for key in keys(reading))
        object.__setattr__(self, "keys", tuple(found))
        object.__setattr__(self, "near", frozenset(form for key in found for form in near_forms(key)))
        lengths = {len(key) + more for key in found for more in (-1, 0, 1)}
        object.__setattr__(self, "lengths", sum(1 << length for length in lengths if length >= 0))

    def may_be_near(self, length: int) -> bool:
        """Whether a skeleton of this length may share a form with this word at all."""
        return bool(self.lengths >> length & 1)


@lru_cache(maxsize=65_536)
def near_forms(key: str) -> tuple[str, ...]:
    """A skeleton and what it is without each one of its consonants; two that share a form differ in one at most."""
    if len(key) < NEAR_KEY_MIN:
        return (key,)
    return (key, *(key[:place] + key[place + 1 :] for place in range(len(key))))


@dataclass(frozen=True)
class Name:
    """A name in the order written. `arabic` is its exact form for comparing, empty when it is in another script."""

    words: tuple[Word, ...]
    arabic: str

    @cached_property
    def stems(self) -> tuple[Word, ...]:
        """The words that count; a name of particles alone counts them all."""
        return tuple(word for word in self.words if not word.particle) or self.words


def read_name(text: str) -> Name:
    """Read a name as written, in any of the scripts; never raises, and looks at twelve words at most."""
    words = plain_words(text)[: 2 * WORDS_MAX]
    read = tuple(_word(*part) for part in _parts(words))[:WORDS_MAX]
    if not all(word.arabic for word in read):
        return Name(read, "")
    return Name(read, " ".join(sorted(_exact(word.text) for word in read)))


class _Part(NamedTuple):
    """A word to be: its stem, whether an article stood before it, and a particle before it."""

    stem: str
    article: bool = False
    after: str = ""
    particle: bool = False


def _parts(words: list[str]) -> list[_Part]:
    parts: list[_Part] = []
    prefix, article, particle = "", False, ""
    for index, raw in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        word, own_article = _without_article(raw)
        if following and not prefix and _is_article(raw, following):
            article = True
            continue
        if parts and not prefix and _joins_back(raw, word, article or own_article):
            parts[-1] = _Part(parts[-1].stem + word, parts[-1].article, parts[-1].after)
        elif following and not prefix and raw in _SERVANTS:
            prefix = "عبد" if is_arabic(raw) else "abd"
            continue
        elif following and not prefix and raw.replace("'", "") in _FATHERS:
            prefix = "أبو" if is_arabic(raw) else "abu"
            continue
        elif following and raw in _PARTICLES:
            parts.append(_Part(raw, particle=True))
            particle = raw
            article = False
            continue
        elif prefix and following and _is_article(raw, following):
            continue
        else:
            parts.append(_Part(prefix + word, article or (own_article and not prefix), particle))
        prefix, article, particle = "", False, ""
    return parts


def _is_article(word: str, following: str) -> bool:
    """al, el…, or with its l assimilated to the letter that follows: ash-Sharif, es-Sebsi, an-Najjar."""
    if word in _ARTICLES or word == "ال":
        return True
    return len(word) in (2, 3) and word[0] in "aei" and word[1] not in "aeiou" and following.startswith(word[1:])


def _without_article(word: str) -> tuple[str, bool]:
    if word.startswith("ال") and len(word) > 3:
        return word[2:], True
    return word, False


def _joins_back(raw: str, word: str, article: bool) -> bool:
    """The second part of a compound: …eddine, …ullah."""
    if raw in _GODS:
        return True
    return (word == "دين" and article) if is_arabic(word) else bool(_FAITHS.match(word)) and (article or word != "din")


@lru_cache(maxsize=131_072)
def _word(stem: str, article: bool, after: str, particle: bool) -> Word:
    arabic = is_arabic(stem)
    spelled = _spellings_arabic(stem, article) if arabic else _spellings_latin(stem, article)
    if after:
        spelled.append({"ابن": "بن", "إبن": "بن"}.get(after, after) + spelled[0])
    spelled += [_FATHER_OPEN.sub("", each) for each in spelled]
    readings = dict.fromkeys(hear(each, arabic=is_arabic(each)) for each in spelled)
    return Word(stem, arabic, tuple(readings), particle)


def _spellings_arabic(stem: str, article: bool) -> list[str]:
    if stem.startswith("عبدال") and len(stem) > 6:
        stem = "عبد" + stem[5:]
    stem = _COMPOUND_ARABIC.sub("", stem)
    # The Maghreb writes the article's l alone: الأخضر is Lakhdar.
    return [stem, "ل" + stem.lstrip("أا")] if article and stem[:1] in ("أ", "ا", "ع", "ح") else [stem]


def _spellings_latin(stem: str, article: bool) -> list[str]:
    stem = _SERVANT_LATIN.sub(r"\1", stem)
    stem = _FAITH_LATIN.sub("e", stem)
    spelled = [stem]
    if article and stem[0] in "aeiouh":
        spelled.append("l" + stem)
    for pattern in (_ARTICLE_LATIN, _ASSIMILATED_LATIN):
        bare = pattern.sub("", stem)
        if bare != stem:
            spelled.append(bare)
    return spelled


def _exact(word: str) -> str:
    """Arabic spelling without the differences that are none: hamza carriers, final ya and ta marbuta."""
    return word.translate(_ALIKE)
