"""A delegation's list over HTTP: registrations one by one, substitution, reconciliation, waivers, notes verbales."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, File, Form, Request, Response, UploadFile

from services.registration.adapters import list_answers as answers
from services.registration.adapters.saved_answers import ReconciledAnswer, SavedAnswer, SubstitutedAnswer
from services.registration.application.add_note_verbale import AddNoteVerbale, AddNoteVerbaleHandler
from services.registration.application.ask_waiver import AskWaiver, AskWaiverHandler
from services.registration.application.decide_waiver import DECIDERS, DecideWaiver, DecideWaiverHandler
from services.registration.application.discard_draft import DiscardDraftHandler
from services.registration.application.reconcile_list import ReconcileListHandler
from services.registration.application.save_registration import SaveRegistration, SaveRegistrationHandler
from services.registration.application.scope import READERS
from services.registration.application.show_list import ShowList
from services.registration.application.show_person import ShowPerson
from services.registration.application.show_roster import ShowRoster
from services.registration.application.substitute_participant import SubstituteParticipantHandler
from services.registration.application.withdraw_participant import WithdrawParticipantHandler
from shared.security.principal import Role
from shared.web.languages import language_of
from shared.web.requests import Caller, PathId, TheCause, TheCommand, roles
from shared.web.texts import Texts

BASE: Final = "/api/registration/v1"
_PHOTO_FORM_BYTES_MAX: Final = 13 * 1024 * 1024
UPLOADS: Final = {
    "/participants": _PHOTO_FORM_BYTES_MAX,
    "/registration": _PHOTO_FORM_BYTES_MAX,
    "/notes-verbales": _PHOTO_FORM_BYTES_MAX,
}
_FOCAL: Final = roles(Role.FOCAL_POINT)
TheForm = Annotated[str, Form(alias="form", max_length=answers.FORM_CHARS_MAX)]
ThePhoto = Annotated[UploadFile | None, File()]


@dataclass(frozen=True)
class ListApplication:
    """The use cases around a delegation's list."""

    save_registration: SaveRegistrationHandler
    withdraw_participant: WithdrawParticipantHandler
    discard_draft: DiscardDraftHandler
    substitute_participant: SubstituteParticipantHandler
    reconcile_list: ReconcileListHandler
    ask_waiver: AskWaiverHandler
    decide_waiver: DecideWaiverHandler
    add_note_verbale: AddNoteVerbaleHandler
    show_list: ShowList
    show_roster: ShowRoster
    show_person: ShowPerson


def routes(application: ListApplication, texts: Texts) -> APIRouter:
    router = APIRouter(prefix=BASE)
    _registrations(router, application, texts)
    _changes(router, application, texts)
    _reads(router, application)
    _waivers(router, application, texts)
    _notes(router, application)
    return router


