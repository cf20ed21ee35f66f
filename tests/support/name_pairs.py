"""The labelled pairs of names: the same person in two spellings, and two people whose names are easily confused."""

from __future__ import annotations

import itertools
import tomllib
import zlib
from dataclasses import dataclass
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "vectors" / "names.toml"


@dataclass(frozen=True)
class LabelledPair:
    """`held_out` pairs were not looked at while the rules were made."""

    one: str
    other: str
    same: bool
    held_out: bool


def labelled_pairs() -> list[LabelledPair]:
    """All pairs, each once, in a stable order."""
    data = tomllib.loads(VECTORS.read_text())
    families = [line.split("|") for line in data["families"]]
    given = {line.split("|")[0]: line.split("|") for line in data["given"]}
    pairs = [
        LabelledPair(one, other, True, _held_out(line))
        for line in data["people"]
        for one, other in itertools.combinations(line.split("|"), 2)
    ]
    for number, spellings in enumerate(given.values()):
        family = families[number % len(families)]
        pairs += [
            LabelledPair(f"{one} {family[i % 3]}", f"{other} {family[(i + 1) % 3]}", True, _held_out(spellings[0]))
            for i, (one, other) in enumerate(itertools.combinations(spellings, 2))
        ]
    for number, both in enumerate(data["apart"]):
        left, right = (given[name] for name in both.split("-"))
        family = families[number % len(families)]
        pairs += [
            LabelledPair(f"{one} {family[i % 3]}", f"{other} {family[(i + i // 3) % 3]}", False, _held_out(both))
            for i, (one, other) in enumerate(itertools.product(left, right))
            if one not in right and other not in left
        ]
    for line in data["different"]:
        one, other = line.split("|")
        pairs.append(LabelledPair(one, other, False, _held_out(line)))
    return list(dict.fromkeys(pairs))


def _held_out(text: str) -> bool:
    return zlib.crc32(text.encode()) % 2 == 1
