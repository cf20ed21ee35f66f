"""The `bawaba` command: each module here has some of its commands, their options beside what they do.

What is imported inside a function is only needed by that one command: the supervisor stays small, and `--help` is
quick.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from services.cli import (
    audit,
    backup,
    badges,
    dead_letters,
    documents,
    erase,
    keys,
    lists,
    processes,
    rebuild,
    restore,
    screening,
    waivers,
    watchlists,
)

MODULES: Final = (
    *(processes, backup, restore, audit, erase, dead_letters, rebuild, documents),
    *(lists, waivers, watchlists, screening, keys, badges),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; the exit status is 0 when it did what was asked."""
    asked = parser().parse_args(arguments)
    sys.exit(asked.run(asked))


def parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    made = argparse.ArgumentParser(prog="bawaba", description="Registers, accredits, seats and admits.")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for module in MODULES:
        module.add_to(commands)
    made.set_defaults(whole=made)  # the reference is written from it
    return made
