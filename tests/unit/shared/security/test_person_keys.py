"""Person keys: made once, gone for good, and a crash at any step leaves the old state or the new one."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from shared.security import person_keys
from shared.security.person_keys import ErasedPersonError, KeysInUseError, PersonKeys, UnknownPersonError
from shared.world import SYSTEM

PEOPLE = [f"p-{number}" for number in range(10)]


async def test_a_key_is_the_same_after_a_restart(tmp_path: Path) -> None:
    keys = PersonKeys.open(tmp_path, SYSTEM)
    made = await keys.get_or_create(PEOPLE)
    assert len(set(made.values())) == 10
    keys.close()
    again = PersonKeys.open(tmp_path, SYSTEM)
    assert {person: again.get(person) for person in PEOPLE} == made
    with pytest.raises(UnknownPersonError):
        again.get("somebody else")
    again.close()


async def test_who_stops_waiting_breaks_no_writing_off_and_nobody_else_writes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, writing, overlaps = person_keys._append, threading.Lock(), []

    def slowly(path: Path, lines: Iterable[str]) -> None:
        overlaps.append(not writing.acquire(blocking=False))
        time.sleep(0.1)
        append(path, lines)
        if not overlaps[-1]:
            writing.release()

    keys = PersonKeys.open(tmp_path, SYSTEM)
    monkeypatch.setattr(person_keys, "_append", slowly)
    impatient = asyncio.create_task(keys.get_or_create(PEOPLE))
    await asyncio.sleep(0.02)
    impatient.cancel()
    await keys.get_or_create(["somebody else"])
    assert (impatient.cancelled(), overlaps) == (True, [False, False])
    assert all(keys.knows(person) for person in PEOPLE)
    keys.close()


async def test_a_second_process_is_kept_out(tmp_path: Path) -> None:
    keys = PersonKeys.open(tmp_path, SYSTEM)
    with pytest.raises(KeysInUseError):
        PersonKeys.open(tmp_path, SYSTEM)
    keys.close()


async def test_an_erased_persons_key_is_in_no_file_and_the_others_go_on(tmp_path: Path) -> None:
    keys = PersonKeys.open(tmp_path, SYSTEM)
    made = await keys.get_or_create(PEOPLE)
    old_log = keys._log(1).read_bytes()
    await keys.erase(["p-3"])
    with pytest.raises(ErasedPersonError):
        keys.get("p-3")
    with pytest.raises(ErasedPersonError):
        await keys.get_or_create(["p-3"])
    keys.close()
    assert not (tmp_path / "epoch-000001.key").exists()
    (tmp_path / "persons-000001.log").write_bytes(old_log)  # an old copy of the log, from a backup
    again = PersonKeys.open(tmp_path, SYSTEM)
    assert again.get("p-4") == made["p-4"]
    with pytest.raises(ErasedPersonError):
        again.get("p-3")
    again.close()


async def test_a_restored_older_folder_forgets_the_erased_again(tmp_path: Path) -> None:
    folder, backup = tmp_path / "keys", tmp_path / "backup"
    keys = PersonKeys.open(folder, SYSTEM)
    made = await keys.get_or_create(PEOPLE)
    shutil.copytree(folder, backup)
    await keys.erase(["p-3"])
    keys.close()
    shutil.copy(folder / "erased.log", backup / "erased.log")
    restored = PersonKeys.open(backup, SYSTEM)
    with pytest.raises(ErasedPersonError):
        restored.get("p-3")
    assert restored.get("p-4") == made["p-4"]
    assert not (backup / "epoch-000001.key").exists()
    restored.close()


async def test_a_torn_last_line_is_cut(tmp_path: Path) -> None:
    keys = PersonKeys.open(tmp_path, SYSTEM)
    made = await keys.get_or_create(PEOPLE)
    log = keys._log(1)
    keys.close()
    with log.open("ab") as file:
        file.write(b'{"person": "p-torn", "key": "01')
    again = PersonKeys.open(tmp_path, SYSTEM)
    assert again.get("p-9") == made["p-9"]
    await again.get_or_create(["p-new"])
    again.close()
    last = PersonKeys.open(tmp_path, SYSTEM)
    last.get("p-new")
    last.close()


@pytest.mark.parametrize("step", range(12))
async def test_a_crash_at_any_step_of_an_erasure_leaves_a_whole_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    keys = PersonKeys.open(tmp_path, SYSTEM)
    made = await keys.get_or_create(PEOPLE)
    calls = 0

    def crashing(name: str) -> None:
        nonlocal calls
        original = getattr(os, name)

        def call(*arguments: object, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls == step + 1:
                raise KeyboardInterrupt
            return original(*arguments, **options)

        monkeypatch.setattr(os, name, call)

    crashed = False
    for name in ("fsync", "open", "rename", "unlink"):
        crashing(name)
    try:
        keys._erase(("p-3",))
    except KeyboardInterrupt:
        crashed = True
    monkeypatch.undo()
    keys.close()
    again = PersonKeys.open(tmp_path, SYSTEM)
    others = [person for person in PEOPLE if person != "p-3"]
    assert {person: again.get(person) for person in others} == {person: made[person] for person in others}
    decided = "p-3" in (tmp_path / "erased.log").read_text() if (tmp_path / "erased.log").exists() else False
    if decided:
        with pytest.raises(ErasedPersonError):
            again.get("p-3")
    else:
        assert crashed
        assert again.get("p-3") == made["p-3"]
    again.close()


def test_the_module_says_what_it_offers() -> None:
    assert "PersonKeys" in person_keys.__all__
