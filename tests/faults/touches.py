"""The row about the audit log: whoever edits, deletes, moves or rewrites entries is found, up to the last head."""

from __future__ import annotations

import random
from collections import Counter

from services.operations.application.verify_audit import verify_lines
from shared.testing.history import History
from tests.faults.outcome import Outcome, Scale, judged
from tests.support.audit_touches import LOG, SIGNER, TOUCHES, kept_at, rewritten_with_its_key

KEPT = 96


async def audit_touched(scale: Scale, draw: random.Random) -> Outcome:
    async def work() -> tuple[str, History, list[str]]:
        missed: Counter[str] = Counter()
        tried = 0
        for number in range(scale.touches):
            touch = TOUCHES[number % len(TOUCHES)]
            lines = touch(LOG, draw)
            tried += lines != LOG
            missed[touch.__name__] += lines != LOG and not verify_lines(lines, SIGNER.verifier).findings
        tails = max(1, scale.touches // 10)
        for _ in range(tails):
            lines = rewritten_with_its_key(draw.randrange(KEPT))
            missed["tail"] += not verify_lines(lines, SIGNER.verifier, kept_at(LOG, KEPT)).findings
        wrong = [f"{name}: {count} not found" for name, count in missed.items() if count]
        wrong += ["the untouched log does not hold"] if verify_lines(LOG, SIGNER.verifier).findings else []
        return f"{tried:,} touches of {len(TOUCHES)} kinds, {tails} tails rewritten with the log's own key", (), wrong

    return await judged("the audit log touched in any way: found, up to the last signed head", work)
