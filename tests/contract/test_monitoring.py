"""The Grafana board and the alert rules name metrics that the services have, with labels that those have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from services.topology import PORTS, Topology
from shared.telemetry import metrics
from tests.support.backend import ROOT

BOARD = json.loads((ROOT / "deploy" / "grafana" / "bawaba.json").read_text())
RULES = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())
METRICS = {metric._name: metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)}
SERIES = {
    **{name: metric for name, metric in METRICS.items() if metric._type == "gauge"},
    **{f"{name}_total": metric for name, metric in METRICS.items() if metric._type == "counter"},
    **{
        f"{name}{suffix}": metric
        for name, metric in METRICS.items()
        if metric._type == "histogram"
        for suffix in ("_bucket", "_count", "_sum")
    },
}


def expressions() -> Iterator[str]:
    for panel in BOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    for group in RULES["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


@pytest.mark.parametrize("expression", list(expressions()))
def test_every_series_and_label_is_there(expression: str) -> None:
    found = re.findall(r"(bawaba_\w+)(\{[^}]*(?:\{\w+\}[^}]*)*\})?", expression)
    assert found or 'up{job="bawaba"}' in expression
    for name, selector in found:
        assert name in SERIES, name
        labels = set(re.findall(r"(\w+)\s*=~?\s*\"", selector or ""))
        assert labels <= set(SERIES[name]._labelnames) | {"le"}, (name, labels)


def test_every_metric_of_the_kernel_is_on_the_board() -> None:
    text = json.dumps(BOARD)
    assert [name for name in METRICS if name not in text] == []


def test_what_make_run_starts_is_scraped_at_its_ports_as_the_job_of_the_rules() -> None:
    (job,) = yaml.safe_load((ROOT / "deploy" / "prometheus" / "local.yml").read_text())["scrape_configs"]
    assert job["job_name"] == "bawaba"
    served = [f"localhost:{PORTS[process]}" for process in Topology.EMBEDDED.processes]
    assert job["static_configs"] == [{"targets": served}]


def test_every_container_that_serves_is_scraped() -> None:
    (job,) = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    served = [f"{name}:8480" for name, each in composed.items() if "serve" in each.get("command", ())]
    assert job["static_configs"] == [{"targets": served}]


def test_every_alert_says_what_to_do() -> None:
    rules: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
    assert all({"summary", "remedy"} <= set(rule["annotations"]) for rule in rules)
    assert all(rule["labels"]["severity"] in ("page", "warn") for rule in rules)
