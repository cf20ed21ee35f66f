"""An audit log to be touched, and the ways in which somebody might."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.operations.domain.audit_log import Leaf, TreeHead
from shared.security.merkle import Frontier, leaf_hash
from shared.security.signed_note import NoteSigner

START = datetime(2027, 2, 10, 8, tzinfo=UTC)
SIGNER = NoteSigner("bawaba.audit.test", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
Lines = list[str]


def leaf(number: int) -> Leaf:
    return Leaf(
        event_id=f"event-{number}",
        type="org.bawaba.accreditation.badge-revoked.v1",
        topic="accreditation.participants",
        key=f"participant-{number % 7}",
        sequence=number // 7 + 1,
        happened=START + timedelta(seconds=number),
        actor="officer",
        correlation=f"story-{number % 5}",
        cause="",
        data=f"{number:064x}",
        fact={"action": "dead_letter.edited", "reason": "value_corrected"} if number % 10 == 0 else {},
    )


def written(leaves: list[Leaf], signer: NoteSigner = SIGNER, every: int = 16) -> Lines:
    """The exported log, with a head after each batch."""
    tree = Frontier()
    lines: Lines = []
    for index, each in enumerate(leaves):
        tree.add(leaf_hash(each.line().encode()))
        lines.append(json.dumps({"index": index, "leaf": each.line()}))
        if tree.size % every == 0 or tree.size == len(leaves):
            lines.append(json.dumps({"head": signer.sign(TreeHead(signer.name, tree.size, tree.root, START).text())}))
    return lines


LEAVES = [leaf(number) for number in range(150)]
LOG = written(LEAVES)


def kept_at(lines: Lines, size: int) -> str:
    heads = [json.loads(line)["head"] for line in lines if "head" in json.loads(line)]
    return next(note for note in heads if TreeHead.parse(SIGNER.verifier.open(note)).size == size)


def edited(lines: Lines, draw: random.Random) -> Lines:
    place = draw.randrange(len(lines))
    at = draw.randrange(len(lines[place]))
    changed = chr(draw.choice([each for each in range(32, 126) if chr(each) not in (lines[place][at], "\\", '"')]))
    return [*lines[:place], lines[place][:at] + changed + lines[place][at + 1 :], *lines[place + 1 :]]


def deleted(lines: Lines, draw: random.Random) -> Lines:
    entries = [place for place, line in enumerate(lines) if '"leaf"' in line]
    place = draw.choice(entries)
    return lines[:place] + lines[place + 1 :]


def renumbered(lines: Lines, draw: random.Random) -> Lines:
    """Deleted, and the later ones counted anew so that no gap shows."""
    items = [json.loads(line) for line in deleted(lines, draw)]
    numbers = iter(range(len(items)))
    return [json.dumps({**item, "index": next(numbers)} if "leaf" in item else item) for item in items]


def reordered(lines: Lines, draw: random.Random) -> Lines:
    entries = [place for place, line in enumerate(lines) if '"leaf"' in line]
    first, second = draw.sample(entries, 2)
    one, other = json.loads(lines[first]), json.loads(lines[second])
    one["leaf"], other["leaf"] = other["leaf"], one["leaf"]
    changed = list(lines)
    changed[first], changed[second] = json.dumps(one), json.dumps(other)
    return changed


def resigned_by_another(lines: Lines, draw: random.Random) -> Lines:
    """A tail written anew and signed, but not with the log's key."""
    begin = draw.randrange(len(LEAVES))
    leaves = [*LEAVES[:begin], *(replace(each, actor="nobody") for each in LEAVES[begin:])]
    stranger = NoteSigner(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    return written(leaves, stranger)


TOUCHES: list[Callable[[Lines, random.Random], Lines]] = [edited, deleted, renumbered, reordered, resigned_by_another]


def rewritten_with_its_key(begin: int) -> Lines:
    """The tail written anew by somebody who has the log's key: its own heads vouch for it."""
    return written([*LEAVES[:begin], *(replace(each, actor="nobody") for each in LEAVES[begin:])])
