"""Every event has its words, and what a page shows of one is what matters first."""

from __future__ import annotations

import pytest

import services.operations
from services.operations.adapters.words import essence, event_name, remainder
from shared.contracts import REGISTRY
from shared.web.application import service_texts

TEXTS = service_texts(services.operations.__file__)


@pytest.mark.parametrize("event_type", sorted(REGISTRY.events))
def test_an_event_has_words(event_type: str) -> None:
    assert f"operations.event.{event_type.split('.')[-2]}" in TEXTS, (
        "say it in services/operations/web/event_texts.toml"
    )


def test_an_event_of_a_later_version_is_named_by_its_type() -> None:
    assert event_name(TEXTS, "fr", "org.bawaba.registration.participant-sang.v1") == "participant-sang"


def test_what_is_empty_is_not_said_and_references_are_for_whoever_looks_closer() -> None:
    data = {"participant_id": "p", "waiting": [], "seats": ["alpha", "beta"], "automatic": False, "badge_id": "b"}
    assert essence(data) == "seats: alpha, beta · automatic: false"
    assert remainder(data) == "badge_id: b"
