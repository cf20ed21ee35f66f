"""Tokens by delegation, kind and number: as data, and with names for as long as a page is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.ports import Page, Views
from services.accreditation.domain.token import Token, TokenKind
from services.accreditation.domain.token_errors import TokenNumberError
from services.accreditation.domain.token_ports import TokenViews
from shared.security.personal_data import PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.token_numbers import read_token_number


@dataclass(frozen=True)
class TokenFilter:
    """`number` is as it stands on the token, letter and all, and goes before the kind."""

    delegation: str | None = None
    kind: TokenKind | None = None
    number: str | None = None


@dataclass(frozen=True)
class ShownTokens:
    """`names` lacks those whom the vault knows no more."""

    page: Page[Token]
    names: Mapping[str, PersonalRecord]
    conference: ConferenceRules | None


class ShowTokens:
    def __init__(self, views: Views, tokens: TokenViews, personal_data: PersonalData) -> None:
        self._views = views
        self._tokens = tokens
        self._personal_data = personal_data

    async def listed(self, principal: Principal, wanted: TokenFilter, *, page: int) -> Page[Token]:
        """By kind and number. Raises RoleRequiredError, TokenNumberError."""
        principal.require(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR, Role.SUPERVISOR)
        return await self._listed(wanted, page)

    async def __call__(self, principal: Principal, wanted: TokenFilter, *, page: int) -> ShownTokens:
        """Each read of personal data is audited by the vault. A number that is none finds nothing.

        Raises RoleRequiredError.
        """
        principal.require(Role.ACCREDITATION_OFFICER, Role.SUPERVISOR)
        try:
            found = await self._listed(wanted, page)
        except TokenNumberError:
            found = Page[Token]((), 1, 0)
        people = list(dict.fromkeys(who for each in found.rows for who in each.people))
        answers = await self._personal_data.read(people, purpose=Purpose.REVIEW) if people else {}
        names = {who: answer for who, answer in answers.items() if isinstance(answer, PersonalRecord)}
        return ShownTokens(found, names, await self._views.conference())

    async def _listed(self, wanted: TokenFilter, page: int) -> Page[Token]:
        kind, number = wanted.kind, None
        if wanted.number is not None:
            read = read_token_number(wanted.number)
            if read is None:
                raise TokenNumberError
            kind, number = TokenKind(read[0]), read[1]
        return await self._tokens.listed(delegation=wanted.delegation, kind=kind, number=number, page=page)
