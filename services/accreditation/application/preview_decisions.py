"""What a decision would come to, before it is taken: whom it touches, and who would be refused and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.accreditation.application.bulk import REFUSED, Row
from services.accreditation.application.decide_dossiers import DecideDossiers, officer_of
from services.accreditation.domain.decision import decided, outcome_of
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import DossierNotFoundError, NoConferenceError
from services.accreditation.domain.dossier_ports import DossierViews
from services.accreditation.domain.ports import Views
from shared.errors import Refusal
from shared.security.principal import Principal, Role
from shared.world import World


@dataclass(frozen=True)
class Preview:
    """`delegations` and `categories` count those who would not be refused."""

    rows: Sequence[Row]
    delegations: Mapping[str, int]
    categories: Mapping[str, int]


class PreviewDecisions:
    def __init__(self, views: Views, dossiers: DossierViews, world: World) -> None:
        self._views = views
        self._dossiers = dossiers
        self._world = world

    async def __call__(self, principal: Principal, command: DecideDossiers) -> Preview:
        """Changes nothing. Raises RoleRequiredError, NoConferenceError, and as the decision does of what it says."""
        principal.require(Role.ACCREDITATION_OFFICER)
        command.require_sound()
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        ids = list(dict.fromkeys(command.participant_ids))
        found, claims = await self._dossiers.dossiers(ids), await self._dossiers.claims(ids)
        officer, now = officer_of(principal), self._world.now()
        touched: list[Dossier] = []

        def row(participant_id: str) -> Row:
            dossier = found.get(participant_id)
            try:
                if dossier is None:
                    raise DossierNotFoundError
                claim = claims.get(participant_id)
                after, _ = decided(dossier, command.verdict, claim, officer, conference, now)
            except Refusal as refusal:
                return Row(participant_id, REFUSED, refusal.code, refusal.data)
            touched.append(dossier)
            return Row(participant_id, outcome_of(after, command.verdict.decision))

        rows = [row(participant_id) for participant_id in ids]
        return Preview(
            rows,
            Counter(dossier.subject.delegation for dossier in touched),
            Counter(dossier.submission.category for dossier in touched),
        )
