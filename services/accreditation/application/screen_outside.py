"""The outside authority's screening: whom it is asked about, and its answers, by API, by page, or by sealed file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.accreditation.application.bulk import Bulk, Row
from services.accreditation.application.decide_dossiers import officer_of
from services.accreditation.application.follow_decision import FollowDecision
from services.accreditation.application.records import Bind, BindDossierBooks, conference_of
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import DossierChangedError, DossierNotFoundError
from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.dossier_ports import DossierViews, ScreeningPlace
from services.accreditation.domain.ports import Page, Views
from services.accreditation.domain.screening_request import PEOPLE_MAX, Answered, Asked, ScreeningFiles
from services.accreditation.domain.step import Step
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role

COURIERS: Final = (Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
AUTHORITY: Final = Officer("authority-file", "authority-file")


@dataclass(frozen=True)
class AskedFor:
    """One of the people who wait, without personal data where the vault has none."""

    asked: Asked
    delegation: str


@dataclass(frozen=True)
class Waiting:
    """50 of the people who wait; `total` counts them and all behind, `following` is where to go on."""

    page: Page[AskedFor]
    following: ScreeningPlace | None


class ListScreening:
    """Who waits for the authority: for itself with what it needs of them, for officers as a sealed file."""

    def __init__(
        self, views: DossierViews, conference: Views, personal_data: PersonalData, files: ScreeningFiles
    ) -> None:
        self._views = views
        self._conference = conference
        self._personal_data = personal_data
        self._files = files

    async def __call__(self, principal: Principal, *, page: int, after: ScreeningPlace | None = None) -> Waiting:
        """A page of 50, those due first; the read is audited by the vault. Who is answered leaves the list, so that a
        page's number passes over people meanwhile; `after` passes over nobody. Raises RoleRequiredError.
        """
        principal.require(Role.SCREENING_AUTHORITY)
        found = await self._views.in_screening(page=page, after=after)
        return Waiting(Page(await self._asked(found.rows), found.page, found.total), _following(found))

    async def conference(self) -> ConferenceRules | None:
        """For the delegations' names."""
        return await self._conference.conference()

    async def file(self, principal: Principal) -> bytes:
        """Everybody who waits, 2,000 at most, for the authority alone to open. Raises RoleRequiredError,
        NoAuthorityError.
        """
        principal.require(*COURIERS)
        people: list[Asked] = []
        after: ScreeningPlace | None = None
        while len(people) < PEOPLE_MAX:
            found = await self._views.in_screening(page=1, after=after)
            people += [each.asked for each in await self._asked(found.rows)]
            after = _following(found)
            if after is None:
                break
        return self._files.requests(people[:PEOPLE_MAX])

    async def _asked(self, dossiers: Sequence[Dossier]) -> list[AskedFor]:
        ids = [dossier.participant_id for dossier in dossiers]
        answers = await self._personal_data.read(ids, purpose=Purpose.SCREENING) if ids else {}
        return [_asked_for(dossier, answers.get(dossier.participant_id)) for dossier in dossiers]


class AnswerScreeningHandler:
    def __init__(
        self, bulk: Bulk, bind: Bind, books: BindDossierBooks, follow: FollowDecision, files: ScreeningFiles
    ) -> None:
        self._bulk = bulk
        self._bind = bind
        self._books = books
        self._follow = follow
        self._files = files

    async def __call__(
        self, principal: Principal, answers: Sequence[Answered], cause: Cause, key: CommandKey
    ) -> list[Row]:
        """A row for each: `answered`, or `refused` with its code. Raises RoleRequiredError."""
        principal.require(Role.SCREENING_AUTHORITY)
        return await self._answer(answers, officer_of(principal), cause, key)

    async def file(self, principal: Principal, content: bytes, cause: Cause, key: CommandKey) -> list[Row]:
        """The same from the authority's file; whoever carries it in answers for nothing in it.

        Raises RoleRequiredError, NoAuthorityError, ScreeningFileRefusedError.
        """
        principal.require(*COURIERS)
        return await self._answer(self._files.answers(content), AUTHORITY, cause, key)

    async def _answer(self, answers: Sequence[Answered], by: Officer, cause: Cause, key: CommandKey) -> list[Row]:
        by_reference = {answer.reference: answer for answer in answers}

        async def answer_one(tx: Transaction, participant_id: str) -> str:
            answer, records = by_reference[participant_id], self._bind(tx)
            dossier = await records.dossier(participant_id)
            if dossier is None:
                raise DossierNotFoundError
            if answer.revision != dossier.submission.revision:
                raise DossierChangedError(dossier.submission.revision)
            workflow = (await conference_of(records)).category(dossier.submission.category).workflow
            after, events = dossier.screened(answer.clear, by, workflow, tx.now)
            said = "clear" if answer.clear else "not_clear"
            await self._books(tx).note(Step(participant_id, dossier.version + 1, by, tx.now, "screen", said))
            await self._follow(tx, records, after, events)
            return "answered"

        return await self._bulk(list(by_reference), answer_one, cause=cause, command=key)


def _following(found: Page[Dossier]) -> ScreeningPlace | None:
    return ScreeningPlace.of(found.rows[-1]) if found.page < found.pages else None


def _asked_for(dossier: Dossier, answer: object) -> AskedFor:
    person = answer if isinstance(answer, PersonalRecord) else PersonalRecord()
    asked = Asked(
        reference=dossier.participant_id,
        revision=dossier.submission.revision,
        name_arabic=person.name_arabic or "",
        name_latin=person.name_latin or "",
        nationality=person.nationality or "",
        birth_date=person.birth_date.isoformat() if person.birth_date else "",
        document_type=person.document_type or "",
        document_number=person.document_number or "",
    )
    return AskedFor(asked, dossier.subject.delegation)
