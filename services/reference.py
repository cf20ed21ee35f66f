"""The reference, `docs/reference/`: what is said about commands, settings, conference file, events and operations.

Facts come from the code: names, kinds, bounds, defaults, roles. Words come from people: the text above a page's first
section, and the last column of the settings' and the conference file's tables, are kept as they stand in the page. A
row without that column filled is a fault, so that nothing is added without a word on what it is for.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from deploy.kafka.access import READS
from services.composition import SERVICES, settings_of
from services.openapi import documents
from services.places import BENGHAZI
from shared.contracts import REGISTRY
from shared.contracts.conference import Conference
from shared.security.principal import Role
from shared.settings import ServiceSettings

Meanings = Mapping[tuple[str, str], str]
_ROW: Final = re.compile(r"^\| `([^`]+)` \|.*\| ?(.*?) ?\|$")
_KINDS: Final = {"integer": "whole number", "number": "number", "boolean": "true or false", "string": "text"}
_CODE: Final = r"^[a-z0-9][a-z0-9_-]{0,39}$"
_FORMATS: Final = {"date": "date", "time": "time", "date-time": "moment", "path": "path", "password": "secret text"}


def pages(folder: Path, command: argparse.ArgumentParser) -> dict[str, str]:
    """The text of every page by its name, with what people wrote in the pages that are in `folder`."""
    made: dict[str, Callable[[Meanings], Iterator[str]]] = {
        "command-line.md": lambda _: _command("bawaba", command),
        "conference-file.md": _conference_file,
        "settings.md": _settings,
        "events.md": lambda _: _events(),
        "http.md": lambda _: _http(),
    }
    return {name: _page(folder / name, sections) for name, sections in made.items()}


def missing_meanings(folder: Path) -> list[str]:
    """The rows that say nothing of what they are for, as `page: section, name`."""
    return [
        f"{page}: {section}, {name}"
        for page in ("conference-file.md", "settings.md")
        for (section, name), meaning in meanings_in(folder / page).items()
        if not meaning
    ]


def meanings_in(path: Path) -> dict[tuple[str, str], str]:
    """The last column of each row of a page's tables, by section and name."""
    found: dict[tuple[str, str], str] = {}
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith("## "):
            section = line[3:]
        elif row := _ROW.match(line):
            found[section, row[1]] = row[2]
    return found


def _page(path: Path, sections: Callable[[Meanings], Iterator[str]]) -> str:
    written = path.read_text(encoding="utf-8") if path.exists() else f"# {path.stem}\n"
    introduction = written.split("\n## ")[0].rstrip()
    return "\n".join([introduction, "", *sections(meanings_in(path))]).rstrip() + "\n"


def _command(name: str, command: argparse.ArgumentParser, about: str | None = None) -> Iterator[str]:
    arguments: list[tuple[str, str]] = []
    below: list[tuple[str, argparse.ArgumentParser, str | None]] = []
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {each.dest: each.help for each in action._choices_actions}
            below += [(f"{name} {sub}", made, helps[sub]) for sub, made in action.choices.items()]
        elif action.dest != "help" and action.help != argparse.SUPPRESS:
            label = ", ".join(action.option_strings) or action.dest
            values = f" ({' or '.join(map(str, action.choices))})" if action.choices else ""
            needed = "" if not action.required or action.nargs == "?" else "; required"
            arguments.append((label, f"{action.help or ''}{values}{needed}"))
    if not below:
        yield from (f"## {name}", "", f"{_sentence(about or '')}", "")
    if arguments:
        yield from ("| argument | what it says |", "|---|---|")
        yield from (f"| `{label}` | {text} |" for label, text in arguments)
        yield ""
    for sub, made, help_text in below:
        yield from _command(sub, made, help_text)


def _conference_file(meanings: Meanings) -> Iterator[str]:
    schema = Conference.model_json_schema()
    for name in _in_order("Conference", schema):
        model = schema["$defs"].get(name, schema)
        yield from _heading(name, model.get("description", ""))
        yield from ("| field | kind | without it | meaning |", "|---|---|---|---|")
        for field, part in model["properties"].items():
            without = "required" if field in model.get("required", ()) else _default(part)
            kind = _kind(part, schema["$defs"])
            yield f"| `{field}` | {kind} | {without} | {meanings.get((name, field), '')} |"
        yield ""


def _settings(meanings: Meanings) -> Iterator[str]:
    yield from _settings_of(
        "Every service", ServiceSettings, ServiceSettings.model_fields.keys(), "<SERVICE>", meanings
    )
    for name in SERVICES:
        kind = settings_of(name)
        own = kind.model_fields.keys() - ServiceSettings.model_fields.keys()
        yield from _settings_of(name, kind, own, name.upper(), meanings)


