"""`bawaba list`: a delegation's list checked, registered, taken out and looked at, as its focal point."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from services.cli.plain import columns, plain
from services.cli.signed_in import CallRefusedError, SignedIn, add_account, new_file, run_as
from services.cli.watching import watched

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

BASE: Final = "/api/registration/v1"
_WHO: Final = "a focal point's"


def add_to(commands: Commands) -> None:
    lists = commands.add_parser("list", help="a delegation's list, as its focal point")
    parts = lists.add_subparsers(required=True, metavar="PART")

    check = parts.add_parser("check", help="check a list and register nobody; exits 1 when a row is not good")
    check.add_argument("file", type=Path, help="the list, XLSX or CSV")
    add_delegation(check)
    check.add_argument("--photos", type=Path, help="the photos, a ZIP")
    check.add_argument("--marked", type=new_file, help="file for the same workbook with each fault explained, XLSX")
    add_account(check, _WHO)
    check.set_defaults(run=lambda asked: run_as(asked, lambda by: check_list(by, asked)))

    register = parts.add_parser("register", help="register the good rows of a checked list; exits 1 when some stay out")
    register.add_argument("import_id", metavar="IMPORT", help="its id, as `list check` says it")
    register.add_argument("--note", help="the note verbale behind it, its id as `list notes` says it")
    add_account(register, _WHO)
    register.set_defaults(run=lambda asked: run_as(asked, lambda by: register_list(by, asked.import_id, asked.note)))

    export = parts.add_parser("export", help="take the list out as a workbook that `list check` reads again")
    add_delegation(export)
    export.add_argument("--to", type=new_file, required=True, help="the file to write, XLSX")
    add_account(export, _WHO)
    export.set_defaults(run=lambda asked: run_as(asked, lambda by: export_list(by, asked.delegation, asked.to)))

    status = parts.add_parser(
        "status", help="a line for each person: id, category, state, badge, whose turn it is, what is missing, name"
    )
    add_delegation(status)
    add_account(status, _WHO)
    status.set_defaults(run=lambda asked: run_as(asked, lambda by: show_status(by, asked.delegation)))

    notes = parts.add_parser("notes", help="the delegation's notes verbales: id, number and date, the latest first")
    add_delegation(notes)
    add_account(notes, "a focal point's or accreditation officer's")
    notes.set_defaults(run=lambda asked: run_as(asked, lambda by: show_notes(by, asked.delegation)))

    note = parts.add_parser("add-note", help="add a note verbale; its id is printed, for `list register` and the rest")
    add_delegation(note)
    note.add_argument("--number", required=True, help="its number, as it stands on the note")
    note.add_argument("--dated", required=True, metavar="DATE", help="its date, YYYY-MM-DD")
    note.add_argument("--scan", type=Path, help="its scan, PDF, JPEG or PNG")
    add_account(note, _WHO)
    note.set_defaults(run=lambda asked: run_as(asked, lambda by: add_note(by, asked)))


def add_delegation(command: argparse.ArgumentParser, *, required: bool = True, which: str = "the delegation") -> None:
    command.add_argument("--delegation", required=required, metavar="CODE", help=f"{which}, by its code")


def of_delegation(delegation: str, what: str) -> str:
    """The address of something that a delegation has."""
    return f"{BASE}/delegations/{quote(delegation, safe='')}/{what}"


def check_list(by: SignedIn, asked: argparse.Namespace) -> int:
    """Every fault on a line, what registering would do, and the import's id; 1 when a row is not good.

    Raises CallRefusedError, OSError.
    """
    files = {"workbook": asked.file} | ({"photos": asked.photos} if asked.photos else {})
    begun = by.upload(of_delegation(asked.delegation, "imports"), files)
    checked = _settled(by, begun)
    _require(checked, "checked")
    _tell_faults(checked)
    if asked.marked:
        by.download(checked["workbook_url"], asked.marked)
    outlook = checked["outlook"]
    print(f"{checked['rows']} rows: {checked['good']} good, {checked['bad']} not", end="; ")
    print(f"{outlook['new']} new, {outlook['changed']} changed, {outlook['unchanged']} unchanged")
    print(f"import {checked['import_id']}")
    return 1 if checked["bad"] else 0


def register_list(by: SignedIn, import_id: str, note: str | None) -> int:
    """What came of each row, counted; 1 when some stayed out. Asked again it goes on, or changes nothing.

    Raises CallRefusedError.
    """
    begun = by.post(f"{BASE}/imports/{quote(import_id, safe='')}/commit", {"note_id": note})
    done = _settled(by, begun)
    _require(done, "committed")
    result = done["result"]
    print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in result.items()))
    return 1 if result["left_behind"] else 0


def export_list(by: SignedIn, delegation: str, to: Path) -> int:
    """Its headings are in the language that was asked for. Raises CallRefusedError, OSError."""
    by.download(of_delegation(delegation, "roster.xlsx"), to)
    print(to)
    return 0


def show_status(by: SignedIn, delegation: str) -> int:
    """Everybody in the list's own order. Raises CallRefusedError."""
    page = pages = 1
    while page <= pages:
        found = by.post(of_delegation(delegation, "roster/search"), {"page": page})
        for row in found["rows"]:
            missing = ",".join(row["missing"])
            names = " / ".join(name for name in (row["name"] or ())[:2] if name)
            at = (row["participant_id"], row["category"], row["state"], row["badge"], row["turn"])
            print(columns(*at, missing, names))
        page, pages = page + 1, found["pages"]
    return 0


