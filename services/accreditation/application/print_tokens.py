"""Print the tokens beside the badge that a page of their list shows: permits, floaters, passes."""

from __future__ import annotations

from services.accreditation.application.show_tokens import ShowTokens, TokenFilter
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_errors import NoConferenceError
from services.accreditation.domain.ports import Views
from services.accreditation.domain.printing_errors import NothingToPrintError
from services.accreditation.domain.token import Token, TokenState
from services.accreditation.domain.token_face import NamedPerson, TokenFace, TokenPrinter
from shared.security.personal_data import Answer, PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role


class PrintTokens:
    """Names come from the vault each time, and what is drawn is kept nowhere."""

    def __init__(self, shown: ShowTokens, views: Views, personal_data: PersonalData, printer: TokenPrinter) -> None:
        self._shown = shown
        self._views = views
        self._personal_data = personal_data
        self._printer = printer

    async def __call__(self, principal: Principal, wanted: TokenFilter, *, page: int) -> bytes:
        """The valid ones of that page of the list, 50 at most, as PDF.

        Raises RoleRequiredError, TokenNumberError, NothingToPrintError, NoConferenceError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        found = await self._shown.listed(principal, wanted, page=page)
        valid = [token for token in found.rows if token.state is TokenState.VALID]
        if not valid:
            raise NothingToPrintError
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        people = list(dict.fromkeys(who for token in valid for who in token.people))
        answers = await self._personal_data.read(people, purpose=Purpose.BADGE) if people else {}
        named = {who: _named(answers.get(who)) for who in people}
        faces = [_face(token, conference, tuple(named[who] for who in token.people)) for token in valid]
        return await self._printer.tokens(faces)


def _face(token: Token, conference: ConferenceRules, people: tuple[NamedPerson, ...]) -> TokenFace:
    code = token.facts.delegation
    delegation = conference.delegations.get(code)
    return TokenFace(
        token=token,
        conference=conference.name,
        delegation=delegation.name if delegation else dict.fromkeys(("ar", "fr", "en"), code),
        people=people,
        first_day=conference.first_day,
        last_day=conference.last_day,
    )


def _named(answer: Answer | None) -> NamedPerson:
    if not isinstance(answer, PersonalRecord):
        return NamedPerson()
    return NamedPerson(answer.rank or "", answer.name_arabic or "", answer.name_latin or "")
