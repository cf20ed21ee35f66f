"""What accreditation looks at of a person: held for that in memory, and kept nowhere."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from shared.travel_documents.doubts import Typed


class Person(Protocol):
    """What is screened; each may be unknown."""

    @property
    def name_arabic(self) -> str | None: ...

    @property
    def name_latin(self) -> str | None: ...

    @property
    def nationality(self) -> str | None: ...

    @property
    def birth_date(self) -> date | None: ...

    @property
    def document_number(self) -> str | None: ...


class CheckedPerson(Person, Typed, Protocol):
    """What the automatic checks look at beyond that."""

    @property
    def document_expires(self) -> date | None: ...

    @property
    def registered_elsewhere(self) -> int:
        """How many others, of any delegation, may be this person by document or by name and birth date."""
        ...
