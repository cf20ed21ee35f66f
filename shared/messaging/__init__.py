"""Delivery: state, inbox and outbox commit together; order per key; at least once, effects exactly once.

The way of an event: `unit_of_work` (emitted in a commit) → `outbox` (its rows) → `relay` (to Kafka) → `consumer`
(FastStream) → `inbox` (position per stream) → a service's `Reaction`. What fails goes to `blocked_keys`.
"""
