"""`bawaba watchlist`, `signing-keys` and `badges`, typed by the office: the real commands over real HTTP."""

from __future__ import annotations

import json
import stat
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pypdfium2
import pytest

from services.accreditation.application import print_badges
from shared.errors import InfrastructureError
from shared.security.principal import Role
from shared.security.signing_keys import create_signing_key
from tests.integration.house.house import House
from tests.integration.house.shared.test_gate import badge_of
from tests.integration.house.terminal import Terminal, documented, files_in, served, with_words

OFFICER = ("--email", "cli-office@example.org")
ADMINISTRATOR = ("--email", "cli-administrator@example.org")
FOCAL_POINT = ("--email", "cli-chads@example.org")
CSV = "reference,name,aliases,birth_date,nationality,document\n"
UN = """<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>Zzyx</FIRST_NAME><SECOND_NAME>Qwvk</SECOND_NAME>
<REFERENCE_NUMBER>QDi.900</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"""
OWN = {"entries": [{"reference": f"X-{number}", "names": [f"Zzyx Qwvk {number}"]} for number in range(2)]}


@pytest.fixture(scope="module")
async def terminal(house: House) -> AsyncIterator[Terminal]:
    async with served(house) as terminal:
        await terminal.opened(OFFICER[1], Role.ACCREDITATION_OFFICER)
        await terminal.opened(ADMINISTRATOR[1], Role.ADMINISTRATOR)
        await terminal.opened(FOCAL_POINT[1], Role.FOCAL_POINT, delegation="chad")
        yield terminal


def pages(file: Path) -> int:
    with pypdfium2.PdfDocument(file) as document:
        return len(document)


async def test_the_guides_commands_load_show_and_remove_a_list(terminal: Terminal, tmp_path: Path) -> None:
    load, show, remove = documented("accreditation-officer.md", "watchlist")
    code, file = f"cli-{uuid.uuid4().hex[:8]}", tmp_path / "list"
    words = {"own": code, "list.csv": file}
    loading = (*with_words(load, words), *OFFICER)
    versions = [
        (f"{CSV}X-1,Zzyx Qwvk,,1975,,\n", "version 1, 1 entries"),
        (f"{CSV}X-1,Zzyx Qwvk,,1975,,\n", "version 1, 1 entries; the same file was in force already"),
        (json.dumps(OWN), "version 2, 2 entries"),
        (UN, "version 3, 1 entries"),
    ]
    for text, said in versions:
        file.write_text(text, encoding="utf-8")
        loaded = await terminal.bawaba(*loading)
        assert (loaded.returncode, loaded.stdout) == (0, f"{code}: {said}\n"), loaded.stderr

    file.write_text(f"{CSV}X-1,Zzyx,,,,\nX-1,Qwvk,,,,\nX-2,,,,,\n", encoding="utf-8")
    bad = await terminal.bawaba(*loading)
    assert (bad.returncode, bad.stdout) == (2, "")
    said, *faults = bad.stderr.splitlines()
    assert said == "not done: Nothing was loaded: 2 fault(s) in the file. Mend them, then try again."
    assert [("2" in faults[0], "3" in faults[1])] == [(True, True)]
    in_arabic = await terminal.bawaba(*loading, "--language", "ar")
    assert all(any("\u0621" <= char <= "\u064a" for char in line) for line in in_arabic.stderr.splitlines())

    shown = await terminal.bawaba(*show, *OFFICER)
    *lists, left = shown.stdout.splitlines()
    (line,) = [each.split("\t") for each in lists if each.startswith(code)]
    assert (line[1:3], left.endswith("people to be screened")) == (["3", "1"], True)
    refused = await terminal.bawaba(*(word for word in with_words(remove, words) if word != "--yes"), *OFFICER)
    assert (refused.returncode, "1 entries" in refused.stderr, "--yes" in refused.stderr) == (2, True, True)
    assert code in (await terminal.bawaba(*show, *OFFICER)).stdout
    for outcome in (0, 2):
        removed = await terminal.bawaba(*with_words(remove, words), *OFFICER)
        assert removed.returncode == outcome, removed.stderr
    assert code not in (await terminal.bawaba(*show, *OFFICER)).stdout


async def test_who_may_not_keep_lists_keys_and_badges_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    file, to = tmp_path / "list.csv", tmp_path / "badges.pdf"
    file.write_text(f"{CSV}X-1,Zzyx Qwvk,,,,\n", encoding="utf-8")
    parts = [
        ("watchlist", "load", str(file), "--list", "cli-refused"),
        ("watchlist", "show"),
        ("watchlist", "remove", "cli-refused", "--yes"),
        ("signing-keys", "list"),
        ("signing-keys", "revoke", "07eb01", "--yes"),
        ("badges", "print", "--everybody", "--to", str(to)),
        ("badges", "print", "--person", str(uuid.uuid4()), "--to", str(to)),
    ]
    for part in parts:
        refused = await terminal.bawaba(*part, *FOCAL_POINT)
        assert (refused.returncode, refused.stdout) == (2, ""), part
        assert "role" in refused.stderr, refused.stderr
    wrong = await terminal.bawaba(*parts[1], *OFFICER, password="a wrong password")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    absent = await terminal.bawaba("watchlist", "load", str(tmp_path / "absent"), "--list", "cli-refused", *OFFICER)
    assert (absent.returncode, "absent: No such file" in absent.stderr) == (2, True), absent.stderr
    assert "cli-refused" not in (await terminal.bawaba("watchlist", "show", *OFFICER)).stdout
    assert files_in(tmp_path) == ["list.csv"]


