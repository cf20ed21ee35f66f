"""From what a delegation gave of a person to the record that the vault keeps."""

from __future__ import annotations

from services.registration.domain.person import Person
from shared.security.personal_data import PersonalRecord
from shared.travel_documents.mrz import expiry_of


def record_of(person: Person, photo: bytes | None) -> PersonalRecord:
    """What nobody typed is taken from the machine-readable zone: until when the document holds."""
    return PersonalRecord(
        name_arabic=person.name_arabic,
        name_latin=person.name_latin,
        rank=person.rank,
        title=person.title,
        nationality=person.nationality,
        nationality_reason=person.nationality_reason,
        birth_date=person.birth_date,
        document_type=person.document_type,
        document_number=person.document_number,
        document_issuer=person.document_issuer,
        document_expires=person.document_expires or expiry_of(person.mrz),
        mrz=person.mrz,
        email=person.email,
        phone=person.phone,
        photo=photo,
    )
