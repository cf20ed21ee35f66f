"""Read a machine-readable zone for the form that it was scanned, pasted or typed into. Nothing is kept of it."""

from __future__ import annotations

from collections.abc import Mapping

from services.registration.domain.travel_document import kind_in_zone
from shared.security.principal import Principal, Role
from shared.travel_documents import mrz
from shared.world import World


class ReadZone:
    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, principal: Principal, text: str) -> Mapping[str, str]:
        """What a form's fields would say by the zone; what it does not say is not there.

        The name is in the zone's own letters, given names first. Raises MrzShapeError, MrzCheckDigitError.
        """
        principal.require(Role.FOCAL_POINT, Role.ACCREDITATION_OFFICER)
        zone = mrz.parse(text, today=self._world.now().date())
        said = {
            "name_latin": " ".join(part for part in reversed(zone.names) if part),
            "nationality": zone.nationality,
            "birth_date": zone.birth_date.isoformat() if zone.birth_date else "",
            "document_type": kind_in_zone(zone.document_type, zone.issuer) or "",
            "document_number": zone.document_number,
            "document_issuer": zone.issuer,
            "document_expires": zone.expires.isoformat() if zone.expires else "",
        }
        return {name: value for name, value in said.items() if value}
