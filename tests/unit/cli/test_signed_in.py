"""What the commands of a signed-in person do when the installation is slow, away for a while, or says no."""

from __future__ import annotations

import argparse
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from services.accreditation.domain.badge import BadgeState
from services.accreditation.domain.print_job import Sheet
from services.cli import badges, signed_in, watching
from services.cli.plain import columns, plain
from services.cli.signed_in import AwayError, CallRefusedError, SignedIn, new_file
from services.cli.watching import watched

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_S", 0.0)
    monkeypatch.setattr(watching, "QUIET_S", -1.0)


def caller(handle: Handler, **who: str) -> SignedIn:
    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/sign-in"):
            return httpx.Response(200, json={"access_token": "t"})
        return handle(request)

    http = httpx.Client(transport=httpx.MockTransport(answered), base_url="http://bawaba.test")
    return SignedIn(http, "a@example.org", "secret", **who)


def one_by_one(*answers: httpx.Response | Exception) -> Handler:
    left = iter(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handle


def far(done: int) -> httpx.Response:
    return httpx.Response(200, json={"done": done})


def look(by: SignedIn) -> dict[str, object]:
    return watched(by, "/x", lambda found: found["done"] == 3, lambda found: f"{found['done']} of 3")


def test_each_step_is_told_once_and_a_restart_of_the_installation_is_waited_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = (httpx.ConnectError("gone"), httpx.Response(503, json={"detail": "Away."}))
    assert look(caller(one_by_one(far(1), far(1), *gone, far(2), far(3)))) == {"done": 3}
    told = capsys.readouterr()
    assert told.out == ""
    away = "http://bawaba.test: ConnectError: looking again"
    assert told.err.splitlines() == ["1 of 3", away, "Away.: looking again", "2 of 3"]


def test_what_is_over_within_a_second_is_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watching, "QUIET_S", 60.0)
    look(caller(one_by_one(far(1), far(2), far(3))))
    assert capsys.readouterr().err == ""


def test_an_installation_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "AWAY_S_MAX", -1.0)
    with pytest.raises(AwayError, match="ConnectError"):
        look(caller(one_by_one(far(1), httpx.ConnectError("gone"))))


def test_a_refusal_ends_the_wait() -> None:
    with pytest.raises(CallRefusedError, match="There is no such job") as refused:
        look(caller(one_by_one(httpx.Response(404, json={"detail": "There is no such job."}))))
    assert not isinstance(refused.value, AwayError)


def test_a_refusal_says_what_it_says_of_each_field() -> None:
    fault = {"field": "category", "code": "c", "sentence": "No such category."}
    problem = {"detail": "No.", "data": {"faults": [fault]}, "fields": [{"path": "body.places", "code": "int_parsing"}]}
    with pytest.raises(CallRefusedError) as refused:
        caller(one_by_one(httpx.Response(422, json=problem))).post("/x", {})
    assert refused.value.lines == ["category: No such category.", "body.places: int_parsing"]


def cut() -> Iterator[bytes]:
    yield b"%PDF-"
    raise httpx.ReadError("cut")


def test_a_download_is_there_whole_or_as_it_was_before(tmp_path: Path) -> None:
    file = tmp_path / "badges.pdf"
    file.write_bytes(b"before")
    with pytest.raises(AwayError):
        caller(one_by_one(httpx.Response(200, content=cut()))).download("/x", file)
    with pytest.raises(CallRefusedError, match="Not yet"):
        caller(one_by_one(httpx.Response(409, json={"detail": "Not yet."}))).download("/x", file, body={"key": "k"})
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]
    caller(one_by_one(httpx.Response(200, content=b"after"))).download("/x", file)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"after"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_cannot_be_asked_for_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert new_file("roster.xlsx") == Path("roster.xlsx")
    with pytest.raises(argparse.ArgumentTypeError, match="no folder"):
        new_file(str(tmp_path / "nowhere" / "roster.xlsx"))


