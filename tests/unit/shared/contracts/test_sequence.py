"""A stream's numbers have no gap inside an epoch, and across a restore nothing is given twice or passed over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.sequence import EPOCH_MAX, NUMBERS, Place, epoch_of, place_after

EPOCHS = st.integers(min_value=1, max_value=EPOCH_MAX)
COUNTS = st.integers(min_value=0, max_value=50)


@given(COUNTS)
def test_without_a_restore_numbers_are_one_two_three(count: int) -> None:
    last = 0
    for number in range(1, count + 1):
        place = place_after(last, 0)
        assert place == Place(number)
        assert place.follows(last)
        last = place.sequence


@given(COUNTS, COUNTS, EPOCHS)
def test_the_first_of_an_epoch_follows_whatever_was_told_in_the_lost_window(kept: int, lost: int, epoch: int) -> None:
    first = place_after(kept, epoch)
    assert first == Place(epoch * NUMBERS + 1, kept)
    assert first.follows(kept)
    assert first.follows(kept + lost)
    assert place_after(first.sequence, epoch) == Place(first.sequence + 1)


@given(st.integers(min_value=1, max_value=50), EPOCHS)
def test_who_has_not_had_all_before_the_backup_waits(kept: int, epoch: int) -> None:
    assert not place_after(kept, epoch).follows(kept - 1)


@given(COUNTS, EPOCHS)
def test_an_epoch_s_first_is_applied_once(kept: int, epoch: int) -> None:
    first = place_after(kept, epoch)
    assert not first.follows(first.sequence)
    assert not first.follows(first.sequence + 1)


def test_an_older_backup_restored_again_follows_the_epoch_between() -> None:
    between = place_after(5, 1).sequence + 7
    again = place_after(5, 2)
    assert again.follows(between)
    assert epoch_of(between) == 1
    assert epoch_of(again.sequence) == 2


def test_sequences_stay_where_json_is_exact() -> None:
    assert (EPOCH_MAX + 1) * NUMBERS <= 2**53
