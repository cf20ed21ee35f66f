"""Show the face that a first presentation asks to be compared: of one scan, while its bearer stands there."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from services.entrance.domain.errors import NoFaceAskedError
from services.entrance.domain.ports import ScanLog
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.world import World

FACE_CHECK: Final = "face_check"
SHOWN_WITHIN: Final = timedelta(minutes=5)


class ShowFace:
    """Read from the vault each time, audited there, and kept nowhere. Deciding on a scan never waits for it."""

    def __init__(self, log: ScanLog, personal_data: PersonalData, world: World) -> None:
        self._log = log
        self._personal_data = personal_data
        self._world = world

    async def __call__(self, principal: Principal, gate: str, device: str, device_sequence: int) -> PersonalRecord:
        """Name and portrait of a scan's bearer, if that scan asked for a face here, five minutes ago at most.

        Of somebody who was erased, or of whom there is no photo, nothing is there to compare. Raises RoleRequiredError,
        NoFaceAskedError, InfrastructureError when the vault is away.
        """
        principal.require(Role.GUARD, Role.SUPERVISOR)
        entry = await self._log.by_device(device, device_sequence)
        if entry is None or entry.gate != gate or entry.bearer is None or entry.decision.reason != FACE_CHECK:
            raise NoFaceAskedError
        if self._world.now() - entry.at > SHOWN_WITHIN:
            raise NoFaceAskedError
        participant_id = entry.bearer.participant_id
        answers = await self._personal_data.read([participant_id], purpose=Purpose.FACE_CHECK)
        answer = answers.get(participant_id)
        return answer if isinstance(answer, PersonalRecord) else PersonalRecord()
