"""Who may read which fields for which purpose. What is not written here is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from shared.errors import NotPermittedError
from shared.security.personal_data import FIELDS, Purpose

_NAMES: Final = ("name_arabic", "name_latin", "rank", "title")

GRANTS: Final[dict[tuple[str, Purpose], tuple[str, ...]]] = {
    ("accreditation", Purpose.AUTOMATIC_CHECKS): (
        "name_arabic",
        "name_latin",
        "nationality",
        "nationality_reason",
        "birth_date",
        "document_type",
        "document_number",
        "document_issuer",
        "document_expires",
        "mrz",
    ),
    ("accreditation", Purpose.REVIEW): tuple(field for field in FIELDS if field not in ("email", "phone")),
    # What goes to the outside authority, to be screened and for nothing else.
    ("accreditation", Purpose.SCREENING): (
        "name_arabic",
        "name_latin",
        "nationality",
        "birth_date",
        "document_type",
        "document_number",
    ),
    ("accreditation", Purpose.BADGE): (*_NAMES, "photo"),
    # To find whoever lost a badge and knows no number: names, and no more of people who are not meant.
    ("accreditation", Purpose.DESK_SEARCH): _NAMES,
    ("session_allocation", Purpose.SEATING): _NAMES,
    # What a guard compares at a badge's first presentation; a category whose portrait is not printed is no exception.
    ("entrance", Purpose.FACE_CHECK): (*_NAMES, "photo"),
}


@dataclass(eq=False)
class NotGrantedError(NotPermittedError):
    code: ClassVar[str] = "vault.not_granted"


def granted_fields(service: str, purpose: Purpose) -> tuple[str, ...]:
    """Raises NotGrantedError."""
    fields = GRANTS.get((service, purpose))
    if fields is None:
        raise NotGrantedError
    return fields
