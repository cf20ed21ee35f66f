"""Commands that read or write documents: conference file, event schemas, OpenAPI, AsyncAPI, the reference."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from services.places import BENGHAZI, REFERENCE

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    conference = commands.add_parser("conference", help="check a conference file")
    conference.add_argument("file", type=Path, nargs="?", default=BENGHAZI, help="by default the one of Benghazi")
    conference.set_defaults(run=_conference)

    asyncapi = commands.add_parser("asyncapi", help="print the AsyncAPI 3 document of every event")
    asyncapi.set_defaults(run=_asyncapi)

    contracts = commands.add_parser("contracts", help="record the present event schemas, if they break none before")
    contracts.set_defaults(run=_contracts)

    openapi = commands.add_parser("openapi", help="print the OpenAPI document of a service")
    openapi.add_argument("service", help="its name, as in its address")
    openapi.set_defaults(run=_openapi)

    reference = commands.add_parser(
        "reference", help="write docs/reference from the code; what people wrote there stays"
    )
    reference.add_argument("--folder", type=Path, default=REFERENCE, help="where the pages are")
    reference.set_defaults(run=_reference)


def _conference(asked: argparse.Namespace) -> int:
    from services.operations.application.publish_conference import parse_conference
    from services.operations.domain.errors import ConferenceFileInvalidError

    try:
        conference = parse_conference(tomllib.loads(asked.file.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        print(f"{asked.file}: {error}", file=sys.stderr)
        return 1
    except ConferenceFileInvalidError as refusal:
        for fault in refusal.faults:
            print(f"{asked.file}: {fault['path'] or 'the file'}: {fault['message']}", file=sys.stderr)
        return 1
    print(f"{conference.id}: {len(conference.delegations)} delegations, {len(conference.categories)} categories, valid")
    return 0


def _asyncapi(_asked: argparse.Namespace) -> int:
    from shared.contracts import asyncapi

    print(json.dumps(asyncapi.document(version="1"), indent=1, ensure_ascii=False))
    return 0


def _openapi(asked: argparse.Namespace) -> int:
    from services.openapi import documents

    found = documents(BENGHAZI)
    name = asked.service.replace("-", "_")
    if name not in found:
        print(f"no such service: {asked.service}; there are {', '.join(found)}", file=sys.stderr)
        return 1
    print(json.dumps(found[name], indent=1, ensure_ascii=False))
    return 0


def _contracts(_asked: argparse.Namespace) -> int:
    from shared.contracts import REGISTRY
    from shared.contracts.compatibility import record

    for event in REGISTRY.events.values():
        try:
            if record(event):
                print(f"recorded {event.TYPE}")
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def _reference(asked: argparse.Namespace) -> int:
    from services.reference import missing_meanings, pages

    for name, text in pages(asked.folder, asked.whole).items():
        (asked.folder / name).write_text(text, encoding="utf-8")
    missing = missing_meanings(asked.folder)
    for place in missing:
        print(f"{place} has no meaning yet: say it in the last column", file=sys.stderr)
    return 1 if missing else 0
