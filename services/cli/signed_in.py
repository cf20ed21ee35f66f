"""A command that acts for somebody at a running installation: signed in, with their rights, told as what they did."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from services.cli.plain import plain

if TYPE_CHECKING:
    import httpx

CALL_S: Final = 120.0
_AWAY: Final = (502, 503, 504)


class CallRefusedError(Exception):
    """The installation said no, or does not answer; the message is its sentence.

    `lines` say more, of single fields or entries; `data` is the refusal's own.
    """

    def __init__(self, sentence: str, *, lines: Sequence[str] = (), data: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.lines = lines
        self.data = data or {}


class AwayError(CallRefusedError):
    """It does not answer for the moment: asking again is right."""


class SignedIn:
    """Somebody's calls. `http` has the installation's address as its base.

    Each raises CallRefusedError, of which AwayError is a kind.
    """

    def __init__(self, http: httpx.Client, email: str, password: str, *, name: str = "", language: str = "en") -> None:
        """`name` tells people of one shared address apart; `language` is the one that refusals speak."""
        self._http = http
        self._headers = {"Accept-Language": language}
        who = {"email": email, "password": password} | ({"name": name} if name else {})
        answer = self._asked("POST", "/api/identity/v1/sign-in", json=who)
        self._headers["Authorization"] = f"Bearer {answer['access_token']}"

    def get(self, path: str) -> dict[str, Any]:
        return self._asked("GET", path)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One command with a key of its own."""
        return self._asked("POST", path, key=str(uuid.uuid4()), json=body)

    def delete(self, path: str) -> None:
        """One command with a key of its own."""
        self._asked("DELETE", path, key=str(uuid.uuid4()))

    def upload(
        self, path: str, files: Mapping[str, Path], *, fields: Mapping[str, str] | None = None, method: str = "POST"
    ) -> dict[str, Any]:
        """Files and texts of a form by their fields, as one command with a key of its own. Raises OSError too."""
        content = {field: (file.name, file.read_bytes()) for field, file in files.items()}
        return self._asked(method, path, key=str(uuid.uuid4()), files=content, data=fields)

    def download(self, path: str, to: Path, *, body: dict[str, Any] | None = None) -> None:
        """A file, which is there whole or not at all, and readable by its owner alone. Raises OSError too."""
        import httpx

        asked: dict[str, Any] = {"json": body} if body is not None else {}
        method = "GET" if body is None else "POST"
        descriptor, beside = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.")
        try:
            with (
                os.fdopen(descriptor, "wb") as file,
                self._http.stream(method, path, headers=self._headers, **asked) as answer,
            ):
                if answer.status_code >= 400:
                    answer.read()
                    _good(answer)
                for chunk in answer.iter_bytes():
                    file.write(chunk)
            os.replace(beside, to)
        except httpx.HTTPError as error:
            raise self._away(error) from error
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside)

    def _asked(self, method: str, path: str, *, key: str = "", **content: Any) -> dict[str, Any]:
        import httpx

        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        try:
            return _good(self._http.request(method, path, headers=headers, **content))
        except httpx.HTTPError as error:
            raise self._away(error) from error

    def _away(self, error: httpx.HTTPError) -> AwayError:
        return AwayError(f"{str(self._http.base_url).rstrip('/')}: {type(error).__name__}")


def add_account(command: argparse.ArgumentParser, who: str) -> None:
    """Where the installation is, as whom to sign in, and what language it answers in."""
    command.add_argument("--url", default="http://localhost:8480", help="the installation's pages")
    command.add_argument("--email", required=True, help=f"{who} account; its password comes on standard input")
    command.add_argument("--name", default="", help="the sign-in name, where several people share the address")
    command.add_argument(
        "--language", choices=("ar", "fr", "en"), default="en", help="what the installation's sentences are in"
    )


@contextlib.contextmanager
def signed_in(asked: argparse.Namespace) -> Iterator[SignedIn]:
    """The caller by `--url` and `--email`, with the password of standard input. Raises CallRefusedError."""
    import httpx

    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        with httpx.Client(base_url=asked.url, timeout=CALL_S) as http:
            yield SignedIn(http, asked.email, password, name=asked.name, language=asked.language)
    except httpx.InvalidURL as error:
        raise CallRefusedError(f"{asked.url}: {error}") from error


def run_as(asked: argparse.Namespace, part: Callable[[SignedIn], int]) -> int:
    """What a part answers that acts for somebody; 2 when it was not done, and the reason on standard error."""
    try:
        with signed_in(asked) as by:
            return part(by)
    except CallRefusedError as error:
        for line in (f"not done: {error}", *error.lines):
            print(plain(line), file=sys.stderr)
    except OSError as error:
        print(f"not done: {error.filename}: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        print("not waited for any longer", file=sys.stderr)
        return 130
    return 2


def new_file(text: str) -> Path:
    """A file to be written, for an argument: its folder is there."""
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    return path


def _good(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code == 204:
        return {}
    kind = AwayError if answer.status_code in _AWAY else CallRefusedError
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        raise kind(f"answered {answer.status_code}") from None
    if answer.status_code >= 400:
        raise kind(str(body.get("detail") or body.get("code")), lines=_lines(body), data=body.get("data"))
    return body


def _lines(problem: dict[str, Any]) -> list[str]:
    """What a refusal says of single fields: in its own words, or which of them were not to be read."""
    faults = (problem.get("data") or {}).get("faults", ())
    said = [f"{each['field']}: {each['sentence']}" for each in faults if isinstance(each, dict) and "sentence" in each]
    return [*said, *(f"{each['path']}: {each['code']}" for each in problem.get("fields", ()))]
