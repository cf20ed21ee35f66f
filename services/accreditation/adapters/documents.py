"""Badges as MongoDB documents, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge import COMING, Badge, BadgeState
from services.accreditation.domain.events import RevocationReason, Subject

Document = dict[str, Any]


def badge_document(badge: Badge) -> Document:
    """`live` and `place` are what the unique index on the participant's badges goes by."""
    return {
        "_id": badge.badge_id,
        "conference_id": badge.subject.conference_id,
        "participant_id": badge.subject.participant_id,
        "delegation": badge.subject.delegation,
        "category": badge.category,
        "serial": badge.serial,
        "number": badge.number,
        "key_id": badge.key_id,
        "credential": badge.credential,
        "access": access_list(badge.access),
        "profile_version": badge.profile_version,
        "valid_from": badge.valid_from,
        "valid_until": badge.valid_until,
        "state": badge.state.value,
        "since": badge.since,
        "reason": badge.reason.value if badge.reason else None,
        "replaces": badge.replaces,
        "live": badge.is_live,
        "place": "coming" if badge.state in COMING else "in_force",
        "prints": badge.prints,
        "card": badge.card,
        "version": badge.version + 1,
    }


def badge_from(document: Document) -> Badge:
    return Badge(
        badge_id=document["_id"],
        subject=Subject(document["conference_id"], document["participant_id"], document["delegation"]),
        category=document["category"],
        serial=document["serial"],
        number=document["number"],
        key_id=document["key_id"],
        credential=document["credential"],
        access=access_from(document["access"]),
        profile_version=document["profile_version"],
        valid_from=document["valid_from"],
        valid_until=document["valid_until"],
        state=BadgeState(document["state"]),
        since=document["since"],
        reason=RevocationReason(document["reason"]) if document["reason"] else None,
        replaces=document["replaces"],
        prints=document["prints"],
        card=document["card"],
        version=document["version"],
    )


def access_list(access: Sequence[AccessGrant]) -> list[Document]:
    return [
        {
            "zone": grant.zone,
            "days": list(grant.days),
            "opens": grant.opens.isoformat(),
            "closes": grant.closes.isoformat(),
            "only_with": grant.only_with,
        }
        for grant in access
    ]


def access_from(documents: Sequence[Document]) -> tuple[AccessGrant, ...]:
    return tuple(
        AccessGrant(
            item["zone"],
            tuple(item["days"]),
            time.fromisoformat(item["opens"]),
            time.fromisoformat(item["closes"]),
            item.get("only_with"),
        )
        for item in documents
    )
