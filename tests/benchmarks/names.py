"""`make bench-names`: precision and recall on the labelled pairs beside raw rapidfuzz, and the index's speed."""

from __future__ import annotations

import random
import resource
import statistics
import time
import tomllib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from rapidfuzz import fuzz, utils

from shared.names import POSSIBLY_SAME, Circumstances, NameIndex, compare_names, read_name
from tests.support.name_pairs import VECTORS, LabelledPair, labelled_pairs

SEED = 20_260_210
PEOPLE = 100_000
SEARCHES = 400
STOCK = Path(__file__).parents[2] / "deploy" / "demo" / "names.toml"


def ours(one: str, other: str) -> float:
    return compare_names(read_name(one), read_name(other)).score


def rapidfuzz_alone(one: str, other: str) -> float:
    return fuzz.token_sort_ratio(one, other, processor=utils.default_process) / 100


def figures(pairs: Sequence[LabelledPair], score: Callable[[str, str], float], least: float) -> tuple[float, float]:
    """Precision and recall."""
    found = [(score(pair.one, pair.other) >= least, pair.same) for pair in pairs]
    true = sum(hit and same for hit, same in found)
    return true / max(1, sum(hit for hit, _ in found)), true / sum(same for _, same in found)


def false_alarms(score: Callable[[str, str], float], least: float, people: Sequence[str]) -> float:
    """How many of the pairs of two people drawn at random are taken for one."""
    draw = random.Random(SEED)
    pairs = [draw.sample(people, 2) for _ in range(20_000)]
    return sum(score(*pair) >= least for pair in pairs) / len(pairs)


def invented_people(count: int) -> list[tuple[str, list[str], Circumstances]]:
    """People of many countries, each with one or two scripts; names repeat as they do in life."""
    draw = random.Random(SEED)
    stock = tomllib.loads(STOCK.read_text())
    given = [line.split("|") for part in stock.values() for kind in ("men", "women") for line in part[kind]]
    families = [line.split("|") for part in stock.values() for line in part["families"]]
    vectors = tomllib.loads(VECTORS.read_text())
    given += [line.split("|")[:2] for line in vectors["given"]]
    families += [[" ".join(name.split()[1:]) for name in line.split("|")[:2]] for line in vectors["people"]]
    families = [family for family in families if all(family)]
    people = []
    for number in range(count):
        parts = [draw.choice(given), draw.choice(given), draw.choice(families)]
        names = [" ".join(part[0] for part in parts), " ".join(part[-1] for part in parts)]
        birth = date(1955, 1, 1) + timedelta(days=draw.randrange(18_000))
        people.append((f"person-{number}", names, Circumstances(birth, draw.choice(("LBY", "EGY", "TUN", "TCD")))))
    return people


def main() -> None:
    pairs = labelled_pairs()
    held_out = [pair for pair in pairs if pair.held_out]
    people = invented_people(PEOPLE)
    print(f"seed {SEED}; {sum(p.same for p in pairs)} pairs of one person, {sum(not p.same for p in pairs)} of two")
    print("| matcher | from score | pairs | precision | recall | false alarms among random pairs |")
    print("|---|---|---|---|---|---|")
    for name, score, thresholds in (
        ("shared.names", ours, (POSSIBLY_SAME, 0.90)),
        ("rapidfuzz token_sort_ratio", rapidfuzz_alone, (0.60, 0.70, 0.80)),
    ):
        for least in thresholds:
            alarms = false_alarms(score, least, [names[1] for _, names, _ in people[:5_000]])
            for label, chosen in (("all", pairs), ("held out", held_out)):
                precision, recall = figures(chosen, score, least)
                print(f"| {name} | {least:.2f} | {label} | {precision:.3f} | {recall:.3f} | {alarms:.5f} |")
    _speed(people)


def _speed(people: list[tuple[str, list[str], Circumstances]]) -> None:
    index = NameIndex()
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for person in people:
        index.add(*person)
    built_s = time.perf_counter() - began
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    draw = random.Random(SEED)
    times_ms, cpu_ms, found = [], [], 0
    for number in range(SEARCHES):
        entry_id, names, circumstances = draw.choice(people)
        began, began_cpu = time.perf_counter(), time.process_time()
        hits = index.search([names[number % 2]], circumstances, score_min=POSSIBLY_SAME)
        times_ms.append((time.perf_counter() - began) * 1000)
        cpu_ms.append((time.process_time() - began_cpu) * 1000)
        found += any(hit.entry_id == entry_id for hit in hits)
    print(f"\n{len(index):,} people indexed in {built_s:.1f} s, {grown_mb:.0f} MB; {SEARCHES} searches by one script:")
    for label, times in (("by the clock", times_ms), ("processor time", cpu_ms)):
        centiles = statistics.quantiles(times, n=100)
        print(f"{label}: p50 {centiles[49]:.1f} ms, p95 {centiles[94]:.1f} ms, p99 {centiles[98]:.1f} ms")
    print(f"the person looked for was among the hits in {found / SEARCHES:.1%}")


if __name__ == "__main__":
    main()
