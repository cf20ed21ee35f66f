"""What a run of `make faults` will take is said before it begins."""

from __future__ import annotations

import pytest

from tests.faults import plan
from tests.faults.__main__ import ROWS, table
from tests.faults.outcome import DEFAULT, FULL, SCALES, SHORT, Outcome


def test_every_row_is_estimated_and_more_takes_longer() -> None:
    assert plan.SECONDS.keys() == ROWS.keys()
    totals = [sum(seconds(scale) for seconds in plan.SECONDS.values()) for scale in (SHORT, DEFAULT, FULL)]
    assert totals == sorted(totals)


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_the_plan_names_each_row_and_what_the_machine_needs(scale: object) -> None:
    assert isinstance(scale, type(SHORT))
    said = plan.said(ROWS, scale)
    assert all(f"    {name}" in said for name in ROWS)
    assert "GB of memory" in said


def test_a_machine_with_too_little_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_available_gb", lambda: 0.5)
    assert plan.lacking(SHORT)[0] == "memory: 0.5 GB, 3.0 wanted"


def test_the_table_at_the_end_has_a_line_for_each_row() -> None:
    lines = table(["kills", "late"], [Outcome("a", "b", True, "c", 3), Outcome("d", "e", False, "f", 4)]).splitlines()
    assert [line[0] for line in lines] == ["✓", "✗"]
    assert [line.split()[1] for line in lines] == ["kills", "late"]
