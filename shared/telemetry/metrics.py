"""Prometheus metrics of the kernel. Labels are services, groups and topics: never anything about a person."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

RELAYED: Final = Counter("bawaba_relayed_records_total", "Outbox rows published.", ["service"])
OUTBOX_AGE: Final = Gauge(
    "bawaba_outbox_age_seconds", "Age of the oldest outbox row that is not published; 0 without one.", ["service"]
)
RELAY_FAILING: Final = Gauge(
    "bawaba_relay_failing_seconds", "Since when the relay fails without a success; 0 while it does not.", ["service"]
)
OUTBOX_WATCH_LOST: Final = Counter(
    "bawaba_outbox_watch_lost_total", "Times the outbox's change stream broke and was begun anew.", ["service"]
)
OUTBOX_WATCHED: Final = Gauge("bawaba_outbox_watched", "1 while the outbox's change stream is open.", ["service"])
CONSUMED: Final = Counter("bawaba_consumed_records_total", "Records whose fate is committed.", ["group"])
CONSUME_WAITS: Final = Counter("bawaba_consume_waits_total", "Times a record waited for infrastructure.", ["group"])
LAG: Final = Gauge("bawaba_consumer_lag_records", "Records not yet handled.", ["group", "topic"])
LAG_UNSEEN: Final = Gauge(
    "bawaba_consumer_lag_unseen_seconds", "Since when the broker does not say how far behind we are.", ["service"]
)
BLOCKED_KEYS: Final = Gauge("bawaba_blocked_keys", "Keys whose records are held back.", ["group"])
QUARANTINED: Final = Gauge("bawaba_quarantined_records", "Records without a readable key or attributes.", ["group"])
REPEAT_FAILURES: Final = Counter(
    "bawaba_repeat_failures_total", "Times a repeated step failed by a mistake of ours.", ["step"]
)
HTTP_SECONDS: Final = Histogram(
    "bawaba_http_request_seconds",
    "Time to answer, by route template.",
    ["service", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
