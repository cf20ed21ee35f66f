"""The alert rules as Prometheus would see them in this process: those that compare one gauge with one number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import prometheus_client
import yaml

from tests.support.backend import ROOT

_COMPARISON: Final = re.compile(r"(bawaba_\w+) > (\d+)")
_LENGTH_S: Final = {"s": 1, "m": 60}


def all_rules() -> dict[str, dict[str, Any]]:
    """Every rule of the file by its alert's name."""
    groups = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


@dataclass
class Rule:
    """One rule for one series, looked at now and again. `pending_since` is the first look that found it to hold."""

    metric: str
    threshold: float
    for_s: float
    labels: Mapping[str, str]
    pending_since: float | None = None

    @classmethod
    def of(cls, alert: str, **labels: str) -> Rule:
        """The rule of that name in the file. Raises AssertionError where it is not a gauge against a number."""
        rule = all_rules()[alert]
        found = _COMPARISON.fullmatch(rule["expr"])
        assert found, f"{alert} is not of the form that is read here: {rule['expr']}"
        length = str(rule.get("for", "0s"))
        return cls(found[1], float(found[2]), int(length[:-1]) * _LENGTH_S[length[-1]], labels)

    def value(self) -> float:
        """What the process would be scraped for. Raises AssertionError when it has no such series."""
        found = prometheus_client.REGISTRY.get_sample_value(self.metric, dict(self.labels))
        assert found is not None, f"no {self.metric} with {dict(self.labels)}"
        return found

    def fires(self, now_s: float) -> bool:
        """Look: whether it holds, and has at every look for as long as the rule asks."""
        if self.value() <= self.threshold:
            self.pending_since = None
            return False
        self.pending_since = now_s if self.pending_since is None else self.pending_since
        return now_s - self.pending_since >= self.for_s
