"""`bawaba list` and `bawaba waivers`, typed by people: the real commands over real HTTP, with their own rights."""

from __future__ import annotations

import re
import stat
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from openpyxl import load_workbook

from shared.security.principal import Role
from tests.integration.house.house import House, person, photos, workbook
from tests.integration.house.shared.test_named_accounts import OWN, head_of, person_of, signed_in
from tests.integration.house.terminal import Terminal, documented, files_in, served, with_words

OFFICER = ("--email", "cli-officer@example.org")
HEADINGS = "Category,Full name,Date of birth,Nationality,Passport number,Expiry date"
EGYPT = ("--email", "cli-egypt@example.org")
CHAD = ("--email", "cli-chad@example.org")


@pytest.fixture(scope="module")
async def terminal(house: House) -> AsyncIterator[Terminal]:
    async with served(house) as terminal:
        await terminal.opened(EGYPT[1], Role.FOCAL_POINT, delegation="egypt")
        await terminal.opened(CHAD[1], Role.FOCAL_POINT, delegation="chad")
        await terminal.opened(OFFICER[1], Role.ACCREDITATION_OFFICER)
        yield terminal


def name_of_its_own() -> str:
    """One that sounds like nobody else's."""
    return " ".join("".join(chr(97 + byte % 26) for byte in uuid.uuid4().bytes[:8]).title() for _ in range(2))


def id_of(checked: CompletedProcess[str]) -> str:
    found = re.search(r"^import (\S+)$", checked.stdout, re.M)
    assert found, checked.stdout + checked.stderr
    return found[1]


def rows_of(file: Path) -> list[tuple[Any, ...]]:
    sheet: Any = load_workbook(file, read_only=True).active
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


async def test_the_guides_commands_check_register_show_and_export_a_list(
    house: House, terminal: Terminal, tmp_path: Path
) -> None:
    check, add_note, notes, register, status, export = documented("focal-point.md", "list")
    rows = [person(**{"Full name": name_of_its_own()}) for _ in range(3)]
    files = {name: tmp_path / name for name in ("list.xlsx", "photos.zip", "checked.xlsx", "roster.xlsx", "note.pdf")}
    files["note.pdf"].write_bytes(b"%PDF-1.7 a note")
    files["photos.zip"].write_bytes(photos("a.jpg"))
    files["list.xlsx"].write_bytes(workbook(*rows[:2], rows[2] | {"Date of birth": "tomorrow"}))

    checked = await terminal.bawaba(*with_words(check, files), *EGYPT)
    assert checked.returncode == 1, checked.stderr
    fault, summary, _ = checked.stdout.splitlines()
    assert re.match(r"C4: \S+ \S+", fault), fault
    assert summary == "3 rows: 2 good, 1 not; 2 new, 0 changed, 0 unchanged"
    assert any("tomorrow" in map(str, row) for row in rows_of(files["checked.xlsx"]))
    in_arabic = await terminal.bawaba(*with_words(check, files), *EGYPT, "--language", "ar")
    assert re.match(r"C4: .*[\u0621-\u064a]", in_arabic.stdout), in_arabic.stdout

    added = await terminal.bawaba(*with_words(add_note, files), *EGYPT)
    assert added.returncode == 0, added.stderr
    words = {"IMPORT": id_of(checked), "NOTE": added.stdout.strip(), **files}
    assert f"{words['NOTE']}\t42/2026\t2026-01-31" in (await terminal.bawaba(*notes, *EGYPT)).stdout.splitlines()
    for _ in range(2):
        done = await terminal.bawaba(*with_words(register, words), *EGYPT)
        expected = "2 registered, 0 corrected, 0 unchanged, 1 left behind"
        assert (done.returncode, done.stdout.strip()) == (1, expected), done.stderr

    files["list.xlsx"].write_bytes(workbook(*rows))
    corrected = await terminal.bawaba(*with_words(check, files), *EGYPT)
    assert corrected.returncode == 0, corrected.stdout + corrected.stderr
    assert "3 rows: 3 good, 0 not; 1 new, 0 changed, 2 unchanged" in corrected.stdout
    done = await terminal.bawaba(*with_words(register, words | {"IMPORT": id_of(corrected)}), *EGYPT)
    assert (done.returncode, done.stdout[:12]) == (0, "1 registered"), done.stderr

    shown = await terminal.bawaba(*status, *EGYPT)
    assert shown.returncode == 0, shown.stderr
    people = [line.split("\t") for line in shown.stdout.splitlines()]
    mine = [each for each in people if each[6] in {row["Full name"] for row in rows}]
    assert [each[1:6] for each in mine] == [["delegate", "submitted", "none", "officer", "-"]] * 3
    assert len({each[0] for each in people}) == len(people)

    out = await terminal.bawaba(*with_words(export, words), *EGYPT)
    assert out.returncode == 0, out.stderr
    assert {row["Full name"] for row in rows} <= {cell for row in rows_of(files["roster.xlsx"]) for cell in row}
    assert stat.S_IMODE(files["roster.xlsx"].stat().st_mode) == 0o600