def _settings_of(
    title: str, kind: type[ServiceSettings], fields: Any, service: str, meanings: Meanings
) -> Iterator[str]:
    yield from _heading(title, _doc(kind, ServiceSettings))
    schema = kind.model_json_schema()
    shown = [field for field in schema["properties"] if field in fields]
    if not shown:
        return
    yield from ("| variable | kind | without it | meaning |", "|---|---|---|---|")
    for field in shown:
        part = schema["properties"][field]
        without = "the service does not start" if field in schema.get("required", ()) else _default(part)
        name = f"BAWABA_{service}_{field.upper()}"
        yield f"| `{name}` | {_kind(part, schema.get('$defs', {}))} | {without} | {meanings.get((title, name), '')} |"
    yield ""


def _events() -> Iterator[str]:
    for topic in REGISTRY.topics.values():
        yield from (f"## {topic.name}", "", _sentence(topic.description), "")
        readers = [service for service, names in READS.items() if topic.name in names]
        writers = (topic.publisher, *topic.others)
        yield f"Keyed by {topic.key}. Published by {_list(writers)}; read by {_list(readers)}."
        yield from ("", "| type | what happened | data |", "|---|---|---|")
        for event in sorted(REGISTRY.events.values(), key=lambda each: each.TYPE):
            if topic.name == event.TOPIC:
                fields = ", ".join(f"`{field}`" for field in event.model_fields)
                yield f"| `{event.TYPE}` | {_first(_doc(event, BaseModel))} | {fields} |"
        yield ""


def _http() -> Iterator[str]:
    for name, document in documents(BENGHAZI).items():
        yield from (f"## {name}", "", "| call | who | what it does |", "|---|---|---|")
        for path, operations in sorted(document["paths"].items()):
            for method, operation in operations.items():
                who = _callers(operation.get("x-roles", ()))
                what = _first(operation.get("description") or operation["summary"])
                yield f"| `{method.upper()} {path}` | {who} | {what} |"
        yield ""


def _heading(title: str, text: str) -> Iterator[str]:
    yield from (f"## {title}", "")
    if text:
        yield from (_words(text), "")


def _in_order(name: str, schema: Mapping[str, Any]) -> list[str]:
    """A model and those that it names, each once, as a reader meets them."""
    found = [name]
    for each in found:
        model = schema["$defs"].get(each, schema)
        for reference in re.findall(r"#/\$defs/(\w+)", str(model["properties"])):
            if reference not in found and "properties" in schema["$defs"][reference]:
                found.append(reference)
    return found


def _kind(part: Mapping[str, Any], models: Mapping[str, Any]) -> str:
    """A JSON Schema in words."""
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[-1]
        values = models[name].get("enum")
        return " or ".join(f"`{value}`" for value in values) if values else f"[{name}](#{name.lower()})"
    if "anyOf" in part:
        return " or ".join(_kind(each, models) for each in part["anyOf"] if each.get("type") != "null")
    if "enum" in part or "const" in part:
        return " or ".join(f"`{value}`" for value in part.get("enum", [part.get("const")]))
    if part.get("type") == "array":
        return f"list of {_kind(part['items'], models)}{_bounds(part, 'minItems', 'maxItems')}"
    if part.get("type") == "object":
        return f"table of {_kind(part.get('additionalProperties') or {}, models)}"
    if part.get("pattern") == _CODE:
        return "code"
    kind = _FORMATS.get(part.get("format", ""), _KINDS.get(part.get("type", ""), "value"))
    pattern = f" `{part['pattern']}`".replace("|", "\\|") if "pattern" in part else ""
    size = _bounds(part, "minimum", "maximum") or _bounds(part, "minLength", "maxLength")
    return f"{kind}{pattern}{size}"


def _bounds(part: Mapping[str, Any], least: str, most: str) -> str:
    if most not in part:
        return f", at least {part[least]}" if least in part else ""
    return f", {part[least]} to {part[most]}" if least in part else f", at most {part[most]}"


def _default(part: Mapping[str, Any]) -> str:
    value = part.get("default")
    if value is None or value in ("", [], {}):
        return "none"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _doc(kind: type, base: type) -> str:
    """A class's own docstring; an inherited one says nothing of it."""
    return "" if kind.__doc__ == base.__doc__ and kind is not base else inspect.getdoc(kind) or ""


def _words(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _first(text: str) -> str:
    """The first sentence."""
    return _sentence(_words(text).split(". ")[0])


def _callers(roles: Sequence[str]) -> str:
    if not roles:
        return "anybody"
    return "everybody signed in" if len(roles) == len(Role) - 1 else _list(roles)


def _sentence(text: str) -> str:
    words = _words(text)
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def _list(names: Any) -> str:
    return ", ".join(str(name).replace("_", " ") for name in names)