async def test_the_guides_commands_list_keys_and_revoke_one_that_has_signed_nothing(
    house: House, terminal: Terminal
) -> None:
    listing, revoke = documented("accreditation-officer.md", "signing-keys")
    made = create_signing_key(house.secrets / "accreditation" / "signing", house.conference.number)

    async def states() -> dict[str, str]:
        shown = await terminal.bawaba(*listing, *OFFICER)
        assert shown.returncode == 0, shown.stderr
        return {line.split("\t")[0]: line.split("\t")[1] for line in shown.stdout.splitlines()}

    async def is_found() -> bool:
        return (await states()).get(str(made)) == "waiting"

    await house.until(is_found)
    before = await states()
    command = with_words(revoke, {"KEY": made})
    unsure = await terminal.bawaba(*(word for word in command if word != "--yes"), *ADMINISTRATOR)
    assert (unsure.returncode, "0 badges would end" in unsure.stderr) == (2, True), unsure.stderr
    by_an_officer = await terminal.bawaba(*command, *OFFICER)
    assert (by_an_officer.returncode, "role" in by_an_officer.stderr) == (2, True), by_an_officer.stderr
    assert await states() == before
    done = await terminal.bawaba(*command, *ADMINISTRATOR)
    assert (done.returncode, done.stdout) == (0, f"{made} revoked; 0 badges are made anew\n"), done.stderr
    assert await states() == before | {str(made): "revoked"}
    for key in (str(made), "07ebfe"):
        refused = await terminal.bawaba("signing-keys", "revoke", key, "--yes", *ADMINISTRATOR)
        assert (refused.returncode, refused.stderr[:10]) == (2, "not done: "), refused.stderr


async def test_the_guides_commands_print_one_a_delegation_and_the_rest_of_a_file(
    house: House, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, delegation, rest = documented("accreditation-officer.md", "badges")
    people = [(await badge_of(house, activate=False))[0] for _ in range(2)]
    files = {name: tmp_path / name for name in ("badge.pdf", "badges.pdf", "badges.pdf.job", "rest.pdf")}
    words = files | {"PARTICIPANT": people[0], "a4": "a6"}
    done = await terminal.bawaba(*with_words(one, words), *OFFICER)
    assert (done.returncode, pages(files["badge.pdf"])) == (0, 2), done.stderr

    drawn, breaks = print_badges.PrintBadges._drawn, [True]

    async def breaking(*arguments: object) -> object:
        if breaks:
            breaks.clear()
            raise InfrastructureError("away")
        return await drawn(*arguments)

    monkeypatch.setattr(print_badges, "OUTAGE_TRIES", 1)
    monkeypatch.setattr(print_badges.PrintBadges, "_drawn", breaking)
    everybody = [word for word in with_words(delegation, words) if word != "--unprinted"]
    done = await terminal.bawaba(*everybody, *OFFICER)
    assert (done.returncode, breaks) == (0, []), done.stdout + done.stderr
    count = int(done.stdout.split()[0])
    assert (count >= 2, pages(files["badges.pdf"])) == (True, 2 * count)
    assert {stat.S_IMODE(files[name].stat().st_mode) for name in ("badges.pdf", "badges.pdf.job")} == {0o600}

    done = await terminal.bawaba(*with_words(rest, words), *OFFICER)
    assert (done.returncode, pages(files["rest.pdf"])) == (0, 2 * count - 2), done.stderr
    theirs = await terminal.bawaba(*with_words(rest, words), *ADMINISTRATOR)
    assert (theirs.returncode, theirs.stderr[:10]) == (2, "not done: "), theirs.stderr


async def test_what_cannot_be_printed_leaves_no_file(terminal: Terminal, tmp_path: Path) -> None:
    to, no_job = tmp_path / "badges.pdf", tmp_path / "no.job"
    no_job.write_text("{}", encoding="utf-8")
    parts = [
        ("--delegation", "atlantis"),
        ("--person", str(uuid.uuid4())),
        ("--job", str(no_job)),
        ("--job", str(tmp_path / "absent.job")),
    ]
    for part in parts:
        refused = await terminal.bawaba("badges", "print", *part, "--to", str(to), *OFFICER)
        assert (refused.returncode, refused.stdout, refused.stderr[:10]) == (2, "", "not done: "), part
    nowhere = ("--to", str(tmp_path / "nowhere" / "badges.pdf"))
    refused = await terminal.bawaba("badges", "print", "--everybody", *nowhere, *OFFICER)
    assert (refused.returncode, "there is no folder" in refused.stderr) == (2, True)
    assert files_in(tmp_path) == ["no.job"]
