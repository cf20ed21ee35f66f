"""A badge as an event ticket of Google Wallet: its object, and the class that all of a conference's share.

Source: Google Wallet API, REST resources `eventticketclass` and `eventticketobject`. A link should stay below 1,800
characters: it carries the object alone, without portrait, zones and French, and an administrator makes the class once.
"""

from __future__ import annotations

from typing import Any, Final

from services.accreditation.domain.wallet import WalletFace

SAVE_URL: Final = "https://pay.google.com/gp/v/save/"
PREVIEW_ISSUER: Final = "0"


def ticket_class(shown: WalletFace, issuer: str) -> dict[str, Any]:
    """The conference: its English name stands above as the issuer's, the Arabic one is the event's."""
    name = shown.face.conference
    return {
        "id": _class_id(shown, issuer),
        "issuerName": name["en"],
        "eventName": _in_arabic(name["ar"]),
        "reviewStatus": "UNDER_REVIEW",
    }


def ticket_object(shown: WalletFace, issuer: str) -> dict[str, Any]:
    face = shown.face
    names = [name for name in (face.name_arabic, face.name_latin) if name]
    return {
        "id": f"{issuer}.{shown.badge_id}",
        "classId": _class_id(shown, issuer),
        "state": "ACTIVE",
        "ticketHolderName": " · ".join(names),
        "ticketNumber": face.number,
        "ticketType": _in_arabic(f"{face.category['ar']} · {face.category['en']}"),
        "barcode": {"type": "QR_CODE", "value": face.credential, "alternateText": face.number},
        "validTimeInterval": {"end": {"date": f"{shown.valid_until:%Y-%m-%dT%H:%M:%SZ}"}},
        "hexBackgroundColor": face.colour,
        "textModulesData": [{"id": "delegation", "body": f"{face.delegation['ar']} · {face.delegation['en']}"}],
    }


def _in_arabic(words: str) -> dict[str, Any]:
    return {"defaultValue": {"language": "ar", "value": words}}


def _class_id(shown: WalletFace, issuer: str) -> str:
    return f"{issuer}.{shown.conference_id}"