def show_notes(by: SignedIn, delegation: str) -> int:
    """Raises CallRefusedError."""
    for note in by.get(of_delegation(delegation, "notes-verbales"))["notes"]:
        print(columns(note["note_id"], note["number"], note["dated"]))
    return 0


def add_note(by: SignedIn, asked: argparse.Namespace) -> int:
    """Raises CallRefusedError, OSError."""
    files = {"scan": asked.scan} if asked.scan else {}
    fields = {"number": asked.number, "dated": asked.dated}
    print(by.upload(of_delegation(asked.delegation, "notes-verbales"), files, fields=fields)["note_id"])
    return 0


def _settled(by: SignedIn, begun: dict[str, Any]) -> dict[str, Any]:
    """The import when it is under way no more."""
    if begun["progress"] is None:
        return begun
    print(f"import {begun['import_id']}", file=sys.stderr)
    path = f"{BASE}/imports/{begun['import_id']}"
    return watched(by, path, lambda found: found["progress"] is None, lambda found: _far(found["progress"]))


def _far(progress: dict[str, Any] | None) -> str:
    if progress is None:
        return ""
    counted = f": {progress['done']} of {progress['of']}" if progress["of"] else ""
    return f"{progress['phase']}{counted}"


def _require(found: dict[str, Any], state: str) -> None:
    if found["state"] != state:
        refusal = found["refusal"]
        raise CallRefusedError(refusal["sentence"] if refusal else f"the import is {found['state']}")


def _tell_faults(checked: dict[str, Any]) -> None:
    for fault in checked["faults"]:
        print(_fault(fault))
    told = {fault["row"] for fault in checked["faults"] if fault["severity"] == "error"}
    if len(told) < checked["bad"]:
        print(f"{checked['bad'] - len(told)} more rows have faults, which the marked workbook has")
    for heading in checked["unknown_columns"]:
        print(plain(f"column not read: {heading}"))


def _fault(fault: dict[str, Any]) -> str:
    place = fault["cell"] or f"row {fault['row']}"
    kind = "" if fault["severity"] == "error" else f" ({fault['severity']})"
    written = f" [{fault['written']}]" if fault["written"] else ""
    return plain(f"{place}{kind}: {fault['sentence']}{written}")
