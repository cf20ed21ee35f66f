"""`bawaba watchlist`: the lists that everybody is screened against, as an accreditation officer or administrator."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from services.cli.plain import columns
from services.cli.signed_in import CallRefusedError, SignedIn, add_account, run_as

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

_LISTS: Final = "/api/accreditation/v1/watchlists"
_WHO: Final = "an accreditation officer's or administrator's"


def add_to(commands: Commands) -> None:
    watchlist = commands.add_parser("watchlist", help="watchlists: load a version, show, remove")
    parts = watchlist.add_subparsers(required=True, metavar="PART")

    load = parts.add_parser(
        "load", help="put a version of a list into force, whole or not at all; all are screened anew"
    )
    load.add_argument("file", type=Path, help="CSV or JSON of our own, or the UN consolidated list's XML")
    load.add_argument("--list", required=True, metavar="CODE", help="the list, by its code; a new code is a new list")
    add_account(load, _WHO)
    load.set_defaults(run=lambda asked: run_as(asked, lambda by: load_list(by, asked.list, asked.file, asked.language)))

    show = parts.add_parser("show", help="a line for each list: code, version, entries, when and by whom it was loaded")
    add_account(show, _WHO)
    show.set_defaults(run=lambda asked: run_as(asked, show_lists))

    remove = parts.add_parser("remove", help="remove a list; its alerts end, and everybody is screened anew")
    remove.add_argument("list", metavar="CODE", help="the list, by its code")
    remove.add_argument("--yes", action="store_true", help="do it; else nothing is removed")
    add_account(remove, _WHO)
    remove.set_defaults(run=lambda asked: run_as(asked, lambda by: remove_list(by, asked.list, asked.yes)))


def load_list(by: SignedIn, code: str, file: Path, language: str) -> int:
    """Each fault of a refused file is named by its entry. Raises CallRefusedError, OSError."""
    try:
        loaded = by.upload(f"{_list(code)}/content", {"file": file}, method="PUT")
    except CallRefusedError as refused:
        lines = refused.lines or _fault_lines(refused.data.get("faults", ()), language)
        raise CallRefusedError(str(refused), lines=lines, data=refused.data) from None
    kept = "" if loaded["changed"] else "; the same file was in force already"
    print(f"{code}: version {loaded['version']}, {loaded['entries']} entries{kept}")
    return 0


def show_lists(by: SignedIn) -> int:
    """With how many people are still to be screened. Raises CallRefusedError."""
    shown = by.get(_LISTS)
    for each in shown["lists"]:
        print(columns(each["code"], each["version"], each["entries"], each["loaded_at"][:19], each["loaded_by"]))
    print(f"{shown['to_screen']} people to be screened")
    return 0


def remove_list(by: SignedIn, code: str, yes: bool) -> int:
    """Raises CallRefusedError."""
    found = next((each for each in by.get(_LISTS)["lists"] if each["code"] == code), None)
    if found is not None and not yes:
        raise CallRefusedError(f"{code} has {found['entries']} entries; to remove it, say so with --yes")
    by.delete(_list(code))
    print(f"{code} removed")
    return 0


def _list(code: str) -> str:
    return f"{_LISTS}/{quote(code, safe='')}"


def _fault_lines(faults: list[tuple[int, str]], language: str) -> list[str]:
    """Each in the words of the page; an installation of another version may know a code that this one does not."""
    from shared.web.texts import Texts

    web = Path(__file__).parents[1] / "accreditation" / "web"
    texts = Texts.load(web / "watchlists.toml", web / "dossier_pages.toml")
    said: list[str] = []
    for place, code in faults:
        text = f"accreditation.list_fault.{code}"
        fault = texts.say(text, language) if text in texts else code
        said.append(texts.say("accreditation.watchlists.place", language, place=place, fault=fault) if place else fault)
    return said
