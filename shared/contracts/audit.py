"""What people did to the machinery itself: facts for the audit log, told by any service.

What happens to participants is told by events of its own, and the audit log takes those too; this one is for what no
other event tells: a dead letter mended, a read model swapped in.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.contracts.topics import AUDIT


class Detail(BaseModel):
    """One thing more that the fact says: a code, a reference, a field's path, a count or a hash; never a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(max_length=60)
    value: str = Field(max_length=300)


@REGISTRY.event
class AuditFactRecorded(IntegrationEvent):
    """Who did what to what, and why, in codes and references.

    `actor` is the account, `person` whom it belongs to, `reason` a code of a closed list: nobody can type a name into
    it. `seconded_by` is the second officer where one was required.
    """

    TYPE: ClassVar[str] = "org.bawaba.audit.fact-recorded.v1"
    TOPIC: ClassVar[str] = AUDIT

    service: str = Field(max_length=40)
    action: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$", max_length=80)
    subject: str = Field(max_length=200)
    actor: str = Field(max_length=100)
    person: str = Field(max_length=100)
    reason: str = Field(default="", pattern=r"^[a-z_]*$", max_length=60)
    seconded_by: str = Field(default="", max_length=100)
    details: tuple[Detail, ...] = Field(default=(), max_length=100)

    def stream_key(self) -> str:
        return f"{self.service}/{self.subject}"
