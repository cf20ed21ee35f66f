from __future__ import annotations

import random
from pathlib import Path

import pytest

from shared.security.sealed_exchange import (
    ExchangeRefusedError,
    OwnKeys,
    TheirKeys,
    make_keys,
    open_file,
    read_keys,
    seal_file,
)

CONTENT = "السرّ".encode() * 40


@pytest.fixture
def parties(tmp_path: Path) -> tuple[OwnKeys, OwnKeys]:
    return make_keys(tmp_path / "ours"), make_keys(tmp_path / "theirs")


def test_a_file_is_opened_by_its_addressee(parties: tuple[OwnKeys, OwnKeys], tmp_path: Path) -> None:
    ours, theirs = parties
    file = seal_file(CONTENT, "requests", ours, TheirKeys.from_card(theirs.card))
    assert CONTENT not in file
    assert open_file(file, "requests", read_keys(tmp_path / "theirs"), TheirKeys.from_card(ours.card)) == CONTENT


def test_anybody_elses_and_another_purpose_are_refused(parties: tuple[OwnKeys, OwnKeys], tmp_path: Path) -> None:
    ours, theirs = parties
    stranger = make_keys(tmp_path / "stranger")
    file = seal_file(CONTENT, "requests", ours, TheirKeys.from_card(theirs.card))
    for purpose, opener, maker in (
        ("answers", theirs, ours),
        ("requests", stranger, ours),
        ("requests", theirs, stranger),
        ("requests", theirs, theirs),
    ):
        with pytest.raises(ExchangeRefusedError):
            open_file(file, purpose, opener, TheirKeys.from_card(maker.card))


def test_a_bent_file_is_refused_wherever_it_is_bent(parties: tuple[OwnKeys, OwnKeys]) -> None:
    ours, theirs = parties
    file = seal_file(CONTENT, "requests", ours, TheirKeys.from_card(theirs.card))
    draw = random.Random(20261124)
    bent = [file[:size] for size in (0, 3, 6, 70, 90, len(file) - 1)] + [b"", b"PK\x03\x04"]
    for _ in range(300):
        place = draw.randrange(len(file))
        bent.append(file[:place] + bytes([file[place] ^ (1 << draw.randrange(8))]) + file[place + 1 :])
    for each in bent:
        with pytest.raises(ExchangeRefusedError):
            open_file(each, "requests", theirs, TheirKeys.from_card(ours.card))


@pytest.mark.parametrize("card", ["", "00", "zz" * 64, "ab" * 63])
def test_a_card_that_is_none_is_refused(card: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever is wrong with it
        TheirKeys.from_card(card)
