"""What accreditation tells and hears."""

from __future__ import annotations

from typing import Any

from services.accreditation.application.open_dossier import OpenDossier
from services.accreditation.application.withdraw_dossier import WithdrawDossier
from services.accreditation.domain.badge import Activated, Badge, Prepared, Revoked
from services.accreditation.domain.dossier import Approved, Checked, Dossier, Rejected, Returned, SecondOfficerAsked
from shared.conference import KeepConference
from shared.contracts import accreditation as contract
from shared.contracts.conference import ConferencePublished
from shared.contracts.event import IntegrationEvent
from shared.contracts.registration import ParticipantCorrected, ParticipantSubmitted, ParticipantWithdrawn
from shared.contracts.topics import CONFERENCE, REGISTRATION_PARTICIPANTS
from shared.messaging.subscription import Subscription


def to_contract(event: object) -> IntegrationEvent:
    """A domain event as other services see it."""
    match event:
        case Checked(dossier):
            checks = tuple(
                contract.Check(code=check.code, outcome=contract.CheckOutcome(check.outcome.value))
                for check in dossier.checks
            )
            return contract.DossierChecked(**_of_dossier(dossier), revision=dossier.revision, checks=checks)
        case SecondOfficerAsked(dossier):
            return contract.SecondOfficerRequired(**_of_dossier(dossier))
        case Approved(dossier, automatic):
            return contract.ParticipantApproved(**_of_dossier(dossier), automatic=automatic)
        case Rejected(dossier, releasable_code):
            return contract.ParticipantRejected(**_of_dossier(dossier), releasable_code=releasable_code)
        case Returned(dossier, fields):
            return contract.ParticipantReturned(**_of_dossier(dossier), fields=fields)
        case Prepared(badge):
            return _prepared(badge)
        case Activated(badge):
            return contract.BadgeActivated(**_of_badge(badge))
        case Revoked(badge, reason):
            return contract.BadgeRevoked(**_of_badge(badge), reason=contract.RevocationReason(reason.value))
    raise TypeError(f"no contract for {type(event).__name__}")


def subscriptions(open_dossier: OpenDossier, withdraw: WithdrawDossier) -> list[Subscription]:
    return [
        Subscription(CONFERENCE, "conference", {ConferencePublished: KeepConference()}),
        Subscription(
            REGISTRATION_PARTICIPANTS,
            "dossiers",
            {
                ParticipantSubmitted: open_dossier,
                ParticipantCorrected: open_dossier,
                ParticipantWithdrawn: withdraw,
            },
        ),
    ]


def _prepared(badge: Badge) -> contract.BadgePrepared:
    return contract.BadgePrepared(
        **_of_badge(badge),
        number=badge.number,
        key_id=badge.key_id,
        category=badge.category,
        access=tuple(
            contract.AccessGrant(zone=grant.zone, days=grant.days, opens=grant.opens, closes=grant.closes)
            for grant in badge.access
        ),
        profile_version=badge.profile_version,
        valid_from=badge.valid_from,
        valid_until=badge.valid_until,
        replaces=badge.replaces,
    )


def _of_dossier(dossier: Dossier) -> dict[str, str]:
    return {
        "conference_id": dossier.conference_id,
        "participant_id": dossier.participant_id,
        "delegation": dossier.delegation,
        "category": dossier.category,
    }


def _of_badge(badge: Badge) -> dict[str, Any]:
    return {
        "conference_id": badge.conference_id,
        "participant_id": badge.participant_id,
        "delegation": badge.delegation,
        "badge_id": badge.badge_id,
        "serial": badge.serial,
    }