async def test_of_a_long_list_it_says_how_far_it_is_and_how_many_faults_are_in_the_workbook_alone(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    rows = (f"nothing,Long List {number},1980-05-13,EGY,L{number:07d},2035-01-31" for number in range(2_500))
    file.write_text("\n".join((HEADINGS, *rows)), encoding="utf-8")
    checked = await terminal.bawaba("list", "check", str(file), "--delegation", "egypt", *EGYPT)
    assert checked.returncode == 1, checked.stderr
    *faults, more, summary, last = checked.stdout.splitlines()
    assert len([line for line in faults if re.match(r"A\d+: ", line)]) == len(faults) == 2_000
    assert more == "500 more rows have faults, which the marked workbook has"
    assert summary.startswith("2500 rows: 0 good, 2500 not;")
    begun, *far = checked.stderr.splitlines() or [last]
    assert begun == last
    assert all(re.match(r"(reading|photos|comparing|marking)(: \d+ of \d+)?$", line) for line in far), far


async def test_what_cannot_be_read_or_signed_in_is_not_done_and_leaves_no_file(
    terminal: Terminal, tmp_path: Path
) -> None:
    absent, wrong, marked = tmp_path / "absent.xlsx", tmp_path / "wrong.xlsx", tmp_path / "marked.xlsx"
    wrong.write_bytes(b"PK\x03\x04 no workbook")
    check = ("list", "check", "--delegation", "egypt", "--marked", str(marked))
    asked = await terminal.bawaba(*check, str(absent), *EGYPT)
    assert (asked.returncode, asked.stderr) == (2, f"not done: {absent}: No such file or directory\n")
    asked = await terminal.bawaba(*check, str(wrong), *EGYPT)
    assert (asked.returncode, asked.stderr[:10], asked.stdout) == (2, "not done: ", ""), asked.stderr
    asked = await terminal.bawaba(*check, str(wrong), *EGYPT, "--language", "fr", password="a wrong password")
    assert asked.returncode == 2
    assert "mot de passe" in asked.stderr
    export = ("list", "export", "--delegation", "egypt", "--to")
    asked = await terminal.bawaba(*export, str(tmp_path / "nowhere" / "roster.xlsx"), *EGYPT)
    assert (asked.returncode, "there is no folder" in asked.stderr) == (2, True)
    assert files_in(tmp_path) == ["wrong.xlsx"]


async def test_another_delegations_list_is_refused_like_one_that_is_not_there(
    terminal: Terminal, tmp_path: Path
) -> None:
    file, to = tmp_path / "list.xlsx", tmp_path / "roster.xlsx"
    file.write_bytes(workbook({key: value for key, value in person().items() if key != "Photo"}))
    own = await terminal.bawaba("list", "check", str(file), "--delegation", "egypt", *EGYPT)
    parts = [
        ("list", "check", str(file)),
        ("list", "export", "--to", str(to)),
        ("list", "status"),
        ("list", "notes"),
        ("list", "add-note", "--number", "1", "--dated", "2026-01-31"),
        ("waivers", "list"),
        ("waivers", "ask", "--category", "delegate", "--places", "1"),
    ]
    for part in parts:
        theirs, nobodys = [await terminal.bawaba(*part, "--delegation", code, *CHAD) for code in ("egypt", "atlantis")]
        assert (theirs.returncode, theirs.stdout) == (2, ""), part
        assert theirs.stderr.startswith("not done: "), theirs.stderr
        assert theirs.stderr == nobodys.stderr, part
    theirs, nobodys = [
        await terminal.bawaba("list", "register", each, *CHAD) for each in (id_of(own), str(uuid.uuid4()))
    ]
    assert (theirs.returncode, theirs.stdout, theirs.stderr) == (2, "", nobodys.stderr)
    assert not to.exists()


async def test_an_officer_takes_no_list_out(terminal: Terminal, tmp_path: Path) -> None:
    to = tmp_path / "roster.xlsx"
    asked = await terminal.bawaba("list", "export", "--delegation", "egypt", "--to", str(to), *OFFICER)
    assert (asked.returncode, "role" in asked.stderr, to.exists()) == (2, True, False), asked.stderr


async def test_people_of_a_shared_address_each_use_their_own_name(house: House, terminal: Terminal) -> None:
    email, head = await head_of(house, "egypt")
    amina = await person_of(house, head, "egypt", "amina")
    assert (await signed_in(house, email, amina["password"], "amina", chosen=OWN)).status_code == 200
    status = ("list", "status", "--delegation", "egypt", "--email", email, "--name")
    assert (await terminal.bawaba(*status, "amina", password=OWN)).returncode == 0
    assert (await terminal.bawaba(*status, "salah", password=OWN)).returncode == 2


async def test_the_guides_commands_ask_for_places_and_decide_on_them_once(terminal: Terminal) -> None:
    ask, own = documented("focal-point.md", "waivers")
    waiting, decide = documented("accreditation-officer.md", "waivers")
    asked = await terminal.bawaba(*ask, *EGYPT)
    assert asked.returncode == 0, asked.stderr
    waiver = asked.stdout.strip()
    for listing, who in ((own, EGYPT), (waiting, OFFICER)):
        shown = await terminal.bawaba(*listing, *who)
        (line,) = [each for each in shown.stdout.splitlines() if each.startswith(waiver)]
        what = line.split("\t")
        assert [*what[1:6], what[7]] == ["egypt", "delegate", "2", "0", "asked", "Two interpreters more"]
    refused = await terminal.bawaba("waivers", "ask", *ask[2:4], "--category", "nothing", "--places", "1", *EGYPT)
    assert (refused.returncode, "\ncategory: " in refused.stderr) == (2, True), refused.stderr

    for who, places, said in ((EGYPT, "1", "role"), (OFFICER, "3", "not done")):
        kept = await terminal.bawaba("waivers", "decide", waiver, "--places", places, *who)
        assert (kept.returncode, said in kept.stderr) == (2, True), kept.stderr
    grant = with_words(decide, {"WAIVER": waiver})
    done = await terminal.bawaba(*grant, *OFFICER)
    assert (done.returncode, done.stdout) == (0, "granted: 1 places\n"), done.stderr
    assert (await terminal.bawaba(*grant, *OFFICER)).returncode == 2
    assert waiver not in (await terminal.bawaba(*waiting, *OFFICER)).stdout
    decided = await terminal.bawaba(*waiting, "--decided", *OFFICER)
    (line,) = [each for each in decided.stdout.splitlines() if each.startswith(waiver)]
    assert line.split("\t")[4:6] == ["1", "granted"]
    assert line.endswith("One place is free")
