"""Every answer of the gate has its words, in three languages."""

from __future__ import annotations

import inspect
import re

import pytest

import services.entrance
from services.entrance.domain import access_decision, token
from shared.security.credential import CredentialError
from shared.web.application import service_texts
from shared.web.texts import LANGUAGES

TEXTS = service_texts(services.entrance.__file__)


def reasons() -> set[str]:
    """The reason codes that the access decision's own source names, and those of a credential that does not hold."""
    source = inspect.getsource(access_decision) + inspect.getsource(token)
    named = set(re.findall(r'(?:_refuse\(|Decision\.\w+, |return |: )"([a-z_]+)"', source))
    return named | {kind.code.removeprefix("credential.") for kind in CredentialError.__subclasses__()}


def test_the_reasons_are_found() -> None:
    assert reasons() >= {
        "admitted",
        "left",
        "already_inside",
        "wrong_day",
        "not_activated",
        "lost",
        "forged",
        "not_ours",
    }


@pytest.mark.parametrize("reason", sorted(reasons()))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_has_a_headline_and_what_to_do(reason: str, language: str) -> None:
    assert TEXTS.say(f"entrance.{reason}.headline", language)
    assert TEXTS.say(f"entrance.{reason}.sentence", language)
