"""Find the people whose names are nearest to one: a skeleton index over 100,000 of them, in memory only."""

from __future__ import annotations

import itertools
import math
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.names.comparison import NameMatch, Sought, compare_names
from shared.names.evidence import Circumstances, Evidence, alike_dates, evidence_of, is_weak, weighed
from shared.names.words import Name, Word, near_forms, read_name

CANDIDATES_MAX: Final = 64
_NEAR_WEIGHT: Final = 0.6
_ENOUGH: Final = 0.45
_NO_BIRTH: Final = 0
_HOLE: Final = -1
_FREED_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Hit:
    """An entry found: its score with the second evidence, the match of names behind it, and that evidence."""

    entry_id: str
    score: float
    match: NameMatch
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class _Entry:
    entry_id: str
    names: tuple[Name, ...]
    circumstances: Circumstances


class NameIndex:
    """Entries by the skeletons of their words. Adding an id again replaces it; not thread-safe.

    Postings are compact arrays; a removed entry is a hole until so many are holes that the index is laid out anew.
    Who was born on a day is found without a look at the others.
    """

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._entries: list[_Entry | None] = []
        self._place: dict[str, int] = {}
        self._postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._near: dict[str, list[str]] = defaultdict(list)
        self._births = array("i")
        self._born: dict[int, set[int]] = defaultdict(set)
        self._holes = 0

    def __len__(self) -> int:
        return len(self._place)

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._place

    def add(self, entry_id: str, names: Iterable[str], circumstances: Circumstances) -> None:
        """Keep an entry under all its names: both scripts, aliases, the passport's. Nameless ones are not kept."""
        self.remove(entry_id)
        read = tuple(name for name in map(read_name, dict.fromkeys(names)) if name.words)
        if read:
            self._append(_Entry(entry_id, read, circumstances))

    def remove(self, entry_id: str) -> None:
        place = self._place.pop(entry_id, None)
        if place is None:
            return
        self._entries[place] = None
        self._born[self._births[place]].discard(place)
        self._births[place] = _HOLE
        self._holes += 1
        if self._holes > 1_000 and self._holes > len(self._place):
            entries = [entry for entry in self._entries if entry is not None]
            self._clear()
            for entry in entries:
                self._append(entry)

    def take_apart(self) -> None:
        """Give the memory back little by little: freed as a whole, a large index would hold every thread meanwhile.

        It is empty afterwards.
        """
        while self._entries:
            del self._entries[-_FREED_AT_ONCE:]
        for kept in (self._place, self._postings, self._near, self._born):
            while kept:
                kept.popitem()
        self._clear()

    def search(
        self,
        names: Sequence[str],
        circumstances: Circumstances,
        *,
        score_min: float,
        limit: int = 20,
        born_alike: bool = False,
        among: Collection[str] | None = None,
        but: str | None = None,
    ) -> list[Hit]:
        """The entries that score at least `score_min`, best first: 64 candidates are looked at closely, no more.

        `born_alike` leaves out those whose birth date speaks against it, which makes the search many times faster;
        `among` whoever is not of these ids, `but` this one. Of two hits with one score the earlier id comes first.
        """
        wanted = tuple(name for name in map(read_name, dict.fromkeys(names)) if name.words)
        if not wanted or not self._place:
            return []
        possible = self._possible(circumstances.birth_date if born_alike else None, among)
        if but in self._place:
            possible = possible[possible != self._place[but]]
        # Few enough to be looked at closely, whatever their names: so it is with most birth dates.
        if len(possible) <= CANDIDATES_MAX:
            places = set(possible.tolist())
        else:
            places = {place for name in wanted for place in self._candidates(name, circumstances, possible)}
        sought = [Sought(name) for name in wanted]
        hits = [_hit(self._entries[place], sought, circumstances, score_min) for place in places]
        found = [hit for hit in hits if hit is not None]
        return sorted(found, key=lambda hit: (-hit.score, hit.entry_id))[:limit]

    def _append(self, entry: _Entry) -> None:
        place = len(self._entries)
        self._entries.append(entry)
        self._place[entry.entry_id] = place
        birth = entry.circumstances.birth_date
        self._births.append(birth.toordinal() if birth else _NO_BIRTH)
        self._born[self._births[place]].add(place)
        for key in {key for name in entry.names for word in name.stems for key in word.keys}:
            if key not in self._postings:
                for form in near_forms(key):
                    self._near[form].append(key)
            self._postings[key].append(place)

    def _possible(self, day: date | None, among: Collection[str] | None) -> NDArray[np.intp]:
        """The places of these ids whose birth date does not speak against this day, in order; None means all of them.

        A date that says little speaks against nobody.
        """
        of_ids = None if among is None else {self._place[each] for each in among if each in self._place}
        if day is None or is_weak(day):
            births = np.frombuffer(self._births, dtype=np.int32)
            return np.flatnonzero(births != _HOLE) if of_ids is None else _in_order(of_ids)
        days = (_NO_BIRTH, *(each.toordinal() for each in alike_dates(day)))
        born = set[int]().union(*(self._born[each] for each in days if each in self._born))
        return _in_order(born if of_ids is None else born & of_ids)

    def _candidates(self, name: Name, circumstances: Circumstances, possible: NDArray[np.intp]) -> list[int]:
        """The places whose words together are rarest, an equal birth date first among those that tie."""
        total = np.zeros(len(self._entries), dtype=np.float32)
        weight_max = 0.0
        for word in name.stems:
            weight_max += self._weigh_word(word, total)
        births = np.frombuffer(self._births, dtype=np.int32)
        places = possible[total[possible] >= _ENOUGH * weight_max]
        weights = total[places]
        if circumstances.birth_date is not None:
            weights[births[places] == circumstances.birth_date.toordinal()] += 2.0
        if len(places) > CANDIDATES_MAX:
            places = places[np.argpartition(weights, -CANDIDATES_MAX)[-CANDIDATES_MAX:]]
        return [int(place) for place in places]

    def _weigh_word(self, word: Word, total: NDArray[np.float32]) -> float:
        """Add a word's weight to every entry that has it, rare words weighing more; answers that weight."""
        exact = [self._postings[key] for key in word.keys if key in self._postings]
        count = max(map(len, exact), default=0)
        weight = math.log((1 + len(self._entries)) / (1 + count)) + 0.3
        part = np.zeros(len(total), dtype=np.float32)
        for key in self._near_keys(word):
            part[np.frombuffer(self._postings[key], dtype=np.uint32)] = weight * _NEAR_WEIGHT
        for posting in exact:
            part[np.frombuffer(posting, dtype=np.uint32)] = weight
        total += part
        return weight

    def _near_keys(self, word: Word) -> set[str]:
        """Known skeletons one consonant away."""
        return {near for form in word.near for near in self._near.get(form, ())}.difference(word.keys)


def _hit(entry: _Entry | None, wanted: Sequence[Sought], circumstances: Circumstances, score_min: float) -> Hit | None:
    """The entry, if it scores that much. Most candidates cannot, which is told before their words are compared."""
    if entry is None:
        return None
    evidence = evidence_of(circumstances, entry.circumstances)
    best: NameMatch | None = None
    for sought, known in itertools.product(wanted, entry.names):
        possible = round(sought.best_possible(known), 3)
        if (best is None or possible > best.score) and weighed(possible, evidence) >= score_min:
            match = compare_names(sought.name, known)
            best = match if best is None or match.score > best.score else best
    if best is None or (score := weighed(best.score, evidence)) < score_min:
        return None
    return Hit(entry.entry_id, score, best, evidence)


def _in_order(places: set[int]) -> NDArray[np.intp]:
    return np.sort(np.fromiter(places, dtype=np.intp, count=len(places)))
