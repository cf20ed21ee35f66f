"""The entrance over HTTP: scans and their answers, and the guard's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import HTMLResponse

from services.entrance.application.follow_status_list import FollowStatusList, StatusListReport
from services.entrance.application.queries import CountOccupancy, ListGates, ListRecentScans, NameThings
from services.entrance.application.scan_badge import ScanBadge, ScanBadgeHandler
from services.entrance.application.show_face import ShowFace
from services.entrance.application.show_token import ShownToken, ShowToken
from services.entrance.domain.access_decision import Direction
from services.entrance.domain.ports import GateView, Names, ScanEntry
from services.entrance.domain.token import VALID, WITH_HOLDER
from shared.security.personal_data import PersonalRecord
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.data_url import jpeg_url
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.requests import Caller, PathId, TheCause, roles
from shared.web.texts import Texts

BASE: Final = "/api/entrance/v1"
SESSION_PATH: Final = f"{BASE}/session"
GUARDS: Final = (Role.GUARD, Role.SUPERVISOR)


TOKENS_MAX: Final = 5
TokenNumber = Annotated[str, Field(min_length=1, max_length=20)]


class ScanBody(BaseModel):
    """A read: the credential's text or the printed number, one of them.

    `face_checked` is the guard's word that the bearer's face is the record's, `accompanied` that
    the escort is there. `tokens` are the numbers on what is shown beside the badge, like F-3.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    direction: Direction = Direction.IN
    device: str = Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")
    device_sequence: int = Field(ge=1, lt=2**53)
    credential: str | None = Field(default=None, min_length=1, max_length=2_000)
    number: str | None = Field(default=None, min_length=1, max_length=40)
    face_checked: bool = False
    accompanied: bool = False
    tokens: tuple[TokenNumber, ...] = Field(default=(), max_length=TOKENS_MAX)

    @model_validator(mode="after")
    def _one_of_them(self) -> ScanBody:
        if (self.credential is None) == (self.number is None):
            raise ValueError("give the credential or the number")
        return self


class FaceBody(BaseModel):
    """Of which scan: one that asked for a face at this gate, in the last five minutes."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    device: str = Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")
    device_sequence: int = Field(ge=1, lt=2**53)


@dataclass(frozen=True)
class Application:
    scan_badge: ScanBadgeHandler
    show_face: ShowFace
    show_token: ShowToken
    follow_status_list: FollowStatusList
    list_gates: ListGates
    name_things: NameThings
    list_recent_scans: ListRecentScans
    count_occupancy: CountOccupancy


def routes(application: Application, pages: Pages, texts: Texts) -> APIRouter:
    router = APIRouter()

    @router.post(BASE + "/gates/{gate}/scans", openapi_extra=roles(*GUARDS))
    async def scan(
        gate: PathId, body: ScanBody, request: Request, principal: Caller, cause: TheCause
    ) -> dict[str, Any]:
        """Decide on a scan. To refuse somebody is an answer like any other; the same scan sent twice is one scan."""
        read = ScanBadge(gate, **body.model_dump())
        entry = await application.scan_badge(principal, read, cause)
        language = language_of(request)
        return scan_view(entry, texts, language, await application.name_things(principal, language))

    @router.get(BASE + "/gates/{gate}/scans", openapi_extra=roles(*GUARDS))
    async def recent(gate: PathId, request: Request, principal: Caller) -> dict[str, Any]:
        """The last scans at a gate, newest first."""
        found = await application.list_recent_scans(principal, gate)
        language = language_of(request)
        names = await application.name_things(principal, language)
        return {"scans": [scan_view(entry, texts, language, names) for entry in found]}

    @router.post(BASE + "/gates/{gate}/faces", openapi_extra=roles(*GUARDS))
    async def face(gate: PathId, body: FaceBody, principal: Caller) -> dict[str, Any]:
        """The name and portrait to compare at a first presentation; `photo` is a data URL."""
        return face_view(await application.show_face(principal, gate, body.device, body.device_sequence))

    @router.get(BASE + "/gates", openapi_extra=roles(*GUARDS, Role.OPERATOR))
    async def gates(request: Request, principal: Caller) -> dict[str, Any]:
        """The conference's gates."""
        found = await application.list_gates(principal)
        return {"gates": [_gate(gate, language_of(request)) for gate in found]}

    @router.get(BASE + "/tokens/{number}", openapi_extra=roles(*GUARDS))
    async def token(number: Annotated[str, Path(max_length=20)], request: Request, principal: Caller) -> dict[str, Any]:
        """A token by the number on it: its plate or serial, whose it is, and who may sit in the vehicle."""
        shown = await application.show_token(principal, number)
        language = language_of(request)
        return token_view(shown, texts, language, await application.name_things(principal, language))

    @router.get(BASE + "/status-list", openapi_extra=roles(*GUARDS, Role.OPERATOR))
    async def status_list(request: Request, principal: Caller) -> dict[str, Any]:
        """How far the gates' signed status list is to be believed, in words."""
        return list_view(application.follow_status_list.report(principal), texts, language_of(request))

    @router.get(BASE + "/occupancy", openapi_extra=roles(*GUARDS, Role.OPERATOR))
    async def occupancy(principal: Caller) -> dict[str, Any]:
        """How many are inside each zone now."""
        return {"zones": dict(await application.count_occupancy(principal))}

    @router.get("/entrance/gate", include_in_schema=False)
    async def page(request: Request, principal: Annotated[Principal, Depends(page_principal)]) -> HTMLResponse:
        found = await application.list_gates(principal)
        shown = [_gate(gate, language_of(request)) for gate in found]
        return pages.render(request, "gate.html", principal=principal, gates=shown, renewal=SESSION_PATH)

    return router


