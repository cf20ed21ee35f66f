"""CloudEvents on the wire: binary mode of the Kafka protocol binding (CloudEvents 1.0.2, Kafka binding section 3.2).

Attributes are headers `ce_<name>` in UTF-8, the data is the record's value in JSON. Extension attributes:
`correlationid`, `causationid`, `sequence` (zero-padded to 20 digits: position in the stream), `predecessor` (likewise,
on the first event of an epoch alone: `sequence.py`), `dataclassification`, `traceparent` (distributed tracing
extension) and `actor`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.contracts.sequence import Place
from shared.errors import ContractError

Headers = list[tuple[str, bytes]]

CLASSIFICATION: Final = "internal"
_PREFIX: Final = "ce_"
_REQUIRED: Final = tuple(
    _PREFIX + name for name in ("specversion", "id", "source", "type", "time", "sequence", "correlationid")
)
_VALUE_BYTES_MAX: Final = 1_024


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of one event. `time` is when it happened, aware UTC."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    actor: str
    predecessor: int | None = None

    @property
    def place(self) -> Place:
        """Its place in its stream."""
        return Place(self.sequence, self.predecessor)

    def headers(self, place: Place | None = None) -> Headers:
        """As Kafka carries them; at another place in the stream than its own, if one is given."""
        place = place or self.place
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "sequence": _digits(place.sequence),
            "predecessor": None if place.predecessor is None else _digits(place.predecessor),
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
            "traceparent": self.traceparent,
            "actor": self.actor,
            "dataclassification": CLASSIFICATION,
        }
        headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items() if value is not None]
        return [("content-type", b"application/json"), *headers]


def parse_headers(headers: Iterable[tuple[str, bytes | None]]) -> Envelope:
    """Read the attributes of a record. Raises ContractError naming the attribute that is missing or unreadable."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name[:3] != _PREFIX:
            continue
        if value is None or len(value) > _VALUE_BYTES_MAX:
            raise ContractError("header_unreadable", (name[3:],))
        try:
            found[name] = value.decode()
        except UnicodeDecodeError:
            raise ContractError("header_unreadable", (name[3:],)) from None
    for name in _REQUIRED:
        if name not in found:
            raise ContractError("header_missing", (name[3:],))
    if found["ce_specversion"] != "1.0":
        raise ContractError("specversion_unknown", ("specversion",))
    return Envelope(
        found["ce_id"],
        found["ce_source"],
        found["ce_type"],
        found.get("ce_subject", ""),
        _time(found["ce_time"]),
        _number("sequence", found["ce_sequence"], least=1),
        found["ce_correlationid"],
        found.get("ce_causationid"),
        found.get("ce_traceparent"),
        found.get("ce_actor", ""),
        _number("predecessor", found["ce_predecessor"]) if "ce_predecessor" in found else None,
    )


def _time(value: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise ContractError("header_unreadable", ("time",)) from None
    if parsed.tzinfo is None:
        raise ContractError("header_unreadable", ("time",))
    return parsed


def _digits(number: int) -> str:
    return f"{number:020d}"


def _number(attribute: str, value: str, *, least: int = 0) -> int:
    if not (len(value) == 20 and value.isascii() and value.isdigit() and (number := int(value)) >= least):
        raise ContractError("header_unreadable", (attribute,))
    return number
