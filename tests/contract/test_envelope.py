"""The envelope is CloudEvents 1.0 in binary mode, as the CloudEvents SDK reads it too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Envelope, parse_headers
from shared.contracts.registration import ParticipantWithdrawn
from shared.errors import ContractError

EVENT = ParticipantWithdrawn(conference_id="demo", participant_id="p-1", delegation="egy")
ENVELOPE = Envelope(
    id="0190f5fe-0000-7000-8000-000000000001",
    source="/bawaba/registration",
    type=ParticipantWithdrawn.TYPE,
    subject="p-1",
    time=datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC),
    sequence=7,
    correlation_id="c-1",
    causation_id="k-1",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    actor="account-1",
)


def test_an_envelope_comes_back_as_it_went() -> None:
    assert parse_headers(ENVELOPE.headers()) == ENVELOPE


def test_the_first_of_an_epoch_names_its_predecessor() -> None:
    first = replace(ENVELOPE, sequence=1_000_000_001, predecessor=0)
    assert parse_headers(first.headers()) == first
    assert dict(first.headers())["ce_predecessor"] == b"0" * 20
    assert "ce_predecessor" not in dict(ENVELOPE.headers())


def test_the_cloudevents_sdk_reads_what_we_write() -> None:
    from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

    message = KafkaMessage(headers=dict(ENVELOPE.headers()), key=b"p-1", value=EVENT.to_json())
    event = from_binary_event(message)
    assert event.get_id() == ENVELOPE.id
    assert event.get_type() == ParticipantWithdrawn.TYPE
    assert event.get_source() == "/bawaba/registration"
    assert event.get_subject() == "p-1"
    assert event.get_time() == ENVELOPE.time
    assert event.get_specversion() == "1.0"
    assert event.get_extension("sequence") == "00000000000000000007"
    assert event.get_extension("correlationid") == "c-1"
    assert event.get_data() == EVENT.model_dump()


@pytest.mark.parametrize("missing", ["specversion", "id", "source", "type", "time", "sequence", "correlationid"])
def test_a_missing_attribute_is_named(missing: str) -> None:
    headers = [(name, value) for name, value in ENVELOPE.headers() if name != f"ce_{missing}"]
    with pytest.raises(ContractError) as refused:
        parse_headers(headers)
    assert refused.value.paths == (missing,)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("time", b"yesterday"),
        ("time", b"2026-11-24T10:00:00"),
        ("sequence", b"7"),
        ("sequence", b"0000000000000000000x"),
        ("sequence", b"00000000000000000000"),
        ("specversion", b"0.3"),
        ("subject", b"\xff\xfe"),
        ("subject", None),
        ("subject", b"x" * 2000),
    ],
)
def test_an_unreadable_attribute_is_a_broken_contract_without_its_value(attribute: str, value: bytes | None) -> None:
    headers: list[tuple[str, bytes | None]] = [(n, v) for n, v in ENVELOPE.headers() if n != f"ce_{attribute}"]
    with pytest.raises(ContractError) as refused:
        parse_headers([*headers, (f"ce_{attribute}", value)])
    assert refused.value.paths == (attribute,)
    assert value is None or value.decode(errors="replace") not in str(refused.value)


@given(st.lists(st.tuples(st.text(max_size=20), st.one_of(st.none(), st.binary(max_size=40))), max_size=12))
def test_no_header_whatever_brings_anything_but_a_contract_error(headers: list[tuple[str, bytes | None]]) -> None:
    with pytest.raises(ContractError):
        parse_headers(headers)


def test_unknown_fields_are_ignored_when_reading_and_refused_when_writing() -> None:
    assert ParticipantWithdrawn.parse(EVENT.to_json()[:-1] + b',"later":1}') == EVENT
    with pytest.raises(ValueError, match="later"):
        ParticipantWithdrawn.model_validate({**EVENT.model_dump(), "later": 1})


def test_a_broken_event_names_its_fields_and_never_a_value() -> None:
    with pytest.raises(ContractError) as refused:
        ParticipantWithdrawn.parse(b'{"conference_id":"demo","participant_id":{"secret":"A1234567"}}')
    assert set(refused.value.paths) == {"participant_id", "delegation"}
    assert "A1234567" not in repr(refused.value)
