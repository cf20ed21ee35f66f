"""The ingress of the distributed topology on this machine: nginx as an ordinary process, on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

from deploy.local import processes
from deploy.local.processes import StartError

TEMPLATE: Final = Path(__file__).parents[1] / "ingress" / "bawaba.conf.template"
_PLACES: Final = ("/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx")


def nginx() -> str | None:
    """Where nginx is; Debian keeps it off an ordinary user's path."""
    return shutil.which("nginx") or next((place for place in _PLACES if Path(place).exists()), None)


def start_ingress(folder: Path, port: int, services: Mapping[str, int]) -> subprocess.Popen[bytes]:
    """One origin on `port` before the services' own. Raises StartError when nginx is missing or does not start."""
    program = nginx()
    if program is None:
        raise StartError("the distributed topology needs nginx: apt-get install nginx-light")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    addresses = {f"BAWABA_{name.upper()}": f"127.0.0.1:{own}" for name, own in services.items()}
    server = Template(TEMPLATE.read_text()).safe_substitute(addresses, BAWABA_LISTEN=f"127.0.0.1:{port}")
    configuration = folder / "nginx.conf"
    configuration.write_text(_around(folder, server))
    log = folder / "nginx.log"
    process = processes.start([program, "-p", str(folder), "-c", str(configuration), "-e", str(log)], log=log)
    processes.wait_for_port(port, process, "the ingress", log, seconds=10)
    return process


def _around(folder: Path, server: str) -> str:
    temporary = "".join(
        f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root, its workers would become somebody who may not write here.
    user = f"user {pwd.getpwuid(os.getuid()).pw_name};\n" if os.geteuid() == 0 else ""
    return (
        f"{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nevents {{ worker_connections 1024; }}\n"
        f"http {{\n  access_log off;\n{temporary}{server}}}\n"
    )
