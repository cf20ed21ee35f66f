"""The main job, end to end, in both topologies: the same apps, the same paths, the same promises kept."""

from __future__ import annotations

import os
import time
from pathlib import Path

import httpx
import pytest

from deploy.demo.accounts import passwords
from deploy.kafka.access import SERVICES
from deploy.local import processes
from deploy.local.ingress import nginx
from services.supervisor import Supervisor
from services.topology import Topology, ports_from
from tests.support.backend import ROOT
from tests.support.documents import run_examples

LOCAL = Path(os.environ.get("BAWABA_LOCAL", ROOT / ".local"))
BENGHAZI = ROOT / "deploy" / "conference" / "benghazi.toml"


@pytest.mark.parametrize("topology", list(Topology))
def test_the_main_job_is_done(topology: Topology, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if topology is Topology.DISTRIBUTED and nginx() is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    supervisor = Supervisor(LOCAL, tmp_path, ports_from(processes.free_ports(5)), topology)
    began = time.monotonic()
    with supervisor.started(BENGHAZI):
        promises = supervisor.demonstration(BENGHAZI).main_job().checked
        with httpx.Client(base_url=supervisor.places.main) as http:
            documents = [http.get(f"/api/{name.replace('_', '-')}/openapi.json") for name in SERVICES]
            hidden = [http.get(path) for path in ("/internal/registration/v1/personal-data/read", "/internal/x")]
            processes_own = http.get("/metrics")
        password = passwords(tmp_path / "secrets")["administrator"]
        run_examples(ROOT / "docs" / "how-to" / "administrator.md", pages=supervisor.places.main, password=password)
    assert len(promises) > 30
    found = [document.status_code for document in documents]
    if topology is Topology.DISTRIBUTED:
        assert found == [200] * len(SERVICES)
        assert processes_own.status_code == 404, "the processes' own pages are not the world's"
    else:
        # The entrance has an address of its own, so that nothing that the others do delays a gate.
        assert sorted(found) == [200] * (len(SERVICES) - 1) + [404]
    assert [answer.status_code for answer in hidden] == [404, 404]
    with capsys.disabled():
        print(f"\n  {topology}: the main job, end to end, in {time.monotonic() - began:.1f} s")  # noqa: T201  a figure
