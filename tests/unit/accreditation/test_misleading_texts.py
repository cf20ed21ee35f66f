"""What officers write and what stands on a permit is refused at its field where it would mislead who reads it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from services.accreditation.adapters.answers import DecisionsAsked
from services.accreditation.adapters.token_http import TokenAsked
from services.accreditation.application.decide_dossiers import DecideDossiersHandler
from services.accreditation.application.issue_token import IssueTokenHandler
from services.accreditation.application.preview_decisions import PreviewDecisions
from services.accreditation.domain.dossier_errors import UnknownFieldError
from shared.errors import NotPermittedError
from shared.messaging.cause import Cause, CommandKey
from shared.security.principal import Principal, Role
from shared.written_text import MisleadingTextError

OFFICER = Principal("account-amira", "person-amira", frozenset({Role.ACCREDITATION_OFFICER}))
AUDITOR = Principal("account-adel", "person-adel", frozenset({Role.AUDITOR}))
CAUSE = Cause("correlation", None, None, "tester")
KEY = CommandKey("account-amira", "key-of-the-command", "fingerprint")
NOTHING = cast(Any, None)
DIRECTION = "Seen\u202eneeS"


def asked(**texts: Any) -> DecisionsAsked:
    content = {"decision": "return", "participant_ids": ["p-1"], "fields": ["photo"], **texts}
    return DecisionsAsked.model_validate(content)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"remark": DIRECTION}, "remark"),
        ({"note": DIRECTION}, "note"),
        ({"remarks": {"photo": "Darker than before", "name_latin": DIRECTION}}, "remarks.name_latin"),
    ],
)
async def test_a_decision_and_its_preview_name_the_text_that_misleads(texts: dict[str, Any], field: str) -> None:
    decide = DecideDossiersHandler(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    command = asked(**texts).command()
    with pytest.raises(MisleadingTextError) as refused:
        await decide(OFFICER, command, CAUSE, KEY)
    assert refused.value.data == {"field": field, "fault": "direction_mark"}
    with pytest.raises(MisleadingTextError):
        await PreviewDecisions(NOTHING, NOTHING, NOTHING)(OFFICER, command)


@pytest.mark.parametrize("text", ["Seen\u200b", "Seen \U0001f600", "Seen\x07", "\u0410mina"])
def test_nothing_else_that_misleads_is_written_either(text: str) -> None:
    with pytest.raises(MisleadingTextError):
        asked(note=text).command().require_sound()


@pytest.mark.parametrize(
    "text", ["The photo is too dark.\n- Send another.\r\n\tThank you.", "الصورة معتمة.\nأرسلوا غيرها."]
)
def test_officers_write_in_lines(text: str) -> None:
    asked(remark=text, note=text, remarks={"photo": text}).command().require_sound()


def test_a_field_that_nobody_has_is_not_repeated() -> None:
    with pytest.raises(UnknownFieldError):
        asked(remarks={DIRECTION: DIRECTION}).command().require_sound()


async def test_a_mark_that_misleads_is_refused_to_officers_alone() -> None:
    issue = IssueTokenHandler(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    body = {"kind": "weapon_permit", "delegation": "egypt", "holder": "p-1", "mark": "AK\u200f 4711"}
    facts = TokenAsked.model_validate(body).facts()
    with pytest.raises(MisleadingTextError) as refused:
        await issue(OFFICER, facts, CAUSE, KEY)
    assert refused.value.data == {"field": "mark", "fault": "direction_mark"}
    with pytest.raises(NotPermittedError):
        await issue(AUDITOR, facts, CAUSE, KEY)