def test_an_interrupted_wait_says_so_and_shows_no_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(signed_in, "signed_in", interrupted)
    assert signed_in.run_as(argparse.Namespace(), lambda by: 0) == 130
    assert capsys.readouterr().err == "not waited for any longer\n"


def test_a_name_can_neither_move_the_cursor_nor_begin_a_line() -> None:
    assert plain("a\x1b[2Jb\nc\u2028d\x9be") == "a [2Jb c d e"
    assert plain("\u2068محمد\u2069") == "\u2068محمد\u2069"
    assert columns("a\tb", "", None, 0) == "a b\t-\t-\t0"


def test_the_choices_of_a_print_are_those_of_the_service() -> None:
    assert set(badges.PAPERS) == set(Sheet)
    assert {*badges.STATES, "revoked"} == set(BadgeState)


def printed(by: SignedIn, tmp_path: Path, **asked: object) -> int:
    nothing = {"person": None, "delegation": None, "everybody": False, "blanks": None, "job": None}
    usual = {"state": None, "unprinted": False, "paper": None, "from_page": 1, "to": tmp_path / "b.pdf"}
    return badges.print_badges(by, argparse.Namespace(**(nothing | usual | asked)))


def job(state: str, done: int, **more: object) -> httpx.Response:
    body = {"job_id": "j-1", "key": "k", "state": state, "done": done, "total": 3, "left_out": [], "reasons": {}}
    return httpx.Response(200, json=body | more)


def test_a_print_goes_on_for_as_long_as_it_gets_any_further(tmp_path: Path) -> None:
    begun = (job("drawing", 0), job("broken_off", 0), job("drawing", 0))
    over = (job("broken_off", 2), job("drawing", 2), job("ready", 3), httpx.Response(200, content=b"%PDF"))
    assert printed(caller(one_by_one(*begun, *over)), tmp_path, everybody=True) == 0
    assert (tmp_path / "b.pdf").read_bytes() == b"%PDF"
    again = (job("drawing", 0), job("broken_off", 1), job("drawing", 1), job("broken_off", 1))
    with pytest.raises(CallRefusedError, match=r"broke off at 1 of 3; go on with --job .*b\.pdf\.job"):
        printed(caller(one_by_one(*again)), tmp_path, everybody=True)


def test_who_is_not_in_the_file_is_named_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left_out = {"left_out": [["0042", "erased"]], "reasons": {"erased": "This person was erased."}}
    answers = (job("drawing", 0), job("ready", 3, **left_out), httpx.Response(200, content=b"%PDF"))
    assert printed(caller(one_by_one(*answers)), tmp_path, everybody=True) == 1
    assert capsys.readouterr().out.splitlines() == [
        "0042: This person was erased.",
        f"2 of 3 badges in {tmp_path / 'b.pdf'}",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"person": "p-1", "state": "active"},
        {"blanks": "staff", "unprinted": True},
        {"person": "p-1", "paper": "a4"},
        {"everybody": True, "from_page": 2},
    ],
)
def test_nothing_that_was_asked_for_is_passed_over(tmp_path: Path, asked: dict[str, object]) -> None:
    with pytest.raises(CallRefusedError, match=r"go(es)? with"):
        printed(caller(one_by_one()), tmp_path, **asked)


def test_who_has_two_badges_gets_the_one_that_comes(tmp_path: Path) -> None:
    asked: list[str] = []
    dossier = {
        "badges": [{"badge_id": name, "number": name, "state": name} for name in ("revoked", "active", "prepared")]
    }

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return (
            httpx.Response(200, json=dossier) if "dossiers" in request.url.path else httpx.Response(200, content=b"%")
        )

    assert printed(caller(handle), tmp_path, person="p/1") == 0
    assert asked[-1].endswith("/badges/prepared/page.pdf")
    dossier["badges"] = dossier["badges"][:1]
    with pytest.raises(CallRefusedError, match="no badge"):
        printed(caller(handle), tmp_path, person="p-1")
