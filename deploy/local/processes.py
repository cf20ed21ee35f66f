"""Child processes that never outlive us: each in a session of its own, told by the kernel when its parent dies."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PORTS_FROM: Final = 10_000
_OUTGOING_PORTS: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_libc: Final = ctypes.CDLL(None, use_errno=True)


class PortInUseError(Exception):
    """Something else listens where one of ours should."""


class StartError(Exception):
    """A process did not come up; the message says which and where its log is."""


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start(
    command: Sequence[str], *, log: Path | None, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a process.

    A Ctrl-C in the terminal does not reach it; a kill -9 of ours ends it. `log` None: our own output.
    """
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    finally:
        if output:
            output.close()


def stop(process: subprocess.Popen[bytes], *, seconds: float = 15.0) -> None:
    """Ask it to end, wait, and insist after that."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def require_free(port: int, what: str) -> None:
    """Raises PortInUseError, in one line, when the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortInUseError(f"port {port}, meant for {what}, is in use by another program") from None


def free_ports(count: int) -> int:
    """The first of that many ports in a row that nobody listens on now.

    All lie below those that the system gives to outgoing connections: one of those may take a port before its server
    does, and a client that knocks until its server is up can even be given the server's own port, and answer itself.
    """
    outgoing_from = int(_OUTGOING_PORTS.read_text().split()[0])
    while True:
        first = random.randrange(_PORTS_FROM, outgoing_from - count)
        try:
            for port in range(first, first + count):
                require_free(port, "a block of free ports")
        except PortInUseError:
            continue
        return first


def wait_for_port(port: int, process: subprocess.Popen[bytes], what: str, log: Path, *, seconds: float = 60.0) -> None:
    """Until something listens. Raises StartError when the process ends or time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StartError(f"{what} ended with {process.returncode}; its log is {log}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.5) as knock:
                if knock.getsockname() != knock.getpeername():
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise StartError(f"{what} did not listen on port {port} within {seconds:.0f} s; its log is {log}")


def environment_without_secrets() -> dict[str, str]:
    """Our environment less everything of Bawaba's: what a child gets of ours it gets by name."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BAWABA_")}
