"""What rows of an import do to a list: nobody twice, nobody over the places, nobody brought back by an old file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.registration.domain.participant import Participant, State
from services.registration.domain.registration_form import Form, Rule
from services.registration.domain.roster_import import (
    CommitOrder,
    ImportNotCheckedError,
    ImportResult,
    ImportState,
    Outlook,
    Phase,
    Progress,
    RosterImport,
    WhyNot,
)
from services.registration.domain.row_plan import Outcome, ReadyRow, RowPlan, Said, plan_rows
from shared.world import SYSTEM

ORDER = CommitOrder("focal", "command", "story", None)


FORM = Form("head", 2, {"phone": Rule.ABSENT})


def row(number: int, *, category: str = "delegate", name: str = "a", leans: bool = False) -> ReadyRow:
    said = Said(category, {"name_latin": name}, frozenset({"category", "name_latin", "email"}), FORM)
    return ReadyRow(number, f"identity-{number}", said, f"new-{number}", leans)


def registered(number: int, *, category: str = "delegate", state: State = State.SUBMITTED, **more: str) -> Participant:
    fingerprints = {"name_latin": "a", **more}
    return Participant(f"p-{number}", "c", "egypt", category, f"identity-{number}", fingerprints, state)


def plan(*rows: ReadyRow, present: tuple[Participant, ...] = (), **left: int) -> RowPlan:
    known = {each.identity: each for each in present}
    return plan_rows(rows, known, left, delegation="egypt", conference_id="c")


def outcomes(found: RowPlan) -> list[str]:
    return [each.outcome.value for each in found.rows]


def test_the_first_rows_of_the_file_get_the_places_that_are_left() -> None:
    found = plan(row(2), row(3), row(4), delegate=2)
    assert outcomes(found) == ["registered", "registered", "left_behind"]
    assert found.places == {"delegate": 2}


def test_a_category_without_a_quota_takes_nobody() -> None:
    assert outcomes(plan(row(2, category="head"), delegate=9)) == ["left_behind"]


def test_the_same_row_again_changes_nothing_and_takes_no_place() -> None:
    found = plan(row(2), present=(registered(2),), delegate=0)
    assert (outcomes(found), found.places) == (["unchanged"], {})


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REJECTED])
def test_an_old_row_brings_nobody_back_and_a_corrected_one_takes_a_place(state: State) -> None:
    gone = registered(2, state=state)
    assert outcomes(plan(row(2), present=(gone,), delegate=5)) == ["unchanged"]
    back = plan(row(2, name="b"), present=(gone,), delegate=1)
    assert (outcomes(back), back.places) == (["corrected"], {"delegate": 1})
    assert outcomes(plan(row(2, name="b"), present=(gone,), delegate=0)) == ["left_behind"]


def test_a_change_of_category_gives_one_place_back_which_a_later_row_may_take() -> None:
    moves, comes = row(2, category="head"), row(3)
    found = plan(moves, comes, present=(registered(2),), delegate=0, head=1)
    assert [each.outcome for each in found.rows] == [Outcome.CORRECTED, Outcome.REGISTERED]
    assert found.places == {"head": 1}
    assert found.rows[0].fields == ("category",)


def test_a_row_leaves_alone_what_it_does_not_speak_of_and_an_empty_cell_erases() -> None:
    there = registered(2, phone="p", email="e", photo="f")
    (done,) = plan(row(2, name="b"), present=(there,), delegate=0).rows
    assert done.after is not None
    assert done.fields == ("email", "name_latin")
    assert done.kept == {"phone", "photo"}
    assert done.after.fingerprints == {"name_latin": "b", "phone": "p", "photo": "f"}
    assert outcomes(plan(row(2), present=(registered(2, phone="p", photo="f"),))) == ["unchanged"]


def test_with_another_category_goes_what_its_form_does_not_have() -> None:
    (done,) = plan(row(2, category="head"), present=(registered(2, phone="p", photo="f"),), head=1).rows
    assert done.after is not None
    assert done.fields == ("category", "phone")
    assert done.kept == {"photo"}
    assert done.after.fingerprints == {"name_latin": "a", "photo": "f"}


def test_a_row_that_is_good_by_what_was_known_makes_nobody_new() -> None:
    assert outcomes(plan(row(2, leans=True), delegate=5)) == ["left_behind"]


def test_a_place_in_the_order_of_precedence_is_a_change_only_where_the_file_speaks_of_it() -> None:
    there = replace(registered(2), precedence=7)
    silent = row(2)
    assert outcomes(plan(silent, present=(there,))) == ["unchanged"]
    for place in (3, None):
        said = replace(silent.said, precedence=place, spoken=silent.said.spoken | {"precedence"})
        (done,) = plan(replace(silent, said=said), present=(there,)).rows
        assert done.after is not None
        assert (done.fields, done.after.precedence) == (("precedence",), place)
        assert outcomes(plan(replace(silent, said=said), present=(done.after,))) == ["unchanged"]
    (new,) = plan(replace(silent, said=replace(silent.said, precedence=3)), delegate=1).rows
    assert new.after is not None
    assert new.after.precedence == 3


def renewed(number: int, becomes: str) -> ReadyRow:
    return replace(row(number, name="b", leans=True), becomes=becomes)


def test_a_person_known_by_names_gets_the_identity_of_the_new_document_and_takes_no_place() -> None:
    found = plan(renewed(2, "identity-new"), present=(registered(2),), delegate=0)
    (done,) = found.rows
    assert done.after is not None
    assert (done.outcome, done.after.participant_id, done.after.identity) == (Outcome.CORRECTED, "p-2", "identity-new")
    assert found.places == {}


def test_no_document_becomes_that_of_two() -> None:
    present = (registered(2), registered(3))
    assert outcomes(plan(renewed(2, "identity-3"), present=present)) == ["left_behind"]
    twice = plan(renewed(2, "identity-new"), renewed(3, "identity-new"), present=present)
    assert outcomes(twice) == ["corrected", "left_behind"]


def checked() -> RosterImport:
    begun = RosterImport("i", "egypt", "en", SYSTEM.now())
    return begun.checked(rows=5, good=4, faults=(), unknown_columns=(), bad_photos=(), outlook=Outlook(new=4))


def test_only_what_was_checked_is_registered() -> None:
    begun = RosterImport("i", "egypt", "en", SYSTEM.now())
    for unready in (begun, begun.refused(WhyNot("workbook.empty"))):
        with pytest.raises(ImportNotCheckedError):
            unready.ordered(ORDER)
    assert begun.refused(WhyNot("workbook.empty")).state is ImportState.REFUSED


def test_an_import_that_stopped_goes_on_behind_its_last_row() -> None:
    on_its_way = checked().ordered(ORDER).went_on(3, ImportResult(registered=2), left=2)
    assert on_its_way.progress == Progress(Phase.REGISTERING, 2, 4)
    assert on_its_way.ordered(ORDER) is on_its_way
    stopped = on_its_way.refused(WhyNot("registration.import_expired"))
    assert (stopped.state, stopped.is_under_way) == (ImportState.STOPPED, False)
    again = stopped.ordered(ORDER)
    assert again.order is not None
    assert (again.order.last_row, again.result.registered, again.why_not) == (3, 2, None)
    done = again.went_on(5, ImportResult(registered=1, left_behind=1), left=0).committed()
    assert done.result == ImportResult(registered=3, left_behind=2)
    assert done.ordered(ORDER) is done
