"""Whoever touches the audit log is found, up to the last signed head and to the one that a verifier has kept."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from services.operations.application.verify_audit import AuditReport, verify_lines
from services.operations.domain.audit_log import Leaf, TreeHead
from shared.security.signed_note import NoteBrokenError, NoteSigner, NoteVerifier
from tests.support.audit_touches import (
    LEAVES,
    LOG,
    SIGNER,
    START,
    TOUCHES,
    Lines,
    kept_at,
    leaf,
    rewritten_with_its_key,
    written,
)

SEED, EDITS = 20261124, 1_000


def restored_at(size: int, number: int = 900) -> Leaf:
    """What a restore from a backup tells."""
    details = [{"name": "epoch", "value": "7"}, {"name": "audit_size", "value": str(size)}]
    return replace(leaf(number), fact={"service": "operations", "action": "database.restored", "details": details})


def verified(lines: Lines, kept: str = "") -> AuditReport:
    return verify_lines(lines, SIGNER.verifier, kept)


def test_an_untouched_log_holds_whole() -> None:
    report = verified(LOG)
    assert (report.findings, report.checked, report.size) == ([], 150, 150)
    assert TreeHead.parse(SIGNER.verifier.open(report.head)).size == 150
    assert verified(LOG, kept_at(LOG, 96)).findings == []


def test_a_thousand_random_touches_are_all_found() -> None:
    draw = random.Random(SEED)
    missed = []
    for number in range(EDITS):
        touch = TOUCHES[number % len(TOUCHES)]
        lines = touch(LOG, draw)
        if lines != LOG and not verified(lines).findings:
            missed.append((number, touch.__name__))
    assert missed == [], f"seed {SEED}"


def test_a_tail_rewritten_with_the_signing_key_itself_is_found_by_the_head_that_was_kept() -> None:
    draw = random.Random(SEED)
    for _ in range(100):
        begin = draw.randrange(96)
        log = rewritten_with_its_key(begin)
        assert verified(log).findings == [], "its own heads vouch for it"
        found = verified(log, kept_at(LOG, 96)).findings
        assert [(each.code, each.place) for each in found] == [("kept_head_differs", 96)]
    after_the_kept_head = rewritten_with_its_key(96)
    assert verified(after_the_kept_head, kept_at(LOG, 96)).findings == [], "nobody had a head of these yet"


def test_a_log_that_was_cut_back_is_found_by_the_head_that_was_kept() -> None:
    cut = written(LEAVES[:96])
    assert verified(cut).findings == []
    assert [each.code for each in verified(cut, kept_at(LOG, 112)).findings] == ["log_shorter_than_kept_head"]


def test_entries_after_the_last_head_are_told() -> None:
    extra = json.dumps({"index": 150, "leaf": leaf(150).line()})
    assert [each.code for each in verified([*LOG, extra]).findings] == ["entries_without_head"]


def test_what_held_before_the_touch_is_said() -> None:
    lines = list(LOG)
    place = next(place for place, line in enumerate(lines) if json.loads(line).get("index") == 100)
    lines[place] = lines[place].replace("officer", "auditor")
    report = verified(lines)
    assert report.checked == 96
    assert (report.findings[0].code, report.findings[0].place) == ("root_differs", 112)


def test_a_kept_head_of_another_log_is_refused() -> None:
    other = NoteSigner("bawaba.audit.other", SIGNER.key)
    with pytest.raises(NoteBrokenError):
        verified(LOG, other.sign(TreeHead(other.name, 1, bytes(32), START).text()))


def test_a_verifier_is_read_as_it_is_written() -> None:
    assert str(NoteVerifier.parse(str(SIGNER.verifier))) == str(SIGNER.verifier)
    for broken in ("", "a+b", str(SIGNER.verifier)[:-4], str(SIGNER.verifier).replace("audit", "other")):
        with pytest.raises(NoteBrokenError):
            NoteVerifier.parse(broken)


def test_the_signed_note_is_the_field_format() -> None:
    """The example of C2SP's signed-note: key hash and base64 as golang.org/x/mod/sumdb/note writes them."""
    verifier = NoteVerifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert verifier.open(note).startswith("If you think")
    with pytest.raises(NoteBrokenError):
        verifier.open(note.replace("problem is", "answer is"))


def test_a_kept_head_of_a_history_that_a_restore_cut_off_is_said_to_be_that() -> None:
    others = [leaf(number) for number in range(500, 600)]
    for goes_on in (3, 100):  # shorter than the kept head, and longer with another root
        log = written([*LEAVES[:100], restored_at(100), *others[:goes_on]])
        assert verified(log).findings == []
        assert verified(log, kept=head_at(96)).findings == []
        found = verified(log, kept=head_at(144)).findings
        assert [(each.code, each.place) for each in found] == [("kept_head_of_lost_history", 100)]


def test_a_restore_excuses_no_head_from_before_it() -> None:
    rewritten = [leaf(900), *LEAVES[1:100], restored_at(100)]
    found = verified(written(rewritten), kept=head_at(96)).findings
    assert [each.code for each in found] == ["kept_head_differs"]


def head_at(size: int) -> str:
    """The log's own head at that size."""
    heads = [json.loads(line)["head"] for line in LOG if "head" in json.loads(line)]
    return next(note for note in heads if TreeHead.parse(SIGNER.verifier.open(note)).size == size)
