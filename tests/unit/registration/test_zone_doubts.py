"""What a zone says otherwise than what was typed is told to who saves a person or looks later, and stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy.demo.people import passport_zone
from services.registration.adapters.list_answers import person_view, reconciliation_view
from services.registration.adapters.saved_answers import DoubtAnswer, ReconciledAnswer, SavedAnswer, SubstitutedAnswer
from services.registration.application.check_roster import RosterCheck
from services.registration.application.fill_form import Answers, FillForm
from services.registration.application.find_alike import FindAlike
from services.registration.application.list_parts import ListParts
from services.registration.application.reconcile_list import ReconcileListHandler
from services.registration.application.register_walk_up import RegisterWalkUp, RegisterWalkUpHandler
from services.registration.application.save_registration import SaveRegistration, SaveRegistrationHandler
from services.registration.application.show_person import ShowPerson
from services.registration.application.substitute_participant import SubstituteParticipantHandler
from services.registration.application.write_list import WriteList
from services.registration.bootstrap import __file__ as SERVICE_FILE
from services.registration.domain.errors import FormInvalidError
from services.registration.domain.participant import Participant, State
from services.registration.domain.quota import Quota
from services.registration.domain.reconciliation import Plan
from services.registration.domain.registration_form import Form, Rule
from services.registration.vault.store import Vault
from shared.messaging.unit_of_work import Cause, CommandKey
from shared.security.personal_data import PersonalRecord
from shared.security.principal import Principal, Role
from shared.testing.conference import small_conference
from shared.web.application import service_texts
from shared.world import World
from tests.unit.registration.test_discard_draft import FOCAL_POINT, Commits

OFFICER = Principal("officer", "person-officer", frozenset({Role.ACCREDITATION_OFFICER}), None)
CAUSE, KEY = Cause("story", None, None, "focal"), CommandKey("focal", "key", "fingerprint")
ZONE = passport_zone("EGY", ("Amina", "Farouk"), "X1234567", date(1980, 5, 13), date(2031, 1, 1))
GOOD = {
    "name_latin": "Amina Farouk",
    "nationality": "EGY",
    "birth_date": "1980-05-13",
    "document_number": "X1234567",
    "document_expires": "2031-01-01",
    "mrz": ZONE,
}
OTHER_NAME = GOOD | {"name_latin": "Petros Ioannou"}
KEPT = PersonalRecord(
    name_latin="Petros Ioannou",
    nationality="EGY",
    birth_date=date(1980, 5, 13),
    document_number="X1234567",
    document_expires=date(2031, 1, 1),
    mrz=ZONE,
)
AGREEING = replace(KEPT, name_latin="Amina Farouk")
TEXTS = service_texts(SERVICE_FILE)
NAME_DIFFERS = "roster.mrz_name_differs"


class House:
    """Registration around one person of Egypt, with a vault that counts how often it is read."""

    def __init__(self, record: PersonalRecord | None = None, rules: Mapping[str, Rule] | None = None) -> None:
        self.record = record
        self.reads = 0
        self.form = Form("delegate", 1, rules or {})
        world = World(now=lambda: datetime(2027, 1, 10, 9, tzinfo=UTC))
        vault = cast("Vault", cast(Any, self))
        quotas = cast(Any, SimpleNamespace(of_delegation=self.quotas, within=self.quotas))
        forms = cast(Any, SimpleNamespace(current=self.current, current_of=self.current_of, version=self.version))
        unused = cast(Any, None)
        check = RosterCheck(unused, unused, unused, quotas, forms, vault, world)
        self.parts = cast(
            "ListParts",
            SimpleNamespace(
                conference=SimpleNamespace(current=self.conference),
                check=check,
                quotas=quotas,
                forms=forms,
                vault=vault,
                world=world,
                participants=SimpleNamespace(
                    by_id=self.by_id, by_ids=self.by_ids, many_in_transaction=self.many_in_transaction
                ),
                texts=SimpleNamespace(read=self.nothing),
                changes=SimpleNamespace(of_participant=self.nothing),
                notes=SimpleNamespace(by_ids=self.nothing),
                unit_of_work=Commits(breaks=False),
                deadlines=check.deadlines,
                require_note=self.nothing,
            ),
        )

    async def conference(self) -> Any:
        return small_conference()

    async def quotas(self, *_: Any) -> dict[str, Quota]:
        return {"delegate": Quota("delegate", 9, 0)}

    async def current(self, _category: str) -> Form:
        return self.form

    async def current_of(self, _categories: Iterable[str]) -> dict[str, Form]:
        return {"delegate": self.form}

    async def version(self, _category: str, _version: int) -> Form:
        return self.form

    async def by_id(self, participant_id: str) -> Participant:
        state = State.DRAFT if participant_id.startswith("draft") else State.SUBMITTED
        return Participant(participant_id, "small", "egypt", "delegate", "identity", {}, state=state)

    async def by_ids(self, participant_ids: Iterable[str]) -> dict[str, Participant]:
        return {each: await self.by_id(each) for each in participant_ids}

    async def many_in_transaction(self, _tx: Any, participant_ids: Iterable[str]) -> dict[str, Participant]:
        return await self.by_ids(participant_ids)

    async def nothing(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {}

    async def read(self, participant_ids: Iterable[str], _fields: Iterable[str]) -> dict[str, PersonalRecord]:
        self.reads += 1
        return {each: self.record for each in participant_ids if self.record}

    async def ensure_keys(self, _participant_ids: Iterable[str]) -> None:
        """Nothing is sealed here."""

    def fingerprints(self, _record: PersonalRecord) -> dict[str, str]:
        return {}

    def fingerprint(self, _name: str, text: str) -> str:
        return text


class Writes:
    async def save_draft(self, *_: Any) -> None:
        """Kept by nobody."""

    async def submit(self, _tx: Any, draft: Participant, *_: Any, **__: Any) -> Participant:
        return draft

    async def substitute(self, _tx: Any, gone: Participant, come: Participant, *_: Any) -> tuple[Any, Any]:
        return gone, come

    async def withdraw(self, _tx: Any, gone: Participant, *_: Any) -> Participant:
        return gone


def saved(fields: Mapping[str, str], *, submit: bool = False, rules: Mapping[str, Rule] | None = None) -> SavedAnswer:
    house = House(rules=rules)
    save = SaveRegistrationHandler(house.parts, FillForm(house.parts), cast("WriteList", Writes()))
    command = SaveRegistration("egypt", None, Answers("delegate", fields), submit=submit)
    answer = asyncio.run(save(FOCAL_POINT, command, CAUSE, KEY))
    return SavedAnswer.of(answer, TEXTS, "en")


def registered_at_the_desk(fields: Mapping[str, str]) -> SavedAnswer:
    house = House()
    register = RegisterWalkUpHandler(house.parts, FillForm(house.parts), cast("WriteList", Writes()))
    command = RegisterWalkUp("egypt", Answers("delegate", fields))
    answer = asyncio.run(register(OFFICER, command, CAUSE, KEY))
    return SavedAnswer.of(answer, TEXTS, "en")


def seen(record: PersonalRecord | None) -> tuple[list[str], int]:
    """The codes on the page of a person who is on the list, and how often the vault was read for it.

    The API answers the same, in words.
    """

    async def nobody(_participant: Participant) -> tuple[str, ...]:
        return ()

    house = House(record)
    shown = asyncio.run(ShowPerson(house.parts, cast("FindAlike", nobody))(FOCAL_POINT, "amina"))
    answered: list[DoubtAnswer] = person_view(shown, TEXTS, "fr")["doubts"]
    assert [(each.field, each.code) for each in answered] == [(each.column, each.code) for each in shown.doubts]
    assert [each.sentence for each in answered] == [TEXTS.say(each.code, "fr") for each in shown.doubts]
    return [each.code for each in shown.doubts], house.reads


@pytest.mark.parametrize("submit", [False, True])
def test_a_name_that_the_zone_says_otherwise_is_answered_at_the_zone_and_refuses_nothing(submit: bool) -> None:
    (doubt,) = saved(OTHER_NAME, submit=submit).doubts
    assert (doubt.field, doubt.code) == ("mrz", NAME_DIFFERS)
    assert "check that both are one person" in doubt.sentence


@pytest.mark.parametrize("submit", [False, True])
def test_a_zone_that_agrees_or_is_not_there_leaves_no_doubt(submit: bool) -> None:
    assert saved(GOOD, submit=submit).doubts == []
    assert saved({name: text for name, text in OTHER_NAME.items() if name != "mrz"}, submit=submit).doubts == []


def test_every_doubt_is_answered() -> None:
    doubts = saved(OTHER_NAME | {"document_issuer": "FRA", "document_type": "national_id"}).doubts
    assert [each.code for each in doubts] == ["roster.mrz_issuer_differs", "roster.mrz_type_differs", NAME_DIFFERS]


def test_a_draft_is_told_its_doubts_beside_what_still_has_to_be_mended() -> None:
    unfinished = OTHER_NAME | {"document_number": "X7654321"}
    assert [each.code for each in saved(unfinished).doubts] == [NAME_DIFFERS]
    with pytest.raises(FormInvalidError) as refused:
        saved(unfinished, submit=True)
    assert [each["code"] for each in refused.value.faults] == ["roster.mrz_number_differs"]


def test_a_doubt_hides_no_error_at_the_same_field() -> None:
    with pytest.raises(FormInvalidError) as refused:
        saved(OTHER_NAME, rules={"mrz": Rule.ABSENT})
    assert [(each["field"], each["code"]) for each in refused.value.faults] == [("mrz", "form.absent")]


def test_the_desk_is_told_too_and_registers() -> None:
    assert [each.code for each in registered_at_the_desk(OTHER_NAME).doubts] == [NAME_DIFFERS]
    assert registered_at_the_desk(GOOD).doubts == []


@pytest.mark.parametrize(("record", "codes"), [(KEPT, [NAME_DIFFERS]), (AGREEING, [])])
def test_who_takes_anothers_place_is_told_of_beside_the_answer(record: PersonalRecord, codes: list[str]) -> None:
    house = House(record)
    substitute = SubstituteParticipantHandler(house.parts, FillForm(house.parts), cast("WriteList", Writes()))
    done = asyncio.run(substitute(FOCAL_POINT, "goes", "draft", None, CAUSE, KEY))
    answer = SubstitutedAnswer.of(done, TEXTS, "en")
    assert [each.code for each in answer.come.doubts] == codes
    assert answer.gone.participant_id == "goes"


@pytest.mark.parametrize(("record", "codes"), [(KEPT, [NAME_DIFFERS]), (AGREEING, [])])
def test_a_plan_is_told_the_doubts_of_all_who_come_before_and_after(record: PersonalRecord, codes: list[str]) -> None:
    house = House(record)
    reconcile = ReconcileListHandler(house.parts, FillForm(house.parts), cast("WriteList", Writes()))
    plan = Plan(add=("draft-1",), drop=("drops",), swap=(("goes", "draft-2"),))
    looked = reconciliation_view(asyncio.run(reconcile.look(FOCAL_POINT, "egypt", plan)), TEXTS, "en")
    assert looked["fits"]
    assert {who: [each.code for each in said] for who, said in looked["doubts"].items()} == (
        {"draft-1": codes, "draft-2": codes} if codes else {}
    )
    done = asyncio.run(reconcile(FOCAL_POINT, "egypt", plan, None, CAUSE, KEY))
    answer = ReconciledAnswer.of(done, TEXTS, "en")
    comes = [*answer.added, *(each.come for each in answer.swapped)]
    assert {each.participant_id: [said.code for said in each.doubts] for each in comes} == {
        "draft-1": codes,
        "draft-2": codes,
    }
    assert [each.participant_id for each in answer.dropped] == ["drops"]


def test_it_stands_on_the_persons_page_later_out_of_the_one_record_that_is_read() -> None:
    assert seen(KEPT) == ([NAME_DIFFERS], 1)
    assert seen(AGREEING) == ([], 1)
    assert seen(PersonalRecord(name_latin="Petros Ioannou", mrz="half a zone")) == ([], 1)
    assert seen(None) == ([], 1)