def _registrations(router: APIRouter, application: ListApplication, texts: Texts) -> None:
    @router.post("/delegations/{delegation}/participants", status_code=201, openapi_extra=_FOCAL)
    async def register(
        delegation: PathId,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
        written: TheForm,
        photo: ThePhoto = None,
    ) -> SavedAnswer:
        """Register one person by the form of their category (`form` is JSON): a draft, or submitted at once."""
        wanted = await _registration(written, photo, delegation=delegation)
        with answers.saying(texts, language_of(request)):
            saved = await application.save_registration(principal, wanted, cause, command)
        return SavedAnswer.of(saved, texts, language_of(request))

    @router.put("/participants/{participant_id}/registration", openapi_extra=_FOCAL)
    async def save(
        participant_id: PathId,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
        written: TheForm,
        photo: ThePhoto = None,
    ) -> SavedAnswer:
        """Save a draft, submit it, or submit somebody again with what was corrected."""
        wanted = await _registration(written, photo, participant_id=participant_id)
        with answers.saying(texts, language_of(request)):
            saved = await application.save_registration(principal, wanted, cause, command)
        return SavedAnswer.of(saved, texts, language_of(request))

    @router.get("/participants/{participant_id}/registration", openapi_extra=_FOCAL)
    async def person(participant_id: PathId, request: Request, principal: Caller) -> dict[str, Any]:
        """One's own person: what was given, the form, what is missing or in doubt, remarks and history."""
        shown = await application.show_person(principal, participant_id)
        return answers.person_view(shown, texts, language_of(request))

    @router.get("/participants/{participant_id}/photo", openapi_extra=_FOCAL)
    async def portrait(participant_id: PathId, principal: Caller) -> Response:
        """The portrait of one's own person."""
        content = await application.show_person.photo(principal, participant_id)
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})

    @router.delete("/participants/{participant_id}/registration", openapi_extra=_FOCAL)
    async def discard(
        participant_id: PathId, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Throw a draft away."""
        return await application.discard_draft(principal, participant_id, cause, command)


def _changes(router: APIRouter, application: ListApplication, texts: Texts) -> None:
    @router.post("/participants/{participant_id}/withdrawal", openapi_extra=_FOCAL)
    async def withdraw(
        participant_id: PathId,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
        asked: Annotated[answers.NoteGiven | None, Body()] = None,
    ) -> dict[str, Any]:
        """Withdraw a participant."""
        note_id = asked.note_id if asked else None
        return await application.withdraw_participant(principal, participant_id, note_id, cause, command)

    @router.post("/participants/{participant_id}/substitution", openapi_extra=_FOCAL)
    async def substitute(
        participant_id: PathId,
        asked: answers.SubstitutionAsked,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
    ) -> SubstitutedAnswer:
        """Give a participant's place to a draft of the same category: one out, one in, at once."""
        with answers.saying(texts, language_of(request)):
            done = await application.substitute_participant(
                principal, participant_id, asked.comes, asked.note_id, cause, command
            )
        return SubstitutedAnswer.of(done, texts, language_of(request))

    @router.post("/delegations/{delegation}/reconciliation/preview", openapi_extra=_FOCAL)
    async def look(delegation: PathId, asked: answers.PlanAsked, request: Request, principal: Caller) -> dict[str, Any]:
        """What a plan of additions, withdrawals and swaps does to each quota. Nothing is done by this."""
        found = await application.reconcile_list.look(principal, delegation, asked.plan())
        return answers.reconciliation_view(found, texts, language_of(request))

    @router.post("/delegations/{delegation}/reconciliation", openapi_extra=_FOCAL)
    async def reconcile(
        delegation: PathId,
        asked: answers.PlanAsked,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
    ) -> ReconciledAnswer:
        """Carry a plan out, whole or not at all."""
        plan = asked.plan()
        with answers.saying(texts, language_of(request)):
            done = await application.reconcile_list(principal, delegation, plan, asked.note_id, cause, command)
        return ReconciledAnswer.of(done, texts, language_of(request))


def _reads(router: APIRouter, application: ListApplication) -> None:
    @router.get("/delegations/{delegation}/overview", openapi_extra=roles(*READERS))
    async def overview(delegation: PathId, principal: Caller) -> dict[str, Any]:
        """Quota, deadlines, what is missing and whose turn it is."""
        return answers.overview_view(await application.show_list.overview(principal, delegation))

    @router.post("/delegations/{delegation}/roster/search", openapi_extra=_FOCAL)
    async def roster(delegation: PathId, asked: answers.RosterAsked, principal: Caller) -> dict[str, Any]:
        """A page of the roster by precedence, with names. A name that is looked for is in no address, hence a POST."""
        return answers.roster_view(
            await application.show_roster.page(principal, delegation, asked.wanted(), asked.page)
        )

    @router.get("/delegations/{delegation}/forms", openapi_extra=roles(*READERS))
    async def forms(delegation: PathId, principal: Caller) -> dict[str, Any]:
        """The form of each category that the delegation has places in."""
        found = await application.show_person.forms(principal, delegation)
        return {"forms": [answers.form_view(form) for form in found.forms.values()]}

    @router.get("/delegations/{delegation}/changes", openapi_extra=_FOCAL)
    async def changes(delegation: PathId, principal: Caller) -> dict[str, Any]:
        """The latest changes of the delegation's list, with the note verbale behind each."""
        found, notes = await application.show_list.changes(principal, delegation)
        return {"changes": [answers.change_view(each, notes) for each in found]}


def _waivers(router: APIRouter, application: ListApplication, texts: Texts) -> None:
    @router.get("/delegations/{delegation}/waivers", openapi_extra=roles(*READERS))
    async def waivers(delegation: PathId, principal: Caller) -> dict[str, Any]:
        """Places over the quota that the delegation asked for, and what became of it."""
        found, said = await application.show_list.waivers(principal, delegation)
        return {"waivers": [answers.waiver_view(each, said) for each in found]}

    @router.post("/delegations/{delegation}/waivers", status_code=201, openapi_extra=_FOCAL)
    async def ask(
        delegation: PathId,
        asked: answers.WaiverAsked,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
    ) -> dict[str, Any]:
        """Ask for places over the quota."""
        wanted = AskWaiver(delegation, asked.category, asked.places, asked.reason, asked.note_id)
        with answers.saying(texts, language_of(request)):
            return await application.ask_waiver(principal, wanted, cause, command)

    @router.get("/waivers", openapi_extra=roles(*DECIDERS))
    async def waiting(principal: Caller, decided: bool = False) -> dict[str, Any]:
        """Every waiver that waits for a decision, the oldest first; or every decided one, the latest first."""
        found, said, notes = await application.show_list.waivers_asked(principal, decided=decided)
        return {"waivers": [answers.office_waiver_view(each, said, notes) for each in found]}

    @router.post("/waivers/{waiver_id}/decision", openapi_extra=roles(*DECIDERS))
    async def decide(
        waiver_id: PathId,
        asked: answers.WaiverDecision,
        request: Request,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
    ) -> dict[str, Any]:
        """Grant a waiver, whole or in part, or refuse it."""
        wanted = DecideWaiver(waiver_id, asked.places, asked.answer)
        with answers.saying(texts, language_of(request)):
            return await application.decide_waiver(principal, wanted, cause, command)


def _notes(router: APIRouter, application: ListApplication) -> None:
    @router.get(
        "/delegations/{delegation}/notes-verbales", openapi_extra=roles(Role.FOCAL_POINT, Role.ACCREDITATION_OFFICER)
    )
    async def notes(delegation: PathId, principal: Caller) -> dict[str, Any]:
        """The notes verbales that the delegation named, the latest first."""
        found = await application.show_list.notes(principal, delegation)
        return {"notes": [answers.note_view(each) for each in found]}

    @router.post("/delegations/{delegation}/notes-verbales", status_code=201, openapi_extra=_FOCAL)
    async def add(
        delegation: PathId,
        principal: Caller,
        cause: TheCause,
        command: TheCommand,
        number: Annotated[str, Form(max_length=200)],
        dated: Annotated[str, Form(max_length=10)],
        scan: ThePhoto = None,
    ) -> dict[str, Any]:
        """Add a note verbale with its scan (PDF, JPEG or PNG)."""
        wanted = AddNoteVerbale(delegation, number, answers.iso_date(dated), await _content(scan))
        return await application.add_note_verbale(principal, wanted, cause, command)

    @router.get("/notes-verbales/{note_id}/scan", openapi_extra=roles(Role.FOCAL_POINT, Role.ACCREDITATION_OFFICER))
    async def scan(note_id: PathId, principal: Caller) -> Response:
        """The scan of a note verbale."""
        media_type, content = await application.add_note_verbale.scan(principal, note_id)
        headers = {"Cache-Control": "private, no-store", "Content-Disposition": "attachment; filename=note"}
        return Response(content, media_type=media_type, headers=headers)


async def _registration(
    written: str, photo: UploadFile | None, *, delegation: str | None = None, participant_id: str | None = None
) -> SaveRegistration:
    """What a form asks for: a new person of the delegation, or a change of this one, who alone has an edition."""
    asked = answers.parsed_form(written)
    return SaveRegistration(
        delegation=delegation,
        participant_id=participant_id,
        answers=asked.answers(await _content(photo)),
        precedence=asked.precedence,
        submit=asked.submit,
        note_id=asked.note_id,
        edition=asked.edition if participant_id else None,
        replies=asked.replies if participant_id else {},
    )


async def _content(file: UploadFile | None) -> bytes | None:
    """What was uploaded; None for an empty field of a form."""
    content = await file.read() if file is not None else b""
    return content or None