def scan_view(entry: ScanEntry, texts: Texts, language: str, names: Names) -> dict[str, Any]:
    """A scan as the guard sees it, in one language."""
    reason, bearer = entry.decision.reason, entry.bearer
    return {
        "scan_id": entry.scan_id,
        "decision": entry.decision.decision.value,
        "reason": reason,
        "repeated": entry.decision.repeated,
        "headline": texts.say(f"entrance.{reason}.headline", language),
        "sentence": texts.say(f"entrance.{reason}.sentence", language),
        "gate": entry.gate,
        "direction": entry.direction.value,
        "at": entry.at.isoformat(),
        "participant_id": bearer.participant_id if bearer else None,
        "delegation": bearer.delegation if bearer else None,
        "category": bearer.category if bearer else None,
        "delegation_name": names.delegations.get(bearer.delegation) if bearer else None,
        "category_name": names.categories.get(bearer.category) if bearer else None,
        "badge_number": bearer.number if bearer else None,
    }


def face_view(person: PersonalRecord) -> dict[str, Any]:
    return {
        "name_arabic": person.name_arabic,
        "name_latin": person.name_latin,
        "rank": person.rank,
        "title": person.title,
        "photo": jpeg_url(person.photo),
    }


def token_view(shown: ShownToken, texts: Texts, language: str, names: Names) -> dict[str, Any]:
    """A token as the guard sees it. `place` says in words why it does not hold, or where it is."""
    token = shown.token
    place = token.state if token.state != VALID else token.custody
    return {
        "number": token.printed,
        "kind": token.kind,
        "kind_name": texts.say(f"entrance.token.{token.kind}", language),
        "holds": token.state == VALID and token.custody == WITH_HOLDER,
        "place": texts.say(f"entrance.token_place.{place}", language),
        "mark": token.mark,
        "delegation": token.delegation,
        "delegation_name": names.delegations.get(token.delegation),
        "people": [
            {
                "badge_number": badge.number,
                "category_name": names.categories.get(badge.category),
                "state": badge.state.value,
                "state_name": texts.say(f"entrance.badge.{badge.state.value}", language),
            }
            for badge in shown.people
        ],
        "unaccounted": len(token.manifest) - len(shown.people) if token.manifest else 0,
    }


def list_view(report: StatusListReport, texts: Texts, language: str) -> dict[str, Any]:
    issued_at = report.issued_at
    minutes = int(report.age.total_seconds() // 60)
    return {
        "trust": report.trust.value,
        "version": report.version,
        "issued_at": issued_at.isoformat() if issued_at else None,
        "sentence": texts.say(f"entrance.list.{report.trust.value}", language, minutes=minutes),
    }


def _gate(gate: GateView, language: str) -> dict[str, Any]:
    return {"code": gate.code, "zone": gate.zone, "reads_exits": gate.reads_exits, "name": gate.name[language]}
