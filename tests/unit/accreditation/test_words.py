"""Every refusal, check and choice of accreditation has its words in the three languages."""

from __future__ import annotations

import inspect

import pytest

import services.accreditation
from services.accreditation.application.check_dossier import CheckedPerson
from services.accreditation.domain import (
    badge_errors,
    desk_errors,
    dossier_errors,
    printing_errors,
    screening_errors,
    token_errors,
)
from services.accreditation.domain.checks import Outcome, run_checks
from services.accreditation.domain.decision import ReleasableCode
from services.accreditation.domain.dossier_facts import DossierState, Risk
from services.accreditation.domain.permit_request import PermitRefusal, PermitRequestState
from services.accreditation.domain.step import InternalCode
from services.accreditation.domain.token import Custody, TokenKind, TokenState
from services.accreditation.domain.workflow import StageKind
from shared.errors import Refusal
from shared.security.personal_data import FIELDS
from shared.web.application import service_texts
from tests.unit.accreditation.test_checks import RULES

TEXTS = service_texts(services.accreditation.__file__)
REFUSALS = [
    kind
    for module in (badge_errors, desk_errors, dossier_errors, printing_errors, screening_errors, token_errors)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Refusal) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: str(refusal.code))
def test_a_refusal_is_said_with_its_own_data(refusal: type[Refusal]) -> None:
    made = refusal()
    for language in ("ar", "fr", "en"):
        assert TEXTS.say(made.code, language, **made.data)


def test_every_outcome_of_every_check_is_explained() -> None:
    checks = run_checks(CheckedPerson(), has_photo=False, rules=RULES)
    codes = [f"accreditation.check.{check.code}.{outcome}" for check in checks for outcome in Outcome]
    assert [code for code in codes if code not in TEXTS] == []


def test_what_a_page_offers_has_a_name() -> None:
    codes = [f"accreditation.releasable.{code}" for code in ReleasableCode]
    codes += [f"accreditation.field.{field}" for field in FIELDS]
    codes += [f"accreditation.state.{state}" for state in DossierState]
    codes += [f"accreditation.internal.{code}" for code in InternalCode]
    codes += [f"accreditation.stage.{kind}" for kind in StageKind]
    codes += [f"accreditation.permit_state.{state}" for state in PermitRequestState]
    codes += [f"accreditation.permit_refusal.{code}" for code in PermitRefusal]
    codes += [f"accreditation.token_kind.{kind}" for kind in TokenKind]
    codes += [f"accreditation.token_state.{state}" for state in TokenState]
    codes += [f"accreditation.custody.{custody}" for custody in Custody]
    codes += [f"accreditation.risk.{risk.name.lower()}" for risk in Risk]
    assert [code for code in codes if code not in TEXTS] == []
