"""A face is shown for the scan that asked for it, where it asked, and not for long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from services.entrance.application.show_face import ShowFace
from services.entrance.domain.access_decision import AccessDecision, Decision, Direction
from services.entrance.domain.errors import NoFaceAskedError
from services.entrance.domain.ports import Bearer, ScanEntry
from shared.security.personal_data import Answer, Erased, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.world import SYSTEM

AT = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
GUARD = Principal("guard", "person-guard", frozenset({Role.GUARD}))
ENTRY = ScanEntry(
    scan_id="scan",
    conference_id="conference",
    key="person",
    gate="perimeter",
    zone="venue",
    direction=Direction.IN,
    device="page-1",
    device_sequence=7,
    fingerprint="",
    at=AT,
    decision=AccessDecision(Decision.REFER, "face_check"),
    bearer=Bearer("person", "chad", "security_detail", "1234-5", "badge"),
    passage=None,
)
FACE = PersonalRecord(name_latin="Abakar Ngarbe", photo=b"jpeg")


class Log:
    def __init__(self, entry: ScanEntry) -> None:
        self._entry = entry

    async def by_device(self, device: str, device_sequence: int) -> ScanEntry | None:
        is_it = (device, device_sequence) == (self._entry.device, self._entry.device_sequence)
        return self._entry if is_it else None


class Vault:
    def __init__(self, answer: Answer = FACE) -> None:
        self.answer = answer
        self.asked: list[tuple[tuple[str, ...], Purpose]] = []

    async def read(self, participant_ids: Sequence[str], *, purpose: Purpose) -> Mapping[str, Answer]:
        self.asked.append((tuple(participant_ids), purpose))
        return dict.fromkeys(participant_ids, self.answer)


async def shown(entry: ScanEntry = ENTRY, *, vault: Vault, gate: str = "perimeter", number: int = 7) -> PersonalRecord:
    world = replace(SYSTEM, now=lambda: AT + timedelta(minutes=5))
    return await ShowFace(cast(Any, Log(entry)), vault, world)(GUARD, gate, "page-1", number)


async def test_the_bearers_face_is_read_for_its_own_purpose() -> None:
    vault = Vault()
    assert await shown(vault=vault) == FACE
    assert vault.asked == [(("person",), Purpose.FACE_CHECK)]


async def test_of_an_erased_person_nothing_is_there_to_compare() -> None:
    assert await shown(vault=Vault(Erased())) == PersonalRecord()


@pytest.mark.parametrize(
    ("entry", "gate", "number"),
    [
        (replace(ENTRY, decision=AccessDecision(Decision.ADMIT, "admitted")), "perimeter", 7),
        (replace(ENTRY, bearer=None), "perimeter", 7),
        (replace(ENTRY, at=AT - timedelta(seconds=1)), "perimeter", 7),
        (ENTRY, "hall-a", 7),
        (ENTRY, "perimeter", 8),
    ],
    ids=["it asked for no face", "nobody's badge", "too long ago", "another gate", "another scan"],
)
async def test_nobody_is_looked_up_without_such_a_scan(entry: ScanEntry, gate: str, number: int) -> None:
    vault = Vault()
    with pytest.raises(NoFaceAskedError):
        await shown(entry, vault=vault, gate=gate, number=number)
    assert vault.asked == []
