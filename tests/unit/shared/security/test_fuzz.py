"""The short form of `make fuzz`: no input crashes a decoder, and none is accepted that we did not sign as it is."""

from __future__ import annotations

import cbor2
import pytest

from shared.security import credential
from tests.fuzz.decoder import run


def test_no_bent_input_is_accepted_or_crashes() -> None:
    counts = run(2_000)
    assert (counts.accepted, counts.crashed) == ([], [])
    assert counts.tried == 2_000
    reached = {"credential.forged", "credential.malformed", "status_list.forged", "status_list.malformed"}
    assert reached <= set(counts.refused), "the inputs reach every depth of the decoders"


def test_the_fuzzer_finds_a_decoder_that_reads_loosely(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that takes any CBOR form for deterministic must be found out."""
    monkeypatch.setattr(credential, "strict", lambda data: cbor2.loads(data))
    assert run(2_000).accepted != []
